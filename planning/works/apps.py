"""The works app: programmes, projects, works and their dependencies."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WorksConfig(AppConfig):
    """programmes, projects, works and their dependencies."""

    name = "planning.works"
    label = "works"
    verbose_name = _("Werken")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Declare the map layers, and the forms in which works leave as files."""
        from planning.works import exporting, layers

        layers.declare()
        exporting.declare()
