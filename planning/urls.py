"""Addresses of the service (DESIGN.md, section 7; they are fixed, because clients depend on them)."""

from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from geo.export.views import export
from planning.web.account.invitation import invitation
from planning.web.health import healthz, readyz
from planning.web.qgis import qgis_project
from planning.web.well_known import favicon, robots, security

# Programs come here; they say in Accept-Language which language they want (planning/web/language.py).
FOR_PROGRAMS = [
    path(".well-known/security.txt", security),
    path("api/", include("planning.api.urls")),
    path("favicon.ico", favicon),
    path("healthz", healthz),
    path("readyz", readyz),
    path("ogc/", include("geo.ogc.urls")),
    path("robots.txt", robots),
    path("tiles/", include("geo.urls")),
]
# Pages, and the files they offer: Dutch where they stand, other languages below /en/ and so on.
PAGES: list[URLPattern | URLResolver] = [
    path("account/", include("planning.web.account.urls")),
    path("admin/", admin.site.urls),
    path("export/mijn-buurt-assen.qgz", qgis_project, name="qgis-project"),
    path("export/<slug:layer_id>.<slug:extension>", export, name="export"),
    path("organisatie/", include("planning.web.organisation.urls")),
    path("uitnodiging/<str:token>/", invitation, name="invitation"),
    path("", include("planning.web.urls")),
]
urlpatterns = [*FOR_PROGRAMS, *i18n_patterns(*PAGES, prefix_default_language=False)]
