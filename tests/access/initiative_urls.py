"""Who may what at the pages of initiatives: the public's, the initiator's by a link, and the team's."""

from __future__ import annotations

import uuid

from tests.access.people import EDIT_ALFA, EDIT_ANY, INITIATIVES, NOBODY, OF_BETA, PEOPLE, TEAM
from tests.access.visits import Visit, change, each, get

SITE, WORK_OF_TEAM = "/initiatieven/", "/team/initiatieven/"
OPEN = "{ideepublicslug}"
WORKS_HERE = (EDIT_ANY | TEAM) & PEOPLE
GRANT = {"actie": "geef", "kind": "means", "description": "Scheppen te leen", "on": "2090-01-01"}

PUBLIC_PAGES: dict[str, list[Visit]] = {
    "initiatieven/": [
        get(SITE, shows=["ideepublic"]),
        get(f"{SITE}?stand=alle", shows=INITIATIVES, to=PEOPLE),
    ],
    "initiatieven/nieuw/": [get(f"{SITE}nieuw/")],
    "initiatieven/nieuw/verstuurd/": [get(f"{SITE}nieuw/verstuurd/")],
    # A guessed link says in words that it is none.
    "initiatieven/bevestig/<token>/": [
        get(f"{SITE}bevestig/guessed/", ok=409),
        Visit(f"{SITE}bevestig/guessed/", method="post", form=True, ok=409),
    ],
    "initiatieven/geld/": [get(f"{SITE}geld/")],
    "initiatieven/mijn/<token>/": [
        get(f"{SITE}mijn/guessed/", may=NOBODY),
        change("post", f"{SITE}mijn/guessed/", NOBODY, {"actie": "wis"}, form=True),
    ],
    "initiatieven/foto/<uuid:pk>.jpg": [get(f"{SITE}foto/{uuid.UUID(int=1)}.jpg", may=NOBODY)],
    "initiatieven/foto/<uuid:pk>-klein.jpg": [get(f"{SITE}foto/{uuid.UUID(int=1)}-klein.jpg", may=NOBODY)],
    "initiatieven/<slug>/": each(["ideepublic"], get(f"{SITE}{{{{word}}slug}}/")),
    "initiatieven/<slug>/poster/": each(["ideepublic"], get(f"{SITE}{{{{word}}slug}}/poster/")),
    "initiatieven/<slug>/stem/": each(["ideepublic"], get(f"{SITE}{{{{word}}slug}}/stem/")),
    "initiatieven/<slug>/stem/<token>/": [get(f"{SITE}{OPEN}/stem/guessed/", ok=409)],
    "initiatieven/<slug>/link/": each(["ideepublic"], get(f"{SITE}{{{{word}}slug}}/link/")),
}

TEAM_PAGES: dict[str, list[Visit]] = {
    "team/initiatieven/": [get(WORK_OF_TEAM, may=WORKS_HERE, shows=INITIATIVES)],
    "team/initiatieven/budgetten/": [get(f"{WORK_OF_TEAM}budgetten/", may=WORKS_HERE)],
    "team/initiatieven/<slug>/": [
        get(f"{WORK_OF_TEAM}{OPEN}/", may=WORKS_HERE, shows=["ideepublic"]),
        change(
            "post", f"{WORK_OF_TEAM}{OPEN}/", TEAM, {"actie": "stap", "state": "declined", "reason": "Vol"},
            form=True, ok=302,
        ),
        change(
            "post", f"{WORK_OF_TEAM}{OPEN}/", TEAM, {"actie": "bericht", "text": "Nieuws"}, form=True, ok=302
        ),
        # Everybody gives only what is the own organisation's; the team for all.
        change(
            "post", f"{WORK_OF_TEAM}{OPEN}/", (EDIT_ALFA & PEOPLE) | TEAM, GRANT | {"partner": "{alfapk}"},
            form=True, ok=302,
        ),
        change(
            "post", f"{WORK_OF_TEAM}{OPEN}/", OF_BETA | TEAM, GRANT | {"partner": "{betapk}"}, form=True, ok=302
        ),
    ],
    "team/initiatieven/<slug>/brieven/": [
        get(f"{WORK_OF_TEAM}{OPEN}/brieven/", may=NOBODY),
        # No address lies in its area: there is nothing to print, and it leads back.
        Visit(f"{WORK_OF_TEAM}{OPEN}/brieven/", TEAM, "post", form=True, ok=302),
    ],
}  # fmt: skip

INITIATIVE_PAGES = PUBLIC_PAGES | TEAM_PAGES
