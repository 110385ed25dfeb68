"""The demonstration: as much as promised, lying where it should, with its stories found, and loaded only once."""

from __future__ import annotations

import datetime as dt
import io
import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from dateutil.rrule import rrulestr
from django.apps import apps
from django.contrib.auth import authenticate
from django.contrib.gis.geos import GEOSGeometry
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.models import Count, F, Q

from geo.crs import WGS_84
from geo.models import Address, Buurt, Wijk
from planning.coordination.findings import sync_findings
from planning.coordination.models import Finding, Proposal, ProposalItem, Scenario
from planning.coordination.near import near
from planning.coordination.present import whole_plan
from planning.coordination.resequencing import BetterSequence, better_sequence
from planning.coordination.sequence_report import make_report
from planning.demo import load
from planning.initiatives.models import (
    Activity,
    Grant,
    GrantBudget,
    Initiative,
    InitiativeState,
    Meeting,
    NeighbourhoodCentre,
    SupportAddress,
    SupportArea,
)
from planning.initiatives.support.areas import addresses_in, circle
from planning.partners.models import Membership, Organisation, User
from planning.sequencing.resequencing.options import Options
from planning.sequencing.rules.base import Lang, Severity
from planning.works.models import Dependency, Work, WorkImport

TODAY = dt.date(2026, 11, 23)
"""The day the demonstration is made for; what is still to be designed depends on it."""
WIJKEN = {"assen-oost", "de-lariks", "oude-molenbuurt", "kloosterveen", "pittelo-marsdijk"}
ROUNDING_M = 0.002
"""Corners are rounded to millimetres, each of two neighbours its own way."""
SLIVER_M2 = 0.5
"""What rounding can make two neighbours share along a street."""
SHARED_GROUND_M2 = 1.0
"""What the rules take for shared ground."""
ONE_PLOT = {"relocation", "demolition", "site_preparation", "new_build", "temporary_use", "green", "event"}
UNDERGROUND = {"sewer", "cables_pipes", "heat_network"}
LAID = {"street", "square", "green", "play_area"}


def run(**options: Any) -> str:
    """Run the command and return what it printed."""
    out = io.StringIO()
    call_command("demo", stdout=out, **options)
    return out.getvalue()


@pytest.fixture(scope="module")
def demonstration(django_db_setup: None, django_db_blocker: Any) -> Iterator[str]:
    """What ``demo`` printed; its rows are there for the whole module and go afterwards."""
    with django_db_blocker.unblock(), transaction.atomic():
        printed = run()
        sync_findings(today=TODAY)
        yield printed
        transaction.set_rollback(True)


@pytest.fixture
def undone(demonstration: str) -> Iterator[None]:
    """Take back what a test changes."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.mark.django_db
def test_one_bad_row_in_one_file_keeps_everything_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A demonstration that is half there would be worse than none."""
    copy = shutil.copytree(load.FIXTURES, tmp_path / "fixtures", ignore=shutil.ignore_patterns("__pycache__"))
    last = copy / json.loads((copy / "organisations.json").read_text("utf-8"))[-1]["file"]
    lines = last.read_text("utf-8-sig").splitlines()
    last.write_text("\n".join([*lines, re.sub(r"\d{1,2} \w+ 2027|\d\d-\d\d-2027", "32 mei 2027", lines[1])]), "utf-8")
    monkeypatch.setattr(load, "FIXTURES", copy)
    with pytest.raises(CommandError, match="32 mei 2027"):
        run()
    assert not Buurt.objects.exists()
    assert not Work.objects.exists()
    assert not User.objects.exists()


@pytest.mark.usefixtures("demonstration")
class TestHowMuchThereIs:
    def test_works_of_many_partners_in_all_wijken(self) -> None:
        per_wijk = dict(Wijk.objects.annotate(n=Count("buurten__works")).values_list("slug", "n"))
        assert Work.objects.count() >= 80
        assert Work.objects.values("owner").distinct().count() >= 4
        assert set(per_wijk) == WIJKEN
        assert min(per_wijk.values()) >= 10

    def test_works_run_in_every_year_from_2017_to_2030(self) -> None:
        idle = [
            year
            for year in range(2017, 2031)
            if not Work.objects.during(dt.date(year, 1, 1), dt.date(year + 1, 1, 1)).exists()
        ]
        assert idle == []

    def test_states_agree_with_the_day_it_is(self) -> None:
        wrong = Work.objects.filter(
            (Q(status="done") & Q(planned_finish__gt=TODAY))
            | (Q(status="under_way") & (Q(planned_start__gt=TODAY) | Q(planned_finish__lte=TODAY)))
            | (Q(status__in=["idea", "planned", "committed"]) & Q(planned_start__lte=TODAY))
        )
        assert list(wrong.values_list("external_id", flat=True)) == []

    def test_initiatives_in_every_state_wijk_and_theme(self) -> None:
        assert Initiative.objects.count() >= 60
        assert set(Initiative.objects.values_list("state", flat=True)) == set(InitiativeState.values)
        assert set(Initiative.objects.values_list("theme", flat=True)) == set(Initiative.Theme.values)
        assert set(Initiative.objects.values_list("buurt__wijk__slug", flat=True)) == WIJKEN
        assert Initiative.objects.filter(looks_for_place=True).count() >= 3
        assert set(Grant.objects.values_list("kind", flat=True)) == set(Grant.Kind.values)

    def test_neighbours_are_asked_and_what_they_said_adds_up(self) -> None:
        open_counts = {area.initiative.external_id: area for area in SupportArea.objects.filter(decided_at=None)}
        orchard = open_counts["IN-001"]
        assert (orchard.in_favour, orchard.addresses, orchard.still_needed) == (41, 96, 8)
        assert open_counts["IN-008"].still_needed == 1
        for area in open_counts.values():
            assert area.households.count() == area.addresses
            assert area.voices.filter(in_favour=True).count() == area.in_favour < area.majority
            assert area.voices.filter(in_favour=False).count() == area.against
        decided = SupportArea.objects.filter(decided_at__isnull=False)
        assert {area.still_needed for area in decided} == {0}
        assert not SupportAddress.objects.filter(area__in=decided).exists()

    def test_every_idea_went_its_road_and_the_team_can_open_what_waits(self) -> None:
        for initiative in Initiative.objects.prefetch_related("steps"):
            assert [step.state for step in initiative.steps.all()][-1] == initiative.state
            assert all(step.at.date() <= TODAY for step in initiative.steps.all())
        for initiative in Initiative.objects.filter(state="submitted"):
            assert addresses_in(circle(initiative, initiative.support_radius_m)).count() >= 20

    def test_partners_set_money_aside_and_never_gave_more(self) -> None:
        assert set(GrantBudget.objects.values_list("wijk__slug", flat=True)) == WIJKEN
        assert not GrantBudget.objects.with_left().filter(Q(left_eur__lt=0) | Q(left_hours__lt=0)).exists()
        assert Grant.objects.filter(budget__isnull=False).count() > 10

    def test_three_centres_of_which_one_is_being_set_up(self) -> None:
        states = sorted(NeighbourhoodCentre.objects.values_list("state", flat=True))
        assert states == ["being_set_up", "open", "open"]
        assert Activity.objects.count() >= 12
        for activity in Activity.objects.exclude(recurrence=""):
            following = rrulestr(activity.recurrence, dtstart=activity.starts_at).after(activity.ends_at)
            assert following is not None, activity.title

    def test_meetings_past_with_a_report_and_to_come(self) -> None:
        past = Meeting.objects.filter(starts_at__date__lt=TODAY)
        coming = Meeting.objects.filter(starts_at__date__gte=TODAY)
        assert Meeting.objects.count() >= 10
        assert past.exists()
        assert not past.filter(report="").exists()
        assert coming.exists()
        assert not coming.exclude(report="").exists()
        assert Meeting.objects.filter(works__isnull=False).distinct().count() >= 8

    def test_addresses_in_all_wijken(self) -> None:
        assert Address.objects.count() >= 300
        assert set(Address.objects.values_list("buurt__wijk__slug", flat=True)) == WIJKEN
        assert set(Address.objects.values_list("source", flat=True)) == {"illustratief"}

    def test_every_file_went_through_the_importer_without_a_refused_row(self) -> None:
        files = {row["file"] for row in json.loads((load.FIXTURES / "organisations.json").read_text("utf-8"))}
        assert {"actium_werken.xlsx", "gemeente_assen_werken.gpkg"} < files
        assert set(WorkImport.objects.values_list("file_name", flat=True)) == files
        assert not WorkImport.objects.exclude(refused=0).exists()
        assert Work.objects.count() == sum(WorkImport.objects.values_list("created", flat=True))

    def test_partners_state_some_of_the_order_themselves(self) -> None:
        assert Dependency.objects.count() >= 10

    def test_everything_says_that_it_is_a_demonstration(self) -> None:
        assert not Work.objects.exclude(description__startswith="Demonstratie").exists()
        for model in (Initiative, NeighbourhoodCentre, Activity, Meeting):
            assert set(model._default_manager.values_list("source", flat=True)) == {"illustratief"}

    def test_nobody_is_named_or_can_be_reached(self) -> None:
        texts = [
            *(text for row in Work.objects.values_list("name", "description") for text in row),
            *(text for row in Initiative.objects.values_list("title", "summary", "story") for text in row),
            *(text for row in Meeting.objects.values_list("title", "description", "report") for text in row),
            *(
                text
                for row in NeighbourhoodCentre.objects.values_list("description", "present", "phone")
                for text in row
            ),
            *(text for row in Organisation.objects.values_list("description", "email", "phone") for text in row),
        ]
        private = re.compile(r"@|\b(dhr|mevr|mevrouw|meneer|mw)\b\.?|\b0\d{1,3}[- ]?\d{6,8}\b", re.IGNORECASE)
        assert [text for text in texts if private.search(text)] == []


@pytest.mark.usefixtures("demonstration")
class TestWhereItLies:
    def test_every_work_lies_inside_its_buurt_and_that_in_a_wijk(self) -> None:
        outside = Work.objects.exclude(buurt__geometry__covers=F("geometry"))
        assert list(outside.values_list("external_id", flat=True)) == []
        assert not Work.objects.filter(buurt__wijk=None).exists()

    def test_both_parts_of_pittelo_marsdijk_have_works(self) -> None:
        parts = Wijk.objects.get(slug="pittelo-marsdijk").geometry
        assert len(parts) == 2
        for part in parts:
            assert Work.objects.filter(geometry__coveredby=part).exists()

    def test_initiatives_addresses_and_centres_lie_in_their_buurt_and_wijk(self) -> None:
        assert not Initiative.objects.exclude(buurt__geometry__intersects=F("geometry")).exists()
        assert not Address.objects.exclude(buurt__geometry__covers=F("point")).exists()
        assert not NeighbourhoodCentre.objects.exclude(wijk__geometry__covers=F("point")).exists()

    def test_no_two_works_share_ground_by_accident(self) -> None:
        assert [pair for *pair, area in _accidental() if area > SLIVER_M2] == []

    def test_neighbours_share_no_ground_in_the_eyes_of_the_rules(self) -> None:
        assert [pair for *pair, area in _accidental() if area > SHARED_GROUND_M2] == []

    def test_demolition_and_the_building_after_it_have_exactly_the_same_ground(self) -> None:
        for dependency in Dependency.objects.filter(predecessor__kind="demolition").select_related(
            "predecessor", "successor"
        ):
            assert dependency.predecessor.geometry.equals(dependency.successor.geometry), dependency

    def test_a_street_in_a_story_adjoins_its_building(self) -> None:
        found = Finding.objects.filter(rule__in=["building-before-surface", "surface-straight-after"])
        works = [list(finding.works.order_by("pk")) for finding in found]
        assert works
        for group in works:
            surface = next(work for work in group if work.kind in LAID)
            others = [work for work in group if work != surface]
            assert min(surface.geometry.distance(other.geometry) for other in others) <= ROUNDING_M, surface

    def test_near_me_finds_something_for_an_address_on_stroom(self) -> None:
        home = Address.objects.get(postcode="9403KL", number=12)
        assert (home.street, home.buurt.wijk.slug) == ("Stroom", "de-lariks")
        point = home.point.transform(WGS_84, clone=True)
        here = near(None, point.x, point.y, today=TODAY)
        assert here["works"]
        assert here["initiatives"]
        assert here["nearest_centre"] is not None


@pytest.mark.usefixtures("demonstration")
class TestWhatItTells:
    @pytest.mark.parametrize(
        "story",
        json.loads((load.FIXTURES / "stories.json").read_text("utf-8")),
        ids=lambda story: f"{story['rule']}: {story['title']}",
    )
    def test_the_rules_find_every_story(self, story: dict[str, Any]) -> None:
        told = {tuple(work) for work in story["works"]}
        found = Finding.objects.current().filter(rule=story["rule"]).prefetch_related("works__owner")
        groups = [{(work.owner.slug, work.external_id) for work in finding.works.all()} for finding in found]
        assert any(told <= group for group in groups), groups

    def test_there_is_a_story_for_each_of_the_first_rules(self) -> None:
        stories = json.loads((load.FIXTURES / "stories.json").read_text("utf-8"))
        assert {story["rule"] for story in stories} == {
            "demolition-before-building", "underground-before-surface", "building-before-surface",
            "surface-straight-after", "fallow-ground", "space-time-overlap", "dig-once", "dig-rest",
            "breeding-season", "planting-season", "initiative-in-design", "event-clash",
        }  # fmt: skip

    def test_the_showpiece_offers_its_fallow_ground_to_the_orchard(self) -> None:
        finding = Finding.objects.get(rule="fallow-ground", works__external_id="ACT-101")
        assert finding.facts["days"] > 3 * 365
        assert finding.initiatives.filter(looks_for_place=True, title__icontains="boomgaard").exists()
        assert finding.initiatives.count() >= 3

    def test_most_works_are_in_good_order(self) -> None:
        findings = Finding.objects.current()
        assert 15 <= findings.count() <= 45
        in_conflict = Work.objects.filter(findings__in=findings.filter(kind=Finding.Kind.CONFLICT)).distinct()
        assert in_conflict.count() < Work.objects.count() / 3


@pytest.fixture(scope="module")
def better(demonstration: str, django_db_blocker: Any) -> BetterSequence:
    """A better sequence of the demonstration."""
    with django_db_blocker.unblock():
        return better_sequence(whole_plan(TODAY), Options(seconds=20))


@pytest.mark.usefixtures("demonstration")
class TestABetterSequence:
    """What the service exists for, on the demonstration (issue 3)."""

    def test_nothing_that_cannot_be_is_left(self, better: BetterSequence) -> None:
        assert better.answer.before.hard >= 1
        assert [found.rule for found in better.remaining if found.severity == Severity.HARD] == []

    def test_fallow_ground_goes_down_by_forty_percent_at_least(self, better: BetterSequence) -> None:
        before, after = better.answer.before, better.answer.after
        assert after.fallow_dwelling_weeks <= 0.6 * before.fallow_dwelling_weeks

    def test_no_committed_work_is_touched(self, better: BetterSequence) -> None:
        moved = better.answer.plan.works.id[better.answer.moved].tolist()
        assert len(moved) >= 5
        assert set(Work.objects.filter(pk__in=moved).values_list("status", flat=True)) <= {"idea", "planned"}

    @pytest.mark.parametrize("lang", list(Lang))
    def test_every_change_is_explained_by_name(self, better: BetterSequence, lang: Lang) -> None:
        report = make_report(better, lang)
        assert len(report.changes) == len(better.answer.moved)
        vague = [row.name for row in report.changes if row.sentences[1].endswith((" kan ook.", " would do too."))]
        assert vague == []
        assert {row.wijk for row in report.changes} <= set(Wijk.objects.values_list("name", flat=True))


class TestASecondTime:
    def test_changes_nothing(self, undone: None) -> None:
        before = _everything()
        printed = run()
        sync_findings(today=TODAY)
        after = _everything()
        assert [name for name in before if before[name] != after[name]] == []
        assert re.findall(r"(\d+) (?:nieuw|gewijzigd)", printed) == ["0"] * (2 + 2 * Organisation.objects.count())

    def test_if_empty_leaves_a_filled_database_alone(self, undone: None) -> None:
        Work.objects.filter(external_id="ACT-101").delete()
        assert run(if_empty=True) == ""
        assert not Work.objects.filter(external_id="ACT-101").exists()

    def test_a_changed_work_is_put_back_by_the_partners_own_file(self, undone: None) -> None:
        work = Work.objects.get(external_id="ACT-101")
        Work.objects.filter(pk=work.pk).update(name="Anders")
        assert "1 gewijzigd" in run()
        assert Work.objects.get(pk=work.pk).name == work.name


class TestAccounts:
    def test_a_planner_per_partner_and_one_of_every_other_role_with_passwords_that_work(
        self, demonstration: str
    ) -> None:
        accounts = dict(re.findall(r"^  (\S+) +(\S+)", demonstration, re.MULTILINE))
        slugs = set(Organisation.objects.values_list("slug", flat=True))
        others = {"actium-beheerder", "gemeente-beheerder", "secretaris", "kijker"}
        assert set(accounts) == {"beheer"} | slugs | others
        assert list(User.objects.filter(is_superuser=True).values_list("username", flat=True)) == ["beheer"]
        assert set(Membership.objects.values_list("user__username", "organisation__slug", "role")) == {
            *((slug, slug, "planner") for slug in slugs),
            ("actium-beheerder", "actium", "manager"),
            ("gemeente-beheerder", "gemeente-assen", "manager"),
            ("secretaris", "gemeente-assen", "secretary"),
            ("kijker", "vaart-welzijn", "viewer"),
        }
        assert authenticate(username="actium", password=accounts["actium"]) is not None
        assert len(set(accounts.values())) == len(accounts)

    def test_the_next_run_prints_no_passwords_but_new_ones_can_be_asked_for(
        self, demonstration: str, undone: None
    ) -> None:
        old = re.findall(r"^  beheer +(\S+)", demonstration, re.MULTILINE)[0]
        assert "beheer " not in run()
        fresh = re.findall(r"^  beheer +(\S+)", run(passwords=True), re.MULTILINE)[0]
        assert authenticate(username="beheer", password=old) is None
        assert authenticate(username="beheer", password=fresh) is not None


def _accidental() -> list[tuple[str, str, float]]:
    """Return pairs of works that share ground without a reason, with the square metres."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT a.external_id, a.kind, b.external_id, b.kind, ST_Area(ST_Intersection(a.ground, b.ground))
            FROM works_work a JOIN works_work b ON a.id < b.id AND ST_Intersects(a.ground, b.ground)
            ORDER BY a.id, b.id
            """
        )
        rows = cursor.fetchall()
    return [(first, second, area) for first, one, second, other, area in rows if not _may_share({one, other})]


def _may_share(kinds: set[str]) -> bool:
    """Return whether two works may have one ground: a plot over the years, or a pipe under what is laid."""
    return kinds <= ONE_PLOT or kinds <= UNDERGROUND or bool(kinds & UNDERGROUND and kinds & LAID)


def _everything() -> dict[str, list[str]]:
    """Return all rows of our own models; the log of imports grows by design."""
    return {
        model.__name__: sorted(
            str([value.hex if isinstance(value, GEOSGeometry) else value for value in row])
            for row in model._default_manager.values_list()
        )
        for model in apps.get_models()
        if model._meta.app_label in {"geo", "partners", "works", "initiatives", "coordination"}
        and model is not WorkImport
    }


@pytest.mark.django_db
def test_partners_are_asked_other_dates_and_nothing_moved_yet(demonstration: str) -> None:
    assert "Voorstellen: 2." in demonstration
    assert Scenario.objects.count() == 2
    asked = {
        proposal.title: {part.owner.slug: {item.answer for item in part.items.all()} for part in proposal.parts.all()}
        for proposal in Proposal.objects.all()
    }
    assert asked == {
        "De Beek: de grond één keer open": {
            "gemeente-assen": {"accepted"}, "netbeheerder": {"accepted"}, "warmte-de-beek": {"open"},
        },
        "Stroom en Delft: eerder bouwen": {"gemeente-assen": {"accepted"}, "actium": {"open"}},
    }  # fmt: skip
    assert not ProposalItem.objects.filter(applied_at__isnull=False).exists()
