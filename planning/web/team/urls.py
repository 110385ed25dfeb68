"""Addresses of the team's pages."""

from django.urls import path

from planning.web.team import budgets, initiative, letters, queue

urlpatterns = [
    path("", queue.queue, name="team"),
    path("budgetten/", budgets.budgets, name="team-budgetten"),
    path("<slug:slug>/", initiative.initiative, name="team-initiatief"),
    path("<slug:slug>/brieven/", letters.letters, name="team-brieven"),
]
