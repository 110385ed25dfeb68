"""What the database keeps by itself: who made, changed and removed each shared record, on whatever road it was done."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

import pghistory
import pytest
from django.apps import apps
from django.db import connection, models
from django.test import Client

from planning.coordination.models import Crew, Scenario
from planning.partners.models import Organisation
from planning.works.models import Work
from tests import factories as make
from tests.web.board.test_work_pages import fields

pytestmark = pytest.mark.django_db

OURS: Final = {"geo", "partners", "works", "initiatives", "coordination", "api", "web"}
LABELS: Final = {"insert", "update", "delete"}

UNTRACKED: Final = {
    "geo.Wijk": "a register, read from a file by the administrator; the admin keeps its own log",
    "geo.Buurt": "a register", "geo.Address": "a register", "geo.RoadPart": "a register",
    "partners.User": "a person's own; what anybody may do follows from memberships, which are kept",
    "partners.OutgoingMail": "goes when it is sent, and must be forgotten",
    "works.WorkImport": "a log itself: written once", "works.WorkImportDraft": "not part of the plan yet",
    "works.WorkImportRow": "not part of the plan yet",
    "initiatives.Step": "a log itself: who took which step, when and why",
    "initiatives.SupportCorrection": "a log itself", "initiatives.SignalAnswer": "a log itself: what was answered",
    "initiatives.Update": "a resident's words, that must be forgotten when asked",
    "initiatives.Submission": "of a resident", "initiatives.Initiator": "of a resident",
    "initiatives.Photo": "of a resident", "initiatives.Signal": "of a resident; its answers are kept",
    "initiatives.SignUp": "of a resident", "initiatives.Support": "of a resident",
    "initiatives.PendingSupport": "of a resident", "initiatives.LetterCode": "of a resident",
    "initiatives.SupportAddress": "who has a say: drawn from the area, which is kept", "initiatives.Attempt": "a count",
    "coordination.Finding": "found by the rules from what is kept; it says itself when it came and went",
    "coordination.Happening": "a log itself", "coordination.Delivery": "a log itself",
    "coordination.Follower": "of a resident", "coordination.Follow": "of a resident",
    "coordination.Looking": "who looks now", "coordination.NoticeSettings": "of one person",
    "coordination.Feed": "a secret address, also of residents' places: taken back means forgotten",
    "api.GivenAnswer": "of one day",
}  # fmt: skip
"""Models without a history, and why."""


def own_models() -> list[Any]:
    """Our models, without the events themselves."""
    return [
        model
        for model in apps.get_models()
        if model._meta.app_label in OURS and not hasattr(model, "pgh_tracked_model")
    ]


def test_every_model_has_a_history_or_a_reason_to_have_none() -> None:
    tracked = {model._meta.label for model in own_models() if hasattr(model, "pgh_event_models")}
    everything = {model._meta.label for model in own_models()}
    assert everything - tracked == set(UNTRACKED)


@pytest.mark.parametrize(
    "model", [each for each in own_models() if hasattr(each, "pgh_event_models")], ids=lambda model: model._meta.label
)
def test_the_database_itself_keeps_it(model: Any) -> None:
    """Its triggers are there, each writing to the table of its events."""
    assert set(model.pgh_event_models) == LABELS
    events = {event._meta.db_table for event in model.pgh_event_models.values()}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT p.prosrc, t.tgenabled FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid"
            " WHERE t.tgrelid = %s::regclass AND t.tgname ~ '^pgtrigger_(insert|update|delete)_'",
            [model._meta.db_table],
        )
        rows = cursor.fetchall()
    assert {enabled for _source, enabled in rows} == {"O"}
    written = [label for label in LABELS for source, _ in rows if f"'{label}'" in source]
    assert sorted(written) == sorted(LABELS)
    assert all(any(f'"{event}"' in source for event in events) for source, _ in rows)


def kept(model: Any, pk: int) -> list[str]:
    """What the history holds of a record, in order."""
    events = model._meta.get_field("events").related_model
    return list(events.objects.filter(pgh_obj_id=pk).order_by("pgh_id").values_list("pgh_label", flat=True))


def test_no_road_goes_around_it() -> None:
    """Not a change of many at once, not bare SQL, and not COPY."""
    work = make.make_work()
    work.name = "anders"
    Work.objects.bulk_update([work], ["name"])
    Work.objects.filter(pk=work.pk).update(dwellings=3)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE works_work SET noise = 5 WHERE id = %s", [work.pk])
        cursor.execute("DELETE FROM works_work WHERE id = %s", [work.pk])
    assert kept(Work, work.pk) == ["insert", "update", "update", "update", "delete"]
    last = Work._meta.get_field("events").related_model.objects.get(pgh_obj_id=work.pk, pgh_label="delete")
    assert (last.name, last.dwellings, last.noise) == ("anders", 3, 5)

    owner = make.make_organisation()
    made = Crew.objects.bulk_create([Crew(owner=owner, kind="sewer", number=2)])
    assert kept(Crew, made[0].pk) == ["insert"]
    with connection.cursor() as cursor:
        copy = "COPY coordination_crew (id, owner_id, kind, number) FROM STDIN"
        with cursor.cursor.copy(copy) as rows:
            rows.write_row((4711, owner.pk, "street", 1))
    assert kept(Crew, 4711) == ["insert"]
    with connection.cursor() as cursor:
        cursor.execute("UPDATE partners_organisation SET phone = '0592' WHERE id = %s", [owner.pk])
    assert kept(Organisation, owner.pk) == ["insert", "update"]


def test_who_when_and_why_stand_with_a_change() -> None:
    work, planner, browser = make.make_work(), make.make_user(make.make_organisation()), Client()
    browser.force_login(planner)
    before = dt.datetime.now(dt.UTC)
    sent = fields(browser.get(f"/planning/werken/{work.pk}/")) | {"name": "Sloop Aar", "reason": "zo heet het"}
    assert browser.post(f"/planning/werken/{work.pk}/", sent).status_code == 302
    event = work.events.order_by("-pgh_id").select_related("pgh_context").first()
    assert event.name == "Sloop Aar"
    assert event.pgh_context.metadata["user"] == planner.pk
    assert event.pgh_context.metadata["reason"] == "zo heet het"
    assert event.pgh_created_at >= before - dt.timedelta(minutes=1)


def test_what_goes_says_by_whom_and_why() -> None:
    scenario = Scenario.objects.create(owner=make.make_organisation(), name="Eerst slopen")
    with pghistory.context(reason="niet meer nodig", user=7):
        scenario.delete()
    events = Scenario._meta.get_field("events").related_model.objects
    gone = events.select_related("pgh_context").get(pgh_label="delete")
    assert (gone.name, gone.pgh_context.metadata) == ("Eerst slopen", {"reason": "niet meer nodig", "user": 7})


def test_the_kinds_of_fields_that_a_history_leaves_out_are_worked_out_ones_or_secrets() -> None:
    left = set()
    for model in own_models():
        for event in getattr(model, "pgh_event_models", {}).values():
            there = {field.name for field in event._meta.concrete_fields}
            left |= {f"{model._meta.label}.{field.name}" for field in model._meta.concrete_fields
                     if field.name not in there and not isinstance(field, models.GeneratedField)}  # fmt: skip
    assert left == {
        "coordination.Proposal.figures", "coordination.SequenceSearch.dates", "coordination.SequenceSearch.figures",
        "coordination.SequenceSearch.heard_at", "coordination.SequenceSearch.log",
        "coordination.SequenceSearch.progress", "coordination.Webhook.secret", "initiatives.SupportArea.against",
        "initiatives.SupportArea.in_favour", "partners.Invitation.token_hash", "partners.Token.created",
        "partners.Token.hashed_key", "partners.Token.id", "partners.Token.last_used_on", "partners.Token.prefix",
    }  # fmt: skip
