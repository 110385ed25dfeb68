"""What the API itself must remember: answers to requests that may come again."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class GivenAnswer(models.Model):
    """The answer to a creation that carried an Idempotency-Key, given again when the same request comes again.

    ``body`` is text and not JSON, so that the same bytes go out.
    """

    viewer = models.CharField(_("wie"), max_length=40)
    key = models.CharField(_("sleutel"), max_length=255)
    request_digest = models.CharField(_("vingerafdruk van de vraag"), max_length=64)
    status = models.PositiveSmallIntegerField(_("status"))
    headers = models.JSONField(_("kopregels"), default=dict)
    body = models.TextField(_("antwoord"))
    given_at = models.DateTimeField(_("gegeven"), auto_now_add=True, db_index=True)

    class Meta:
        verbose_name = _("gegeven antwoord")
        verbose_name_plural = _("gegeven antwoorden")
        constraints = [models.UniqueConstraint(fields=["viewer", "key"], name="one_answer_per_viewer_and_key")]

    def __str__(self) -> str:
        return self.key
