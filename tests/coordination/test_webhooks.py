"""Webhooks: signed, tried again, logged, and never to a machine inside."""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from planning.coordination import webhooks
from planning.coordination.models import Delivery, Webhook
from planning.partners.models import Organisation
from tests import factories as make
from tests.coordination.test_notices import happens

pytestmark = pytest.mark.django_db


@pytest.fixture
def receiver(settings: Any) -> Iterator[Any]:
    """A partner's program on this machine: keeps what it got, and answers what it is told to."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            server.got.append((dict(self.headers), body))
            self.send_response(server.answers.pop(0) if server.answers else 204)
            self.send_header("Location", "http://169.254.169.254/")
            self.end_headers()

        def log_message(self, *args: Any) -> None:
            """Say nothing."""

    server: Any = HTTPServer(("127.0.0.1", 0), Handler)
    server.got, server.answers = [], []
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings.WEBHOOKS_INSIDE = True
    yield server
    server.shutdown()


@pytest.fixture
def hook(receiver: Any) -> Webhook:
    city = make.make_organisation("gemeente-assen")
    manager = make.make_user(city, "manager")
    return webhooks.make_webhook(manager, city, f"http://127.0.0.1:{receiver.server_port}/hook")


def delivery() -> int:
    [found] = webhooks.spread(happens())
    return found


def test_what_arrives_is_signed_with_the_secret_that_both_know(hook: Webhook, receiver: Any) -> None:
    webhooks.deliver(delivery())
    [(headers, body)] = receiver.got
    at, proof = (part.split("=")[1] for part in headers[webhooks.SIGNATURE].split(","))
    assert proof == hmac.new(hook.secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    told = json.loads(body)
    assert (told["kind"], told["by"], told["sentence"]["nl"]) == ("rescheduled", "actium", "De sloop schuift op.")
    assert Delivery.objects.get().delivered


def test_what_fails_is_tried_again_and_arrives_once(hook: Webhook, receiver: Any) -> None:
    receiver.answers = [500, 302, 200]
    number = delivery()
    for _attempt in range(2):
        with pytest.raises(webhooks.NotDelivered):
            webhooks.deliver(number)
    assert (Delivery.objects.get().attempts, Delivery.objects.get().status) == (2, 302)
    webhooks.deliver(number)
    webhooks.deliver(number)
    assert len(receiver.got) == 3  # no redirect was followed, and what arrived is not sent again
    assert Webhook.objects.get().failures == 0


def test_what_fails_for_long_is_switched_off(hook: Webhook, receiver: Any) -> None:
    Webhook.objects.update(failures=webhooks.SWITCHED_OFF_AFTER - 1)
    receiver.answers = [500]
    with pytest.raises(webhooks.NotDelivered):
        webhooks.deliver(delivery())
    assert not Webhook.objects.get().active
    assert webhooks.spread(happens()) == []


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/", "https://127.0.0.1/", "https://localhost/", "https://[::1]/", "https://10.0.0.1/",
        "https://169.254.169.254/latest/", "https://192.168.1.1/", "https://user:pw@example.org/", "ftp://example.org/",
        "https:///", "https://host.invalid/", "https://0x7f.1/", "javascript:alert(1)",
    ],
)  # fmt: skip
def test_no_address_inside_and_no_other_scheme(url: str) -> None:
    city = make.make_organisation("gemeente-assen")
    with pytest.raises(ValidationError):
        webhooks.make_webhook(make.make_user(city, "manager"), city, url)
    assert not Webhook.objects.exists()


def test_a_name_that_leads_inside_later_is_refused_when_sent(hook: Webhook, receiver: Any, settings: Any) -> None:
    settings.WEBHOOKS_INSIDE = False
    with pytest.raises(webhooks.NotDelivered):
        webhooks.deliver(delivery())
    assert receiver.got == []
    assert "https" in Delivery.objects.get().error


def test_only_who_manages_makes_one(receiver: Any) -> None:
    city = make.make_organisation("gemeente-assen")
    for person in (make.make_user(city, "planner"), make.make_user(make.make_organisation("actium"), "manager")):
        with pytest.raises(PermissionDenied):
            webhooks.make_webhook(person, city, "https://example.org/")
    assert Organisation.objects.count() == 2
