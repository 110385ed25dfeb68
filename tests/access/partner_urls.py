"""Who may what at the pages for the partners' people and for residents; part of the table in ``urls.py``."""

from __future__ import annotations

from tests.access.people import (
    EDIT_ALFA,
    EDIT_ANY,
    MEMBERS,
    NOBODY,
    OF_ALFA,
    OF_ALFAS_WORKS,
    OF_BETAS_WORKS,
    PEOPLE,
    TEAM,
    WORKS,
    Role,
)
from tests.access.visits import Visit, change, each, get

EDITORS = EDIT_ANY & PEOPLE
OF_DRAFT = EDIT_ALFA & PEOPLE
DRAFT = "/planning/importeren/{draft}/"
IMPORT = "/planning/importeren/gedaan/{workimport}/"
TIES = "/organisatie/alfa/koppelingen/"
SIGNED_IN = PEOPLE - {Role.ANONYMOUS}


def post(path: str, may: frozenset[Role] = NOBODY) -> Visit:
    """Try to change something with an empty form."""
    return change("post", path, may, {}, form=True, ok=302)


IMPORTING: dict[str, list[Visit]] = {
    "planning/importeren/": [get("/planning/importeren/", may=EDITORS)],
    "planning/importeren/<pk>/": [get(DRAFT, may=OF_DRAFT, ok=302)],
    "planning/importeren/<pk>/kolommen/": [get(f"{DRAFT}kolommen/", may=OF_DRAFT)],
    "planning/importeren/<pk>/rij/<number>/": [change("post", f"{DRAFT}rij/1/", NOBODY, {}, form=True)],
    "planning/importeren/<pk>/zelfde-fout/": [change("post", f"{DRAFT}zelfde-fout/", NOBODY, {}, form=True)],
    "planning/importeren/<pk>/controleren/": [get(f"{DRAFT}controleren/", may=NOBODY)],
    "planning/importeren/<pk>/bewaren/": [change("post", f"{DRAFT}bewaren/", NOBODY, {}, form=True)],
    "planning/importeren/<pk>/voortgang/": [get(f"{DRAFT}voortgang/", may=OF_DRAFT)],
    "planning/importeren/<pk>/tegels/<layer>/<z>/<x>/<y>.mvt": [get(f"{DRAFT}tegels/nothing/1/1/1.mvt", may=NOBODY)],
    "planning/importeren/<pk>/weggooien/": [post(f"{DRAFT}weggooien/", OF_DRAFT)],
    "planning/importeren/gedaan/<pk>/": [get(IMPORT, may=OF_DRAFT)],
    "planning/importeren/gedaan/<pk>/terugdraaien/": [get(f"{IMPORT}terugdraaien/", may=NOBODY)],
}
TOGETHER: dict[str, list[Visit]] = {
    # Who comes for the first time gets settings of one's own.
    "meldingen/": [get("/meldingen/", may=MEMBERS, changes=True)],
    "meldingen/gelezen/": [post("/meldingen/gelezen/", MEMBERS)],
    "meldingen/mail/": [get("/meldingen/mail/", may=NOBODY)],
    "organisatie/<slug>/koppelingen/": [get(TIES, may=OF_ALFA & PEOPLE)],
    "organisatie/<slug>/koppelingen/agenda/": [get(f"{TIES}agenda/", may=NOBODY)],
    "organisatie/<slug>/koppelingen/agenda/<pk>/terug/": [post(f"{TIES}agenda/999999/terug/")],
    "organisatie/<slug>/koppelingen/webhook/": [
        change("post", f"{TIES}webhook/", NOBODY, {"url": "http://127.0.0.1/"}, form=True)
    ],
    "organisatie/<slug>/koppelingen/webhook/<pk>/weg/": [post(f"{TIES}webhook/999999/weg/")],
    "agenda/<secret>.ics": [get("/agenda/guessed.ics", may=NOBODY)],
    "planning/geschiedenis/<what>/<pk>/": [
        *each(OF_ALFAS_WORKS, get("/planning/geschiedenis/werk/{id}/", may=MEMBERS)),
        *each(OF_BETAS_WORKS, get("/planning/geschiedenis/werk/{id}/", may=MEMBERS)),
    ],
    "planning/geschiedenis/<what>/<pk>/terug/": each(WORKS, post("/planning/geschiedenis/werk/{id}/terug/", NOBODY)),
    "planning/geschiedenis/verwijderd/": [
        get("/planning/geschiedenis/verwijderd/", may=MEMBERS),
        get("/planning/geschiedenis/verwijderd/?wat=programma", may=MEMBERS),
        change("post", "/planning/geschiedenis/verwijderd/", NOBODY, {"wat": "project", "naar": "999999"}, form=True),
    ],
    "planning/live/stand/": [get("/planning/live/stand/?page=planning", may=MEMBERS)],
    "planning/live/<page>/": [get("/planning/live/nergens/", may=NOBODY)],
    "planning/signalen/": [get("/planning/signalen/", may=MEMBERS)],
    "planning/signalen/<pk>/": [get("/planning/signalen/{signal}/", may=(OF_ALFA & PEOPLE) | TEAM)],
    "planning/signalen/<pk>/foto.jpg": [get("/planning/signalen/{signal}/foto.jpg", may=NOBODY)],
    "wijken/<slug>/stuurgroep/": [get("/wijken/{wijk}/stuurgroep/", may=MEMBERS)],
    "wijken/<slug>/stuurgroep.pdf": [get("/wijken/{wijk}/stuurgroep.pdf", may=MEMBERS)],
    "wijken/<slug>/stuurgroep/gezien/": [get("/wijken/{wijk}/stuurgroep/gezien/", may=NOBODY)],
}
RESIDENTS: dict[str, list[Visit]] = {
    "bijeenkomsten/": [get("/bijeenkomsten/")],
    "bijeenkomsten/<pk>/": [get("/bijeenkomsten/{meeting}/")],
    "bijeenkomsten/<pk>/aanmeldingen/": [
        get("/bijeenkomsten/{meeting}/aanmeldingen/", may=(EDIT_ALFA & PEOPLE) | TEAM)
    ],
    "bijeenkomsten/aanmelding/<token>/": [get("/bijeenkomsten/aanmelding/guessed/", may=NOBODY)],
    "privacy/": [get("/privacy/")],
    "privacy/<token>/": [get("/privacy/guessed/", may=NOBODY)],
    "signaal/": [get("/signaal/")],
    "signaal/<token>/": [get("/signaal/guessed/", may=NOBODY)],
    "volgen/": [get("/volgen/?wijk={wijk}")],
    "volgen/<token>/": [get("/volgen/guessed/", may=NOBODY)],
    "volgen/<token>/stop/": [change("post", "/volgen/guessed/stop/", NOBODY, {}, form=True)],
    "volgen/agenda/": [get("/volgen/agenda/", may=NOBODY)],
}

PARTNER_PAGES = {**IMPORTING, **TOGETHER, **RESIDENTS}
