"""Findings kept in the database: they stay themselves, go and come back, and cost a fixed number of queries."""

from __future__ import annotations

import datetime as dt
import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test.utils import CaptureQueriesContext

from planning.coordination.figures import fallow_gaps, figures
from planning.coordination.findings import sync_findings
from planning.coordination.models import Finding, RuleSetting
from planning.partners.visibility import Visibility
from planning.works.models import Work
from tests.factories import box, make_buurt, make_organisation, make_wijk, make_work

pytestmark = pytest.mark.django_db


@pytest.fixture
def story() -> tuple[Work, Work]:
    """A street laid while the lorries still drive next to it."""
    wijk = make_wijk("De Lariks")
    buurt = make_buurt("De Lariks West", wijk)
    homes = make_work(
        name="Nieuwbouw Aar", kind="new_build", geometry=box(0, 0, 40), buurt=buurt, dwellings=128,
        owner=make_organisation(slug="actium", name="Actium"),
        planned_start=dt.date(2027, 9, 1), planned_finish=dt.date(2029, 3, 1),
    )  # fmt: skip
    street = make_work(
        name="Herinrichting Stroom", kind="street", geometry=box(40, 0, 10, 40), buurt=buurt,
        owner=make_organisation(slug="gemeente-assen", name="Gemeente Assen"),
        planned_start=dt.date(2028, 5, 1), planned_finish=dt.date(2028, 9, 1),
    )  # fmt: skip
    return homes, street


def move(work: Work, days: int) -> None:
    work.planned_start += dt.timedelta(days=days)
    work.planned_finish += dt.timedelta(days=days)
    work.save()


def test_a_finding_stays_itself_when_a_work_moves(story: tuple[Work, Work]) -> None:
    _, street = story
    report = sync_findings()
    assert (report.found, report.new) == (1, 1)
    first = Finding.objects.get()
    move(street, 14)
    report = sync_findings()
    assert (report.new, report.changed, report.resolved) == (0, 1, 0)
    again = Finding.objects.get()
    assert again.pk == first.pk
    assert again.start == first.start + dt.timedelta(days=14)
    assert again.first_seen == first.first_seen
    assert "15 mei 2028" in again.sentence_nl
    assert set(again.works.all()) == set(story)


def test_a_finding_that_nothing_changed_is_not_written_again(story: tuple[Work, Work]) -> None:
    sync_findings()
    before = Finding.objects.values_list("changed_at", flat=True).get()
    report = sync_findings()
    assert (report.new, report.changed, report.resolved) == (0, 0, 0)
    assert Finding.objects.values_list("changed_at", flat=True).get() == before


def test_a_mended_finding_is_resolved_and_comes_back_as_the_same(story: tuple[Work, Work]) -> None:
    _, street = story
    sync_findings()
    pk = Finding.objects.get().pk
    move(street, 310)
    assert sync_findings().resolved == 1
    assert Finding.objects.current().count() == 0
    move(street, -310)
    assert sync_findings().reopened == 1
    assert Finding.objects.current().get().pk == pk


def test_a_municipality_tunes_and_switches_rules(story: tuple[Work, Work]) -> None:
    setting = RuleSetting.objects.create(
        municipality_code="GM0106", rule="building-before-surface", parameters={"horizon": 52}
    )
    assert sync_findings().found == 1
    setting.enabled = False
    setting.save()
    assert sync_findings().resolved == 1


def test_detection_costs_the_same_queries_for_few_and_many(
    story: tuple[Work, Work], django_assert_max_num_queries: Any
) -> None:
    from django.db import connection

    with CaptureQueriesContext(connection) as few:
        sync_findings()
    for number in range(12):
        make_work(kind="new_build", geometry=box(200 + 60 * number, 0, 40), planned_start=dt.date(2027, 1, 1),
                  planned_finish=dt.date(2029, 1, 1))  # fmt: skip
        make_work(kind="street", geometry=box(240 + 60 * number, 0, 10), planned_start=dt.date(2028, 4, 3),
                  planned_finish=dt.date(2028, 6, 1))  # fmt: skip
    with CaptureQueriesContext(connection) as many:
        assert sync_findings().new >= 12
    assert len(many) <= len(few) + 2


def test_the_public_sees_no_finding_about_a_work_it_may_not_see(story: tuple[Work, Work]) -> None:
    Work.objects.update(visibility=Visibility.PUBLIC)
    sync_findings()
    assert Finding.objects.visible_to(None).count() == 1
    story[0].visibility = Visibility.PARTNERS
    story[0].save()
    assert Finding.objects.visible_to(None).count() == 0


def test_figures_count_homes_and_fallow_weeks(story: tuple[Work, Work]) -> None:
    make_work(
        kind="demolition", geometry=box(0, 0, 40), buurt=story[0].buurt, dwellings=102,
        planned_start=dt.date(2022, 11, 1), planned_finish=dt.date(2023, 4, 1),
    )  # fmt: skip
    Work.objects.update(visibility=Visibility.PUBLIC)
    sync_findings()
    total = figures(None)
    assert (total.dwellings_demolished, total.dwellings_built) == (102, 128)
    assert total.fallow_weeks == (dt.date(2027, 9, 1) - dt.date(2023, 4, 1)).days // 7
    assert total.fallow_dwelling_weeks == total.fallow_weeks * 102
    assert (total.conflicts, total.opportunities) == (1, 1)
    year = figures(None, start=dt.date(2024, 1, 1), finish=dt.date(2025, 1, 1))
    assert (year.fallow_weeks, year.dwellings_demolished, year.dwellings_built) == (52, 0, 0)
    (gap,) = fallow_gaps(None)
    assert gap.followed_by == story[0].pk


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("check_plan", *arguments, stdout=out)
    return out.getvalue()


def test_check_plan_prints_a_sentence_per_finding(story: tuple[Work, Work]) -> None:
    text = run()
    assert "KAN NIET" in text
    assert "building-before-surface" in text
    assert "1 botsingen, 0 kansen" in text
    assert max(len(line) for line in text.splitlines()) <= 100


def test_check_plan_speaks_json_csv_and_geojson(story: tuple[Work, Work]) -> None:
    (row,) = json.loads(run("--format", "json"))
    assert row["rule"] == "building-before-surface"
    assert row["owners"] == ["Actium", "Gemeente Assen"]
    assert run("--format", "csv").splitlines()[0].startswith("key;rule;title")
    (feature,) = json.loads(run("--format", "geojson"))["features"]
    assert feature["geometry"]["type"] in {"Polygon", "MultiPolygon"}
    lon, lat = (
        feature["geometry"]["coordinates"][0][0][:2]
        if feature["geometry"]["type"] == "Polygon"
        else (feature["geometry"]["coordinates"][0][0][0])
    )
    assert 6.4 < lon < 6.7
    assert 52.9 < lat < 53.1


def test_check_plan_filters_and_fails_on_severity(story: tuple[Work, Work]) -> None:
    assert "Geen bevindingen" in run("--organisation", make_organisation(slug="stila", name="STILA").slug)
    assert "building-before-surface" in run("--wijk", "de-lariks")
    with pytest.raises(CommandError, match="Er is geen wijk “utrecht”; wel: de-lariks"):
        run("--wijk", "utrecht")
    with pytest.raises(SystemExit):
        run("--fail-on", "serious")
    move(story[1], 310)
    run("--fail-on", "hint")


def test_check_plan_leaves_out_what_is_over_unless_asked(story: tuple[Work, Work]) -> None:
    for work in story:
        move(work, -3000)
    assert "Geen bevindingen" in run()
    assert "building-before-surface" in run("--past")


def test_a_finding_follows_the_ground_of_its_works(story: tuple[Work, Work]) -> None:
    sync_findings()
    before = Finding.objects.get().geometry.area
    street = story[1]
    street.geometry = box(40, 0, 20, 40)
    street.save()
    assert sync_findings().changed == 1
    assert Finding.objects.get().geometry.area > before


def test_a_setting_of_a_rule_that_has_gone_stops_nothing(story: tuple[Work, Work]) -> None:
    RuleSetting.objects.create(municipality_code="GM0106", rule="rule-of-yore", parameters={})
    assert sync_findings().found == 1


def test_fallow_weeks_of_wijken_add_up_to_those_of_all(story: tuple[Work, Work]) -> None:
    east = make_buurt("Schildersbuurt", make_wijk("Assen-Oost"), geometry=box(3000, 0, 500))
    for offset, buurt in ((0, story[0].buurt), (3000, east)):
        make_work(
            kind="demolition", geometry=box(offset, 200, 40), buurt=buurt, planned_start=dt.date(2023, 1, 2),
            planned_finish=dt.date(2023, 6, 1),
        )  # fmt: skip
    Work.objects.update(visibility=Visibility.PUBLIC)
    wijken = [buurt.wijk for buurt in (story[0].buurt, east)]
    assert sum(figures(None, wijk=wijk).fallow_weeks for wijk in wijken) == figures(None).fallow_weeks > 0
