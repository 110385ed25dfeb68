"""Addresses of the pages."""

from django.urls import path

from planning.web.health import healthz, readyz

urlpatterns = [
    path("healthz", healthz),
    path("readyz", readyz),
]
