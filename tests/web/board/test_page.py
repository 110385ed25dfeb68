"""The board as a page, without scripts."""

from __future__ import annotations

import json
import re

import pytest
from django.test import Client

from tests import factories as make

pytestmark = pytest.mark.django_db


def config(html: str) -> dict:
    found = re.search(r'<script id="bord-config" type="application/json">(.*?)</script>', html, re.DOTALL)
    assert found
    return json.loads(found[1])


def test_the_board_opens_for_anyone_and_knows_who_looks(client: Client):
    make.make_wijk()
    response = client.get("/planning/")
    assert response.status_code == 200
    html = response.content.decode()
    assert config(html)["who"] == ""
    assert '<option value="de-lariks">De Lariks</option>' in html
    assert "?vorm=tabel" in html
    user = make.make_user(make.make_organisation(), username="ada")
    client.force_login(user)
    assert config(client.get("/planning/").content.decode())["who"] == "ada"


def test_only_partners_whose_works_can_be_seen_can_be_chosen(client: Client):
    make.make_work(owner=make.make_organisation("actium"))
    make.make_work(owner=make.make_organisation("stila"), visibility="internal")
    html = client.get("/planning/").content.decode()
    assert 'value="actium"' in html
    assert 'value="stila"' not in html


def test_what_was_chosen_is_chosen_again(client: Client):
    make.make_wijk()
    make.make_work(owner=make.make_organisation("actium"))
    html = client.get(
        "/planning/?wijk=de-lariks&wie=actium&soort=green&soort=street&sloop=1&groep=project"
    ).content.decode()
    for chosen in ('value="de-lariks" selected', 'value="actium" checked', 'value="green" checked',
                   'value="street" checked', 'name="sloop" value="1" checked', 'value="project" selected'):  # fmt: skip
        assert chosen in html


@pytest.mark.parametrize("query", ["wijk=atlantis", "wie=niemand", "van=gisteren", "groep=kleur", "soort=%00"])
def test_a_choice_that_is_not_there_is_said_and_the_page_still_opens(client: Client, query: str):
    response = client.get(f"/planning/?{query}")
    assert response.status_code == 400
    assert "kennen we niet" in response.content.decode() or "geen datum" in response.content.decode()
    assert 'id="keuze"' in response.content.decode()
