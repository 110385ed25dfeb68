"""Handing in an idea in four small steps; each is a plain page, and the draft travels along in the form.

Nothing is kept here until the last step is sent. With scripts the browser keeps what is typed on the device itself.
"""

from __future__ import annotations

from typing import Any, Final

from django.core import signing
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from planning.initiatives import attempts
from planning.initiatives.handing_in import Idea, confirm_idea, send_idea, waiting_idea
from planning.initiatives.models import Theme
from planning.initiatives.photos import LARGEST_BYTES, MOST_PHOTOS
from planning.initiatives.refusals import RefusedError
from planning.web.initiatives.idea_forms import STEPS, WhereForm
from planning.web.initiatives.place_map import place_map
from planning.web.public_forms import PublicForm, network_of, public_form

SALT: Final = "idea draft"
LONGEST_DRAFT_S: Final = 7 * 24 * 3600
LARGEST_REQUEST: Final = LARGEST_BYTES * (MOST_PHOTOS + 1)

Draft = dict[str, dict[str, str]]
"""What was typed so far: per step (its number as text), per field."""


@public_form
def hand_in(request: HttpRequest) -> HttpResponse:
    """Show the first step, or take what a step holds."""
    if request.method != "POST":
        return _show(request, 1, STEPS[0](), {})
    # Before the body is read: what is larger than all the photos together is refused unread.
    if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST_REQUEST:
        return _refused(request, _("Dit is te groot om te versturen. Kies minder of kleinere foto's."), status=413)
    draft, step = _draft(request.POST.get("draft", "")), _step(request.POST.get("stap", ""))
    if step > 1 and not draft:
        return _show(request, 1, STEPS[0](), {}, lost=True)
    return _take(request, step, draft)


def _take(request: HttpRequest, step: int, draft: Draft) -> HttpResponse:
    """Keep what a step holds in the draft, and go on, back, or send."""
    form = STEPS[step - 1](request.POST, request.FILES or None)
    draft = draft | {str(step): _typed(form, request)}
    back = request.POST.get("ga", "")
    if back in {str(earlier) for earlier in range(1, step)}:
        # Going back asks nothing: what was typed so far comes along.
        return _show(request, int(back), _filled(int(back), draft, request), draft)
    if not form.is_valid():
        return _show(request, step, form, draft, status=422)
    if step < len(STEPS):
        return _show(request, step + 1, _filled(step + 1, draft, request), draft)
    return _send(request, form, draft)


def sent(request: HttpRequest) -> HttpResponse:
    """Say that the mail must be read now."""
    return render(request, "web/initiatives/sent.html", {"section": "initiatieven"})


@public_form
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Hand a confirmed idea to the team; opening the link alone does not, for mail is scanned."""
    context: dict[str, Any] = {"section": "initiatieven"}
    try:
        if request.method == "POST":
            context["initiative"] = confirm_idea(token)
            return render(request, "web/initiatives/confirmed.html", context)
        context["idea"] = waiting_idea(token)
    except RefusedError as error:
        return _refused(request, str(error), status=409)
    return render(request, "web/initiatives/confirm.html", context)


def _send(request: HttpRequest, form: Any, draft: Draft) -> HttpResponse:
    """Check all steps once more, and keep the idea; where one is not right, show that one."""
    forms = [_filled(step, draft, request, bound=True) for step in range(1, len(STEPS))]
    for step, earlier in enumerate(forms, 1):
        if not earlier.is_valid():
            return _show(request, step, earlier, draft, status=422)
    what, where, who = (earlier.cleaned_data for earlier in forms)
    place = forms[1]
    if not isinstance(place, WhereForm):
        raise PermissionDenied
    idea = Idea(
        title=" ".join(what["title"].split()),
        story=what["story"].strip(),
        theme=what["theme"],
        asked_eur=what["asked_eur"],
        geometry=place.geometry,
        looks_for_place=where["looks_for_place"],
        name=" ".join(who["name"].split()),
        email=who["email"],
        phone=who["phone"],
    )
    try:
        attempts.count("idea", network_of(request))
        send_idea(idea, form.developed)
    except RefusedError as error:
        form.add_error(error.field if error.field in form.fields else None, str(error))
        return _show(request, len(STEPS), form, draft, status=422)
    return redirect("initiatief-verstuurd")


def _show(
    request: HttpRequest, step: int, form: PublicForm, draft: Draft, *, status: int = 200, lost: bool = False
) -> HttpResponse:
    context = {
        "section": "initiatieven",
        "form": form,
        "step": step,
        "steps": len(STEPS),
        "draft": signing.dumps(draft, salt=SALT, compress=True) if draft else "",
        "lost": lost,
    }
    if step == len(STEPS):
        context |= _overview(draft, request)
    return render(request, f"web/initiatives/new/step{step}.html", context, status=status)


def _overview(draft: Draft, request: HttpRequest) -> dict[str, Any]:
    """Return what was filled in, for a last look."""
    where = _filled(2, draft, request, bound=True)
    place = where if isinstance(where, WhereForm) and where.is_valid() else None
    what = draft.get("1", {})
    return {
        "what": what,
        "theme": dict(Theme.choices).get(what.get("theme", ""), ""),
        "who": draft.get("3", {}),
        "place": place.place_label if place else "",
        "looks_for_place": bool(draft.get("2", {}).get("looks_for_place")),
        "map": place_map(what.get("title", ""), place.geometry) if place else None,
    }


def _typed(form: PublicForm, request: HttpRequest) -> dict[str, str]:
    """Return the texts of a step, each as long as its field takes at most and a bit, so that the error can be shown."""
    return {
        name: request.POST.get(name, "")[: (getattr(field, "max_length", None) or 200) + 200]
        for name, field in form.fields.items()
        if name not in ("website", "sinds", "photos")
    }


def _filled(step: int, draft: Draft, request: HttpRequest, *, bound: bool = False) -> PublicForm:
    """Return the form of a step with what the draft holds; bound (and so checked) where asked."""
    known = draft.get(str(step), {})
    since = {"website": "", "sinds": request.POST.get("sinds", "")}
    if bound:
        return STEPS[step - 1](known | since)
    form = STEPS[step - 1](initial=known)
    form.carried = since["sinds"]
    return form


def _draft(text: str) -> Draft:
    """Return the draft that a form carried; empty where it is not ours, or a week old."""
    try:
        draft: Draft = signing.loads(text, salt=SALT, max_age=LONGEST_DRAFT_S)
    except signing.BadSignature:
        return {}
    return draft


def _step(text: str) -> int:
    return int(text) if text in {str(step) for step in range(1, len(STEPS) + 1)} else 1


def _refused(request: HttpRequest, message: str, *, status: int) -> HttpResponse:
    context = {"section": "initiatieven", "refusal": message}
    return render(request, "web/initiatives/refused.html", context, status=status)
