"""The journey the product exists for: a slip, seen by the other at once, a better sequence, and an agreed plan.

Two people in two browsers, the real server and the real worker.
"""

from __future__ import annotations

import datetime as dt
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest
from django.db import connection
from django.test import Client

from planning.coordination.findings import sync_findings
from planning.coordination.models import NoticeSettings
from tests import factories as make
from tests.conftest import BASE

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("job_queue"), pytest.mark.browser]

YEAR = dt.date.today().year + 1
SLIPPED = dt.date(YEAR, 7, 12)
"""The last day of the demolition after six weeks of slip."""


def _until(true: Any, seconds: float = 60.0) -> Any:
    ends = time.monotonic() + seconds
    while not (found := true()):
        assert time.monotonic() < ends, "it did not come"
        time.sleep(0.25)
    return found


@pytest.fixture
def plan() -> dict[str, Any]:
    """A committed demolition of Actium, its new homes after it, and the municipality's street after those."""
    actium, city = make.make_organisation("actium", name="Actium"), make.make_organisation("gemeente", name="Gemeente")
    buurt = make.make_buurt(wijk=make.make_wijk())
    plot = make.box(0, 0, 40)
    works = {
        "demolition": make.make_work(
            "demolition", f"{YEAR}-03-01", f"{YEAR}-06-01", owner=actium, name="Sloop Aar", status="committed",
            geometry=plot, buurt=buurt, dwellings=40,
        ),
        "homes": make.make_work(
            "new_build", f"{YEAR}-06-07", f"{YEAR}-12-01", owner=actium, name="Nieuwbouw Aar", geometry=plot,
            buurt=buurt, dwellings=50,
        ),
        "street": make.make_work(
            "street", f"{YEAR}-12-06", f"{YEAR + 1}-06-01", owner=city, name="Straat Aar",
            geometry=make.box(45, 0, 10, 40), buurt=buurt,
        ),
    }  # fmt: skip
    people = {
        "anna": make.make_user(actium, email="anna@actium.example", first_name="Anna"),
        "bram": make.make_user(city, email="bram@gemeente.example", first_name="Bram"),
    }
    for person in people.values():
        NoticeSettings.objects.create(user=person, mail="at_once")
    sync_findings()
    return {"works": {name: work.pk for name, work in works.items()}, "people": people}


@pytest.fixture
def site(plan: dict[str, Any], tmp_path: Path) -> Iterator[dict[str, Any]]:
    """The real server and worker on the database of the test; with the folder that mails go to."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    name = connection.settings_dict["NAME"]
    url = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()
    address = f"http://127.0.0.1:{port}"
    environment = {
        **os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "planning.settings", "MAIL_FOLDER": str(tmp_path),
        "SITE_URL": address,
    }  # fmt: skip
    commands = [
        [sys.executable, "-m", "granian", "--interface", "asginl", "--port", str(port), "--log-level", "warning",
         "planning.asgi:application"],
        [sys.executable, "manage.py", "procrastinate", "worker"],
    ]  # fmt: skip
    running = [subprocess.Popen(command, cwd=BASE, env=environment, start_new_session=True) for command in commands]

    def answers() -> bool:
        try:
            urllib.request.urlopen(f"{address}/healthz", timeout=1)
        except OSError:
            return False
        return True

    try:
        _until(answers)
        yield {"address": address, "url": url, "mail": tmp_path}
    finally:
        for process in running:
            # With what it started: a server's own workers would outlive it.
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(10)


def _cookies(person: Any, address: str) -> list[dict[str, str]]:
    client = Client()
    client.force_login(person)
    return [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": address}]


def test_a_slip_is_seen_at_once_and_ends_in_a_plan_that_both_agreed_on(
    plan: dict[str, Any], site: dict[str, Any], new_page: Any
) -> None:
    address, works = site["address"], plan["works"]
    cookies = {name: _cookies(person, address) for name, person in plan["people"].items()}
    anna, bram = new_page(), new_page()
    anna.context.add_cookies(cookies["anna"])
    bram.context.add_cookies(cookies["bram"])

    def rows(statement: str, *values: Any) -> list[Any]:
        with psycopg.connect(site["url"].replace("postgis://", "postgresql://")) as database:
            return database.execute(statement, values).fetchall()

    # The municipality has its board open.
    bram.goto(f"{address}/planning/?werk={works['homes']}")
    bram.wait_for_selector("#tijdlijn [role=row]")
    bram.evaluate("window.neverReloaded = true")
    before = bram.locator("#bevindingen").inner_text()

    # Actium's demolition slips six weeks: what that does is shown before it is kept.
    anna.goto(f"{address}/planning/uitloop/{works['demolition']}/")
    anna.fill("input[name=gepland_einde]", SLIPPED.isoformat())
    anna.fill("textarea[name=reden]", "Asbest gevonden")
    anna.get_by_role("button", name="Bekijk wat het doet").click()
    anna.wait_for_selector("#doet")
    assert "Nieuwbouw Aar" in anna.locator("main").inner_text()
    anna.get_by_role("button", name="Leg vast en vertel het").click()
    anna.wait_for_url(re.compile(r"/gemeld/\d+/"))

    # The board of the other shows it without reloading, with what no longer fits.
    bram.wait_for_function(
        "text => document.querySelector('#bevindingen').innerText !== text", arg=before, timeout=15_000
    )
    assert bram.evaluate("window.neverReloaded")

    # The municipality goes on from its notices, asks for a better sequence, and sends it.
    bram.goto(f"{address}/meldingen/")
    assert "Sloop Aar" in bram.locator("main").inner_text()
    bram.goto(anna.url)
    bram.get_by_role("button", name="Stel een herstel voor").click()
    bram.wait_for_url(re.compile(r"/planning/scenarios/\d+/"))

    def found() -> bool:
        bram.reload()
        return bram.locator("#versturen").count() > 0 and bram.locator("[data-search]").count() == 0

    _until(found, 90)
    letter = bram.locator("#versturen")
    letter.locator("input[name=titel]").fill("Na de uitloop van de sloop")
    letter.get_by_role("button", name="Bekijk voor het versturen").click()
    bram.get_by_role("button", name="Verstuur", exact=True).click()
    bram.wait_for_url(re.compile(r"/voorstellen/\d+/"))
    proposal = bram.url

    # Actium counters: it can build a week shorter. Nothing is applied yet.
    anna.goto(proposal)
    [(item, start, end)] = rows(
        "SELECT i.id, i.new_start, i.new_finish FROM coordination_proposalitem i WHERE i.work_id = %s", works["homes"]
    )
    shorter = end - dt.timedelta(days=8)
    anna.check(f"input[name=antwoord-{item}][value=countered]")
    anna.fill(f"input[name=begin-{item}]", start.isoformat())
    anna.fill(f"input[name=einde-{item}]", shorter.isoformat())
    anna.fill(f"textarea[name=reden-{item}]", "Wij bouwen een week korter.")
    anna.get_by_role("button", name="Bekijk wat mijn antwoord doet").click()
    anna.get_by_role("button", name="Bevestig mijn antwoord").click()
    anna.wait_for_url(proposal)
    assert rows("SELECT planned_start FROM works_work WHERE id = %s", works["homes"])[0][0] == dt.date(YEAR, 6, 7)

    # The municipality agrees, and says again that its street can follow.
    bram.goto(proposal)
    bram.get_by_role("button", name="Akkoord met deze data").click()
    bram.wait_for_load_state()
    if bram.get_by_role("button", name="Alles akkoord").count():
        bram.get_by_role("button", name="Alles akkoord").click()
        bram.get_by_role("button", name="Bevestig mijn antwoord").click()
        bram.wait_for_url(proposal)

    # The plan is exactly what was agreed.
    def dates(name: str) -> tuple[dt.date, dt.date]:
        return rows("SELECT planned_start, planned_finish FROM works_work WHERE id = %s", works[name])[0]

    _until(lambda: dates("homes") != (dt.date(YEAR, 6, 7), dt.date(YEAR, 12, 1)), 20)
    assert dates("homes") == (start, shorter + dt.timedelta(days=1))
    [(street_start, street_finish)] = rows(
        "SELECT new_start, new_finish FROM coordination_proposalitem WHERE work_id = %s", works["street"]
    )
    assert dates("street") == (street_start, street_finish)
    assert street_start >= dates("homes")[1]

    # The history tells it, and mail went to the other.
    anna.goto(f"{address}/planning/geschiedenis/werk/{works['homes']}/")
    told = anna.locator("main").inner_text()
    assert "Na de uitloop van de sloop" in told

    def mailed(to: bytes) -> bool:
        return any(to in kept.read_bytes() for kept in site["mail"].rglob("*") if kept.is_file())

    for to in (b"anna@actium.example", b"bram@gemeente.example"):
        _until(lambda to=to: mailed(to))
