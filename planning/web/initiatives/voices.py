"""A neighbour speaks: for or against, by e-mail or with the code from a letter."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from geo.geocoding import exact_address
from planning.coordination.initiatives import with_place
from planning.initiatives import attempts
from planning.initiatives.identities import normal_email
from planning.initiatives.models import Initiative
from planning.initiatives.refusals import RefusedError
from planning.initiatives.support import voices
from planning.web.public_forms import PublicForm, network_of, public_form

CHOICES = [("voor", gettext_lazy("Ja, ik ben voor")), ("tegen", gettext_lazy("Nee, ik ben tegen"))]


class ChoiceField(forms.ChoiceField):
    """For or against; nothing is chosen beforehand."""

    def __init__(self) -> None:
        super().__init__(
            label=gettext_lazy("Wat vindt u?"),
            choices=CHOICES,
            widget=forms.RadioSelect,
            error_messages={"required": gettext_lazy("Kies voor of tegen.")},
        )


class EmailVoiceForm(PublicForm):
    """A voice that is confirmed by e-mail."""

    choice = ChoiceField()
    postcode = forms.CharField(
        label=gettext_lazy("Uw postcode"),
        max_length=10,
        widget=forms.TextInput(attrs={"autocomplete": "postal-code", "autocapitalize": "characters", "size": 8}),
        error_messages={"required": gettext_lazy("Vul uw postcode in, zoals 9403 KL.")},
    )
    number = forms.CharField(
        label=gettext_lazy("Uw huisnummer"),
        max_length=12,
        widget=forms.TextInput(attrs={"autocomplete": "off", "size": 8}),
        help_text=gettext_lazy("Met de letter erbij, als u die hebt."),
        error_messages={"required": gettext_lazy("Vul uw huisnummer in.")},
    )
    email = forms.CharField(
        label=gettext_lazy("Uw e-mailadres"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text=gettext_lazy("Voor één mail om uw stem te bevestigen. We bewaren het niet."),
        error_messages={"required": gettext_lazy("Vul uw e-mailadres in.")},
    )

    def clean_email(self) -> str:
        """Refuse what is no e-mail address."""
        text: str = self.cleaned_data["email"].strip()
        try:
            normal_email(text)
        except RefusedError as error:
            raise forms.ValidationError(str(error)) from error
        return text


class CodeVoiceForm(PublicForm):
    """A voice with the code from a letter."""

    prefix = "brief"
    choice = ChoiceField()
    code = forms.CharField(
        label=gettext_lazy("De code uit uw brief"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
        help_text=gettext_lazy("Letters en cijfers, zoals ABCD EFGH 2345."),
        error_messages={"required": gettext_lazy("Vul de code uit de brief in.")},
    )

    def add_prefix(self, field_name: str) -> str:
        """Keep the names of the fields that nobody sees the same on every form."""
        return field_name if field_name in ("website", "sinds") else super().add_prefix(field_name)


@public_form
def voice(request: HttpRequest, slug: str) -> HttpResponse:
    """Take a voice, or show the forms for it."""
    initiative = get_object_or_404(with_place(request.user), slug=slug)
    by_code = request.method == "POST" and request.POST.get("weg") == "brief"
    by_email = request.method == "POST" and not by_code
    email_form = EmailVoiceForm(request.POST if by_email else None)
    code_form = CodeVoiceForm(request.POST if by_code else None, initial={"code": request.GET.get("code", "")[:40]})
    if by_email and email_form.is_valid() and _asked(request, initiative, email_form):
        return render(request, "web/initiatives/voice_mailed.html", _context(initiative))
    if by_code and code_form.is_valid() and (counted := _counted(request, initiative, code_form)):
        return render(request, "web/initiatives/voice_counted.html", _context(_fresh(initiative)) | {"voice": counted})
    context = _context(initiative) | {
        "email_form": email_form,
        "code_form": code_form,
        "form": code_form if by_code else email_form,
        "letter_first": by_code or bool(request.GET.get("code")),
    }
    invalid = by_code or by_email
    return render(request, "web/initiatives/voice.html", context, status=422 if invalid else 200)


@public_form
def confirm(request: HttpRequest, slug: str, token: str) -> HttpResponse:
    """Count the voice of a mailed link, or take it back; opening the link alone does neither, for mail is scanned."""
    initiative = get_object_or_404(with_place(request.user), slug=slug)
    context = _context(initiative)
    try:
        if request.method == "POST" and request.POST.get("actie") == "intrekken":
            voices.withdraw(initiative, token)
            return render(request, "web/initiatives/voice_withdrawn.html", _context(_fresh(initiative)))
        if request.method == "POST":
            counted = voices.confirm(initiative, token)
            context = _context(_fresh(initiative)) | {"voice": counted, "can_withdraw": True}
            return render(request, "web/initiatives/voice_counted.html", context)
        in_favour, already = voices.asked(initiative, token)
    except RefusedError as error:
        return render(request, "web/initiatives/refused.html", context | {"refusal": str(error)}, status=409)
    return render(request, "web/initiatives/voice_confirm.html", context | {"in_favour": in_favour, "already": already})


def _context(initiative: Initiative) -> dict[str, Any]:
    return {"section": "initiatieven", "initiative": initiative, "area": getattr(initiative, "support_area", None)}


def _fresh(initiative: Initiative) -> Initiative:
    """Return the initiative as it is after the voice."""
    return with_place(None).get(pk=initiative.pk)


def _asked(request: HttpRequest, initiative: Initiative, form: EmailVoiceForm) -> bool:
    """Mail the link that confirms a voice; say whether that could be done, else the form says why not."""
    data = form.cleaned_data
    try:
        address = exact_address(data["postcode"], data["number"])
        if address is None:
            form.add_error("number", _("Dit adres kennen we niet. Kijk de postcode en het huisnummer na."))
            return False
        attempts.count("voice", network_of(request))
        voices.ask(initiative, address, data["choice"] == "voor", data["email"])
    except RefusedError as error:
        _add(form, error)
        return False
    return True


def _counted(request: HttpRequest, initiative: Initiative, form: CodeVoiceForm) -> voices.Voice | None:
    data = form.cleaned_data
    try:
        attempts.count("code", network_of(request))
        return voices.speak_by_code(initiative, data["code"], data["choice"] == "voor")
    except RefusedError as error:
        _add(form, error)
        return None


def _add(form: PublicForm, error: RefusedError) -> None:
    field = {"address": "number"}.get(error.field, error.field)
    form.add_error(field if field in form.fields else None, str(error))
