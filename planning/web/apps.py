"""The web app: pages, templates and static files."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WebConfig(AppConfig):
    """pages, templates and static files."""

    name = "planning.web"
    label = "web"
    verbose_name = _("Pagina's")
    default_auto_field = "django.db.models.BigAutoField"
