"""Who may what at the pages to sign in, of accounts and of organisations; part of the table in ``urls.py``."""

from __future__ import annotations

from tests.access.people import EVERYONE, MANAGE_ALFA, NOBODY, OF_ALFA, PEOPLE, SUPERUSER, TEAM, Role, roles
from tests.access.visits import Visit, change, get

SIGNED_IN = PEOPLE - {Role.ANONYMOUS}
NOT_SIGNED_IN = EVERYONE - SIGNED_IN
OWN = OF_ALFA & PEOPLE
MANAGING = MANAGE_ALFA & PEOPLE
FACTOR = "/account/tweede-stap"
ORGANISATION = "/organisatie/alfa"


def asks_again(path: str) -> list[Visit]:
    """Return the visits of a page that first asks who one is once more: from a session alone it opens for nobody."""
    return [get(path, may=NOBODY), change("post", path, NOBODY, {}, form=True)]


def decided(path: str, data: dict[str, str] | None = None) -> list[Visit]:
    """Return the visits of what only a manager of alfa decides; beta's people try it at their own address, too."""
    return [
        change("post", f"{ORGANISATION}/{path}", MANAGING, data or {}, form=True, ok=302),
        # What is alfa's is not there at beta's address.
        *([change("post", f"/organisatie/beta/{path}", NOBODY, data or {}, form=True)] if "{" in path else []),
    ]


ACCOUNT: dict[str, list[Visit]] = {
    "account/": [get("/account/", may=SIGNED_IN)],
    "account/inloggen/": [get("/account/inloggen/", may=NOT_SIGNED_IN)],
    "account/uitloggen/": [get("/account/uitloggen/", may=SIGNED_IN)],
    "account/aanmelden/": [get("/account/aanmelden/")],
    "account/uitgezet/": [get("/account/uitgezet/")],
    "account/nogmaals/": [get("/account/nogmaals/", may=SIGNED_IN)],
    "account/wachtwoord/": [get("/account/wachtwoord/", may=SIGNED_IN)],
    "account/wachtwoord/instellen/": [get("/account/wachtwoord/instellen/", may=NOBODY)],
    "account/wachtwoord/vergeten/": [get("/account/wachtwoord/vergeten/")],
    "account/wachtwoord/vergeten/verstuurd/": [get("/account/wachtwoord/vergeten/verstuurd/")],
    "account/wachtwoord/nieuw/<uidb36>-<key>/": [get("/account/wachtwoord/nieuw/1-guessed/")],
    "account/wachtwoord/klaar/": [get("/account/wachtwoord/klaar/")],
    "account/e-mail/": [get("/account/e-mail/", may=SIGNED_IN)],
    "account/e-mail/bevestigen/": [get("/account/e-mail/bevestigen/")],
    "account/e-mail/bevestigen/<key>/": [change("post", "/account/e-mail/bevestigen/guessed/", NOBODY, {}, form=True)],
    "account/sessies/": [
        get("/account/sessies/", may=SIGNED_IN),
        change("post", "/account/sessies/", NOBODY, {"session": "999999"}, form=True),
    ],
    "account/verstuurde-mails/": [
        get("/account/verstuurde-mails/", may=TEAM, shows=("mailmislukt",)),
        change("post", "/account/verstuurde-mails/", TEAM, {"mail": "{mailmislukt}"}, form=True, ok=302),
    ],
    "account/tweede-stap/": [get(f"{FACTOR}/", may=SIGNED_IN)],
    "account/tweede-stap/code/": [get(f"{FACTOR}/code/", may=NOBODY)],
    "account/tweede-stap/nogmaals/": [get(f"{FACTOR}/nogmaals/", may=roles(Role.OUTSIDER))],
    "account/tweede-stap/app/": asks_again(f"{FACTOR}/app/"),
    "account/tweede-stap/app/uit/": asks_again(f"{FACTOR}/app/uit/"),
    "account/tweede-stap/herstelcodes/": asks_again(f"{FACTOR}/herstelcodes/"),
    "account/tweede-stap/herstelcodes/nieuw/": asks_again(f"{FACTOR}/herstelcodes/nieuw/"),
    "account/tweede-stap/herstelcodes/bestand/": asks_again(f"{FACTOR}/herstelcodes/bestand/"),
    "account/tweede-stap/sleutels/": [get(f"{FACTOR}/sleutels/", may=SIGNED_IN)],
    "account/tweede-stap/sleutels/nieuw/": asks_again(f"{FACTOR}/sleutels/nieuw/"),
    "account/tweede-stap/sleutels/nogmaals/": [get(f"{FACTOR}/sleutels/nogmaals/", may=NOBODY)],
    "account/tweede-stap/sleutels/inloggen/": [
        change("post", f"{FACTOR}/sleutels/inloggen/", NOBODY, {"credential": "{}"}, form=True)
    ],
    "account/tweede-stap/sleutels/<pk>/naam/": asks_again(f"{FACTOR}/sleutels/1/naam/"),
    "account/tweede-stap/sleutels/<pk>/weg/": asks_again(f"{FACTOR}/sleutels/1/weg/"),
    "account/eigen-account/": [get("/account/eigen-account/", may=SIGNED_IN)],
    "account/eigen-account/geannuleerd/": [get("/account/eigen-account/geannuleerd/")],
    "account/eigen-account/fout/": [get("/account/eigen-account/fout/", ok=401)],
    "account/eigen-account/aanmelden/": [get("/account/eigen-account/aanmelden/", may=NOBODY)],
    "account/eigen-account/<provider_id>/": [get("/account/eigen-account/unknown/", may=NOBODY)],
    "account/eigen-account/<provider_id>/terug/": [get("/account/eigen-account/unknown/terug/", may=NOBODY)],
    "uitnodiging/<token>/": [
        get("/uitnodiging/guessed/", ok=410),
        Visit("/uitnodiging/guessed/", EVERYONE, "post", {}, form=True, ok=410),
    ],
    # A choice for who sees several; others are sent on to their own.
    "organisatie/": [get("/organisatie/", may=SUPERUSER)],
    "organisatie/<slug>/": [get(f"{ORGANISATION}/", may=OWN), get("/organisatie/nowhere/", may=NOBODY)],
    "organisatie/<slug>/uitnodigen/": decided("uitnodigen/", {"email": "new@example.nl", "role": "viewer"}),
    "organisatie/<slug>/uitnodigingen/<pk>/opnieuw/": decided("uitnodigingen/{invitation}/opnieuw/"),
    "organisatie/<slug>/uitnodigingen/<pk>/intrekken/": decided("uitnodigingen/{invitation}/intrekken/"),
    "organisatie/<slug>/mensen/<pk>/rol/": [
        *decided("mensen/{viewermembership}/rol/", {"role": "planner"}),
        # Only a superuser says who is secretary of the team.
        change("post", f"{ORGANISATION}/mensen/{{viewermembership}}/rol/", SUPERUSER, {"role": "secretary"}, form=True,
               ok=302),
    ],
    "organisatie/<slug>/mensen/<pk>/weg/": [
        # Everybody may leave by themselves.
        change("post", f"{ORGANISATION}/mensen/{{viewermembership}}/weg/", MANAGING | {Role.VIEWER}, {}, form=True,
               ok=302),
        change("post", "/organisatie/beta/mensen/{viewermembership}/weg/", NOBODY, {}, form=True),
        # Not the last manager, not even by a superuser.
        change("post", f"{ORGANISATION}/mensen/{{managermembership}}/weg/", NOBODY, {}, form=True),
    ],
    "organisatie/<slug>/sleutels/": [
        change("post", f"{ORGANISATION}/sleutels/", MANAGING, {"name": "QGIS", "scopes": ["works:read"], "days": 30},
               form=True),
        # What only the team may give away.
        change("post", f"{ORGANISATION}/sleutels/", SUPERUSER, {"name": "x", "scopes": ["centres:write"], "days": 30},
               form=True),
    ],
    "organisatie/<slug>/sleutels/<pk>/intrekken/": decided("sleutels/{token}/intrekken/"),
    "organisatie/<slug>/eigen-accounts/<pk>/": decided("eigen-accounts/{signinrule}/", {"approve": "1"}),
}  # fmt: skip
