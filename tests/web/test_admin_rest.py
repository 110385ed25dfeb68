"""The rest of the admin: rules, initiatives, centres, meetings, and that every page opens."""

from __future__ import annotations

import pytest
from django.contrib import admin
from django.test import Client

from planning.coordination.findings import municipal_rules
from planning.coordination.models import Finding, RuleSetting
from planning.initiatives.models import Meeting
from planning.partners.visibility import Visibility
from planning.works.models import Dependency
from tests.factories import (
    box,
    make_activity,
    make_buurt,
    make_centre,
    make_finding,
    make_initiative,
    make_meeting,
    make_organisation,
    make_wijk,
    make_work,
    point,
)
from tests.web.admin_forms import errors_of, filled_in, sign_in

pytestmark = pytest.mark.django_db

OURS = sorted(
    (
        model
        for model in admin.site._registry
        if model._meta.app_label in {"geo", "partners", "works", "initiatives", "coordination"}
    ),
    key=lambda model: model._meta.label,
)
SETTINGS = "/admin/coordination/rulesetting/"


UNSEEN = {
    "Attempt", "Initiator", "LetterCode", "PendingSupport", "Photo", "SignUp", "Signal", "SignalAnswer", "Submission",
    "Support", "SupportAddress",
}  # fmt: skip
"""What somebody said or who somebody is: for nobody to leaf through."""


ELSEWHERE = {
    # What partners do together stands on pages of their own, with what each may do there.
    "Assessment", "Assignment", "Remark", "Happening", "Looking", "NoticeSettings", "Feed", "Webhook", "Delivery",
    "Proposal", "ProposalPart", "ProposalItem", "Scenario", "ScenarioDate", "SequenceSearch", "SteeringReport",
    "Follow", "Follower", "OutgoingMail",
    "ImportMapping", "WorkImportDraft", "WorkImportRow", "WorkImportChange",
    # These are rows of a centre.
    "OpeningHours", "OpeningException", "Presence",
}  # fmt: skip


def test_every_model_is_in_the_admin_but_what_is_of_a_person():
    from django.apps import apps

    ours = {
        m
        for label in ("geo", "partners", "works", "initiatives", "coordination")
        for m in apps.get_app_config(label).get_models()
    }
    assert {m for m in ours if not m.__name__.endswith("Event") and m.__name__ not in UNSEEN | ELSEWHERE} == set(OURS)


def test_every_page_of_the_admin_opens_in_dutch(client: Client):
    user = sign_in(client, make_organisation(), is_superuser=True)
    wijk = make_wijk()
    make_buurt(wijk=wijk)
    work, other = make_work(), make_work(geometry=box(100))
    Dependency.objects.create(predecessor=work, successor=other)
    make_finding(work)
    make_initiative()
    make_activity(make_centre(wijk=wijk))
    make_meeting(wijk=wijk).works.add(work)
    RuleSetting.objects.create(municipality_code="GM0106", rule="fallow-ground", parameters={"over": 30})
    for model in OURS:
        base = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
        addresses = [base, f"{base}?q=a"]
        if admin.site._registry[model].has_add_permission(client.get("/admin/").wsgi_request):
            addresses.append(f"{base}add/")
        first = model._default_manager.first()
        if first is not None:
            addresses += [f"{base}{first.pk}/change/", f"{base}{first.pk}/history/"]
        for address in addresses:
            response = client.get(address)
            assert response.status_code == 200, address
            html = response.content.decode()
            assert 'lang="nl"' in html
            for english in ("Home<", ">Save<", ">History<", "Delete all", "cdn.", "jsdelivr"):
                assert english not in html, (address, english)
    assert "Mijn Buurt Assen – beheer" in client.get("/admin/").content.decode()
    assert user.is_superuser


def test_a_rule_is_set_limit_by_limit_and_detection_follows(client: Client, django_capture_on_commit_callbacks):
    make_buurt()
    make_work(start="2024-01-01", finish="2024-06-01")
    make_work("new_build", start="2025-02-03", finish="2026-06-01")
    sign_in(client, is_superuser=True)
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(
            f"{SETTINGS}add/", {"municipality_code": "GM0106", "rule": "fallow-ground", "enabled": "on"}
        )
    setting = RuleSetting.objects.get()
    assert answer.headers["Location"] == f"{SETTINGS}{setting.pk}/change/"
    assert Finding.objects.current().filter(rule="fallow-ground").count() == 1
    address = f"{SETTINGS}{setting.pk}/change/"
    page = client.get(address).content.decode()
    assert "Standaard 26 weken" in page
    with django_capture_on_commit_callbacks(execute=True):
        client.post(address, {"enabled": "on", "limit_over": "52"})
    setting.refresh_from_db()
    assert setting.parameters == {"over": 52.0}
    assert not Finding.objects.current().filter(rule="fallow-ground").exists()
    client.post(address, {"enabled": "on", "limit_over": "26"})
    setting.refresh_from_db()
    assert setting.parameters == {}


@pytest.mark.parametrize(
    ("rule", "limit", "value"), [("fallow-ground", "over", "-3"), ("fallow-ground", "over", "veel")]
)
def test_a_limit_that_means_nothing_is_refused(client: Client, rule, limit, value):
    setting = RuleSetting.objects.create(municipality_code="GM0106", rule=rule)
    sign_in(client, is_superuser=True)
    assert errors_of(client.post(f"{SETTINGS}{setting.pk}/change/", {"enabled": "on", f"limit_{limit}": value}))


def test_a_day_of_the_year_is_checked(client: Client):
    from planning.sequencing.rules import rule_types

    limit = next(name for name, p in rule_types()["breeding-season"].parameters.items() if p.unit == "MM-DD")
    setting = RuleSetting.objects.create(municipality_code="GM0106", rule="breeding-season")
    sign_in(client, is_superuser=True)
    address = f"{SETTINGS}{setting.pk}/change/"
    assert "maand en dag" in errors_of(client.post(address, {"enabled": "on", f"limit_{limit}": "02-31"}))
    assert client.post(address, {"enabled": "on", f"limit_{limit}": "3-5"}).status_code == 302
    setting.refresh_from_db()
    assert setting.parameters == {limit: "03-05"}
    make_buurt()
    assert next(rule for rule in municipal_rules() if rule.id == "breeding-season").values[limit] == "03-05"


def test_findings_are_to_be_read_by_who_may_see_their_works(client: Client):
    seen = make_finding(make_work(), sentence_nl="Voor ieder.")
    make_finding(make_work(owner=make_organisation("gemeente"), visibility=Visibility.INTERNAL), sentence_nl="Geheim.")
    sign_in(client, make_organisation("stila"))
    page = client.get("/admin/coordination/finding/").content.decode()
    assert "Voor ieder." in page
    assert "Geheim." not in page
    assert client.post(f"/admin/coordination/finding/{seen.pk}/change/", {"sentence_nl": "x"}).status_code == 403


def test_the_secretary_keeps_initiatives_and_a_planner_only_looks(client: Client):
    buurt = make_buurt()
    initiative = make_initiative(geometry=point(5000, 5000))
    address = f"/admin/initiatives/initiative/{initiative.pk}/change/"
    sign_in(client, make_organisation(), "planner")
    assert client.get(address).status_code == 200
    assert client.post(address, {}).status_code == 403
    sign_in(client, make_organisation(), "secretary")
    data = filled_in(client, address) | {"geometry": point().wkt, "state": "declined"}
    assert client.post(address, data).status_code == 302
    initiative.refresh_from_db()
    assert (initiative.state, initiative.buurt) == ("supported", buurt), "the state changes by steps, not here"


def test_a_recurrence_is_checked_before_it_is_kept(client: Client):
    activity = make_activity(make_centre())
    address = f"/admin/initiatives/activity/{activity.pk}/change/"
    sign_in(client, make_organisation(), "secretary")
    data = {
        "title": "Koken", "centre": activity.centre.pk, "source": "handmatig",
        "starts_at_0": "24-11-2026", "starts_at_1": "18:00", "ends_at_0": "24-11-2026", "ends_at_1": "20:00",
    }  # fmt: skip
    assert "herhaling" in errors_of(client.post(address, data | {"recurrence": "elke dinsdag"}))
    assert "na het begin" in errors_of(client.post(address, data | {"ends_at_1": "17:00"}))
    assert client.post(address, data | {"recurrence": "FREQ=WEEKLY;BYDAY=TU"}).status_code == 302


def test_a_planner_invites_only_for_the_own_organisation(client: Client):
    actium, gemeente = make_organisation("actium"), make_organisation("gemeente")
    foreign = make_meeting(organiser=gemeente)
    sign_in(client, actium)
    data = {
        "title": "Avond", "location": "BIC", "point": point().wkt, "source": "handmatig",
        "invitation_radius_m": "150",
        "starts_at_0": "24-11-2026", "starts_at_1": "19:00", "ends_at_0": "24-11-2026", "ends_at_1": "21:00",
    }  # fmt: skip
    assert errors_of(client.post("/admin/initiatives/meeting/add/", data | {"organiser": gemeente.pk}))
    assert client.post("/admin/initiatives/meeting/add/", data | {"organiser": actium.pk}).status_code == 302
    assert client.post(f"/admin/initiatives/meeting/{foreign.pk}/change/", data).status_code == 403
    assert Meeting.objects.filter(title="Avond").count() == 1


def test_only_who_may_changes_areas_people_and_rules(client: Client):
    wijk = make_wijk()
    sign_in(client, make_organisation())
    assert client.get(f"/admin/geo/wijk/{wijk.pk}/change/").status_code == 200
    for address in (
        f"/admin/geo/wijk/{wijk.pk}/change/",
        "/admin/partners/user/add/",
        "/admin/partners/membership/add/",
        f"{SETTINGS}add/",
    ):
        assert client.post(address, {}).status_code == 403
