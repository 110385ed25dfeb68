"""Who may what with scenarios, proposals and slips; the planted ones are alfa's, and the proposal asks beta."""

from __future__ import annotations

from tests.access.people import EDIT_ALFA, MEMBERS, OF_ALFA, OF_BETA, PEOPLE, Role
from tests.access.visits import ANY, Visit, change, get

SCENARIO, PROPOSAL = "scenarioalfa", "voorstelalfa"
PARTIES = (OF_ALFA | OF_BETA) & PEOPLE
EDITORS = EDIT_ALFA & PEOPLE
PERIOD = {"werk": "{alfapublic}", "begin": "2090-03-01", "einde": "2090-07-31"}
SEARCH = {"wie": "alle", "tijd": "10"}
LETTER = {"namens": "alfa", "titel": "Anders", "antwoord": "2020-01-01"}
ANSWER = {"answers": [{"item": "{item}", "answer": "declined", "reason": "Nee"}]}


def page(path: str, may: frozenset[Role], data: dict[str, str], ok: int = 302) -> Visit:
    """Return the visit of a form of a page."""
    return change("post", path, may, data, form=True, ok=ok)


AGREEMENT: dict[str, list[Visit]] = {
    "planning/scenarios/": [get("/planning/scenarios/", may=MEMBERS, shows=[SCENARIO], to=PEOPLE)],
    "planning/scenarios/nieuw/": [page("/planning/scenarios/nieuw/", EDITORS, {"naam": "Nieuw", "namens": "alfa"})],
    "planning/scenarios/zoek/": [
        page("/planning/scenarios/zoek/", EDITORS, {"naam": "Nieuw", "namens": "alfa", **SEARCH})
    ],
    "planning/scenarios/vergelijken/": [
        get("/planning/scenarios/vergelijken/?s={scenarioalfa}", may=OF_ALFA & PEOPLE, shows=[SCENARIO], to=PEOPLE)
    ],
    "planning/scenarios/<pk>/": [
        get("/planning/scenarios/{scenarioalfa}/", may=OF_ALFA & PEOPLE, shows=[SCENARIO], to=PEOPLE)
    ],
    "planning/scenarios/<pk>/zoek/": [page("/planning/scenarios/{scenarioalfa}/zoek/", EDITORS, SEARCH)],
    "planning/scenarios/<pk>/stop/": [
        Visit("/planning/scenarios/{scenarioalfa}/stop/", OF_ALFA & PEOPLE, "post", ok=302)
    ],
    "planning/scenarios/<pk>/data/": [page("/planning/scenarios/{scenarioalfa}/data/", EDITORS, PERIOD)],
    "planning/scenarios/<pk>/delen/": [
        page("/planning/scenarios/{scenarioalfa}/delen/", EDITORS, {"zichtbaar": "partners"})
    ],
    "planning/scenarios/<pk>/weg/": [page("/planning/scenarios/{scenarioalfa}/weg/", EDITORS, {})],
    "planning/uitloop/": [get("/planning/uitloop/", may=MEMBERS)],
    "planning/uitloop/<pk>/": [
        get("/planning/uitloop/{alfainternal}/", may=EDITORS),
        get("/planning/uitloop/{betainternal}/", may=OF_BETA),
    ],
    "planning/uitloop/gemeld/<pk>/": [get("/planning/uitloop/gemeld/{uitloop}/", may=OF_ALFA & PEOPLE)],
    "planning/uitloop/gemeld/<pk>/herstel/": [page("/planning/uitloop/gemeld/{uitloop}/herstel/", EDITORS, {})],
    "voorstellen/": [get("/voorstellen/", may=MEMBERS, shows=[PROPOSAL], to=PEOPLE)],
    "voorstellen/nieuw/<pk>/": [
        # The day to answer before has passed: nothing is sent, and whoever may send is told so.
        Visit("/voorstellen/nieuw/{scenarioalfa}/", OF_ALFA & PEOPLE, "post", LETTER, form=True, ok=400)
    ],
    "voorstellen/<pk>/": [get("/voorstellen/{voorstelalfa}/", may=PARTIES, shows=[PROPOSAL], to=PEOPLE)],
    "voorstellen/<pk>/antwoord/": [
        page("/voorstellen/{voorstelalfa}/antwoord/", OF_BETA, {"alles": "1", "bevestigd": "1"})
    ],
    "voorstellen/<pk>/tegenvoorstel/": [
        Visit(
            "/voorstellen/{voorstelalfa}/tegenvoorstel/",
            EDITORS,
            "post",
            {"werk": "{item}", "wat": "wel"},
            form=True,
            ok=302,
        )
    ],
    "voorstellen/<pk>/intrekken/": [page("/voorstellen/{voorstelalfa}/intrekken/", EDITORS, {"reden": "Weg"})],
    "voorstellen/<pk>/bijwerken/": [
        Visit("/voorstellen/{voorstelalfa}/bijwerken/", EDITORS | OF_BETA, "post", {}, form=True, ok=302)
    ],
    "voorstellen/<pk>/terug/": [Visit("/voorstellen/{voorstelalfa}/terug/", frozenset(), "post", {}, form=True)],
    "api/scenarios/": [
        get("/api/scenarios/", shows=[SCENARIO]),
        change("post", "/api/scenarios/", EDIT_ALFA, {"name": "Nieuw", "owner": "alfa"}, ok=201),
    ],
    "api/scenarios/<pk>/": [
        get("/api/scenarios/{scenarioalfa}/", may=OF_ALFA, shows=[SCENARIO]),
        change("patch", "/api/scenarios/{scenarioalfa}/", EDIT_ALFA, {"name": "Anders"}, headers=ANY),
        change("delete", "/api/scenarios/{scenarioalfa}/", EDIT_ALFA, ok=204, headers=ANY),
    ],
    "api/scenarios/<pk>/outcome/": [get("/api/scenarios/{scenarioalfa}/outcome/", may=OF_ALFA)],
    "api/scenarios/<pk>/search/": [
        change("post", "/api/scenarios/{scenarioalfa}/search/", EDIT_ALFA, {"seconds": 2}, ok=202)
    ],
    "api/scenarios/<pk>/search/stop/": [Visit("/api/scenarios/{scenarioalfa}/search/stop/", frozenset(), "post", {})],
    "api/proposals/": [
        get("/api/proposals/", shows=[PROPOSAL]),
        change("post", "/api/proposals/", frozenset(), {"title": "x"}),
    ],
    "api/proposals/<pk>/": [get("/api/proposals/{voorstelalfa}/", may=OF_ALFA | OF_BETA, shows=[PROPOSAL])],
    "api/proposals/<pk>/answer/": [change("post", "/api/proposals/{voorstelalfa}/answer/", OF_BETA, ANSWER)],
    "api/proposals/<pk>/counters/": [
        Visit("/api/proposals/{voorstelalfa}/counters/", frozenset(), "post", {"items": ["{item}"]})
    ],
    "api/proposals/<pk>/withdraw/": [
        change("post", "/api/proposals/{voorstelalfa}/withdraw/", EDIT_ALFA, {"reason": "Weg"})
    ],
    "api/proposals/<pk>/refresh/": [Visit("/api/proposals/{voorstelalfa}/refresh/", EDIT_ALFA | OF_BETA, "post", {})],
    "api/proposals/<pk>/undo/": [Visit("/api/proposals/{voorstelalfa}/undo/", frozenset(), "post", {})],
}
