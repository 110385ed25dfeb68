"""Who has a shared page open now."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Looking(models.Model):
    """One open page of one person; it goes when it is no longer heard of."""

    id = models.UUIDField(primary_key=True)
    page = models.CharField(_("bladzijde"), max_length=40)
    user = models.ForeignKey("partners.User", verbose_name=_("wie"), on_delete=models.CASCADE)
    seen_at = models.DateTimeField(_("gezien"), db_index=True)

    class Meta:
        verbose_name = _("wie kijkt er")
        verbose_name_plural = _("wie kijken er")

    def __str__(self) -> str:
        return f"{self.user} · {self.page}"
