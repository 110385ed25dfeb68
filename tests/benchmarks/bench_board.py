"""The board with 1,000 works: how long until what somebody does is on the screen, by the browser's own trace.

    python -m tests.benchmarks.bench_board [--works 1000]

For taking, moving, stretching and putting down a bar, keys, choices, turns of the wheel and scrolling: from the moment
the event is handled until the frame with its effect is committed. With the number of queries of the board's content
beside that of one work. On a machine that does other things too, the figures tell of those.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import socket
import statistics
import subprocess
import sys
import time
import urllib.request
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

from tests.benchmarks.measuring import BASE, database, set_up

CATEGORIES: Final = ["devtools.timeline", "disabled-by-default-devtools.timeline"]
EVENTS: Final = {
    "pointerdown": "take a bar or an end", "pointermove": "drag and stretch", "pointerup": "put it down",
    "keydown": "choose and move by keys", "click": "choose a bar", "change": "choose other rows",
    "wheel": "zoom with the wheel", "scroll": "scroll",
}  # fmt: skip
OWNER: Final = "corporatie"


@contextmanager
def served(url: str) -> Iterator[str]:
    """Yield the address of the real server on a database."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "-m", "granian", "--interface", "asginl", "--port", str(port), "--log-level", "warning",
         "planning.asgi:application"],
        cwd=BASE,
        env={**os.environ, "DATABASE_URL": url, "ALLOWED_HOSTS": "127.0.0.1"},
    )  # fmt: skip
    try:
        for _ in range(300):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=1)
                break
            except OSError:
                time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(15)


def prepare(works: int) -> tuple[str, dict[str, str]]:
    """Fill the database; return how many queries the content takes, and the cookie of a planner."""
    from django.conf import settings
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from planning.coordination.findings import sync_findings
    from planning.partners.models import Organisation
    from tests import factories as make
    from tests.benchmarks import city

    client = Client()
    make.make_work()
    client.force_login(make.make_user(make.make_organisation()))
    with CaptureQueriesContext(connection) as few:
        client.get("/api/board/")
    city.load(works)
    sync_findings()
    client.force_login(make.make_user(Organisation.objects.get(slug=OWNER)))
    with CaptureQueriesContext(connection) as many:
        begun = time.perf_counter()
        response = client.get("/api/board/", headers={"Accept-Encoding": "gzip"})
        taken = time.perf_counter() - begun
    name = settings.SESSION_COOKIE_NAME
    said = (
        f"content: {len(many)} queries (1 work: {len(few)}), {1000 * taken:.0f} ms, {len(response.content) // 1000} kB"
    )
    return said, {"name": name, "value": client.cookies[name].value}


def use(page: Any, site: str) -> None:
    """Drag, put down and stretch a bar, move one by keys, choose bars and other rows, and zoom with the wheel."""
    page.goto(f"{site}/planning/")
    page.wait_for_selector(".row.work")
    page.wait_for_timeout(3000)
    page.locator("#tijdlijn").evaluate("(node) => { node.scrollTop = node.scrollHeight / 2; }")
    page.wait_for_timeout(500)
    frame = page.locator("#tijdlijn").bounding_box()
    bars = [bar.bounding_box() for bar in page.locator(".row.work .bar:has(.grip)").all()]
    shown = next(
        box for box in bars if box and box["x"] > frame["x"] + 320 and frame["y"] + 60 < box["y"] < frame["y"] + 400
    )
    x, y = shown["x"] + shown["width"] / 2, shown["y"] + shown["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    for step in range(30):
        page.mouse.move(x + 4 * step, y)
        page.wait_for_timeout(30)
    page.mouse.up()
    ends = [grip.bounding_box() for grip in page.locator(".row.work .grip.finish").all()]
    grip = next(
        box for box in ends if box and frame["x"] + 320 < box["x"] < frame["x"] + frame["width"] - 120
        and frame["y"] + 60 < box["y"] < frame["y"] + 400
    )  # fmt: skip
    page.mouse.move(grip["x"] + 2, grip["y"] + grip["height"] / 2)
    page.mouse.down()
    for step in range(20):
        page.mouse.move(grip["x"] + 4 * step, grip["y"] + 4)
        page.wait_for_timeout(30)
    page.mouse.up()
    page.locator(".row.work[tabindex='0']").first.focus()
    _press(page, ["ArrowDown"] * 20 + ["ArrowUp"] * 5)
    page.locator(".row.work:has(.grip)").nth(3).focus()
    _press(page, ["Enter"] + ["ArrowRight"] * 15 + ["ArrowDown"] * 5 + ["Enter"])
    for bar in page.locator(".row.work .bar").all()[:12]:
        if bar.is_visible():
            bar.dispatch_event("click")
            page.wait_for_timeout(60)
    for _ in range(4):
        page.locator("label.chip:has(input[name=bevindingen])").click()
        page.wait_for_timeout(1500)
    page.mouse.move(x, y)
    page.keyboard.down("Control")
    for step in range(24):
        page.mouse.wheel(0, -60 if step < 12 else 60)
        page.wait_for_timeout(40)
    page.keyboard.up("Control")


def _press(page: Any, keys: Sequence[str]) -> None:
    for key in keys:
        page.keyboard.press(key)
        page.wait_for_timeout(40)


def latencies(trace: Sequence[dict[str, Any]]) -> dict[str, list[float]]:
    """Return per sort of event the milliseconds from its handling to the commit of the next frame of its thread."""
    commits: defaultdict[tuple[int, int], list[float]] = defaultdict(list)
    for event in trace:
        if event["name"] == "Commit" and event["ph"] == "X":
            commits[event["pid"], event["tid"]].append(event["ts"] + event.get("dur", 0))
    for ends in commits.values():
        ends.sort()
    found: defaultdict[str, list[float]] = defaultdict(list)
    for event in trace:
        if event["name"] != "EventDispatch" or event["args"]["data"]["type"] not in EVENTS:
            continue
        ends = commits[event["pid"], event["tid"]]
        at = bisect_left(ends, event["ts"])
        if at < len(ends):
            found[event["args"]["data"]["type"]].append((ends[at] - event["ts"]) / 1000)
    return found


def main() -> None:
    """Measure and print."""
    from playwright.sync_api import sync_playwright

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--works", type=int, default=1000)
    works = parser.parse_args().works
    with database() as url:
        set_up(url)
        said, cookie = prepare(works)
        print(f"{works} works; {said}")
        with served(url) as site, sync_playwright() as playwright:
            # The processor draws the page, as where there is no graphics card; SwiftShader draws the map alone.
            arguments = [
                "--no-sandbox", "--use-angle=swiftshader", "--enable-unsafe-swiftshader",
                "--disable-gpu-rasterization", "--disable-gpu-compositing",
            ]  # fmt: skip
            browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=arguments)
            context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="nl-NL")
            context.add_cookies([cookie | {"url": site}])
            page = context.new_page()
            browser.start_tracing(page=page, categories=CATEGORIES)
            use(page, site)
            trace = json.loads(browser.stop_tracing())["traceEvents"]
            rows = page.locator("#tijdlijn [role=row]").count()
            browser.close()
    print(f"rows in the page: {rows}")
    print("| what | events | median | 95% | longest |\n| --- | ---: | ---: | ---: | ---: |")
    for kind, took in latencies(trace).items():
        late = statistics.quantiles(took, n=20)[-1] if len(took) > 1 else took[0]
        print(
            f"| {EVENTS[kind]} | {len(took)} | {statistics.median(took):.0f} ms | {late:.0f} ms | {max(took):.0f} ms |"
        )


if __name__ == "__main__":
    main()
