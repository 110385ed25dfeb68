"""Addresses of the service (DESIGN.md, section 7; they are fixed, because clients depend on them)."""

from django.contrib import admin
from django.urls import include, path

from geo.export.views import export
from planning.web.account.invitation import invitation
from planning.web.qgis import qgis_project

urlpatterns = [
    path("account/", include("planning.web.account.urls")),
    path("admin/", admin.site.urls),
    path("api/", include("planning.api.urls")),
    path("export/mijn-buurt-assen.qgz", qgis_project, name="qgis-project"),
    path("export/<slug:layer_id>.<slug:extension>", export, name="export"),
    path("ogc/", include("geo.ogc.urls")),
    path("organisatie/", include("planning.web.organisation.urls")),
    path("tiles/", include("geo.urls")),
    path("uitnodiging/<str:token>/", invitation, name="invitation"),
    path("", include("planning.web.urls")),
]
