"""The geo app: areas, addresses, coordinates, layers."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GeoConfig(AppConfig):
    """WHERE."""

    name = "geo"
    verbose_name = _("Gebieden en adressen")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Declare the map layers."""
        from geo import area_layers

        area_layers.declare()
