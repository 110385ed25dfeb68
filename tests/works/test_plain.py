"""A work in the words of a neighbour."""

from __future__ import annotations

import datetime as dt

import pytest

from planning.works.kinds import WorkKind
from planning.works.models import Work
from planning.works.plain import in_plain_words
from tests import factories as make

pytestmark = pytest.mark.django_db
TODAY = dt.date(2027, 1, 15)


def test_what_who_and_when_in_whole_sentences() -> None:
    work = make.make_work("demolition", "2027-03-01", "2027-06-01", dwellings=12, status="committed")
    said = in_plain_words(work, TODAY)
    assert said.what == f"{work.owner.name} sloopt 12 huizen."
    assert said.when == "Gepland: van 1 maart 2027 tot en met 31 mei 2027."
    assert not said.now


def test_what_can_still_change_says_so_and_what_runs_says_until_when() -> None:
    planned = make.make_work("street", "2027-03-01", "2027-06-01", status="planned")
    assert in_plain_words(planned, TODAY).when.endswith("Dit kan nog veranderen.")
    running = make.make_work("street", "2027-01-01", "2027-06-01", status="under_way")
    assert in_plain_words(running, TODAY).when == "Dit is nu bezig. Het duurt tot en met 31 mei 2027."
    assert in_plain_words(running, TODAY).now


@pytest.mark.parametrize(
    ("precision", "said"),
    [
        ("month", "Gepland: van maart 2027 tot en met mei 2027."),
        ("season", "Gepland: voorjaar 2027."),
        ("year", "Gepland: 2027."),
    ],
)
def test_never_more_exact_than_the_owner_knows(precision: str, said: str) -> None:
    work = make.make_work("sewer", "2027-03-01", "2027-06-01", date_precision=precision, status="committed")
    assert in_plain_words(work, TODAY).when == said


def test_what_it_means_follows_from_what_the_owner_stated() -> None:
    quiet = make.make_work("green", "2027-03-01", "2027-06-01", noise=0, dust=0, vibration=0, hinders_traffic=False)
    assert in_plain_words(quiet, TODAY).meaning == ["U merkt er weinig van."]
    loud = make.make_work("street", "2027-03-01", "2027-06-01", noise=5, dust=3, vibration=1, hinders_traffic=True)
    said = " ".join(in_plain_words(loud, TODAY).meaning)
    for word in ("auto", "hele dag lawaai", "stof", "trillen"):
        assert word in said


def test_whom_to_call_is_said_where_it_is_known() -> None:
    work = make.make_work("street", "2027-03-01", "2027-06-01")
    assert in_plain_words(work, TODAY).contact == ""
    work.owner.phone, work.owner.email = "14 0592", "werk@gemeente.example"
    assert "14 0592" in in_plain_words(work, TODAY).contact
    assert "werk@gemeente.example" in in_plain_words(work, TODAY).contact


@pytest.mark.parametrize("kind", WorkKind.values)
def test_every_kind_has_its_sentence(kind: str) -> None:
    work = make.make_work(kind, "2027-03-01", "2027-06-01", dwellings=3)
    said = in_plain_words(Work.objects.select_related("owner").get(pk=work.pk), TODAY)
    assert said.what.startswith(work.owner.name) and said.what.endswith(".")
