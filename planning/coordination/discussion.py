"""Findings talked over: each partner assesses, remarks and takes up; a changed work opens what was settled."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import pghistory
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from planning.coordination import events
from planning.coordination.models import Assessment, Assignment, Finding, FindingQuerySet, Happening, Remark
from planning.partners.models import Organisation, User
from planning.partners.permissions import rights_of
from planning.partners.viewers import Scope
from planning.partners.visibility import Visibility

if TYPE_CHECKING:
    from planning.partners.viewers import Viewer

State = Assessment.State
LONGEST_REMARK: Final = 2000
LONGEST_REASON: Final = 500


def parties_of(finding: Finding) -> frozenset[int]:
    """Return the organisations (identities) whose works a finding is about; they are the ones to assess it."""
    return frozenset(finding.works.order_by().values_list("owner_id", flat=True))


def may_assess_for(viewer: Viewer, finding: Finding) -> list[Organisation]:
    """Return the organisations for which ``viewer`` may assess ``finding``, by name."""
    rights = rights_of(viewer, Scope.FINDINGS_WRITE)
    parties = parties_of(finding)
    allowed = parties if rights.everything else parties & rights.edits_for
    return list(Organisation.objects.filter(pk__in=allowed).order_by("name"))


def may_speak_for(viewer: Viewer) -> list[Organisation]:
    """Return the organisations in whose name ``viewer`` may remark on findings and take them up, by name."""
    rights = rights_of(viewer, Scope.FINDINGS_WRITE)
    everyone = Organisation.objects.order_by("name")
    return list(everyone if rights.everything else everyone.filter(pk__in=rights.edits_for))


@transaction.atomic
def assess(viewer: Viewer, finding: Finding, organisation: Organisation, state: str, reason: str = "") -> Assessment:
    """Keep what ``organisation`` says of ``finding``, and tell the others it is about.

    Raises
    ------
    PermissionDenied
        Where ``viewer`` may not speak for it, or the finding is not about its works.
    ValidationError
        Where it is dismissed without a reason, or the state is none.
    """
    if organisation not in may_assess_for(viewer, finding):
        raise PermissionDenied
    reason = reason.strip()
    if state not in State.values:
        raise ValidationError({"state": _("Kies open, mee eens of terzijde gelegd.")})
    if state == State.DISMISSED and not reason:
        raise ValidationError({"reason": _("Schrijf waarom u deze bevinding terzijde legt; de anderen lezen dat.")})
    if len(reason) > LONGEST_REASON:
        raise ValidationError({"reason": _("Houd de reden onder de %(n)s tekens.") % {"n": LONGEST_REASON}})
    with pghistory.context(reason=reason):
        # One row per organisation, whoever of it comes first.
        assessment, _made = Assessment.objects.select_for_update().get_or_create(
            finding=finding, organisation=organisation
        )
        assessment.state, assessment.reason, assessment.reopened = state, reason, False
        assessment.by = viewer if isinstance(viewer, User) else None
        assessment.save()
    label = str(State(state).label)
    _tell(
        Happening.Kind.ASSESSED, finding, viewer, organisation,
        (
            f"{organisation.name} vindt van een bevinding: {label}.{f' “{reason}”' if reason else ''}",
            f"{organisation.name} assessed a finding: {state}.{f' “{reason}”' if reason else ''}",
        ),
    )  # fmt: skip
    return assessment


@transaction.atomic
def remark(viewer: Viewer, finding: Finding, organisation: Organisation, text: str) -> Remark:
    """Keep a remark in the name of ``organisation``; raises PermissionDenied and ValidationError."""
    if organisation not in may_speak_for(viewer):
        raise PermissionDenied
    text = text.replace("\x00", "").strip()
    if not text:
        raise ValidationError({"text": _("Schrijf eerst iets.")})
    if len(text) > LONGEST_REMARK:
        raise ValidationError({"text": _("Houd de opmerking onder de %(n)s tekens.") % {"n": LONGEST_REMARK}})
    kept = Remark.objects.create(
        finding=finding, organisation=organisation, by=viewer if isinstance(viewer, User) else None, text=text
    )
    short = text if len(text) <= 140 else text[:139] + "…"
    _tell(
        Happening.Kind.REMARKED, finding, viewer, organisation,
        (f"{organisation.name} schrijft bij een bevinding: “{short}”", f"{organisation.name} wrote: “{short}”"),
    )  # fmt: skip
    return kept


@transaction.atomic
def assign(
    viewer: Viewer, finding: Finding, speaker: Organisation, to: Organisation | None, due: dt.date | None
) -> Assignment | None:
    """Say which organisation takes ``finding`` up and by when; nobody where ``to`` is None.

    Raises
    ------
    PermissionDenied
        Where ``viewer`` may not act for ``speaker``.
    ValidationError
        Where the finding is not about works of ``to``.
    """
    if speaker not in may_speak_for(viewer):
        raise PermissionDenied
    if to is None:
        Assignment.objects.filter(finding=finding).delete()
        return None
    if to.pk not in parties_of(finding):
        raise ValidationError({"to": _("Kies een organisatie waarvan een werk bij deze bevinding hoort.")})
    assignment, _made = Assignment.objects.update_or_create(
        finding=finding,
        defaults={"organisation": to, "due": due, "by": viewer if isinstance(viewer, User) else None},
    )
    until = (f", uiterlijk {due:%d-%m-%Y}", f", by {due:%d-%m-%Y}") if due else ("", "")
    _tell(
        Happening.Kind.ASSIGNED, finding, viewer, speaker,
        (f"{to.name} pakt een bevinding op{until[0]}.", f"{to.name} takes a finding up{until[1]}."),
    )  # fmt: skip
    return assignment


def reopen(findings: Collection[int]) -> int:
    """Open again what was settled of findings whose works changed; return how many assessments that were."""
    settled = (
        Assessment.objects.filter(finding__in=findings)
        .exclude(state=State.OPEN)
        .select_related("organisation", "finding")
    )
    reopened = 0
    # A context of its own would take the place of why the work changed: contexts within each other are one.
    for assessment in settled.select_for_update(of=("self",)):
        assessment.state, assessment.reopened, assessment.by = State.OPEN, True, None
        assessment.save()
        reopened += 1
        _tell(
            Happening.Kind.FINDING_REOPENED, assessment.finding, None, None,
            (
                f"Een werk is veranderd; het oordeel van {assessment.organisation.name} staat weer open.",
                f"A work changed; what {assessment.organisation.name} thought of it is open again.",
            ),
        )  # fmt: skip
    return reopened


def _tell(
    kind: Happening.Kind, finding: Finding, viewer: Viewer, organisation: Organisation | None, said: tuple[str, str]
) -> None:
    works = list(finding.works.order_by().values_list("pk", "owner_id", "visibility"))
    # The sentence names the works: it goes only to those who may see all of them.
    hidden = {owner for _pk, owner, visibility in works if visibility == Visibility.INTERNAL}
    told = [owner for _pk, owner, _visibility in works if hidden <= {owner}]
    events.record(
        kind,
        (f"{said[0]} ({finding.sentence_nl})", f"{said[1]} ({finding.sentence_en})"),
        by=viewer,
        organisation=organisation.pk if organisation else None,
        touches=told,
        works=[pk for pk, _owner, _visibility in works],
        facts={"finding": finding.pk},
    )


@dataclass(frozen=True)
class Choice:
    """Which findings are looked at; empty parts choose nothing away.

    ``state`` is what ``organisation`` says of them: open, agreed or dismissed; ``late`` keeps what should be taken up
    by now and is not resolved.
    """

    organisation: int | None = None
    state: str = ""
    wijk: str = ""
    rule: str = ""
    severity: int | None = None
    assigned_to: int | None = None
    late: bool = False

    def select(self, viewer: Viewer, today: dt.date) -> FindingQuerySet:
        """Return the findings that ``viewer`` may see and that are chosen, worst first."""
        findings = Finding.objects.visible_to(viewer).current().worst_first()
        if self.organisation is not None:
            about = Finding.works.through.objects.filter(finding=OuterRef("pk"), work__owner=self.organisation)
            findings = findings.filter(Exists(about))
            if self.state:
                findings = findings.filter(_said(self.organisation, self.state))
        if self.wijk:
            findings = findings.filter(wijk__slug=self.wijk)
        if self.rule:
            findings = findings.filter(rule=self.rule)
        if self.severity is not None:
            findings = findings.filter(severity=self.severity)
        if self.assigned_to is not None:
            findings = findings.filter(assignment__organisation=self.assigned_to)
        if self.late:
            findings = findings.filter(assignment__due__lt=today)
        return findings


def _said(organisation: int, state: str) -> Q:
    said = Assessment.objects.filter(finding=OuterRef("pk"), organisation=organisation)
    if state == State.OPEN:
        return Q(~Exists(said.exclude(state=State.OPEN)))
    return Q(Exists(said.filter(state=state)))


@dataclass(frozen=True)
class Tally:
    """How many findings are about an organisation's works, and what it says of them."""

    organisation: Organisation
    all: int
    open: int
    agreed: int
    dismissed: int


def counts(viewer: Viewer) -> list[Tally]:
    """Return the counts of every organisation that a finding is about, by name; a fixed number of queries."""
    findings = Finding.objects.visible_to(viewer).current().order_by()
    pairs = set(findings.values_list("pk", "works__owner"))
    ids = {pk for pk, _owner in pairs}
    said = {
        (finding, organisation): state
        for finding, organisation, state in Assessment.objects.filter(finding__in=ids).values_list(
            "finding", "organisation", "state"
        )
    }
    organisations = {each.pk: each for each in Organisation.objects.filter(pk__in={owner for _pk, owner in pairs})}
    totals: dict[int, dict[str, int]] = {pk: dict.fromkeys(State.values, 0) for pk in organisations}
    for pk, owner in pairs:
        totals[owner][said.get((pk, owner), State.OPEN)] += 1
    return [
        Tally(organisation, sum(total.values()), total[State.OPEN], total[State.AGREED], total[State.DISMISSED])
        for organisation, total in sorted(
            ((organisations[pk], total) for pk, total in totals.items()), key=lambda pair: pair[0].name
        )
    ]


def history(finding: Finding) -> list[Any]:
    """Return what happened with a finding, newest first."""
    return list(
        Happening.objects.filter(facts__finding=finding.pk).select_related("by", "organisation").order_by("-at", "-pk")
    )
