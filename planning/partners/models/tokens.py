"""Tokens: what lets programs of an organisation in."""

from __future__ import annotations

import datetime as dt
import re
from typing import ClassVar, Final

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework_api_key.models import AbstractAPIKey, APIKeyManager

from planning.partners.models.people import Organisation, User
from planning.partners.viewers import Program, Scope

LONGEST_DAYS: Final = 730
"""How long a token can work; nobody remembers one for longer than two years."""


class TokenManager(APIKeyManager["Token"]):
    """Tokens as they are given away and recognised."""

    _shape: Final = re.compile(r"[A-Za-z0-9]{8}\.[A-Za-z0-9]{32}")

    def issue(
        self, organisation: Organisation, name: str, scopes: list[Scope], *, by: User | None, days: int
    ) -> tuple[Token, str]:
        """Return a new token and its text, which is kept nowhere: who loses it asks for another one.

        Parameters
        ----------
        organisation, name
            On whose behalf programs act with it, and what it is for.
        scopes
            What it lets them do; whether ``by`` may give that away, ``scopes_granted_by`` says.
        by
            Who gives it away, None where the machine's administrator does.
        days
            How long it works, at most ``LONGEST_DAYS``.
        """
        until = timezone.now() + dt.timedelta(days=days)
        token = self.model(organisation=organisation, name=name, scopes=sorted(scopes), made_by=by, expiry_date=until)
        text, token.prefix, token.hashed_key = self.key_generator.generate()
        token.save()
        return token, text

    def usable(self) -> models.QuerySet[Token]:
        """Return the tokens that still work."""
        return self.filter(expiry_date__gt=timezone.now(), revoked=False)

    def recognise(self, text: str) -> Token | None:
        """Return the token that was given away as ``text``; None where there is none that still works."""
        if not self._shape.fullmatch(text):
            return None
        token = self.usable().filter(prefix=text.partition(".")[0]).first()
        return token if token is not None and token.is_valid(text) else None


@pghistory.track(
    obj_field=pghistory.ObjForeignKey(related_name="events", related_query_name="events"),
    fields=["name", "organisation", "made_by", "scopes", "revoked", "expiry_date"],
    model_name="TokenEvent",
)
class Token(AbstractAPIKey):
    """Lets programs of an organisation in; kept as a hash, known by its first letters."""

    # The library's own identity has the hash in it, and identities get into addresses and logs.
    id = models.BigAutoField(primary_key=True)  # type: ignore[assignment]
    name = models.CharField(_("waarvoor"), max_length=50, help_text=_("Welk programma hem gebruikt, zoals “QGIS”."))
    expiry_date = models.DateTimeField(_("werkt tot"))
    revoked = models.BooleanField(_("ingetrokken"), default=False, editable=False)
    organisation = models.ForeignKey(
        Organisation, verbose_name=_("organisatie"), on_delete=models.CASCADE, related_name="tokens"
    )
    made_by = models.ForeignKey(
        User, verbose_name=_("gemaakt door"), on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    scopes = ArrayField(models.CharField(max_length=20, choices=Scope.choices), verbose_name=_("mag"))
    last_used_on = models.DateField(_("laatst gebruikt"), null=True, blank=True, editable=False)

    objects: ClassVar[TokenManager] = TokenManager()

    class Meta(AbstractAPIKey.Meta):
        abstract = False
        verbose_name = _("toegangssleutel")  # type: ignore[assignment]
        verbose_name_plural = _("toegangssleutels")  # type: ignore[assignment]
        constraints = [
            models.CheckConstraint(condition=Q(scopes__contained_by=Scope.values), name="token_scopes_are_known"),
        ]

    def __str__(self) -> str:
        return f"{self.name} · {self.organisation}"

    @property
    def is_usable(self) -> bool:
        """Whether it still lets anybody in."""
        return not self.revoked and not self.has_expired

    @property
    def program(self) -> Program:
        """Return who asks with this token."""
        return Program(self.prefix, self.organisation_id, frozenset(self.scopes))

    def note_use(self) -> None:
        """Keep the day of its last use; one write a day, however often it is used."""
        today = timezone.localdate()
        if self.last_used_on != today:
            Token.objects.filter(pk=self.pk).update(last_used_on=today)

    def revoke(self) -> None:
        """Let nobody in with it any more."""
        self.revoked = True
        self.save(update_fields=["revoked"])
