"""Mail on its way: a mail server that is down breaks no page and loses no mail; what cannot be sent is told."""

from __future__ import annotations

import datetime as dt
import socketserver
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from planning.partners import joining, outbox
from planning.partners.mail_server import SMTP
from planning.partners.models import Invitation, Membership, OutgoingMail
from planning.partners.sealing import seal, unseal
from tests import factories as make


class MailServer(socketserver.ThreadingTCPServer):
    """Takes mail by SMTP; ``refuses`` is the answer to who mail is for, ``got`` what came."""

    allow_reuse_address, daemon_threads = True, True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Conversation)
        self.refuses = ""
        self.got: list[str] = []


class Conversation(socketserver.StreamRequestHandler):
    """What a client and the server say to each other (RFC 5321)."""

    def handle(self) -> None:
        server: Any = self.server
        self.say("220 ready")
        while line := self.rfile.readline().decode().strip():
            match line.partition(" ")[0].upper().partition(":")[0]:
                case "EHLO" | "HELO" | "MAIL" | "RSET":
                    self.say("250 good")
                case "RCPT":
                    self.say(server.refuses or "250 good")
                case "DATA":
                    self.say("354 go on")
                    body = []
                    while (text := self.rfile.readline().decode().rstrip("\r\n")) != ".":
                        body.append(text)
                    server.got.append("\n".join(body))
                    self.say("250 taken")
                case _:
                    self.say("221 bye")
                    return

    def say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


@pytest.fixture
def server(settings: Any) -> Iterator[MailServer]:
    """A mail server near by, to which mail goes."""
    with MailServer() as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        settings.EMAIL_BACKEND, settings.EMAIL_HOST = SMTP, "127.0.0.1"
        settings.EMAIL_PORT = running.server_address[1]
        yield running
        running.shutdown()


@pytest.fixture
def work(job_queue: None) -> Callable[[], None]:
    """Let the real worker do what is due, now."""

    def run() -> None:
        ProcrastinateJob.objects.filter(status="todo").update(scheduled_at=None)

        async def once() -> None:
            with app.replace_connector(app.connector.get_worker_connector()) as worker:  # type: ignore[attr-defined]
                async with worker.open_async():
                    await worker.run_worker_async(wait=False, install_signal_handlers=False, queues=["mail"])

        async_to_sync(once)()

    return run


@pytest.fixture
def queued(monkeypatch: pytest.MonkeyPatch) -> None:
    """Mail goes by the queue, as where the service runs."""
    monkeypatch.setattr(
        outbox, "send_in_background", lambda mail_id: outbox.ask_for("partners.send_mail", mail_id=mail_id)
    )


def invite() -> OutgoingMail:
    manager = make.make_user(make.make_organisation(), Membership.Role.MANAGER)
    joining.invite(manager, make.make_organisation(), "bea@example.nl", "viewer")
    return OutgoingMail.objects.get()


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("queued")
class TestByTheQueue:
    def test_a_mail_waits_until_the_server_is_there_and_goes_out_once(
        self, work: Callable[[], None], server: MailServer, settings: Any
    ) -> None:
        port, settings.EMAIL_PORT = settings.EMAIL_PORT, 9
        client = Client()
        client.force_login(make.make_user(make.make_organisation(), Membership.Role.MANAGER))
        asked = client.post("/organisatie/actium/uitnodigen/", {"email": "bea@example.nl", "role": "viewer"})
        assert asked.status_code == 302, "the page does not wait for the server"
        assert Invitation.objects.count() == 1
        work()
        kept = OutgoingMail.objects.get()
        assert (kept.attempts, kept.failed_at, server.got) == (1, None, [])
        assert "ConnectionRefusedError" in kept.error
        later = ProcrastinateJob.objects.get(task_name="partners.send_mail")
        assert later.status == "todo"
        assert later.scheduled_at is not None
        assert later.scheduled_at > timezone.now()
        settings.EMAIL_PORT = port
        work()
        work()
        assert len(server.got) == 1
        assert "To: bea@example.nl" in server.got[0]
        assert f"Message-ID: <{kept.message_id}@" in server.got[0]
        assert not OutgoingMail.objects.exists(), "nothing is left of what was sent"
        assert not ProcrastinateJob.objects.filter(task_name="partners.send_mail").exists()

    def test_what_is_taken_back_is_not_mailed(self, work: Callable[[], None], server: MailServer) -> None:
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            invite()
            _ = 1 / 0
        work()
        assert server.got == []
        assert not ProcrastinateJob.objects.filter(task_name="partners.send_mail").exists()


@pytest.mark.django_db
class TestDelivery:
    def test_after_the_last_attempt_it_is_kept_and_can_be_tried_anew(
        self, server: MailServer, settings: Any, caplog: pytest.LogCaptureFixture, client: Client
    ) -> None:
        kept, port = invite(), settings.EMAIL_PORT
        settings.EMAIL_PORT = 9
        for _ in range(outbox.MOST_ATTEMPTS - 1):
            with pytest.raises(outbox.NotSent):
                outbox.deliver(kept.pk)
        outbox.deliver(kept.pk)
        outbox.deliver(kept.pk)
        kept.refresh_from_db()
        assert (kept.attempts, kept.failed_at is not None) == (outbox.MOST_ATTEMPTS, True)
        assert "given up after 8 attempts" in caplog.text
        assert "bea@example.nl" not in caplog.text
        secretary = make.make_user(make.make_organisation("team"), Membership.Role.SECRETARY)
        client.force_login(secretary)
        page = client.get("/account/verstuurde-mails/").content.decode()
        assert "bea@example.nl" in page
        assert "ConnectionRefusedError" in page
        assert "/uitnodiging/" not in page, "its link opens a door"
        assert client.post("/account/verstuurde-mails/", {"mail": str(kept.pk)}).status_code == 302
        settings.EMAIL_PORT = port
        outbox.deliver(kept.pk)
        assert len(server.got) == 1
        assert client.post("/account/verstuurde-mails/", {"mail": str(kept.pk)}).status_code == 404

    def test_an_address_that_the_server_knows_not_is_not_tried_again(self, server: MailServer) -> None:
        kept = invite()
        server.refuses = "451 later"
        with pytest.raises(outbox.NotSent):
            outbox.deliver(kept.pk)
        server.refuses = "550 no such mailbox"
        outbox.deliver(kept.pk)
        kept.refresh_from_db()
        assert kept.failed_at is not None
        assert "550" in kept.error

    def test_a_mail_that_can_be_none_is_kept_as_failed(self, server: MailServer) -> None:
        kept = outbox.hand_over("bea@example.nl", "Eén\nBcc: all@example.nl", "tekst", "<p>tekst</p>", {})
        outbox.deliver(kept.pk)
        kept.refresh_from_db()
        assert kept.failed_at is not None
        assert server.got == []

    def test_a_link_in_a_mail_cannot_be_read_from_the_database(self) -> None:
        invite()
        with connection.cursor() as cursor:
            cursor.execute("SELECT m::text FROM partners_outgoingmail m")
            assert "/uitnodiging/" not in cursor.fetchone()[0]

    def test_what_lost_its_job_is_told_and_what_failed_long_ago_is_forgotten(self) -> None:
        now = timezone.now()
        kept = invite()
        outbox.tidy(now + dt.timedelta(hours=23))
        assert not outbox.failed().exists()
        outbox.tidy(now + dt.timedelta(hours=25))
        assert [each.pk for each in outbox.failed()] == [kept.pk]
        outbox.tidy(now + dt.timedelta(days=32))
        assert not OutgoingMail.objects.exists()


def test_what_is_sealed_opens_with_this_key_for_this_purpose(settings: Any) -> None:
    sealed = seal("mail", "geheim ünd mehr")
    assert "geheim" not in sealed
    assert unseal("mail", sealed) == "geheim ünd mehr"
    with pytest.raises(outbox.InvalidToken):
        unseal("second factor", sealed)
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "een nieuwe"
    assert unseal("mail", sealed) == "geheim ünd mehr"
