"""The initiatives app: initiatives, centres, activities, meetings."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InitiativesConfig(AppConfig):
    """initiatives, centres, activities, meetings."""

    name = "planning.initiatives"
    label = "initiatives"
    verbose_name = _("Initiatieven en buurtcentra")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Declare the map layers, and their calendars."""
        from planning.initiatives import calendar, layers

        layers.declare()
        calendar.declare()
