"""Addresses of OGC API - Features."""

from django.urls import path, re_path

from geo.ogc import views

app_name = "ogc"
urlpatterns = [
    path("", views.landing, name="landing"),
    path("conformance", views.conformance, name="conformance"),
    path("api", views.api, name="api"),
    path("collections", views.collections, name="collections"),
    path("collections/<str:layer_id>", views.collection, name="collection"),
    path("collections/<str:layer_id>/queryables", views.queryables, name="queryables"),
    path("collections/<str:layer_id>/items", views.items, name="items"),
    path("collections/<str:layer_id>/items/<str:item_id>", views.item, name="item"),
    re_path(r"^(?P<rest>.+)$", views.no_such_address, name="no-such-address"),
]
