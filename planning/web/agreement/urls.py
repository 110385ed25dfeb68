"""Addresses of scenarios, slips and proposals."""

from django.urls import path

from planning.web.agreement import proposals, scenarios, slips

urlpatterns = [
    path("planning/scenarios/", scenarios.scenarios, name="scenarios"),
    path("planning/scenarios/nieuw/", scenarios.make, name="scenario-make"),
    path("planning/scenarios/zoek/", scenarios.search, name="scenario-search"),
    path("planning/scenarios/vergelijken/", scenarios.compare, name="scenario-compare"),
    path("planning/scenarios/<int:pk>/", scenarios.scenario, name="scenario"),
    path("planning/scenarios/<int:pk>/zoek/", scenarios.search_on, name="scenario-search-on"),
    path("planning/scenarios/<int:pk>/stop/", scenarios.stop, name="scenario-stop"),
    path("planning/scenarios/<int:pk>/data/", scenarios.put, name="scenario-put"),
    path("planning/scenarios/<int:pk>/delen/", scenarios.share, name="scenario-share"),
    path("planning/scenarios/<int:pk>/weg/", scenarios.remove, name="scenario-remove"),
    path("planning/uitloop/", slips.slips, name="uitloop"),
    path("planning/uitloop/<int:pk>/", slips.slip, name="uitloop-werk"),
    path("planning/uitloop/gemeld/<int:pk>/", slips.told, name="uitloop-gemeld"),
    path("planning/uitloop/gemeld/<int:pk>/herstel/", slips.repair, name="uitloop-herstel"),
    path("voorstellen/", proposals.proposals, name="voorstellen"),
    path("voorstellen/nieuw/<int:pk>/", proposals.send, name="voorstel-nieuw"),
    path("voorstellen/<int:pk>/", proposals.proposal, name="voorstel"),
    path("voorstellen/<int:pk>/antwoord/", proposals.give_answer, name="voorstel-antwoord"),
    path("voorstellen/<int:pk>/tegenvoorstel/", proposals.counters, name="voorstel-tegenvoorstel"),
    path("voorstellen/<int:pk>/intrekken/", proposals.withdrawn, name="voorstel-intrekken"),
    path("voorstellen/<int:pk>/bijwerken/", proposals.refreshed, name="voorstel-bijwerken"),
    path("voorstellen/<int:pk>/terug/", proposals.taken_back, name="voorstel-terug"),
]
