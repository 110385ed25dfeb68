"""A scenario sent to the owners: each answers for its own works, and what all agree on is applied."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Self

import pghistory
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from geo.text import in_readers_language
from planning.coordination.models.scenarios import Scenario
from planning.partners.models import Organisation
from planning.partners.permissions import rights_of
from planning.partners.viewers import Scope
from planning.works.models import Work

if TYPE_CHECKING:
    from collections.abc import Collection

    from planning.partners.models import User
    from planning.partners.viewers import Viewer


class ProposalQuerySet(models.QuerySet["Proposal"]):
    """Selections of proposals in the domain's words."""

    def visible_to(self, viewer: Viewer) -> Self:
        """Keep those that the viewer's organisations sent or are asked by."""
        rights = rights_of(viewer, Scope.PROPOSALS_READ)
        return self if rights.everything else self.concerning(rights.member_of)

    def concerning(self, organisations: Collection[int]) -> Self:
        """Keep those that one of these organisations sent or is asked by."""
        asked = ProposalPart.objects.filter(proposal=OuterRef("pk"), owner__in=organisations)
        return self.filter(Q(sender__in=organisations) | Exists(asked))

    def needing_answer_of(self, organisations: Collection[int]) -> Self:
        """Keep the open ones that wait for one of these organisations.

        An owner is waited for while an item of it is unanswered; the sender, while a counter of others is.
        """
        items = ProposalItem.objects.filter(part__proposal=OuterRef("pk"), applied_at__isnull=True)
        own = items.filter(answer=ProposalItem.Answer.OPEN, part__owner__in=organisations)
        counters = items.filter(answer=ProposalItem.Answer.COUNTERED, agreed_at__isnull=True)
        return self.filter(Exists(own) | Q(sender__in=organisations) & Exists(counters), state=Proposal.State.OPEN)


@pghistory.track(exclude=["figures"])
class Proposal(models.Model):
    """Other dates for works of several owners, with why; applied only as far as the owners accept them."""

    class State(models.TextChoices):
        OPEN = "open", _("loopt")
        DONE = "done", _("afgerond")
        WITHDRAWN = "withdrawn", _("ingetrokken")
        EXPIRED = "expired", _("verlopen")

    class Origin(models.TextChoices):
        SCENARIO = "scenario", _("een scenario")
        SLIP = "slip", _("uitloop")

    scenario = models.ForeignKey(
        Scenario,
        verbose_name=_("scenario"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="proposals",
    )
    origin = models.CharField(_("komt van"), max_length=8, choices=Origin.choices, default=Origin.SCENARIO)
    sender = models.ForeignKey(
        Organisation, verbose_name=_("van"), on_delete=models.PROTECT, related_name="proposals_sent"
    )
    sent_by = models.ForeignKey(
        "partners.User", verbose_name=_("gestuurd door"), on_delete=models.SET_NULL, null=True, blank=True
    )
    sent_at = models.DateTimeField(_("gestuurd"), auto_now_add=True)
    title = models.CharField(_("titel"), max_length=120)
    message = models.TextField(_("waarom"), blank=True)
    expires_on = models.DateField(_("antwoord voor"), help_text=_("Op deze dag vervalt wat nog open staat."))
    state = models.CharField(_("stand"), max_length=9, choices=State.choices, default=State.OPEN)
    closed_at = models.DateTimeField(_("gesloten"), null=True, blank=True)
    close_reason = models.TextField(_("reden van sluiten"), blank=True)
    figures = models.JSONField(_("wat het wint"), default=dict)

    objects = ProposalQuerySet.as_manager()

    class Meta:
        verbose_name = _("voorstel")
        verbose_name_plural = _("voorstellen")
        ordering = ["-sent_at", "-pk"]
        indexes = [models.Index(fields=["state", "expires_on"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["open", "done", "withdrawn", "expired"]), name="proposal_state_is_known"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Return the address of its page."""
        return reverse("voorstel", args=[self.pk])


@pghistory.track()
class ProposalPart(models.Model):
    """What a proposal asks of one owner."""

    proposal = models.ForeignKey(Proposal, verbose_name=_("voorstel"), on_delete=models.CASCADE, related_name="parts")
    owner = models.ForeignKey(
        Organisation, verbose_name=_("eigenaar"), on_delete=models.PROTECT, related_name="proposal_parts"
    )
    seen_at = models.DateTimeField(_("gezien"), null=True, blank=True)

    class Meta:
        verbose_name = _("deel van een voorstel")
        verbose_name_plural = _("delen van een voorstel")
        ordering = ["owner__name"]
        constraints = [models.UniqueConstraint(fields=["proposal", "owner"], name="proposal_asks_an_owner_once")]

    def __str__(self) -> str:
        return f"{self.proposal} · {self.owner}"


@pghistory.track()
class ProposalItem(models.Model):
    """Other dates for one work, as the engine counts ``[start, finish)``, and what its owner says of them.

    ``version`` and the old dates are those the proposal was made on; a work that has another version since is
    never overwritten. ``applied_version`` is the version that applying made, so that it can be undone while it is
    still that.
    """

    class Answer(models.TextChoices):
        OPEN = "open", _("nog geen antwoord")
        ACCEPTED = "accepted", _("akkoord")
        COUNTERED = "countered", _("andere data")
        DECLINED = "declined", _("niet akkoord")

    part = models.ForeignKey(ProposalPart, verbose_name=_("deel"), on_delete=models.CASCADE, related_name="items")
    work = models.ForeignKey(Work, verbose_name=_("werk"), on_delete=models.CASCADE, related_name="proposal_items")
    version = models.PositiveIntegerField(_("versie van het werk"))
    old_start = models.DateField(_("begin nu"))
    old_finish = models.DateField(_("einde nu"))
    new_start = models.DateField(_("nieuw begin"))
    new_finish = models.DateField(_("nieuw einde"))
    reason_nl = models.TextField(_("waarom"), blank=True)
    reason_en = models.TextField(_("waarom, in het Engels"), blank=True)
    answer = models.CharField(_("antwoord"), max_length=9, choices=Answer.choices, default=Answer.OPEN)
    answer_reason = models.TextField(_("reden van het antwoord"), blank=True)
    answered_at = models.DateTimeField(_("beantwoord"), null=True, blank=True)
    answered_by = models.ForeignKey(
        "partners.User", verbose_name=_("beantwoord door"), on_delete=models.SET_NULL, null=True, blank=True
    )
    counter_start = models.DateField(_("begin van het tegenvoorstel"), null=True, blank=True)
    counter_finish = models.DateField(_("einde van het tegenvoorstel"), null=True, blank=True)
    agreed_at = models.DateTimeField(_("tegenvoorstel goedgevonden"), null=True, blank=True)
    reopened_because = models.TextField(_("opnieuw gevraagd, omdat"), blank=True)
    applied_at = models.DateTimeField(_("doorgevoerd"), null=True, blank=True)
    applied_version = models.PositiveIntegerField(_("versie na doorvoeren"), null=True, blank=True)

    class Meta:
        verbose_name = _("werk in een voorstel")
        verbose_name_plural = _("werken in een voorstel")
        ordering = ["new_start", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["part", "work"], name="proposal_dates_a_work_once"),
            models.CheckConstraint(condition=Q(new_start__lt=F("new_finish")), name="proposal_dates_are_ordered"),
            models.CheckConstraint(
                condition=Q(answer__in=["open", "accepted", "countered", "declined"]), name="answer_is_known"
            ),
            models.CheckConstraint(
                condition=~Q(answer="countered")
                | Q(counter_start__isnull=False, counter_finish__isnull=False, counter_start__lt=F("counter_finish")),
                name="counter_has_ordered_dates",
            ),
            models.CheckConstraint(
                condition=~Q(answer="declined") | ~Q(answer_reason=""), name="declining_has_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.work} · {self.get_answer_display()}"

    @property
    def reason(self) -> str:
        """Return why these dates, in the language of the page."""
        return in_readers_language(self.reason_nl, self.reason_en)

    @property
    def agreed_dates(self) -> tuple[dt.date, dt.date]:
        """Return the dates the work gets as the answers stand; the old ones where it was declined."""
        if self.answer == self.Answer.DECLINED:
            return self.old_start, self.old_finish
        if self.answer == self.Answer.COUNTERED and self.counter_start and self.counter_finish:
            return self.counter_start, self.counter_finish
        return self.new_start, self.new_finish

    @property
    def is_settled(self) -> bool:
        """Whether nobody need say anything more of it: its owner has, and the sender of a counter."""
        if self.answer == self.Answer.COUNTERED:
            return self.agreed_at is not None
        return self.answer != self.Answer.OPEN

    def give_answer(self, given: Answer, reason: str, by: User | None) -> None:
        """Put an answer on it; the caller saves."""
        self.answer, self.answer_reason, self.answered_by = given, reason, by
        self.answered_at, self.reopened_because = timezone.now(), ""

    def ask_again(self, because: str) -> None:
        """Open it anew, saying why, and save; what its owner had said stands in the history."""
        self.answer, self.answer_reason, self.agreed_at = self.Answer.OPEN, "", None
        self.counter_start = self.counter_finish = None
        self.reopened_because = because
        self.save()
