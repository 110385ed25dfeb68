"""The web app: pages, templates and static files."""

from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps
from django.utils.translation import gettext_lazy as _


class WebConfig(AppConfig):
    """pages, templates and static files."""

    default = True
    name = "planning.web"
    label = "web"
    verbose_name = _("Pagina's")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Declare which lists can be had as files."""
        from planning.web import lists

        lists.declare()


class PartnersAdminConfig(admin_apps.AdminConfig):
    """The admin, with our way in and out."""

    default = False
    default_site = "planning.web.admin_site.PartnersSite"
