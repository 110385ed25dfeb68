"""What a browser would send back of an admin form, so that tests post whole forms."""

from __future__ import annotations

from typing import Any

from django.test import Client

from planning.partners.models import Membership, Organisation
from tests.factories import make_user


def sign_in(
    client: Client, organisation: Organisation | None = None, role: str = Membership.Role.PLANNER, **values: Any
):
    """Sign somebody in who may enter the admin."""
    user = make_user(organisation, role, **values)
    client.force_login(user)
    return user


def filled_in(client: Client, address: str) -> dict[str, Any]:
    """The fields of the form at ``address`` with what stands in them, inlines included."""
    response = client.get(address)
    assert response.status_code == 200, response.status_code
    form = response.context["adminform"].form
    data = {name: _shown(form[name]) for name in form.fields}
    for inline in response.context["inline_admin_formsets"]:
        formset = inline.formset
        for part in [formset.management_form, *formset.forms]:
            data |= {part.add_prefix(name): _shown(part[name]) for name in part.fields}
    return {name: value for name, value in data.items() if value is not None}


def _shown(field: Any) -> Any:
    value = field.value()
    if value is None or value is False:
        return None
    widget = field.field.widget
    return widget.serialize(value) if hasattr(widget, "serialize") else widget.format_value(value) if hasattr(
        widget, "format_value") and not hasattr(widget, "choices") else value  # fmt: skip


def errors_of(response: Any) -> str:
    """All errors on the page, as one text."""
    assert response.status_code == 200, "the form was accepted"
    form = response.context["adminform"].form
    return " ".join(str(error) for errors in form.errors.values() for error in errors)
