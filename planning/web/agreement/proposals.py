"""Proposals: what waits for me, what we sent, and one proposal with its answers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from geo.parameters import whole_number
from planning.coordination.checking import ImpossibleDates
from planning.coordination.models import Proposal, ProposalItem, Scenario
from planning.coordination.present import plan_seen_by
from planning.coordination.proposals.answering import ProposalClosed, UnfoundedAnswer, agree, answer, refuse_counter
from planning.coordination.proposals.applying import Settled, undo
from planning.coordination.proposals.closing import refresh, withdraw
from planning.coordination.proposals.content import note_seen, proposal_content
from planning.coordination.proposals.previewing import preview_answers, preview_sending
from planning.coordination.proposals.reading import answers_for, with_items_seen_by
from planning.coordination.proposals.sending import Letter, NothingToPropose, send_proposal
from planning.coordination.rescheduling import ChangedMeanwhile
from planning.coordination.scenarios import lay_over, moved_works
from planning.partners.models import Organisation
from planning.partners.permissions import organisations_of
from planning.partners.viewers import Scope
from planning.web.agreement.answers import AnswerErrors, read_answers
from planning.web.agreement.bars import year_axis
from planning.web.agreement.forms import LetterForm
from planning.web.agreement.moments import moment_maps
from planning.web.files import list_files
from planning.web.partner_pages import partner_page

PER_PAGE: Final = 20


@require_safe
@partner_page
def proposals(request: HttpRequest) -> HttpResponse:
    """Show the proposals that wait for the reader, those that run, and those that are over."""
    visible = Proposal.objects.visible_to(request.user)
    asked = _answering(request)
    waiting = visible.needing_answer_of(asked)
    running = visible.filter(state=Proposal.State.OPEN).exclude(pk__in=waiting.values("pk"))
    over = Paginator(_with_items(request, visible.exclude(state=Proposal.State.OPEN)), PER_PAGE)
    page = over.get_page(request.GET.get("bladzijde"))
    own = organisations_of(request.user, Scope.PROPOSALS_READ)
    context = {
        "section": "voorstellen",
        "sections": [
            (_("Wacht op u"), "wacht", [_card(each, own) for each in _with_items(request, waiting)],
             _("Er wacht niets op uw antwoord.")),
            (_("Loopt"), "loopt", [_card(each, own) for each in _with_items(request, running)],
             _("Er loopt verder geen voorstel.")),
            (_("Afgerond"), "af", [_card(each, own) for each in page], _("Er is nog geen voorstel afgerond.")),
        ],
        "page": page,
        "files": list_files("voorstellen"),
    }  # fmt: skip
    return render(request, "web/agreement/proposals.html", context)


@require_POST
@partner_page
def send(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what sending a scenario as a proposal would do; send it once that was confirmed."""
    scenario: Scenario = get_object_or_404(Scenario.objects.visible_to(request.user), pk=pk)
    form = LetterForm(request.user, request.POST)
    present = plan_seen_by(request.user)
    dates = moved_works(lay_over(scenario, present).plan, present)
    if form.is_valid():
        given = form.cleaned_data
        letter = Letter(given["titel"], given["waarom"], given["antwoord"], _origin(scenario))
        try:
            if request.POST.get("bevestigd") == "1":
                sent = send_proposal(request.user, form.owner.pk, letter, dates, scenario)
                messages.success(request, _("Het voorstel is verstuurd; de eigenaren zien het."))
                return redirect(sent)
            preview = preview_sending(request.user, form.owner.pk, letter, dates, scenario)
            context = {"section": "voorstellen", "scenario": scenario, "form": form, "preview": preview}
            return render(request, "web/agreement/sending.html", context)
        except NothingToPropose:
            form.add_error(None, _("Dit scenario geeft geen enkel werk andere data dan het nu heeft."))
        except ImpossibleDates as error:
            form.add_error(None, str(error))
    context = {"section": "voorstellen", "scenario": scenario, "form": form, "preview": None}
    return render(request, "web/agreement/sending.html", context, status=HTTPStatus.BAD_REQUEST)


@require_safe
@partner_page
def proposal(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one proposal."""
    found = _visible(request, pk)
    note_seen(found, request.user)
    return _page(request, found)


@require_POST
@partner_page
def give_answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what answers would lead to; give them once that was confirmed."""
    found = _visible(request, pk)
    content = proposal_content(found, plan_seen_by(request.user), request.user)
    said, errors = read_answers(request.POST, content.to_answer)
    if errors or not said:
        if not said and not errors:
            messages.error(request, _("Geef bij minstens één werk een antwoord."))
        return _page(request, found, HTTPStatus.BAD_REQUEST, errors, request.POST)
    try:
        if request.POST.get("bevestigd") == "1":
            _told(request, answer(found, said, request.user))
            return redirect(found)
        preview = preview_answers(found, said, request.user)
    except UnfoundedAnswer as error:
        return _page(request, found, HTTPStatus.BAD_REQUEST, {error.item: str(error)}, request.POST)
    except ProposalClosed as error:
        messages.error(request, str(error))
        return redirect(found)
    by_pk = {view.item.pk: view.item for view in content.to_answer}
    context = {
        "section": "voorstellen",
        "proposal": found,
        "preview": preview,
        "answers": [(by_pk[each.item], each, ProposalItem.Answer(each.answer).label) for each in said],
        "sent": [(name, value) for name in request.POST if name not in ("csrfmiddlewaretoken", "bevestigd")
                 for value in request.POST.getlist(name)],
    }  # fmt: skip
    return render(request, "web/agreement/answering.html", context)


@require_POST
@partner_page
def counters(request: HttpRequest, pk: int) -> HttpResponse:
    """Let the sender agree to a counter, or ask for the first dates after all."""
    item = _number(request.POST.get("werk", ""))

    def act(found: Proposal) -> None:
        if request.POST.get("wat") == "niet":
            refuse_counter(found, [item], request.POST.get("reden", "")[:2000], request.user)
            messages.success(request, _("De eerste data zijn opnieuw gevraagd."))
        else:
            _told(request, agree(found, [item], request.user))

    return _act(request, pk, act)


@require_POST
@partner_page
def withdrawn(request: HttpRequest, pk: int) -> HttpResponse:
    """Withdraw a proposal."""

    def act(found: Proposal) -> None:
        withdraw(found, request.POST.get("reden", "")[:2000], request.user)
        messages.success(request, _("Het voorstel is ingetrokken."))

    return _act(request, pk, act)


@require_POST
@partner_page
def refreshed(request: HttpRequest, pk: int) -> HttpResponse:
    """Bring a proposal up to date with works that changed meanwhile."""

    def act(found: Proposal) -> None:
        if refresh(found, request.user):
            messages.success(request, _("Bijgewerkt naar de planning van nu. Wie ervan afhangt, antwoordt opnieuw."))
        else:
            messages.info(request, _("Er was niets gewijzigd."))

    return _act(request, pk, act)


@require_POST
@partner_page
def taken_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back what was applied of own works."""

    def act(found: Proposal) -> None:
        items = undo(found, request.user)
        said = ngettext("%(n)s werk heeft zijn vorige data terug.", "%(n)s werken hebben hun vorige data terug.",
                        len(items))  # fmt: skip
        messages.success(request, said % {"n": len(items)})

    return _act(request, pk, act)


def _act(request: HttpRequest, pk: int, act: Callable[[Proposal], None]) -> HttpResponse:
    """Do something with a proposal; what stands in the way is said on its page."""
    found = _visible(request, pk)
    try:
        act(found)
    except (ProposalClosed, UnfoundedAnswer, ImpossibleDates) as error:
        messages.error(request, str(error))
    except ChangedMeanwhile as error:
        names = ", ".join(conflict.work.name for conflict in error.conflicts)
        messages.error(
            request,
            _("Intussen gewijzigd, en daarom niet overschreven: %(names)s. Er is niets gedaan.") % {"names": names},
        )
    return redirect(found)


def _told(request: HttpRequest, settled: Settled) -> None:
    """Say what an answer led to."""
    count = len(settled.applied)
    if count:
        said = ngettext("Iedereen is akkoord: %(n)s werk heeft nu andere data.",
                        "Iedereen is akkoord: %(n)s werken hebben nu andere data.", count)  # fmt: skip
        messages.success(request, said % {"n": count})
    elif not settled.changed_meanwhile:
        messages.success(request, _("Bewaard. Er verandert nog niets: anderen van wie het afhangt, antwoorden nog."))
    if settled.changed_meanwhile:
        names = ", ".join(item.work.name for item in settled.changed_meanwhile)
        messages.error(
            request,
            _("Niet doorgevoerd, want intussen gewijzigd: %(names)s. Werk het voorstel bij.") % {"names": names},
        )


def _page(
    request: HttpRequest,
    found: Proposal,
    status: int = HTTPStatus.OK,
    errors: AnswerErrors | None = None,
    sent: Mapping[str, Any] | None = None,
) -> HttpResponse:
    present = plan_seen_by(request.user)
    content = proposal_content(found, present, request.user)
    maps = moment_maps(present, request.user, [_("Zoals voorgesteld")], [content.dates], request.GET.get("kaart", ""))
    axis = year_axis(
        period
        for part in [*content.own, *content.others]
        for view in part.items
        for period in ((view.item.old_start, view.item.old_finish), view.item.agreed_dates,
                       (view.item.new_start, view.item.new_finish))
    )  # fmt: skip
    bars = {
        view.item.pk: (
            axis.bar((view.item.old_start, view.item.old_finish)), axis.bar((view.item.new_start, view.item.new_finish))
        )
        for part in [*content.own, *content.others]
        for view in part.items
    }  # fmt: skip
    context = {
        "section": "voorstellen",
        "files": list_files("voorstellen", f"voorstel={found.pk}"),
        "proposal": found,
        "content": content,
        "bars": bars,
        "years": axis.years,
        "heads": [_("nu"), _("straks")],
        "maps": maps,
        "map_data": maps.data() if maps else None,
        "errors": errors or {},
        "sent": sent or {},
        "days_left": (found.expires_on - dt.date.today()).days,
    }
    return render(request, "web/agreement/proposal.html", context, status=status)


def _card(found: Proposal, own: frozenset[int]) -> dict[str, Any]:
    items = [item for part in found.parts.all() for item in part.items.all()]
    return {
        "proposal": found,
        "owners": [part.owner.name for part in found.parts.all()],
        "answered": sum(item.answer != ProposalItem.Answer.OPEN for item in items),
        "applied": sum(item.applied_at is not None for item in items),
        "asked": len(items),
        "mine": sum(item.part.owner_id in own for item in items),
        "ours": found.sender_id in own,
    }


def _answering(request: HttpRequest) -> Sequence[int]:
    own = answers_for(request.user)
    return list(Organisation.objects.values_list("pk", flat=True)) if own is None else sorted(own)


def _with_items(request: HttpRequest, found: QuerySet[Proposal]) -> QuerySet[Proposal]:
    return with_items_seen_by(found, request.user)


def _visible(request: HttpRequest, pk: int) -> Proposal:
    found: Proposal = get_object_or_404(_with_items(request, Proposal.objects.visible_to(request.user)), pk=pk)
    return found


def _origin(scenario: Scenario) -> Proposal.Origin:
    return Proposal.Origin.SLIP if scenario.slip_id else Proposal.Origin.SCENARIO


def _number(text: str) -> int:
    number = whole_number(text)
    if number is None:
        raise PermissionDenied
    return number
