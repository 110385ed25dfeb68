"""Other dates that somebody considers, and the searches that look for better ones; nothing here touches a work."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

import pghistory
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from geo.models import Wijk
from planning.partners.models import Organisation
from planning.partners.viewers import Scope
from planning.partners.visibility import Visibility, visible_to
from planning.works.models import Work

if TYPE_CHECKING:
    from planning.partners.viewers import Viewer


class ScenarioQuerySet(models.QuerySet["Scenario"]):
    """Selections of scenarios in the domain's words."""

    def visible_to(self, viewer: Viewer) -> Self:
        """Keep those of the viewer's own organisations, and what others share with the partners."""
        return self.filter(visible_to(viewer, scope=Scope.PROPOSALS_READ))


@pghistory.track()
class Scenario(models.Model):
    """A set of other dates for some works, made by hand or by a search; never applied by itself."""

    class Audience(models.TextChoices):
        """For whose eyes it is; never the public's."""

        INTERNAL = Visibility.INTERNAL.value, _("alleen de eigen organisatie")
        PARTNERS = Visibility.PARTNERS.value, _("alle partners")

    owner = models.ForeignKey(Organisation, verbose_name=_("van"), on_delete=models.CASCADE, related_name="scenarios")
    name = models.CharField(_("naam"), max_length=120)
    note = models.TextField(_("toelichting"), blank=True)
    wijk = models.ForeignKey(
        Wijk, verbose_name=_("wijk"), on_delete=models.SET_NULL, null=True, blank=True, related_name="scenarios"
    )
    visibility = models.CharField(
        _("zichtbaar voor"), max_length=8, choices=Audience.choices, default=Audience.INTERNAL
    )
    slip = models.ForeignKey(
        "coordination.Happening",
        verbose_name=_("herstelt uitloop"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="repairs",
    )
    made_by = models.ForeignKey(
        "partners.User", verbose_name=_("gemaakt door"), on_delete=models.SET_NULL, null=True, blank=True
    )
    made_at = models.DateTimeField(_("gemaakt"), auto_now_add=True)
    changed_at = models.DateTimeField(_("gewijzigd"), auto_now=True)

    objects = ScenarioQuerySet.as_manager()

    class Meta:
        verbose_name = _("scenario")
        verbose_name_plural = _("scenario's")
        ordering = ["-changed_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(visibility__in=["internal", "partners"]), name="scenario_is_never_public"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Return the address of its page."""
        return reverse("scenario", args=[self.pk])


@pghistory.track()
class ScenarioDate(models.Model):
    """The period of one work in a scenario, as the engine counts: ``[start, finish)``.

    Pinned, a search leaves it there. A pinned row with the work's present dates holds the work where it is.
    """

    scenario = models.ForeignKey(Scenario, verbose_name=_("scenario"), on_delete=models.CASCADE, related_name="dates")
    work = models.ForeignKey(Work, verbose_name=_("werk"), on_delete=models.CASCADE, related_name="scenario_dates")
    start = models.DateField(_("begin"))
    finish = models.DateField(_("einde"), help_text=_("De eerste dag waarop het werk klaar is."))
    pinned = models.BooleanField(_("vastgezet"), default=False)
    why_nl = models.TextField(_("waarom"), blank=True)
    why_en = models.TextField(_("waarom, in het Engels"), blank=True)

    class Meta:
        verbose_name = _("datum in een scenario")
        verbose_name_plural = _("data in een scenario")
        ordering = ["start", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["scenario", "work"], name="scenario_dates_a_work_once"),
            models.CheckConstraint(condition=Q(start__lt=F("finish")), name="scenario_date_is_ordered"),
        ]

    def __str__(self) -> str:
        return f"{self.work} · {self.start:%d-%m-%Y}"


@pghistory.track(exclude=["heard_at", "progress", "figures", "dates", "log"])
class SequenceSearch(models.Model):
    """One search for a better sequence, run in the background; what it found so far can be read while it runs.

    ``attempt`` counts how often a worker took it up, so that one that was given up for lost can write no more.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("wacht op een plek")
        RUNNING = "running", _("zoekt")
        DONE = "done", _("klaar")
        STOPPED = "stopped", _("gestopt")
        FAILED = "failed", _("mislukt")

    ENDED = frozenset({State.DONE, State.STOPPED, State.FAILED})

    scenario = models.ForeignKey(
        Scenario, verbose_name=_("scenario"), on_delete=models.CASCADE, related_name="searches"
    )
    asked_by = models.ForeignKey(
        "partners.User", verbose_name=_("gevraagd door"), on_delete=models.SET_NULL, null=True, blank=True
    )
    asked_at = models.DateTimeField(_("gevraagd"), auto_now_add=True)
    options = models.JSONField(_("opdracht"), default=dict)
    state = models.CharField(_("stand"), max_length=8, choices=State.choices, default=State.WAITING)
    job_id = models.BigIntegerField(_("taak"), null=True, blank=True, db_index=True)
    attempt = models.PositiveSmallIntegerField(_("poging"), default=0)
    started_at = models.DateTimeField(_("begonnen"), null=True, blank=True)
    heard_at = models.DateTimeField(_("laatst gehoord"), null=True, blank=True)
    finished_at = models.DateTimeField(_("klaar"), null=True, blank=True)
    reason = models.TextField(_("reden"), blank=True)
    progress = models.JSONField(_("voortgang"), default=dict)
    figures = models.JSONField(_("cijfers"), default=dict)
    dates = models.JSONField(_("beste data tot nu toe"), default=dict)
    log = models.JSONField(_("verloop"), default=list)

    class Meta:
        verbose_name = _("zoektocht")
        verbose_name_plural = _("zoektochten")
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "running", "done", "stopped", "failed"]),
                name="search_state_is_known",
            ),
            # Two searches of one scenario would write over each other.
            models.UniqueConstraint(
                fields=["scenario"],
                condition=Q(state__in=["waiting", "running"]),
                name="one_search_at_a_time_per_scenario",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.scenario} · {self.get_state_display()}"

    @property
    def has_ended(self) -> bool:
        """Whether nothing more will come of it."""
        return self.state in self.ENDED
