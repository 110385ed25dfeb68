"""Mails that wait to be sent, and those that could not be."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class OutgoingMail(models.Model):
    """A mail that has not been sent yet; once it is, nothing of it is left here.

    What it says is sealed: links in mails open doors. It is not tracked by the history, which would keep it.
    """

    to = models.EmailField(_("aan"))
    subject = models.CharField(_("onderwerp"), max_length=255)
    sealed = models.TextField(editable=False)
    message_id = models.UUIDField(default=uuid.uuid4, editable=False)
    created_at = models.DateTimeField(_("geschreven"), default=timezone.now)
    attempts = models.PositiveSmallIntegerField(_("pogingen"), default=0)
    error = models.CharField(_("fout"), max_length=200, blank=True)
    failed_at = models.DateTimeField(_("opgegeven"), null=True, blank=True)

    class Meta:
        verbose_name = _("uitgaande mail")
        verbose_name_plural = _("uitgaande mails")
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["failed_at"], name="outgoing_mail_failed")]

    def __str__(self) -> str:
        return f"{self.to} · {self.subject}"
