"""What all tests share: the demonstration in a database of its own, the real server, and the browser."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation

pytest_plugins = ["tests.databases"]
BASE = Path(__file__).resolve().parent.parent
SCREENSHOTS = BASE / ".screenshots"
CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    # Only maps need WebGL; pages are put together several times as fast without it.
    "--disable-gpu-compositing",
    # Nothing but this machine is to be found. (Playwright could refuse it too, but then caches nothing.)
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--no-first-run",
]


LONGEST = "test_everybody_browser.py"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let files with a browser come last: its own loop stays in the process, where no other loop can then be run.

    The longest of them is the first to begin, so that no worker is left alone with it.
    """
    browsing = {item.path for item in items if "browser" in getattr(item, "fixturenames", ())}
    items.sort(key=lambda item: (item.path in browsing, item.path.name != LONGEST))


@pytest.fixture(scope="session")
def demo_mail(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder where the real server over the demonstration keeps the mails it sends, as .eml files."""
    return tmp_path_factory.mktemp("mail")


@pytest.fixture(scope="session")
def demo_site(demo_url: str, demo_mail: Path) -> Iterator[str]:
    """The address of the real server over the demonstration, without a slash at the end."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    server = subprocess.Popen(
        [sys.executable, "-m", "granian", "--interface", "asginl", "--port", str(port),
         "--log-level", "warning", "planning.asgi:application"],
        cwd=BASE,
        env={
            **os.environ, "DATABASE_URL": demo_url, "DJANGO_SETTINGS_MODULE": "planning.settings",
            "MAIL_FOLDER": str(demo_mail), "SITE_URL": address,
        },
    )  # fmt: skip
    try:
        for _ in range(300):
            assert server.poll() is None, "the server stopped by itself"
            try:
                urllib.request.urlopen(f"{address}/healthz", timeout=1)
                break
            except OSError:
                time.sleep(0.1)
        yield address
    finally:
        server.terminate()
        server.wait(15)


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Headless Chromium from Debian; its absence skips the test, and fails it under CI."""
    executable = shutil.which("chromium")
    if executable is None:
        reason = "chromium is not installed; run: apt-get install chromium"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    from playwright.sync_api import sync_playwright

    # Playwright's own loop runs in this thread, which Django would mistake for asynchronous code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=executable, args=CHROMIUM_ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture(autouse=True)
def quick_passwords(settings: Any) -> None:
    """Hash passwords fast: how slow it should be is Django's to test."""
    # What was hashed before, such as the passwords of the demonstration, can still be checked.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher", *settings.PASSWORD_HASHERS]


@pytest.fixture(autouse=True)
def in_dutch() -> None:
    """Begin in the language of the house: a request in a test leaves its own behind."""
    translation.activate("nl")


@pytest.fixture(autouse=True)
def mail_goes_out(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Send mail as soon as what it tells is kept, without a worker; not where a test asks for ``run_jobs``."""
    if "run_jobs" in request.fixturenames or "start_worker" in request.fixturenames:
        return
    from functools import partial

    from django.db import transaction

    from planning.partners import outbox

    def send(mail_id: int) -> None:
        transaction.on_commit(partial(outbox.deliver, mail_id), robust=True)

    monkeypatch.setattr(outbox, "send_in_background", send)


@dataclass
class Watch:
    """What a page did besides showing itself."""

    console_errors: list[str] = field(default_factory=list)
    foreign_requests: list[str] = field(default_factory=list)
    policy_breaches: list[str] = field(default_factory=list)
    """What the Content-Security-Policy kept a page from; the test fails on any."""

    def note_request(self, request: Any) -> None:
        """Note a request to another host than this machine; none is answered (``CHROMIUM_ARGUMENTS``)."""
        if not request.url.startswith(("http://127.0.0.1", "http://localhost", "data:", "blob:", "file:")):
            self.foreign_requests.append(request.url)

    def note(self, page: Any, message: Any) -> None:
        """Note what ``page`` wrote to the console."""
        # The map only warns of a sign that was not there when it was wanted.
        if message.type == "error" or "could not be loaded" in message.text:
            self.console_errors.append(message.text)
        if "Content Security Policy" in message.text:
            self.policy_breaches.append(f"{page.url}: {message.text}")


@pytest.fixture
def watch() -> Watch:
    """What the pages of this test complained of and asked elsewhere."""
    return Watch()


@pytest.fixture
def console_errors(watch: Watch) -> list[str]:
    """Errors in the browser's console; the ``page`` fixture fails on any left at the end."""
    return watch.console_errors


@pytest.fixture
def foreign_requests(watch: Watch) -> list[str]:
    """Requests to another host than this machine, which are blocked."""
    return watch.foreign_requests


def wait_until(page: Any, expression: str, arg: Any = None, timeout: float = 40_000) -> None:
    """Wait until an expression or function of the page is true.

    In the place of Playwright's own ``wait_for_function``, which has the page evaluate text; our pages may not.
    """
    from playwright.sync_api import Error

    until, told = time.monotonic() + timeout / 1000, ""
    while time.monotonic() < until:
        try:
            if page.evaluate(expression, arg):
                return
        except Error as error:  # the page may be on its way to another
            told = str(error)
        page.wait_for_timeout(50)
    raise TimeoutError(f"not within {timeout / 1000:.0f} s: {expression} {told}")


@pytest.fixture
def new_page(browser: Any, watch: Watch) -> Iterator[Any]:
    """Make a watched page: ``new_page(width=1440, height=900, dark=False, ...)``."""
    contexts: list[Any] = []

    def make(width: int = 1440, height: int = 900, *, dark: bool = False, **options: Any) -> Any:
        context = browser.new_context(
            viewport={"width": width, "height": height},
            locale="nl-NL",
            color_scheme="dark" if dark else "light",
            **options,
        )
        contexts.append(context)

        context.on("request", watch.note_request)
        page = context.new_page()
        page.set_default_timeout(40_000)
        page.wait_for_function = partial(wait_until, page)
        page.on("console", partial(watch.note, page))
        page.on("pageerror", lambda error: watch.console_errors.append(str(error)))
        return page

    yield make
    for context in contexts:
        context.close()
    assert watch.policy_breaches == []


@pytest.fixture
def page(new_page: Any, watch: Watch) -> Iterator[Any]:
    """A page of 1440 x 900; the test fails where the console has errors at the end."""
    yield new_page()
    assert watch.console_errors == []


@pytest.fixture
def screenshot() -> Any:
    """Save what a page shows: ``screenshot(page, "kaart-1440")``; returns the path."""
    SCREENSHOTS.mkdir(exist_ok=True)

    def save(page: Any, name: str, **options: Any) -> Path:
        path = SCREENSHOTS / f"{name}.png"
        page.screenshot(path=path, **options)
        return path

    return save


@pytest.fixture
def job_queue(db: None) -> None:
    """An empty queue: its tables are not Django's own, so a test with real transactions leaves its jobs behind."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE procrastinate_jobs, procrastinate_workers, procrastinate_periodic_defers CASCADE")


@pytest.fixture
def run_jobs(job_queue: None) -> Callable[[], list[str]]:
    """Run the background jobs that are due, here and now, in the transaction of the test; returns their tasks.

    What a job raises comes out of here. For the real worker see ``tests/test_worker.py``.
    """
    import inspect
    import json

    from asgiref.sync import async_to_sync
    from procrastinate import sql
    from procrastinate.contrib.django import app
    from procrastinate.job_context import JobContext
    from procrastinate.jobs import Job

    def run() -> list[str]:
        ran: list[str] = []
        worker = app.connector.execute_query_one(query=sql.queries["register_worker"])["worker_id"]
        while True:
            row = app.connector.execute_query_one(query=sql.queries["fetch_job"], queues=None, worker_id=worker)
            if row["id"] is None:
                return ran
            # Through Django\'s connection the arguments come as text.
            job = Job.from_row({**row, "args": json.loads(row["args"])})
            task = app.tasks[job.task_name]
            context = JobContext(app=app, job=job, start_timestamp=time.time(), abort_reason=lambda: None)
            act = async_to_sync(task.func) if inspect.iscoroutinefunction(task.func) else task.func
            act(*([context] if task.pass_context else []), **job.task_kwargs)
            app.connector.execute_query(
                query=sql.queries["finish_job"], job_id=job.id, status="succeeded", delete_job=True
            )
            ran.append(job.task_name)

    return run
