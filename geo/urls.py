"""Addresses of the vector tiles."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
