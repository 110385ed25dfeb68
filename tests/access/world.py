"""The records that the walk over all addresses meets: one of every owner and visibility, each with its own word."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp
from django.conf import settings
from django.contrib.auth.models import Group
from django.contrib.gis.geos import MultiPolygon
from django.test import Client

from geo.crs import RD_NEW, WGS_84
from geo.functions import RowVersion
from geo.models import RoadPart
from planning.coordination.models import (
    Crew,
    Happening,
    Proposal,
    RuleSetting,
    Scenario,
    YearBudget,
)
from planning.initiatives.models import (
    Activity,
    Grant,
    GrantBudget,
    Initiative,
    Meeting,
    NeighbourhoodCentre,
    Signal,
    Step,
    SupportArea,
    SupportCorrection,
    Update,
)
from planning.partners.models import Invitation, Membership, OutgoingMail, SignInRule, Token
from planning.partners.viewers import Scope
from planning.tasks import forget_old_jobs
from planning.works.kinds import WorkKind
from planning.works.models import Dependency, Programme, Project, WorkImport, WorkImportDraft
from tests import factories as make
from tests.access.people import Role
from tests.factories import box
from tests.geo.mvt import tile_at

SCOPES = {
    Role.READER: [Scope.WORKS_READ, Scope.FINDINGS_READ, Scope.PROPOSALS_READ, Scope.INITIATIVES_READ],
    Role.WRITER: [
        Scope.WORKS_WRITE, Scope.FINDINGS_READ, Scope.PROPOSALS_WRITE, Scope.INITIATIVES_READ, Scope.MEETINGS_WRITE,
    ],
}  # fmt: skip
ROLES = {
    Role.VIEWER: ("alfa", Membership.Role.VIEWER),
    Role.PLANNER: ("alfa", Membership.Role.PLANNER),
    Role.MANAGER: ("alfa", Membership.Role.MANAGER),
    Role.OTHER: ("beta", Membership.Role.PLANNER),
    Role.SECRETARY: ("team", Membership.Role.SECRETARY),
}
NOW = dt.datetime(2026, 11, 23, 12, 0, tzinfo=dt.UTC)


@dataclass
class World:
    """The planted records and who asks for them.

    ``ids`` holds what may stand in braces in an address: a planted word gives the identity of its record.
    """

    ids: dict[str, Any] = field(default_factory=dict)
    sessions: dict[Role, str] = field(default_factory=dict)
    tokens: dict[Role, str] = field(default_factory=dict)
    # One for all: with every new client the middleware would start anew, which takes a tenth of a second.
    browser: Client = field(default_factory=Client)

    def client(self, role: Role) -> Client:
        """Return a browser in which ``role`` is signed in, with nothing of who used it before."""
        self.browser.cookies.clear()
        if role in self.sessions:
            self.browser.cookies[settings.SESSION_COOKIE_NAME] = self.sessions[role]
        return self.browser

    def headers(self, role: Role) -> dict[str, str]:
        """Return what ``role`` sends with every request."""
        return {"Authorization": f"Bearer {self.tokens[role]}"} if role in self.tokens else {}


def make_world() -> World:
    """Plant everything."""
    world = World()
    wijk = make.make_wijk()
    buurt = make.make_buurt(wijk=wijk)
    address = make.make_address(buurt=buurt)
    organisations = {slug: make.make_organisation(slug) for slug in ("alfa", "beta", "team")}
    project = make.make_project("alfaproject", organisations["alfa"])
    works = {}
    for number, owner in enumerate(("alfa", "beta")):
        for level, visibility in enumerate(("internal", "partners", "public")):
            word = f"{owner}{visibility}"
            works[word] = make.make_work(
                WorkKind.STREET, "2090-01-01", "2090-06-01", box(50 * level, 50 * number), organisations[owner],
                name=word, visibility=visibility, project=project if word == "alfainternal" else None,
            )  # fmt: skip
    works["alfaembargo"] = make.make_work(
        WorkKind.GREEN, "2090-01-01", "2090-06-01", box(0, 100), organisations["alfa"],
        name="alfaembargo", embargo_until=dt.date(2089, 1, 1),
    )  # fmt: skip
    works["alfauntold"] = make.make_work(
        WorkKind.RENOVATION, "2090-01-01", "2090-06-01", box(50, 100), organisations["alfa"],
        name="alfauntold", dwellings=12, tenants_informed_on=None,
    )  # fmt: skip
    findings = {
        "vondstpublic": make.make_finding(works["alfapublic"], works["betapublic"], sentence_nl="vondstpublic"),
        "vondstpartners": make.make_finding(works["alfapartners"], works["betapublic"], sentence_nl="vondstpartners"),
        "vondstinternal": make.make_finding(works["alfainternal"], works["betapublic"], sentence_nl="vondstinternal"),
    }
    dependencies = {
        "redenpublic": ("betapublic", "alfapublic"),
        "redeninternal": ("alfapublic", "alfainternal"),
    }
    initiatives = {
        "ideepublic": make.make_initiative("ideepublic", buurt=buurt),
        "ideesubmitted": make.make_initiative("ideesubmitted", "submitted", buurt=buurt),
    }
    centre = make.make_centre(wijk=wijk)
    owners = {"owner": organisations["alfa"]}
    people = {role: make.make_user(organisations[slug], named) for role, (slug, named) in ROLES.items()}
    people[Role.OUTSIDER] = make.make_user()
    people[Role.SUPERUSER] = make.make_user(is_superuser=True)
    for role, person in people.items():
        client = Client()
        client.force_login(person)
        world.sessions[role] = client.cookies[settings.SESSION_COOKIE_NAME].value
    for role, scopes in SCOPES.items():
        token, world.tokens[role] = Token.objects.issue(organisations["alfa"], role, scopes, by=None, days=30)
        token.note_use()  # the first use on a day is written down
    support_area = SupportArea.objects.create(
        initiative=initiatives["ideepublic"], addresses=3, opened_at=NOW,
        geometry=MultiPolygon(box(0, 0, 100), srid=RD_NEW),
    )  # fmt: skip
    at = make.point(20, 20).transform(WGS_84, clone=True)
    tile = tile_at(make.point(20, 20), 14)
    world.ids = {
        **{word: record.pk for words in (works, findings, initiatives) for word, record in words.items()},
        **{
            word: Dependency.objects.create(predecessor=works[first], successor=works[second], reason=word).pk
            for word, (first, second) in dependencies.items()
        },
        **{f"{word}slug": initiative.slug for word, initiative in initiatives.items()},
        "alfaproject": project.pk,
        "wijk": wijk.slug, "wijkpk": wijk.pk, "buurt": buurt.slug, "buurtpk": buurt.pk, "addresspk": address.pk,
        "alfa": "alfa", "beta": "beta", "alfapk": organisations["alfa"].pk, "betapk": organisations["beta"].pk,
        "centre": centre.slug, "centrepk": centre.pk,
        "activity": make.make_activity(centre).pk,
        "meeting": make.make_meeting(organiser=organisations["alfa"], wijk=wijk).pk,
        "grant": Grant.objects.create(
            initiative=initiatives["ideepublic"], partner=organisations["alfa"], kind="money", amount_eur=10,
            description="Plantgoed", granted_on=dt.date(2026, 5, 1),
        ).pk,
        "programme": Programme.objects.create(name="Alfa 2030", **owners).pk,
        "crew": Crew.objects.create(kind=WorkKind.STREET, number=2, **owners).pk,
        "yearbudget": YearBudget.objects.create(year=2090, amount_eur=1, **owners).pk,
        "workimport": WorkImport.objects.create(file_name="a.csv", sha256="0", source="a", **owners).pk,
        "rulesetting": RuleSetting.objects.create(municipality_code="GM0106", rule="frost").pk,
        "grantbudget": GrantBudget.objects.create(partner=organisations["alfa"], wijk=wijk, year=2090).pk,
        "step": Step.objects.create(
            initiative=initiatives["ideepublic"], state="supported", at=NOW, role="team"
        ).pk,
        "update": Update.objects.create(
            initiative=initiatives["ideepublic"], text="Nieuws", role="team", written_at=NOW, published_at=NOW
        ).pk,
        "supportarea": support_area.pk,
        "correction": SupportCorrection.objects.create(area=support_area, at=NOW, reason="Dubbel geteld").pk,
        **_agreement(organisations, works),
        "token": token.pk,
        "invitation": Invitation.objects.create(
            organisation=organisations["alfa"], email="a@example.nl", token_hash="0", sent_at=NOW,
            expires_at=dt.datetime(2090, 1, 1, tzinfo=dt.UTC), invited_by=people[Role.MANAGER],
        ).pk,
        "signinrule": SignInRule.objects.create(
            organisation=organisations["alfa"], provider_id="alfa", value="alfa.example"
        ).pk,
        "mailmislukt": OutgoingMail.objects.create(
            to="mailmislukt@example.nl", subject="mailmislukt", sealed="", failed_at=NOW
        ).pk,
        "managermembership": people[Role.MANAGER].memberships.get().pk,
        "service": SocialApp.objects.create(
            provider="openid_connect", provider_id="alfa", name="Alfa", client_id="x",
            settings={"server_url": "https://login.alfa.example"},
        ).pk,
        "ownaccount": SocialAccount.objects.create(user=people[Role.VIEWER], provider="alfa", uid="1").pk,
        "factor": Authenticator.objects.create(
            user=people[Role.OUTSIDER], type=Authenticator.Type.RECOVERY_CODES, data={"migrated_codes": []}
        ).pk,
        "roadpart": RoadPart.objects.create(geometry=make.line((0, 0), (50, 0)), source="x", external_id="1").pk,
        "signal": Signal.objects.create(
            kind=Signal.Kind.values[0], text="Gat in de weg", point=make.point(), owner=organisations["alfa"],
            sent_at=NOW,
        ).pk,
        "draft": WorkImportDraft.objects.create(
            owner=organisations["alfa"], source="alfa", file_name="a.csv", sha256="0", headers=[]
        ).pk,
        "job": forget_old_jobs.defer(timestamp=0),
        "group": Group.objects.create(name="groep").pk,
        "viewerpk": people[Role.VIEWER].pk,
        "viewermembership": people[Role.VIEWER].memberships.get().pk,
        "lon": at.x, "lat": at.y,
        "tile": f"{tile.zoom}/{tile.x}/{tile.y}",
    }  # fmt: skip
    versioned = {
        "programme": Programme, "alfaproject": Project, "redenpublic": Dependency, "ideepublic": Initiative,
        "centrepk": NeighbourhoodCentre, "activity": Activity, "meeting": Meeting,
    }  # fmt: skip
    for word, model in versioned.items():
        stored: Any = model._default_manager.annotate(written=RowVersion()).get(pk=world.ids[word])
        world.ids[f"{word}version"] = stored.written
    return world


def _agreement(organisations: dict[str, Any], works: dict[str, Any]) -> dict[str, int]:
    """Plant what alfa and beta talk over: a scenario of alfa, its proposal to beta, and a slip that was told."""
    dates = {"start": dt.date(2090, 2, 1), "finish": dt.date(2090, 7, 1)}
    scenario = Scenario.objects.create(owner=organisations["alfa"], name="scenarioalfa")
    scenario.dates.create(work=works["alfapublic"], **dates)
    proposal = Proposal.objects.create(
        sender=organisations["alfa"], title="voorstelalfa", expires_on=dt.date.today() + dt.timedelta(30)
    )
    item = proposal.parts.create(owner=organisations["beta"], seen_at=NOW).items.create(
        work=works["betapublic"], version=1, old_start=dt.date(2090, 1, 1), old_finish=dt.date(2090, 6, 1),
        new_start=dates["start"], new_finish=dates["finish"],
    )  # fmt: skip
    slip = Happening.objects.create(
        kind=Happening.Kind.SLIPPED, organisation=organisations["alfa"], sentence_nl="Uitloop", sentence_en="Slip",
        facts={"work": works["alfapublic"].pk},
    )  # fmt: skip
    return {"scenarioalfa": scenario.pk, "voorstelalfa": proposal.pk, "item": item.pk, "uitloop": slip.pk}
