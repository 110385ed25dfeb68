"""An import in steps: columns said and remembered, rows mended in place, and kept only as they were shown."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
import shapely
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geo.intake.problems import ImportRefusedError
from planning.partners.models import Organisation
from planning.works import tasks
from planning.works.importing import Vanished, drafts, import_works, mending
from planning.works.importing.drafts import DraftChangedError
from planning.works.importing.mending import CannotMendError
from planning.works.models import ImportMapping, RowOutcome, Work, WorkImport, WorkImportDraft
from tests.factories import make_buurt, make_organisation, make_work
from tests.works.test_import_works import HEADER, csv_file, row, square

pytestmark = pytest.mark.django_db
Stage = WorkImportDraft.Stage


@pytest.fixture
def actium() -> Organisation:
    make_buurt("De Lariks West")
    return make_organisation(slug="actium", name="Actium")


@pytest.fixture
def opened(tmp_path: Path, actium: Organisation) -> Callable[..., WorkImportDraft]:
    def make(rows: list[list[Any]], header: list[str] | None = None, *, check: bool = True) -> WorkImportDraft:
        draft = drafts.open_draft(csv_file(tmp_path / "werken.csv", rows, header), "werken.csv", actium, None)
        if check:
            drafts.set_columns(draft, draft.columns, {})
            drafts.check(draft)
        return draft

    return make


def outcomes(draft: WorkImportDraft) -> dict[int, str]:
    return dict(draft.rows.values_list("number", "outcome"))


def test_a_file_becomes_a_draft_that_says_what_each_row_would_do(opened: Any, actium: Organisation) -> None:
    known = make_work(kind="street", owner=actium, source="actium", external_id="W-1", name="Werk 1")
    draft = opened([row(1), row(2), row(3, Einde="ooit")])
    assert outcomes(draft) == {2: "changed", 3: "new", 4: "refused"}
    assert drafts.counts(draft) == {"new": 1, "changed": 1, "unchanged": 0, "refused": 1}
    changed = draft.rows.get(number=2)
    assert changed.work == known
    assert {c["field"]: (c["before"], c["after"]) for c in changed.changes}["planned_start"] == (
        "2027-05-01", "2027-05-03",
    )  # fmt: skip
    (problem,) = draft.rows.get(number=4).problems
    assert (problem["field"], problem["column"]) == ("finish", "Einde")
    assert "geen datum" in problem["wrong_nl"]
    assert (draft.stage, draft.checked, draft.total) == (Stage.CHECKED, 3, 3)
    assert Work.objects.count() == 1


def test_a_draft_reads_as_the_file_itself_would(tmp_path: Path, actium: Organisation) -> None:
    """The road of the page and that of the command end in the same works, to the last coordinate."""
    frame = gpd.GeoDataFrame(
        {"kenmerk": ["a", "b", "c"], "naam": ["Werk a", "Werk b", 7.0], "soort": ["riool", "groen", "plein"],
         "begin": [dt.date(2027, 1, 4), dt.date(2028, 1, 1), dt.date(2028, 2, 1)], "einde": ["Q1 2027", "2028", "2029"],
         "woningen": [1.0, float("nan"), 3.0]},
        geometry=[shapely.LineString([(232000.123456789, 557000), (232090, 557000.987654321)]), square(), square(200)],
        crs=28992,
    )  # fmt: skip
    frame.to_file(tmp_path / "w.gpkg", layer="werken")
    draft = drafts.open_draft(tmp_path / "w.gpkg", "w.gpkg", actium, None)
    drafts.set_columns(draft, draft.columns, {})
    drafts.check(draft)
    drafts.commit(draft, None)
    assert Work.objects.count() == 3
    assert import_works(tmp_path / "w.gpkg", actium).unchanged == 3
    assert Work.pgh_event_models["update"].objects.filter(pgh_label="update", dwellings=3).count() <= 1


def test_what_was_said_of_columns_is_remembered_for_the_next_file(opened: Any, actium: Organisation) -> None:
    header = ["Kenmerk", "Projekt", "Massnahme", "Van", "Tot", "WKT"]
    draft = opened([row(1)], header, check=False)
    assert draft.columns == {
        "Kenmerk": "external_id", "Projekt": "", "Massnahme": "", "Van": "start", "Tot": "", "WKT": "geometry",
    }  # fmt: skip
    said = draft.columns | {"Projekt": "name", "Massnahme": "kind", "Tot": "finish"}
    drafts.set_columns(draft, said, {"status": "idee"})
    drafts.check(draft)
    assert outcomes(draft) == {2: "new"}
    again = opened([row(2)], header, check=False)
    assert (again.columns, again.constants) == (said, {"status": "idee"})
    stranger = make_organisation(slug="stila", name="STILA")
    assert not ImportMapping.objects.filter(owner=stranger).exists()
    drafts.commit(draft, None)
    assert Work.objects.get().status == "idea"


def test_columns_that_cannot_be_are_refused_and_change_nothing(opened: Any) -> None:
    draft = opened([row(1)])
    for columns, constants in (
        ({"Naam": "name", "Kenmerk": "name"}, {}), ({"Naam": "kleur"}, {}), ({"Weg": "name"}, {}),
        (draft.columns, {"kind": "riool"}), (draft.columns, {"kleur": "rood"}),
    ):  # fmt: skip
        with pytest.raises(ImportRefusedError):
            drafts.set_columns(draft, columns, constants)
    draft.refresh_from_db()
    assert draft.columns["Naam"] == "name"
    assert draft.stage == Stage.CHECKED


def test_a_row_is_mended_in_place_and_stays_so(opened: Any) -> None:
    draft = opened([row(1), row(2, Einde="ooit", Soort="slop")])
    mending.mend(draft, 3, {"finish": "1 oktober 2027", "kind": "sloop", "name": "Werk 2"})
    mended = draft.rows.get(number=3)
    assert mended.outcome == RowOutcome.NEW
    assert mended.mended == {"finish": "1 oktober 2027", "kind": "sloop"}, "what is as in the file is not kept"
    # Also through another look at the columns, and a check of all.
    drafts.set_columns(draft, draft.columns, {})
    drafts.check(draft)
    assert outcomes(draft) == {2: "new", 3: "new"}
    mending.mend(draft, 3, {"finish": "ooit"})
    assert draft.rows.get(number=3).mended == {"kind": "sloop"}
    assert outcomes(draft)[3] == "refused"


def test_a_field_without_a_column_can_be_mended_too(opened: Any) -> None:
    draft = opened([row(1)[:4] + row(1)[5:]], [*HEADER[:4], HEADER[5]])
    assert draft.rows.get().problems[0]["field"] == "finish"
    mending.mend(draft, 2, {"finish": "2028"})
    assert draft.rows.get().outcome == RowOutcome.NEW


def test_mending_one_of_two_doubles_frees_the_other(opened: Any) -> None:
    draft = opened([row(1), row(1, Naam="Dubbel"), row(2)])
    assert outcomes(draft) == {2: "new", 3: "refused", 4: "new"}
    mending.mend(draft, 2, {"external_id": "W-2"})
    assert outcomes(draft) == {2: "new", 3: "new", 4: "refused"}
    mending.mend(draft, 2, {"external_id": "W-9"})
    assert outcomes(draft) == {2: "new", 3: "new", 4: "new"}
    mending.mend(draft, 3, {"external_id": "W-9"})
    assert outcomes(draft) == {2: "new", 3: "refused", 4: "new"}


def test_the_same_mistake_in_many_rows_is_mended_once(opened: Any) -> None:
    draft = opened(
        [row(1, Soort="slop"), row(2, Soort="slop"), row(3, Soort="rijool"), row(4, Soort="slop", Einde="ooit")]
    )
    (common,) = mending.common_problems(draft)
    assert (common.field, common.column, common.rows) == ("kind", "Soort", 3)
    numbers = mending.mend_alike(draft, common.field, common.wrong, "sloop")
    assert sorted(numbers) == [2, 3, 5]
    tasks.check_again(draft, numbers)
    assert outcomes(draft) == {2: "new", 3: "new", 4: "refused", 5: "refused"}
    assert mending.mend_alike(draft, "kind", "iets anders", "sloop") == []
    with pytest.raises(CannotMendError):
        mending.mend_alike(draft, "owner", common.wrong, "sloop")


KEYS = st.sampled_from(["W-1", "W-2", "W-3"])


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(KEYS, min_size=2, max_size=5), st.lists(st.tuples(st.integers(2, 6), KEYS), max_size=4))
def test_checking_row_by_row_ends_as_checking_all(opened: Any, keys: list[str], mends: list[tuple[int, str]]) -> None:
    draft = opened([row(n, Kenmerk=key) for n, key in enumerate(keys)])
    for number, key in mends:
        if number < len(keys) + 2:
            mending.mend(draft, number, {"external_id": key})
    one_by_one = outcomes(draft)
    draft.checked = 0
    drafts.check(draft)
    assert one_by_one == outcomes(draft)


def test_what_cannot_be_mended_is_said(opened: Any) -> None:
    draft = opened([row(1)])
    with pytest.raises(CannotMendError, match="geen veld"):
        mending.mend(draft, 2, {"owner": "stila"})
    with pytest.raises(CannotMendError, match="te lang"):
        mending.mend(draft, 2, {"name": "x" * 1_000_001})
    mending.mend(draft, 2, {"name": "met \x00 nul"})
    assert draft.rows.get().name == "met nul"


def test_a_draft_is_kept_whole_or_not_at_all(opened: Any, actium: Organisation) -> None:
    draft = opened([row(1), row(2, Einde="ooit")])
    report = drafts.commit(draft, None)
    assert (report.kept, Work.objects.count()) == (False, 0)
    mending.mend(draft, 3, {"finish": "2028"})
    report = drafts.commit(draft, None)
    assert (report.created, Work.objects.count()) == (2, 2)
    assert WorkImport.objects.get().created == 2
    assert not WorkImportDraft.objects.exists()


def test_good_rows_may_go_first_and_bad_ones_wait_to_be_mended(opened: Any, actium: Organisation) -> None:
    make_work(owner=actium, source="actium", external_id="W-9")
    draft = opened([row(1), row(2, Einde="ooit")])
    report = drafts.commit(draft, None, accept_valid=True, gone=Vanished.CANCEL)
    assert (report.created, report.refused, report.cancelled) == (1, 1, 1)
    draft.refresh_from_db()
    assert (draft.total, draft.partly_kept) == (1, True)
    mending.mend(draft, 3, {"finish": "2028"})
    report = drafts.commit(draft, None, gone=Vanished.CANCEL)
    assert (report.created, report.cancelled) == (1, 0), "what was kept before has not vanished"
    assert Work.objects.filter(status="planned").count() == 2


def test_a_plan_that_changed_meanwhile_is_shown_before_it_is_overwritten(opened: Any, actium: Organisation) -> None:
    drafts.commit(opened([row(1)]), None)
    draft = opened([row(1, Einde="1 november 2027")])
    Work.objects.update(planned_finish=dt.date(2027, 12, 1))
    with pytest.raises(DraftChangedError):
        drafts.commit(draft, None)
    assert Work.objects.get().planned_finish == dt.date(2027, 12, 1)
    assert draft.rows.get().changes == [
        {"field": "planned_finish", "before": "2027-12-01", "after": "2027-11-02"},
    ]  # fmt: skip
    assert drafts.commit(draft, None).updated == 1


def test_a_draft_can_be_kept_only_once_and_only_when_checked(opened: Any) -> None:
    draft = opened([row(1)])
    twin = WorkImportDraft.objects.get(pk=draft.pk)
    drafts.commit(draft, None)
    with pytest.raises(WorkImportDraft.DoesNotExist):
        drafts.commit(twin, None)
    assert Work.objects.count() == 1
    fresh = opened([row(2)], check=False)
    with pytest.raises(DraftChangedError):
        drafts.commit(fresh, None)


def test_drafts_are_of_the_organisation_and_for_a_month(opened: Any, actium: Organisation) -> None:
    from tests.factories import make_user

    draft = opened([row(1)])
    planner, other = make_user(actium), make_user(make_organisation(slug="stila", name="STILA"))
    viewer = make_user(actium, role="viewer")
    assert list(WorkImportDraft.objects.editable_by(planner)) == [draft]
    for stranger in (other, viewer, None):
        assert not WorkImportDraft.objects.editable_by(stranger).exists()
    WorkImportDraft.objects.update(touched_at=timezone.now() - dt.timedelta(days=31))
    assert not WorkImportDraft.objects.editable_by(planner).exists()
    opened([row(2)])
    assert not WorkImportDraft.objects.filter(pk=draft.pk).exists()


def test_a_long_draft_is_checked_in_the_background(
    opened: Any, monkeypatch: pytest.MonkeyPatch, run_jobs: Callable[[], list[str]]
) -> None:
    monkeypatch.setattr(tasks, "AT_ONCE", 1)
    monkeypatch.setattr(drafts, "BATCH", 2)
    draft = opened([row(n) for n in range(5)], check=False)
    drafts.set_columns(draft, draft.columns, {})
    tasks.start_check(draft)
    draft.refresh_from_db()
    assert draft.stage == Stage.CHECKING
    assert run_jobs() == ["works.check_import_draft"]
    draft.refresh_from_db()
    assert (draft.stage, draft.checked) == (Stage.CHECKED, 5)


def test_checking_and_keeping_cost_a_fixed_number_of_queries(opened: Any, django_assert_max_num_queries: Any) -> None:
    draft = opened([row(n % 15, Kenmerk=f"W-{n}") for n in range(300)], check=False)
    drafts.set_columns(draft, draft.columns, {})
    with django_assert_max_num_queries(7):
        drafts.check(draft)
    with django_assert_max_num_queries(20):
        drafts.commit(draft, None)
