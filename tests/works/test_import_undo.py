"""An import is taken back whole, or not at all where somebody went on from it."""

from __future__ import annotations

from pathlib import Path

import pghistory
import pytest
from django.utils import translation

from planning.partners.models import Organisation
from planning.works.importing import Vanished, import_works
from planning.works.importing.undoing import CannotUndoError, undo, undoing
from planning.works.models import Dependency, Programme, Project, Work, WorkImport
from tests.factories import make_buurt, make_finding, make_meeting, make_organisation, make_user
from tests.works.test_import_works import HEADER, csv_file, row

pytestmark = pytest.mark.django_db


@pytest.fixture
def actium() -> Organisation:
    make_buurt("De Lariks West")
    return make_organisation(slug="actium", name="Actium")


def imported(path: Path, owner: Organisation, rows: list, header: list[str] | None = None, **options) -> WorkImport:
    report = import_works(csv_file(path / "w.csv", rows, header), owner, **options)
    assert report.record is not None
    return report.record


def plan() -> list[dict]:
    skipped = {"version", "updated_at"}
    return [{k: v for k, v in work.items() if k not in skipped} for work in Work.objects.order_by("pk").values()]


def test_everything_becomes_what_it_was(tmp_path: Path, actium: Organisation) -> None:
    imported(tmp_path, actium, [row(1), row(2), row(3)])
    before = plan()
    second = imported(
        tmp_path, actium,
        [[*row(1, Naam="Anders", Einde="1 november 2028"), "Aar", "Vernieuwing"], [*row(2), "", ""], [*row(4), "", ""]],
        [*HEADER, "Project", "Programma"], gone=Vanished.CANCEL,
    )  # fmt: skip
    assert (second.created, second.updated, second.cancelled) == (1, 1, 1)
    taken = undo(second, make_user(actium))
    assert (len(taken.created), len(taken.changed)) == (1, 2)
    assert plan() == before
    assert not Project.objects.exists()
    assert not Programme.objects.exists()
    second.refresh_from_db()
    assert second.undone_by is not None
    with pytest.raises(CannotUndoError, match="al teruggedraaid"):
        undo(second, None)


@pytest.mark.parametrize(
    ("gone", "dutch", "english"),
    [
        (1, "1 werk van deze import is intussen verwijderd.", "1 work of this import has been deleted since."),
        (2, "2 werken van deze import zijn intussen verwijderd.", "2 works of this import have been deleted since."),
    ],
)
def test_works_that_were_deleted_since_are_counted(
    gone: int, dutch: str, english: str, tmp_path: Path, actium: Organisation
) -> None:
    first = imported(tmp_path, actium, [row(1), row(2), row(3)])
    Work.objects.filter(pk__in=Work.objects.order_by("pk").values("pk")[:gone]).delete()
    for language, text in (("nl", dutch), ("en", english)):
        with translation.override(language):
            assert undoing(first).obstacles == [text]


def test_the_same_file_can_be_imported_again_after_it_was_taken_back(tmp_path: Path, actium: Organisation) -> None:
    first = imported(tmp_path, actium, [row(1)])
    undo(first, None)
    assert not Work.objects.exists()
    assert imported(tmp_path, actium, [row(1)]).created == 1


def test_a_work_that_somebody_changed_stands_in_the_way(tmp_path: Path, actium: Organisation) -> None:
    first = imported(tmp_path, actium, [row(1), row(2)])
    with pghistory.context(reason="in een andere sessie"):
        Work.objects.filter(external_id="W-1").update(dwellings=4)
    with pytest.raises(CannotUndoError, match="Intussen veranderd: Werk 1"):
        undo(first, None)
    assert Work.objects.count() == 2


def test_a_later_import_stands_in_the_way_until_it_is_taken_back(tmp_path: Path, actium: Organisation) -> None:
    first = imported(tmp_path, actium, [row(1)])
    second = imported(tmp_path, actium, [row(1, Naam="Anders")])
    assert not undoing(first).possible
    undo(second, None)
    # Its version went on counting; what the work says is what the first import left.
    assert Work.objects.get().name == "Werk 1"


@pytest.mark.parametrize("what", ["dependency", "meeting", "deleted"])
def test_what_hangs_on_a_new_work_stands_in_the_way(what: str, tmp_path: Path, actium: Organisation) -> None:
    first = imported(tmp_path, actium, [row(1), row(2)])
    one, two = Work.objects.order_by("external_id")
    make_finding(one, two)
    assert undoing(first).possible, "findings are found anew"
    if what == "dependency":
        Dependency.objects.create(predecessor=one, successor=two)
    elif what == "meeting":
        make_meeting(organiser=actium).works.add(one)
    else:
        two.delete()
    assert not undoing(first).possible


def test_asking_costs_a_fixed_number_of_queries(
    tmp_path: Path, actium: Organisation, django_assert_max_num_queries
) -> None:
    first = imported(tmp_path, actium, [row(n % 15, Kenmerk=f"W-{n}") for n in range(100)])
    with django_assert_max_num_queries(12):
        assert len(undoing(first).created) == 100
