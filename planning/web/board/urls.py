"""Addresses of the board and the pages beside it."""

from django.urls import path

from planning.web.board.after_pages import after, straight_after
from planning.web.board.views import planning
from planning.web.board.work_pages import buurt_outlines, new_work, work_outlines, work_page

urlpatterns = [
    path("", planning, name="planning"),
    path("na-sloop/", after, name="after-demolition"),
    path("na-sloop/<int:pk>/", straight_after, name="straight-after"),
    path("werken/nieuw/", new_work, name="work-new"),
    path("werken/omtrekken.json", work_outlines, name="work-outlines"),
    path("werken/buurten.json", buurt_outlines, name="work-buurten"),
    path("werken/<int:pk>/", work_page, name="work"),
]
