"""Addresses of the vector tiles."""

from django.urls import path

from geo.views import tile, tilejson

urlpatterns = [
    path("<slug:layer_id>.json", tilejson, name="tilejson"),
    # Numbers are read by the view, so that a bad one gets a problem that says what is wrong.
    path("<slug:layer_id>/<str:z>/<str:x>/<str:y>.mvt", tile, name="tile"),
]
