"""The coordination app: findings, scenarios and proposals."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CoordinationConfig(AppConfig):
    """findings, scenarios and proposals."""

    name = "planning.coordination"
    label = "coordination"
    verbose_name = _("Afstemming")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Declare the map layers."""
        from planning.coordination import layers

        layers.declare()
