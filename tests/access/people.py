"""Who asks: everybody that the walk over all addresses sends, and who sees which of the records planted for it."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """Somebody who asks. Alfa and beta are organisations that plan; the team keeps what is residents'."""

    ANONYMOUS = "anonymous"
    OUTSIDER = "outsider"
    """Signed in, and in no organisation."""
    VIEWER = "viewer of alfa"
    PLANNER = "planner of alfa"
    MANAGER = "manager of alfa"
    OTHER = "planner of beta"
    SECRETARY = "secretary of the team"
    SUPERUSER = "superuser"
    READER = "token of alfa that reads"
    WRITER = "token of alfa that writes"


def roles(*members: Role) -> frozenset[Role]:
    """Return a set of roles."""
    return frozenset(members)


EVERYONE = frozenset(Role)
NOBODY: frozenset[Role] = frozenset()
PROGRAMS = roles(Role.READER, Role.WRITER)
"""Who comes with a token: a partner to the API, tiles, OGC and files, and anybody to pages."""
PEOPLE = EVERYONE - PROGRAMS
PUBLIC = roles(Role.ANONYMOUS, Role.OUTSIDER)
PARTNERS = EVERYONE - PUBLIC
"""All who see what partners share."""
MEMBERS = PARTNERS - PROGRAMS
"""All people who belong to a partner."""
OF_ALFA = roles(Role.VIEWER, Role.PLANNER, Role.MANAGER, Role.SUPERUSER) | PROGRAMS
"""All who see what is alfa's own."""
OF_BETA = roles(Role.OTHER, Role.SUPERUSER)
EDIT_ALFA = roles(Role.PLANNER, Role.MANAGER, Role.SUPERUSER, Role.WRITER)
"""All who make and change alfa's works."""
EDIT_ANY = EDIT_ALFA | OF_BETA
"""All who make and change works of one organisation at least."""
MANAGE_ALFA = roles(Role.MANAGER, Role.SUPERUSER)
"""All who decide about alfa's people."""
TEAM = roles(Role.SECRETARY, Role.SUPERUSER)
"""All who keep initiatives, centres and meetings."""
SUPERUSER = roles(Role.SUPERUSER)

SEEN_BY: dict[str, frozenset[Role]] = {
    "alfainternal": OF_ALFA,
    "alfapartners": PARTNERS,
    "alfapublic": EVERYONE,
    "alfaembargo": PARTNERS,
    "alfauntold": PARTNERS,
    "betainternal": OF_BETA,
    "betapartners": PARTNERS,
    "betapublic": EVERYONE,
    "alfaproject": OF_ALFA,
    "vondstpublic": EVERYONE,
    "vondstpartners": PARTNERS,
    "vondstinternal": OF_ALFA,
    "redenpublic": EVERYONE,
    "redeninternal": OF_ALFA,
    "ideepublic": EVERYONE,
    "ideesubmitted": PARTNERS,
    "scenarioalfa": OF_ALFA,
    "voorstelalfa": OF_ALFA | OF_BETA,
    "mailmislukt": TEAM,
}
"""Every planted word, and who may ever read it: no answer to anybody else may hold it, whatever the address."""

WORKS = (
    "alfainternal",
    "alfapartners",
    "alfapublic",
    "alfaembargo",
    "alfauntold",
    "betainternal",
    "betapartners",
    "betapublic",
)
OF_ALFAS_WORKS = tuple(word for word in WORKS if word.startswith("alfa"))
OF_BETAS_WORKS = tuple(word for word in WORKS if word.startswith("beta"))
FINDINGS = ("vondstpublic", "vondstpartners", "vondstinternal")
INITIATIVES = ("ideepublic", "ideesubmitted")
