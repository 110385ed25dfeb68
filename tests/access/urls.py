"""Who may what at every address: the table that the walk in ``test_access.py`` goes by. To add an address of yours:

1. Write its pattern as key, as the failing test shows it, with the visits that try it: ``get(path, may=...)`` and
   ``change(method, path, may, data)``. A word in braces is filled in from ``world.py``; ``each(words, visit)`` visits
   a record of every owner and visibility, another organisation's too.
2. If your records are not everybody's, plant one per owner and visibility in ``world.py``, each holding a word of its
   own, and say in ``people.SEEN_BY`` who may read that word; then no answer of any address may give it to others.
3. Run ``python3 manage.py test -n 0 tests/access``. What is refused must change nothing: that is seen by itself.
"""

from __future__ import annotations

from tests.access.account_urls import ACCOUNT
from tests.access.admin_urls import ADMIN
from tests.access.agreement_urls import AGREEMENT
from tests.access.initiative_urls import INITIATIVE_PAGES
from tests.access.partner_urls import PARTNER_PAGES
from tests.access.people import (
    EDIT_ALFA,
    EDIT_ANY,
    EVERYONE,
    FINDINGS,
    INITIATIVES,
    MEMBERS,
    NOBODY,
    OF_ALFA,
    OF_ALFAS_WORKS,
    OF_BETA,
    OF_BETAS_WORKS,
    PEOPLE,
    SUPERUSER,
    TEAM,
    WORKS,
    Role,
)
from tests.access.visits import ANY, Visit, change, each, get

SHAPE = {"type": "Point", "coordinates": [6.56, 52.99]}
NEW_WORK = {
    "type": "Feature",
    "geometry": SHAPE,
    "properties": {"name": "nieuw", "kind": "street", "planned_start": "2091-01-01", "planned_finish": "2091-02-01"},
}

NEW_INITIATIVE = {"title": "Tuin", "summary": "Samen tuinieren.", "theme": "green", "geometry": SHAPE}
EVENING = {"starts_at": "2090-01-01T18:00:00Z", "ends_at": "2090-01-01T20:00:00Z"}
NEW_MEETING = {"title": "Avond", "location": "BIC", "geometry": SHAPE, **EVENING}


def waits(successor: str, predecessor: str) -> dict[str, str]:
    """Return a dependency as the API takes it."""
    return {"successor": successor, "predecessor": predecessor}


def one_of_many(word: str, **values: str) -> list[dict[str, str]]:
    """Return a change of the record of this word, as the API takes several."""
    return [{"id": f"{{{word}}}", "version": f"{{{word}version}}", **values}]


def new_work(owner: str) -> dict[str, object]:
    """Return a work of ``owner`` as the API takes it."""
    return NEW_WORK | {"properties": NEW_WORK["properties"] | {"owner": owner}}  # type: ignore[operator]


def reschedule(may: frozenset[Role]) -> Visit:
    """Return the visit that gives a work another date."""
    rows = [{"work": "{id}", "version": 1, "planned_finish": "2090-07-01"}]
    return change("post", "/api/plan/reschedule/", may, {"changes": rows})


def board_changes(may: frozenset[Role]) -> Visit:
    """Return the visit that gives a work another period on the board."""
    row = {"work": "{id}", "version": 1, "start": "2090-02-01", "finish": "2090-07-01"}
    return change("post", "/api/board/changes/", may, {"works": [row], "reason": "Later", "confirmed": True})


def read_only(path: str, words: tuple[str, ...] = (), key: str = "{id}") -> list[Visit]:
    """Return the visits of a list that nobody writes, and of each of its records."""
    return [
        get(f"/api/{path}/", shows=words),
        *(change(method, f"/api/{path}/", NOBODY, {}) for method in ("post", "put", "patch", "delete")),
        *(each(words, change("delete", f"/api/{path}/{key}/", NOBODY)) if words else ()),
    ]


PAGES: dict[str, list[Visit]] = {
    "": [get("/")],
    "healthz": [get("/healthz")],
    "readyz": [get("/readyz")],
    "favicon.ico": [get("/favicon.ico", ok=302)],
    "robots.txt": [get("/robots.txt")],
    ".well-known/security.txt": [get("/.well-known/security.txt", ok=404)],
    "kaart/": [get("/kaart/")],
    "kaart/export/": [
        get("/kaart/export/", shows=[*WORKS, *INITIATIVES], to=PEOPLE),
        get("/kaart/export/?wijk={wijk}"),
    ],
    "bic/": [get("/bic/")],
    "bic/<slug>/": [get("/bic/{centre}/")],
    "agenda.ics": [get("/agenda.ics")],
    "wijken/": [get("/wijken/")],
    "wijken/<slug>/": [get("/wijken/{wijk}/")],
}

FINDINGS_PAGE = "/planning/bevindingen/"
PUBLIC_WORKS = ("alfapublic", "betapublic")
WORK_FORM = {
    "name": "nieuw", "kind": "street", "status": "planned", "dwellings": "0", "planned_start": "2090-02-01",
    "planned_finish": "2090-07-01", "date_precision": "day", "geometry": "POINT(232000 557000)", "noise": "0",
    "dust": "0", "vibration": "0", "visibility": "internal", "version": "1", "reason": "Later", "confirmed": "on",
}  # fmt: skip
BOARD: dict[str, list[Visit]] = {
    "planning/": [
        get("/planning/?van=2090-01-01&tot=2091-01-01"),
        get("/planning/?vorm=tabel&van=2090-01-01&tot=2091-01-01", shows=WORKS, to=PEOPLE),
    ],
    "planning/na-sloop/": [get("/planning/na-sloop/")],
    "planning/na-sloop/<pk>/": [get("/planning/na-sloop/{alfapublic}/", may=NOBODY)],
    "planning/werken/nieuw/": [
        get("/planning/werken/nieuw/", may=EDIT_ANY & PEOPLE),
        change(
            "post", "/planning/werken/nieuw/", EDIT_ALFA & PEOPLE, WORK_FORM | {"owner": "{alfapk}"}, form=True, ok=302
        ),
    ],
    "planning/werken/<pk>/": [
        *each(PUBLIC_WORKS, get("/planning/werken/{id}/")),
        *each([word for word in WORKS if word not in PUBLIC_WORKS], get("/planning/werken/{id}/", may=PEOPLE)),
        *each(
            OF_ALFAS_WORKS,
            change("post", "/planning/werken/{id}/", EDIT_ALFA & PEOPLE, WORK_FORM, form=True, ok=302),
        ),
        *each(OF_BETAS_WORKS, change("post", "/planning/werken/{id}/", OF_BETA, WORK_FORM, form=True, ok=302)),
    ],
    "planning/werken/omtrekken.json": [
        get("/planning/werken/omtrekken.json", may=PEOPLE - {Role.ANONYMOUS}, shows=WORKS)
    ],
    "planning/werken/buurten.json": [get("/planning/werken/buurten.json")],
    "planning/bevindingen/": [get(FINDINGS_PAGE, may=MEMBERS, shows=FINDINGS)],
    "planning/bevindingen/<pk>/": each(FINDINGS, get(FINDINGS_PAGE + "{id}/", may=MEMBERS)),
    "planning/bevindingen/<pk>/oordeel/": each(
        FINDINGS,
        change(
            "post", FINDINGS_PAGE + "{id}/oordeel/", EDIT_ALFA & PEOPLE, {"organisatie": "alfa", "oordeel": "agreed"},
            form=True, ok=302,
        ),
    ),
    "planning/bevindingen/<pk>/opmerking/": each(
        FINDINGS,
        change(
            "post", FINDINGS_PAGE + "{id}/opmerking/", EDIT_ALFA & PEOPLE,
            {"organisatie": "alfa", "opmerking": "Eens"}, form=True, ok=302,
        ),
    ),
    "planning/bevindingen/<pk>/oppakken/": each(
        FINDINGS,
        change(
            "post", FINDINGS_PAGE + "{id}/oppakken/", EDIT_ALFA & PEOPLE,
            {"organisatie": "alfa", "wie": "alfa", "datum": "2090-01-01"}, form=True, ok=302,
        ),
    ),
    "api/board/changes/": [
        *each(OF_ALFAS_WORKS, board_changes(EDIT_ALFA)),
        *each(OF_BETAS_WORKS, board_changes(OF_BETA)),
    ],
}  # fmt: skip

FILES: dict[str, list[Visit]] = {
    "export/<layer_id>.<extension>": [
        *(get(f"/export/works.{form}", shows=WORKS) for form in ("geojson", "csv", "xlsx", "gpkg", "fgb", "zip")),
        *(get(f"/export/works.{form}", shows=WORKS) for form in ("ics", "xml")),
        get("/export/works.parquet"),
        get("/export/findings.geojson", shows=FINDINGS),
        get("/export/initiatives.csv", shows=INITIATIVES),
        change("post", "/export/works.csv", NOBODY),
    ],
    "export/mijn-buurt-assen.qgz": [get("/export/mijn-buurt-assen.qgz")],
    "tiles/<layer_id>.json": [get("/tiles/works.json"), get("/tiles/findings.json"), get("/tiles/initiatives.json")],
    "tiles/<layer_id>/<z>/<x>/<y>.mvt": [
        get("/tiles/works/{tile}.mvt", shows=WORKS),
        get("/tiles/findings/{tile}.mvt"),
        get("/tiles/initiatives/{tile}.mvt", shows=INITIATIVES),
    ],
}

OGC: dict[str, list[Visit]] = {
    "ogc/": [get("/ogc/"), change("post", "/ogc/", NOBODY)],
    "ogc/<rest>": [get("/ogc/nergens", NOBODY)],
    "ogc/conformance": [get("/ogc/conformance")],
    "ogc/api": [get("/ogc/api")],
    "ogc/collections": [get("/ogc/collections")],
    "ogc/collections/<layer_id>": [get("/ogc/collections/works")],
    "ogc/collections/<layer_id>/queryables": [get("/ogc/collections/works/queryables")],
    "ogc/collections/<layer_id>/items": [
        get("/ogc/collections/works/items", shows=WORKS),
        get("/ogc/collections/works/items?f=html", shows=WORKS),
        # A filter asks only among what may be seen, also where it is turned round.
        get("/ogc/collections/works/items?filter=NOT (name = 'nothing')", shows=WORKS),
        get("/ogc/collections/findings/items", shows=FINDINGS),
        get("/ogc/collections/initiatives/items", shows=INITIATIVES),
    ],
    "ogc/collections/<layer_id>/items/<item_id>": [
        *each(WORKS, get("/ogc/collections/works/items/{id}")),
        *each(FINDINGS, get("/ogc/collections/findings/items/{id}")),
        *each(INITIATIVES, get("/ogc/collections/initiatives/items/{id}")),
    ],
}

API: dict[str, list[Visit]] = {
    "api/": [get("/api/")],
    "api/<rest>": [get("/api/nothing/", may=NOBODY)],
    "api/schema/": [get("/api/schema/")],
    "api/openapi.<form>": [get("/api/openapi.json"), get("/api/openapi.yaml")],
    "api/docs/": [get("/api/docs/")],
    "api/docs/<name>/": [get("/api/docs/works/")],
    "api/works/": [
        get("/api/works/?page_size=1000", shows=WORKS),
        change("post", "/api/works/", EDIT_ALFA, new_work("alfa"), ok=201),
        change("post", "/api/works/", OF_BETA, new_work("beta"), ok=201),
        change("patch", "/api/works/", EDIT_ALFA, [{"id": "{alfapublic}", "version": 1, "name": "anders"}]),
        change("patch", "/api/works/", OF_BETA, [{"id": "{betapublic}", "version": 1, "name": "anders"}]),
        # One that is another's keeps all others back.
        change(
            "patch",
            "/api/works/",
            SUPERUSER,
            [{"id": "{alfapublic}", "version": 1, "name": "a"}, {"id": "{betapublic}", "version": 1, "name": "b"}],
        ),
    ],
    "api/works/<pk>/": [
        *each(WORKS, get("/api/works/{id}/")),
        *each(
            OF_ALFAS_WORKS,
            change("patch", "/api/works/{id}/", EDIT_ALFA, {"description": "nieuw"}, headers=ANY),
        ),
        *each(
            OF_BETAS_WORKS,
            change("patch", "/api/works/{id}/", OF_BETA, {"description": "nieuw"}, headers=ANY),
        ),
        # Nobody gives a work away.
        *each(
            ("alfapublic",),
            change("patch", "/api/works/{id}/", NOBODY, {"owner": "beta"}, headers=ANY),
        ),
        # Nothing hangs on these, so that they can go.
        *each(("alfapartners", "alfaembargo"), change("delete", "/api/works/{id}/", EDIT_ALFA, headers=ANY, ok=204)),
        *each(("betainternal", "betapartners"), change("delete", "/api/works/{id}/", OF_BETA, headers=ANY, ok=204)),
    ],
    "api/programmes/": [
        get("/api/programmes/"),
        change("post", "/api/programmes/", EDIT_ALFA, {"name": "nieuw", "owner": "alfa"}, ok=201),
        change("post", "/api/programmes/", OF_BETA, {"name": "nieuw", "owner": "beta"}, ok=201),
        change("patch", "/api/programmes/", EDIT_ALFA, one_of_many("programme", name="anders")),
    ],
    "api/programmes/<pk>/": [
        get("/api/programmes/{programme}/", may=OF_ALFA),
        change("patch", "/api/programmes/{programme}/", EDIT_ALFA, {"name": "nieuw"}, headers=ANY),
        change("delete", "/api/programmes/{programme}/", EDIT_ALFA, headers=ANY, ok=204),
    ],
    "api/projects/": [
        get("/api/projects/", shows=["alfaproject"]),
        change("post", "/api/projects/", EDIT_ALFA, {"name": "nieuw", "owner": "alfa"}, ok=201),
        change("post", "/api/projects/", OF_BETA, {"name": "nieuw", "owner": "beta"}, ok=201),
        change("patch", "/api/projects/", EDIT_ALFA, one_of_many("alfaproject", name="anders")),
    ],
    "api/projects/<pk>/": [
        *each(("alfaproject",), get("/api/projects/{id}/")),
        *each(("alfaproject",), change("patch", "/api/projects/{id}/", EDIT_ALFA, {"description": "x"}, headers=ANY)),
        *each(("alfaproject",), change("patch", "/api/projects/{id}/", NOBODY, {"owner": "beta"}, headers=ANY)),
    ],
    "api/dependencies/": [
        get("/api/dependencies/", shows=["redenpublic", "redeninternal"]),
        # Whose work waits, says so, of works that may be seen.
        change("post", "/api/dependencies/", EDIT_ALFA, waits("{alfapartners}", "{betapublic}"), ok=201),
        change("post", "/api/dependencies/", OF_BETA, waits("{betapartners}", "{alfapublic}"), ok=201),
        change("post", "/api/dependencies/", OF_BETA & EDIT_ALFA, waits("{alfapartners}", "{betainternal}"), ok=201),
        change("patch", "/api/dependencies/", EDIT_ALFA, one_of_many("redenpublic", reason="anders")),
    ],
    "api/dependencies/<pk>/": [
        *each(("redenpublic", "redeninternal"), get("/api/dependencies/{id}/")),
        *each(
            ("redenpublic", "redeninternal"),
            change("patch", "/api/dependencies/{id}/", EDIT_ALFA, {"minimum_lag_days": 7}, headers=ANY),
        ),
        *each(
            ("redenpublic", "redeninternal"),
            change("delete", "/api/dependencies/{id}/", EDIT_ALFA, headers=ANY, ok=204),
        ),
    ],
    "api/findings/": read_only("findings", FINDINGS),
    "api/findings/<pk>/": each(FINDINGS, get("/api/findings/{id}/")),
    "api/initiatives/": [
        get("/api/initiatives/", shows=INITIATIVES),
        change("post", "/api/initiatives/", TEAM, NEW_INITIATIVE, ok=201),
        change("patch", "/api/initiatives/", TEAM, one_of_many("ideepublic", summary="anders")),
        change("delete", "/api/initiatives/", NOBODY),
    ],
    "api/initiatives/<slug>/": [
        *each(INITIATIVES, get("/api/initiatives/{{word}slug}/")),
        *each(INITIATIVES, change("patch", "/api/initiatives/{{word}slug}/", TEAM, {"summary": "x"}, headers=ANY)),
        *each(INITIATIVES, change("delete", "/api/initiatives/{{word}slug}/", NOBODY, headers=ANY)),
    ],
    "api/wijken/": read_only("wijken"),
    "api/wijken/<slug>/": [get("/api/wijken/{wijk}/")],
    "api/buurten/": read_only("buurten"),
    "api/buurten/<slug>/": [get("/api/buurten/{buurt}/")],
    "api/organisations/": read_only("organisations"),
    "api/organisations/<slug>/": [get("/api/organisations/alfa/")],
    "api/centres/": [
        get("/api/centres/"),
        change("post", "/api/centres/", TEAM, {"name": "BIC Oost", "geometry": SHAPE}, ok=201),
        change("patch", "/api/centres/", TEAM, one_of_many("centrepk", phone="0592")),
    ],
    "api/centres/<slug>/": [
        get("/api/centres/{centre}/"),
        change("patch", "/api/centres/{centre}/", TEAM, {"phone": "0592"}, headers=ANY),
        # Something is on in it.
        Visit("/api/centres/{centre}/", TEAM, "delete", headers=ANY, ok=409),
    ],
    "api/activities/": [
        get("/api/activities/"),
        change("post", "/api/activities/", TEAM, {"title": "Koken", "centre": "{centre}", **EVENING}, ok=201),
        change("patch", "/api/activities/", TEAM, one_of_many("activity", title="Bakken")),
    ],
    "api/activities/<pk>/": [
        get("/api/activities/{activity}/"),
        change("patch", "/api/activities/{activity}/", TEAM, {"title": "Bakken"}, headers=ANY),
        change("delete", "/api/activities/{activity}/", TEAM, headers=ANY, ok=204),
    ],
    "api/meetings/": [
        get("/api/meetings/"),
        change("post", "/api/meetings/", EDIT_ALFA | TEAM, NEW_MEETING | {"organiser": "alfa"}, ok=201),
        change("post", "/api/meetings/", OF_BETA | TEAM, NEW_MEETING | {"organiser": "beta"}, ok=201),
        # What somebody may not see, nobody is invited to talk about.
        change(
            "post",
            "/api/meetings/",
            EDIT_ALFA,
            NEW_MEETING | {"organiser": "alfa", "works": ["{alfainternal}"]},
            ok=201,
        ),
        change("patch", "/api/meetings/", EDIT_ALFA | TEAM, one_of_many("meeting", title="Anders")),
    ],
    "api/meetings/<pk>/": [
        get("/api/meetings/{meeting}/"),
        change("patch", "/api/meetings/{meeting}/", EDIT_ALFA | TEAM, {"title": "Anders"}, headers=ANY),
        change("delete", "/api/meetings/{meeting}/", EDIT_ALFA | TEAM, headers=ANY, ok=204),
    ],
    "api/board/": [get("/api/board/?from=2090-01-01&to=2091-01-01", shows=WORKS)],
    "api/board/works/<pk>/": each(WORKS, get("/api/board/works/{id}/"), named=False),
    "api/plan/check/": [
        *each(
            WORKS,
            Visit(
                "/api/plan/check/",
                EVERYONE - {Role.ANONYMOUS},
                "post",
                data={"dates": [{"work": "{id}", "start": "2090-02-01", "finish": "2090-07-01"}]},
            ),
        ),
    ],
    "api/plan/reschedule/": [
        *each(OF_ALFAS_WORKS, reschedule(EDIT_ALFA)),
        *each(OF_BETAS_WORKS, reschedule(OF_BETA)),
    ],
    "api/overview/": [get("/api/overview/?from=2090-01-01&to=2090-07-01")],
    "api/histogram/": [get("/api/histogram/?from=2090-01&to=2091-01")],
    "api/place/": [
        get("/api/place/?lon={lon}&lat={lat}&zoom=17"),
        *each(WORKS, get("/api/place/?work={id}")),
        *each(FINDINGS, get("/api/place/?finding={id}")),
        *each(INITIATIVES, get("/api/place/?initiative={id}")),
    ],
    "api/search/": [get("/api/search/?q=alfa", shows=["alfapublic", "alfainternal"]), get("/api/search/?q=idee")],
    "api/near/": [get("/api/near/?lat={lat}&lon={lon}&radius=500", shows=[*WORKS, *INITIATIVES])],
}

ADDRESSES = {
    **ADMIN,
    **ACCOUNT,
    **PARTNER_PAGES,
    **AGREEMENT,
    **PAGES,
    **INITIATIVE_PAGES,
    **BOARD,
    **FILES,
    **OGC,
    **API,
}
"""Every address, with the visits that try it."""

MAY_SET_COOKIES = {address for address in ACCOUNT if address.startswith("account/")}
"""Where a cookie may be set before anybody signed in: only where one signs in."""
