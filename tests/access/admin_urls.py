"""Who may what in the admin; part of the table in ``urls.py``."""

from __future__ import annotations

from typing import Any

from tests.access.people import (
    EDIT_ALFA,
    EDIT_ANY,
    FINDINGS,
    MANAGE_ALFA,
    MEMBERS,
    NOBODY,
    OF_ALFA,
    OF_ALFAS_WORKS,
    OF_BETA,
    OF_BETAS_WORKS,
    PEOPLE,
    PROGRAMS,
    PUBLIC,
    SEEN_BY,
    SUPERUSER,
    TEAM,
    WORKS,
    Role,
)
from tests.access.visits import Visit, change, get

Roles = frozenset[Role]


def records(
    label: str, word: str, view: Roles, edit: Roles, *, shows: tuple[str, ...] = (), remove: Roles | None = None,
    takes_empty: bool = False, removable: bool = False,
) -> dict[str, list[Visit]]:  # fmt: skip
    """Return the visits of one record in the admin: ``view`` look at it, ``edit`` change it, ``remove`` remove it."""
    at = f"/admin/{label}/{{{word}}}"
    view, edit = view & PEOPLE, edit & PEOPLE
    remove = edit if remove is None else remove
    return {
        f"admin/{label}/<object_id>/": [get(f"{at}/", may=MEMBERS, ok=302)],
        f"admin/{label}/<object_id>/change/": [
            get(f"{at}/change/", may=view, shows=shows),
            # An empty form: who may change gets it back with what is missing, where it does not mean the defaults.
            Visit(f"{at}/change/", edit, "post", {}, form=True, changes=takes_empty, ok=302 if takes_empty else 200),
        ],
        f"admin/{label}/<object_id>/history/": [get(f"{at}/history/", may=view)],
        f"admin/{label}/<object_id>/delete/": [
            get(f"{at}/delete/", may=remove if removable else edit),
            change("post", f"{at}/delete/", remove, {"post": "yes"}, form=True, ok=302),
        ],
    }


def model(label: str, view: Roles, add: Roles, *each: dict[str, list[Visit]]) -> dict[str, list[Visit]]:
    """Return the visits of a model in the admin, with those of some of its records."""
    view, add = view & PEOPLE, add & PEOPLE
    found = {
        f"admin/{label}/": [get(f"/admin/{label}/", may=view)],
        f"admin/{label}/add/": [
            get(f"/admin/{label}/add/", may=add),
            Visit(f"/admin/{label}/add/", add, "post", {}, form=True),
        ],
    }
    for visits in each:
        for address, some in visits.items():
            found[address] = found.get(address, []) + some
    return found


def works() -> dict[str, list[Visit]]:
    """Return the visits of works: only the owner's people look, and its planners and managers change."""
    # A work that another's waits for is not removed by its owner alone.
    remove = {"betapublic": SUPERUSER}
    return model(
        "works/work", MEMBERS, EDIT_ANY,
        {"admin/works/work/": [get("/admin/works/work/", may=MEMBERS, shows=OF_ALFAS_WORKS, to=OF_ALFA & PEOPLE),
                               get("/admin/works/work/", may=MEMBERS, shows=OF_BETAS_WORKS, to=OF_BETA)]},
        *(records("works/work", word, OF_ALFA, EDIT_ALFA, shows=(word,)) for word in OF_ALFAS_WORKS),
        *(records("works/work", word, OF_BETA, OF_BETA, shows=(word,), remove=remove.get(word)) for word in
          OF_BETAS_WORKS),
    )  # fmt: skip


def of_alfa(label: str, word: str) -> dict[str, list[Visit]]:
    """Return the visits of what every organisation keeps for itself, at a record of alfa's."""
    return model(label, MEMBERS, EDIT_ANY, records(label, word, OF_ALFA, EDIT_ALFA))


def of_team(label: str, *words: str) -> dict[str, list[Visit]]:
    """Return the visits of what the team keeps and every partner looks at."""
    return model(label, MEMBERS, TEAM, *(records(label, word, MEMBERS, TEAM) for word in words))


def of_service(label: str, word: str, view: Roles = SUPERUSER, **more: Any) -> dict[str, list[Visit]]:
    """Return the visits of what only a superuser changes."""
    return model(label, view, SUPERUSER, records(label, word, view, SUPERUSER, **more))


def written_by_service(label: str, *each: dict[str, list[Visit]]) -> dict[str, list[Visit]]:
    """Return the visits of what nobody writes by hand."""
    return model(label, MEMBERS, NOBODY, *each)


ADMIN: dict[str, list[Visit]] = {
    "admin/": [get("/admin/", may=MEMBERS)],
    "admin/login/": [get("/admin/login/", may=(PUBLIC - {Role.OUTSIDER}) | PROGRAMS, ok=302)],
    "admin/logout/": [Visit("/admin/logout/", MEMBERS, "post", {}, form=True, ok=302)],
    "admin/password_change/": [get("/admin/password_change/", may=MEMBERS, ok=302)],
    "admin/password_change/done/": [get("/admin/password_change/done/", may=MEMBERS)],
    "admin/jsi18n/": [get("/admin/jsi18n/", may=MEMBERS)],
    "admin/<app_label>/": [get("/admin/works/", may=MEMBERS), get("/admin/auth/", may=SUPERUSER)],
    "admin/<url>": [get("/admin/nothing/", may=NOBODY)],
    "admin/r/<content_type_id>/<object_id>/": [get("/admin/r/1/1/", may=NOBODY)],
    "admin/autocomplete/": [
        get(
            "/admin/autocomplete/?app_label=works&model_name=dependency&field_name=predecessor&term=a",
            may=MEMBERS, shows=WORKS,
        ),
        get(
            "/admin/autocomplete/?app_label=works&model_name=work&field_name=project&term=alfa",
            may=MEMBERS, shows=("alfaproject",),
        ),
    ],
    "admin/geo/wijk/importeren/": [get("/admin/geo/wijk/importeren/", may=SUPERUSER)],
    "admin/geo/buurt/omtrekken.json": [get("/admin/geo/buurt/omtrekken.json", may=MEMBERS)],
    "admin/works/work/omtrekken.json": [get("/admin/works/work/omtrekken.json", may=MEMBERS, shows=WORKS)],
    "admin/partners/user/<id>/password/": [get("/admin/partners/user/{viewerpk}/password/", may=SUPERUSER)],
    **works(),
    **of_alfa("works/project", "alfaproject"),
    **of_alfa("works/programme", "programme"),
    **of_alfa("coordination/crew", "crew"),
    **of_alfa("coordination/yearbudget", "yearbudget"),
    **model(
        "works/dependency", MEMBERS, EDIT_ANY,
        *(records("works/dependency", word, OF_ALFA, EDIT_ALFA) for word in ("redenpublic", "redeninternal")),
    ),
    **written_by_service("works/workimport", records("works/workimport", "workimport", OF_ALFA, NOBODY)),
    **written_by_service(
        "coordination/finding",
        *(records("coordination/finding", word, SEEN_BY[word] & MEMBERS, NOBODY, shows=(word,)) for word in FINDINGS),
    ),
    **model(
        "initiatives/initiative", MEMBERS, TEAM,
        # Neighbours counted for it: it stays.
        records("initiatives/initiative", "ideepublic", MEMBERS, TEAM, remove=NOBODY),
        records("initiatives/initiative", "ideesubmitted", MEMBERS, TEAM),
    ),
    **of_team("initiatives/grant", "grant"),
    **of_team("initiatives/neighbourhoodcentre", "centrepk"),
    **of_team("initiatives/activity", "activity"),
    **of_team("initiatives/grantbudget", "grantbudget"),
    **of_team("initiatives/update", "update"),
    **written_by_service("initiatives/step", records("initiatives/step", "step", MEMBERS, NOBODY)),
    **written_by_service("initiatives/supportarea", records("initiatives/supportarea", "supportarea", MEMBERS, NOBODY)),
    **written_by_service(
        "initiatives/supportcorrection", records("initiatives/supportcorrection", "correction", MEMBERS, NOBODY)
    ),
    **model(
        "initiatives/meeting", MEMBERS, TEAM | EDIT_ANY,
        records("initiatives/meeting", "meeting", MEMBERS, TEAM | EDIT_ALFA),
    ),
    **of_service("geo/wijk", "wijkpk", view=MEMBERS, remove=NOBODY),
    **of_service("geo/buurt", "buurtpk", view=MEMBERS),
    **of_service("geo/address", "addresspk", view=MEMBERS),
    **of_service("geo/roadpart", "roadpart", view=MEMBERS),
    **of_service("socialaccount/socialapp", "service"),
    **of_service("partners/signinrule", "signinrule"),
    **model("partners/invitation", SUPERUSER, NOBODY, records("partners/invitation", "invitation", SUPERUSER, NOBODY)),
    **model(
        "socialaccount/socialaccount", SUPERUSER, NOBODY,
        records("socialaccount/socialaccount", "ownaccount", SUPERUSER, NOBODY, remove=SUPERUSER, removable=True),
    ),
    **model(
        "mfa/authenticator", SUPERUSER, NOBODY,
        records("mfa/authenticator", "factor", SUPERUSER, NOBODY, remove=SUPERUSER, removable=True),
    ),
    **of_service("coordination/rulesetting", "rulesetting", takes_empty=True),
    **of_service("auth/group", "group"),
    **of_service("partners/user", "viewerpk"),
    # Who owns works cannot be removed.
    **of_service("partners/organisation", "alfapk", view=MEMBERS, remove=NOBODY),
    **model(
        "partners/token", MANAGE_ALFA, MANAGE_ALFA, records("partners/token", "token", MANAGE_ALFA, NOBODY)
    ),
    **model(
        "procrastinate/procrastinatejob", SUPERUSER, NOBODY,
        records("procrastinate/procrastinatejob", "job", SUPERUSER, NOBODY),
    ),
    **of_service("partners/membership", "viewermembership"),
}  # fmt: skip
