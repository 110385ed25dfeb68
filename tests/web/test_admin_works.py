"""Works in the admin: who may change them, and what a change brings along."""

from __future__ import annotations

import pytest
from django.test import Client

from planning.coordination.models import Finding
from planning.partners.models import Membership
from planning.partners.visibility import Visibility
from planning.works.kinds import WorkKind
from planning.works.models import Dependency, Work
from tests.factories import box, make_buurt, make_organisation, make_project, make_wijk, make_work
from tests.web.admin_forms import errors_of, filled_in, sign_in

pytestmark = pytest.mark.django_db

WORKS = "/admin/works/work/"


def change(work: Work) -> str:
    return f"{WORKS}{work.pk}/change/"


def test_a_planner_changes_an_own_work(client: Client):
    work = make_work(owner=make_organisation("actium"))
    sign_in(client, work.owner)
    response = client.post(change(work), filled_in(client, change(work)) | {"name": "Sloop Stroom"})
    assert response.status_code == 302
    work.refresh_from_db()
    assert work.name == "Sloop Stroom"


def test_a_work_of_another_partner_is_neither_listed_nor_reached_by_its_address(client: Client):
    own, other = make_work(name="Eigen werk"), make_work(name="Vreemd werk", owner=make_organisation("gemeente"))
    sign_in(client, own.owner)
    page = client.get(WORKS).content.decode()
    assert "Eigen werk" in page
    assert "Vreemd werk" not in page
    data = filled_in(client, change(own)) | {"name": "Gekaapt"}
    for answer in (
        client.get(change(other)),
        client.post(change(other), data),
        client.post(f"{WORKS}{other.pk}/delete/", {"post": "yes"}),
        client.get(f"{WORKS}{other.pk}/history/"),
    ):
        assert answer.status_code in (302, 403)
    client.post(WORKS, {"action": "delete_selected", "_selected_action": [other.pk], "post": "yes"})
    other.refresh_from_db()
    assert other.name == "Vreemd werk"


def test_nobody_gives_a_work_to_another_partner_or_takes_its_project(client: Client):
    work, gemeente = make_work(), make_organisation("gemeente")
    foreign = make_project("Openbare ruimte", gemeente)
    sign_in(client, work.owner)
    data = filled_in(client, change(work))
    for taken in ({"owner": gemeente.pk}, {"project": foreign.pk}):
        assert errors_of(client.post(change(work), data | taken))
    work.refresh_from_db()
    assert work.owner.slug == "actium"
    assert work.project is None


def test_a_planner_of_two_partners_does_not_mix_their_projects(client: Client):
    work, gemeente = make_work(), make_organisation("gemeente")
    user = sign_in(client, work.owner)
    Membership.objects.create(user=user, organisation=gemeente, role=Membership.Role.PLANNER)
    foreign = make_project("Openbare ruimte", gemeente)
    answer = client.post(change(work), filled_in(client, change(work)) | {"project": foreign.pk})
    assert "van een andere eigenaar" in errors_of(answer)


@pytest.mark.parametrize(
    ("role", "may"), [("viewer", False), ("secretary", False), ("planner", True), ("manager", True)]
)
def test_the_role_decides_who_changes(client: Client, role, may):
    work = make_work()
    sign_in(client, work.owner, role)
    assert client.get(change(work)).status_code == 200
    answer = client.post(change(work), {"name": "Anders"})
    assert answer.status_code == (200 if may else 403)
    assert client.get(f"{WORKS}add/").status_code == (200 if may else 403)


def test_somebody_without_a_partner_sees_nothing_and_is_told_why(client: Client):
    make_work()
    assert client.get(WORKS, follow=True).redirect_chain[-1][0].startswith("/account/inloggen/?next=/admin/")
    sign_in(client)
    answer = client.get(WORKS, follow=True)
    assert answer.status_code == 403
    assert "Het beheer is voor de partners" in answer.content.decode()


def test_a_new_work_gets_its_buurt_and_its_findings(client: Client, django_capture_on_commit_callbacks):
    buurt = make_buurt("De Lariks West", make_wijk())
    demolition = make_work(WorkKind.DEMOLITION, "2027-05-01", "2027-11-01")
    sign_in(client, demolition.owner)
    data = filled_in(client, f"{WORKS}add/") | {
        "name": "Nieuwbouw Stroom", "owner": demolition.owner.pk, "kind": WorkKind.NEW_BUILD, "geometry": box().wkt,
        "planned_start": "01-06-2027", "planned_finish": "01-06-2028",
    }  # fmt: skip
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(f"{WORKS}add/", data)
    assert answer.status_code == 302, errors_of(answer)
    work = Work.objects.get(name="Nieuwbouw Stroom")
    assert work.buurt == buurt
    assert Finding.objects.current().filter(rule="demolition-before-building", works=work).exists()
    with django_capture_on_commit_callbacks(execute=True):
        client.post(change(work), filled_in(client, change(work)) | {"planned_start": "01-12-2027"})
    assert not Finding.objects.current().filter(rule="demolition-before-building", works=work).exists()


def test_a_work_that_moves_gets_the_buurt_it_lies_in_now(client: Client):
    make_buurt("West", geometry=box(-100, -100, 200))
    east = make_buurt("Oost", geometry=box(900, -100, 200))
    work = make_work()
    sign_in(client, work.owner)
    client.post(change(work), filled_in(client, change(work)) | {"geometry": box(950).wkt})
    work.refresh_from_db()
    assert work.buurt == east


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"planned_start": "01-05-2028"}, "Het einde moet na het begin liggen."),
        ({"planned_finish": "01-05-2027"}, "Het einde moet na het begin liggen."),
        ({"earliest_start": "01-05-2028", "latest_finish": "01-05-2028"}, "uiterste einde"),
        ({"actual_start": "01-05-2028", "actual_finish": "01-04-2028"}, "werkelijke einde"),
        (
            {"geometry": "POLYGON ((232000 557000, 232040 557040, 232040 557000, 232000 557040, 232000 557000))"},
            "kruisen",
        ),
        ({"geometry": ""}, "Teken de plek"),
    ],
)
def test_what_the_database_would_refuse_is_told_in_words(client: Client, fields, said):
    work = make_work()
    sign_in(client, work.owner)
    told = errors_of(client.post(change(work), filled_in(client, change(work)) | fields))
    assert said in told
    assert "Beperking" not in told


def test_who_comes_second_is_told_and_overwrites_nothing(client: Client):
    work = make_work()
    sign_in(client, work.owner)
    first = filled_in(client, change(work))
    client.post(change(work), first | {"name": "Van de eerste"})
    told = errors_of(client.post(change(work), first | {"name": "Van de tweede"}))
    assert "intussen gewijzigd" in told
    work.refresh_from_db()
    assert work.name == "Van de eerste"


def test_an_own_work_may_wait_for_any_visible_work_but_not_for_a_hidden_one(client: Client):
    own, gemeente = make_work(), make_organisation("gemeente")
    seen = make_work(WorkKind.SEWER, owner=gemeente, visibility=Visibility.PARTNERS)
    hidden = make_work(WorkKind.STREET, owner=gemeente, visibility=Visibility.INTERNAL)
    sign_in(client, own.owner)
    found = client.get(
        "/admin/autocomplete/", {"app_label": "works", "model_name": "dependency", "field_name": "predecessor"}
    ).json()["results"]
    assert {int(row["id"]) for row in found} == {own.pk, seen.pk}
    data = filled_in(client, change(own))
    row = {"dependencies_before-TOTAL_FORMS": 1, "dependencies_before-0-type": "FS",
           "dependencies_before-0-minimum_lag_days": 0}  # fmt: skip
    client.post(change(own), data | row | {"dependencies_before-0-predecessor": hidden.pk})
    assert not Dependency.objects.exists()
    client.post(change(own), data | row | {"dependencies_before-0-predecessor": seen.pk})
    assert Dependency.objects.get().successor == own


def test_nobody_makes_anothers_work_wait(client: Client):
    own, other = make_work(), make_work(WorkKind.NEW_BUILD, owner=make_organisation("gemeente"))
    sign_in(client, own.owner)
    address = "/admin/works/dependency/add/"
    data = filled_in(client, address)
    client.post(address, data | {"predecessor": own.pk, "successor": other.pk})
    assert not Dependency.objects.exists()
    client.post(address, data | {"predecessor": other.pk, "successor": own.pk})
    foreign = Dependency.objects.create(predecessor=own, successor=other)
    assert Dependency.objects.count() == 2
    assert client.get(f"/admin/works/dependency/{foreign.pk}/change/").status_code == 302


def test_the_map_of_a_form_shows_works_that_one_may_see(client: Client):
    own, gemeente = make_work(name="Eigen"), make_organisation("gemeente")
    make_work(name="Van partners", owner=gemeente, visibility=Visibility.PARTNERS)
    make_work(name="Geheim", owner=gemeente, visibility=Visibility.INTERNAL)
    sign_in(client, own.owner)
    features = client.get(f"{WORKS}omtrekken.json").json()["features"]
    assert {feature["properties"]["name"] for feature in features} == {"Eigen", "Van partners"}
    make_buurt("De Lariks West")
    buurt = client.get("/admin/geo/buurt/omtrekken.json").json()["features"][0]
    assert buurt["properties"]["name"] == "De Lariks West"
    assert buurt["geometry"]["coordinates"][0][0][0][0] > 200_000
    client.logout()
    assert client.get(f"{WORKS}omtrekken.json").status_code == 302


def test_a_long_list_of_works_takes_as_many_queries_as_a_short_one(client: Client, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    user = sign_in(client, is_superuser=True)
    make_work()
    with CaptureQueriesContext(connection) as few:
        client.get(WORKS)
    for i in range(5):
        make_work(geometry=box(i * 60), buurt=make_buurt(f"Buurt {i}", geometry=box(i * 60)))
    client.force_login(user)
    with django_assert_num_queries(len(few)):
        client.get(WORKS)
