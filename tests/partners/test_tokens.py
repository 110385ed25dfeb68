"""Tokens: a program of an organisation sees and does what its token says, everywhere the same, and no more."""

from __future__ import annotations

import base64
import datetime as dt
from io import StringIO
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from planning.coordination.models import Finding
from planning.initiatives.models import Initiative
from planning.partners.models import Organisation, Token, User
from planning.partners.permissions import (
    acts_for_team,
    is_partner,
    organisations_edited_by,
    organisations_of,
    scopes_granted_by,
)
from planning.partners.viewers import TEAM_SCOPES, Program, Scope
from planning.works.models import Work, WorkEvent
from tests import factories as make
from tests.api.test_work_writes import body, send
from tests.geo import mvt

pytestmark = pytest.mark.django_db


def program(*scopes: str, organisation: Organisation | None = None) -> Program:
    """A program that showed a token."""
    owner = organisation or make.make_organisation()
    return Program("abcdefgh", owner.pk, frozenset(scopes))


def bearer(text: str) -> dict[str, str]:
    """The header that shows a token."""
    return {"Authorization": f"Bearer {text}"}


class TestRights:
    def test_a_person_has_the_rights_of_the_roles_and_a_program_those_of_its_scopes(self) -> None:
        actium, stila = make.make_organisation(), make.make_organisation("stila")
        for viewer, scope, member, edits in (
            (None, None, [], []),
            (AnonymousUser(), None, [], []),
            (make.make_user(), None, [], []),
            (make.make_user(actium, "viewer"), None, [actium], []),
            (make.make_user(actium, "planner"), None, [actium], [actium]),
            (make.make_user(stila, "manager"), None, [stila], [stila]),
            (make.make_user(stila, "manager", is_active=False), None, [], []),
            (program(), None, [actium], []),
            (program(), Scope.WORKS_READ, [], []),
            (program("works:read"), Scope.WORKS_READ, [actium], []),
            (program("works:read"), Scope.WORKS_WRITE, [], []),
            (program("works:write"), Scope.WORKS_READ, [actium], []),
            (program("works:write"), Scope.WORKS_WRITE, [actium], [actium]),
            (program("works:write"), Scope.FINDINGS_READ, [], []),
        ):
            assert organisations_of(viewer, scope) == {each.pk for each in member}, (viewer, scope)
            assert is_partner(viewer, scope) is bool(member)
            edited = organisations_edited_by(viewer, scope or Scope.WORKS_WRITE)
            assert set(edited) == set(edits), (viewer, scope)

    def test_only_the_secretary_and_tokens_from_the_secretary_act_for_the_team(self) -> None:
        secretary = make.make_user(make.make_organisation(), "secretary")
        assert acts_for_team(secretary, Scope.INITIATIVES_WRITE)
        assert acts_for_team(program("initiatives:write"), Scope.INITIATIVES_WRITE)
        assert not acts_for_team(program("initiatives:write"), Scope.CENTRES_WRITE)
        assert not acts_for_team(program("works:write"), Scope.WORKS_WRITE)
        assert not acts_for_team(make.make_user(make.make_organisation(), "manager"), Scope.INITIATIVES_WRITE)

    def test_who_gives_tokens_away(self) -> None:
        actium, stila = make.make_organisation(), make.make_organisation("stila")
        manager = make.make_user(actium, "manager")
        assert set(scopes_granted_by(manager, actium)) == set(Scope) - TEAM_SCOPES
        assert scopes_granted_by(manager, stila) == []
        assert scopes_granted_by(make.make_user(actium, "planner"), actium) == []
        assert set(scopes_granted_by(User(pk=0, is_superuser=True), stila)) == set(Scope)
        assert scopes_granted_by(program(*Scope.values), actium) == []


class TestSeeing:
    def test_a_token_sees_what_its_organisation_sees_and_only_in_its_scopes(self) -> None:
        actium, stila = make.make_organisation(), make.make_organisation("stila")
        own = make.make_work(owner=actium, visibility="internal")
        shared = make.make_work(owner=stila, visibility="partners")
        make.make_work(owner=stila, visibility="internal")
        public = make.make_work(owner=stila)
        finding = make.make_finding(own, shared)
        idea = make.make_initiative(state="submitted")

        def seen(*scopes: str) -> tuple[set[Work], list[Finding], list[Initiative]]:
            viewer = program(*scopes)
            return (
                set(Work.objects.visible_to(viewer)),
                list(Finding.objects.visible_to(viewer)),
                list(Initiative.objects.visible_to(viewer)),
            )

        assert seen() == ({public}, [], [])
        assert seen("works:read") == ({own, shared, public}, [], [])
        assert seen("findings:read") == ({public}, [finding], [])
        assert seen("initiatives:write") == ({public}, [], [idea])

    def test_api_tiles_and_ogc_go_the_same_road(self, client: Client) -> None:
        work = make.make_work(owner=make.make_organisation(), visibility="internal", budget_eur=5)
        tile = mvt.tile_at(make.point(20, 20), 16)
        shown = bearer(make.make_token("works:read"))
        for headers, there in (({}, False), (shown, True), (bearer(make.make_token("findings:read")), False)):
            assert (client.get(f"/api/works/{work.pk}/", headers=headers).status_code == 200) is there
            count = client.get("/ogc/collections/works/items", headers=headers).json()["numberMatched"]
            assert count == int(there)
            address = f"/tiles/works/{tile.zoom}/{tile.x}/{tile.y}.mvt"
            assert (client.get(address, headers=headers).status_code == 200) is there
            exported = client.get("/export/works.geojson", headers=headers)
            assert (work.name in b"".join(exported.streaming_content).decode()) is there  # type: ignore[arg-type]
        assert client.get(f"/api/works/{work.pk}/", headers=shown).json()["properties"]["budget_eur"] == "5.00"

    def test_no_cache_gives_one_what_another_may_see(self, client: Client) -> None:
        make.make_work()
        tile = mvt.tile_at(make.point(20, 20), 16)
        shown = bearer(make.make_token("works:read"))
        for path in ("/api/works/", "/ogc/collections", f"/tiles/works/{tile.zoom}/{tile.x}/{tile.y}.mvt"):
            answer = client.get(path, headers=shown)
            assert "Authorization" in answer["Vary"]
            assert "private" in answer["Cache-Control"]

    def test_a_page_of_another_origin_reads_with_a_token_but_writes_nothing(self, client: Client) -> None:
        origin = {"Origin": "https://kaart.example"}
        asked = {**origin, "Access-Control-Request-Headers": "authorization"}
        answer = client.options("/api/works/", headers={**asked, "Access-Control-Request-Method": "GET"})
        assert answer["Access-Control-Allow-Origin"] == "*"
        assert "authorization" in answer["Access-Control-Allow-Headers"]
        assert "POST" not in answer["Access-Control-Allow-Methods"]
        assert "Access-Control-Allow-Credentials" not in answer


class TestBeingRecognised:
    @pytest.mark.parametrize(
        "header",
        [
            "Bearer", "Bearer x", "Bearer abcdefgh.x", "Bearer \x00", "Basic !", "Basic eDp5", "bearer ünïcode",
            f"Bearer {'a' * 8}.{'b' * 32}", f"Bearer {'a' * 10_000}",
        ],
    )  # fmt: skip
    def test_what_is_no_token_is_refused_in_words(self, client: Client, header: str) -> None:
        answer = client.get("/api/works/", headers={"Authorization": header})
        assert (answer.status_code, answer["Content-Type"]) == (401, "application/problem+json")
        assert answer["WWW-Authenticate"].startswith("Bearer")
        assert "werkt niet" in answer.json()["detail"]

    def test_a_token_that_was_taken_back_or_is_over_lets_nobody_in(self, client: Client) -> None:
        text = make.make_token("works:read")
        token = Token.objects.get()
        assert client.get("/api/works/", headers=bearer(text)).status_code == 200
        Token.objects.update(expiry_date=timezone.now() - dt.timedelta(seconds=1))
        assert client.get("/api/works/", headers=bearer(text)).status_code == 401
        Token.objects.update(expiry_date=timezone.now() + dt.timedelta(days=1))
        assert client.get("/api/works/", headers=bearer(text)).status_code == 200
        token.revoke()
        assert client.get("/api/works/", headers=bearer(text)).status_code == 401
        wrong = text[:-1] + ("a" if text[-1] != "a" else "b")
        assert client.get("/api/works/", headers=bearer(wrong)).status_code == 401

    def test_programs_that_know_only_a_password_give_it_as_one(self, client: Client) -> None:
        work = make.make_work(owner=make.make_organisation(), visibility="internal")
        given = base64.b64encode(f"wie dan ook:{make.make_token('works:read')}".encode()).decode()
        assert client.get(f"/api/works/{work.pk}/", headers={"Authorization": f"Basic {given}"}).status_code == 200

    def test_the_text_is_kept_nowhere_and_the_day_of_use_is(self, client: Client) -> None:
        text = make.make_token("works:read")
        token = Token.objects.get()
        stored = [str(getattr(token, field.attname)) for field in Token._meta.concrete_fields]
        assert not any(text.split(".")[1] in value for value in stored)
        client.get("/api/works/", headers=bearer(text))
        token.refresh_from_db()
        assert token.last_used_on == timezone.localdate()

    def test_a_token_costs_one_query_and_on_pages_it_counts_for_nothing(
        self, client: Client, django_assert_num_queries: Any
    ) -> None:
        text = make.make_token("works:read")
        client.get("/api/wijken/", headers=bearer(text))
        with django_assert_num_queries(2):
            client.get("/api/wijken/", headers=bearer(text))
        assert client.get("/healthz", headers=bearer("onzin")).status_code == 200


class TestWriting:
    def test_a_token_writes_for_its_organisation_and_the_history_names_it(self) -> None:
        text = make.make_token("works:write")
        client = Client(enforce_csrf_checks=True, headers=bearer(text))
        assert send(client, "post", "works/", body(reason="nachtelijke levering")).status_code == 201
        event = WorkEvent.objects.get()
        context = event.pgh_context.metadata
        assert (context["token"], context["user"], context["reason"]) == (text[:8], None, "nachtelijke levering")
        admin = Client()
        admin.force_login(make.make_user(make.make_organisation(), "manager"))
        page = admin.get(f"/admin/works/work/{event.pgh_obj_id}/history/").content.decode()
        assert "programma QGIS · Actium" in page

    def test_without_the_scope_or_for_another_nothing_is_written(self) -> None:
        make.make_organisation("stila")
        reader = Client(headers=bearer(make.make_token("works:read", "proposals:write")))
        refused = send(reader, "post", "works/", body())
        assert refused.status_code == 403
        assert "works:write" in refused.json()["detail"]
        writer = Client(headers=bearer(make.make_token("works:write")))
        assert "/owner" in str(send(writer, "post", "works/", body(owner="stila")).json())
        assert not Work.objects.exists()


class TestGivingAway:
    def test_on_the_command_line(self) -> None:
        make.make_organisation()
        out, err = StringIO(), StringIO()
        asked = ["issue", "--organisation", "actium", "--name", "Levering", "--scope", "works:write"]
        call_command("token", *asked, "--days", "10", stdout=out, stderr=err)
        text = out.getvalue().strip()
        token = Token.objects.recognise(text)
        assert token is not None
        assert (token.name, token.scopes, token.made_by) == ("Levering", ["works:write"], None)
        listed = StringIO()
        call_command("token", "list", "--organisation", "actium", stdout=listed)
        assert text[:8] in listed.getvalue()
        assert text.split(".")[1] not in listed.getvalue()
        call_command("token", "revoke", text[:8], stdout=StringIO())
        assert Token.objects.recognise(text) is None
        for wrong in (["revoke", "zzzzzzzz"], [*asked, "--days", "9999"], ["list", "--organisation", "nergens"]):
            with pytest.raises(CommandError):
                call_command("token", *wrong, stdout=StringIO())

    def test_in_the_admin_by_managers_only_and_shown_once(self) -> None:
        actium = make.make_organisation()
        make.make_organisation("stila")
        manager = make.make_user(actium, "manager")
        client = Client()
        client.force_login(manager)
        form = {"organisation": actium.pk, "name": "QGIS", "scopes": ["works:read", "works:write"], "days": 90}
        page = client.post("/admin/partners/token/add/", form, follow=True).content.decode()
        token = Token.objects.get()
        assert (token.made_by, token.scopes) == (manager, ["works:read", "works:write"])
        assert f"De sleutel is {token.prefix}." in page
        for path in ("", f"{token.pk}/change/"):
            again = client.get(f"/admin/partners/token/{path}").content.decode()
            assert token.prefix in again
            assert f"{token.prefix}." not in again
            assert token.hashed_key not in again
        answer = client.post("/admin/partners/token/add/", {**form, "scopes": ["centres:write"]})
        assert "Dit mag u niet weggeven" in answer.content.decode()
        other = Organisation.objects.get(slug="stila").pk
        assert client.post("/admin/partners/token/add/", {**form, "organisation": other}).status_code == 200
        assert Token.objects.count() == 1
        chosen = {"action": "revoke", "_selected_action": [token.pk]}
        client.post("/admin/partners/token/", chosen)
        token.refresh_from_db()
        assert not token.is_usable
        client.force_login(make.make_user(actium, "planner"))
        assert client.get("/admin/partners/token/").status_code == 403
        assert client.get("/admin/rest_framework_api_key/apikey/").status_code == 404
