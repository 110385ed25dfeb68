"""Addresses of the REST API."""

from django.urls import include, path, re_path
from rest_framework.routers import SimpleRouter

from planning.api import board_views, map_views, plan_views, proposal_views, scenario_views
from planning.api.changing import router_routes
from planning.api.documentation import RootView, documentation, documentation_of, openapi
from planning.api.problems import no_such_address
from planning.api.resources import areas, findings, residents, works

router = SimpleRouter()
router.routes = router_routes(router.routes)
for name, viewset in (
    ("wijken", areas.WijkViewSet),
    ("buurten", areas.BuurtViewSet),
    ("organisations", areas.OrganisationViewSet),
    ("programmes", works.ProgrammeViewSet),
    ("projects", works.ProjectViewSet),
    ("works", works.WorkViewSet),
    ("dependencies", works.DependencyViewSet),
    ("findings", findings.FindingViewSet),
    ("scenarios", scenario_views.ScenarioViewSet),
    ("proposals", proposal_views.ProposalViewSet),
    ("initiatives", residents.InitiativeViewSet),
    ("centres", residents.CentreViewSet),
    ("activities", residents.ActivityViewSet),
    ("meetings", residents.MeetingViewSet),
):
    router.register(name, viewset, basename=name)

urlpatterns = [
    path("", RootView.as_view(), name="root"),
    path("", include(router.urls)),
    path("board/", board_views.BoardView.as_view(), name="board"),
    path("board/changes/", board_views.BoardChangesView.as_view(), name="board-changes"),
    path("board/works/<int:pk>/", board_views.BoardWorkView.as_view(), name="board-work"),
    path("overview/", map_views.OverviewView.as_view(), name="overview"),
    path("histogram/", map_views.HistogramView.as_view(), name="histogram"),
    path("place/", map_views.PlaceView.as_view(), name="place"),
    path("search/", map_views.SearchView.as_view(), name="search"),
    path("near/", map_views.NearView.as_view(), name="near"),
    path("plan/check/", plan_views.CheckView.as_view(), name="plan-check"),
    path("plan/reschedule/", plan_views.RescheduleView.as_view(), name="plan-reschedule"),
    path("schema/", openapi, name="schema"),
    path("openapi.<slug:form>", openapi, name="openapi"),
    path("docs/", documentation, name="docs"),
    path("docs/<slug:name>/", documentation_of, name="docs-of"),
    re_path(r"^(?P<rest>.*)$", no_such_address),
]
