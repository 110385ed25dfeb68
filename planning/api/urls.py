"""Addresses of the REST API."""

from django.urls import path, re_path

from planning.api import map_views
from planning.api.problems import no_such_address

urlpatterns = [
    path("overview/", map_views.OverviewView.as_view(), name="overview"),
    path("histogram/", map_views.HistogramView.as_view(), name="histogram"),
    path("place/", map_views.PlaceView.as_view(), name="place"),
    path("search/", map_views.SearchView.as_view(), name="search"),
    path("near/", map_views.NearView.as_view(), name="near"),
    re_path(r"^(?P<rest>.*)$", no_such_address),
]
