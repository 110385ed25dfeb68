"""Mail: one text makes both forms, nothing from users becomes a link or a header, and it goes out once all is kept."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core import mail as outbox
from django.db import transaction
from django.template import engines
from django.template.loaders.locmem import Loader

from planning.partners import mail, mail_folder
from planning.partners.mail_server import FOLDER, SMTP, MailServer

LETTER = """{{ title }}: nieuws

Hallo {{ name }},

- eerste
- tweede

Kijk op {{ site }}/kaart/?a=1&b=2.
{{ title }}
"""


@pytest.fixture(autouse=True)
def letter(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    """A template "letter", and the address of the site."""
    settings.SITE_URL = "https://buurt.example"
    engine = engines["django"].engine
    monkeypatch.setattr(
        engine, "template_loaders", [Loader(engine, {"mail/letter.txt": LETTER}), *engine.template_loaders]
    )


def test_text_and_page_say_the_same() -> None:
    message = mail.compose("letter", {"title": "Straat", "name": "Anna"})
    page = message.page
    assert message.subject == "Straat: nieuws"
    assert message.text == (
        "Hallo Anna,\n\n- eerste\n- tweede\n\nKijk op https://buurt.example/kaart/?a=1&b=2.\nStraat\n"
    )
    assert '<a href="https://buurt.example/kaart/?a=1&amp;b=2">' in page
    assert page.count("<li>") == 2
    assert '<html lang="nl">' in page


def test_what_somebody_wrote_is_text_and_never_a_link_tag_or_header() -> None:
    evil = "<script>x</script> https://buurt.example.evil.nl/a\nBcc: all@example.nl"
    message = mail.compose("letter", {"title": evil, "name": "'\"&"})
    page = message.page
    assert "<script>" not in page
    assert "evil.nl/a</a>" not in page
    assert message.subject == "<script>x</script> https://buurt.example.evil.nl/a"
    assert "'\"&" in message.text


@pytest.mark.django_db
def test_a_mail_goes_out_only_where_what_it_tells_is_kept(django_capture_on_commit_callbacks: Any) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            mail.send("anna@example.nl", "letter", {"title": "Weg"})
            _ = 1 / 0
        mail.send("anna@example.nl", "letter", {"title": "Blijft"}, headers={"List-Unsubscribe": "<https://x>"})
        assert outbox.outbox == []
    assert [message.subject for message in outbox.outbox] == ["Blijft: nieuws"]
    sent = outbox.outbox[0].message()
    assert sent["List-Unsubscribe"] == "<https://x>"
    assert sent["Message-ID"].endswith("@buurt.example>")


def test_kept_mails_can_be_read_newest_first_and_old_ones_go(
    settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.EMAIL_BACKEND, settings.MAIL_FOLDER = FOLDER, tmp_path / "mail"
    monkeypatch.setattr(mail_folder, "MOST", 3)
    assert list(mail_folder.sent_mails()) == []
    for number in range(5):
        letter = mail.compose("letter", {"title": f"Één {number}", "name": "Zoë"})
        outbox.EmailMessage(letter.subject, letter.text, to=["anna@example.nl"]).send()
    kept = list(mail_folder.sent_mails())
    assert [each.subject for each in kept] == ["Één 4: nieuws", "Één 3: nieuws", "Één 2: nieuws"]
    assert "Hallo Zoë," in kept[0].text
    assert (kept[0].to, kept[0].at.tzinfo is not None) == ("anna@example.nl", True)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("", MailServer()),
        (
            "smtp+tls://us%40er:p%2Fss@mail.example.nl",
            MailServer(SMTP, "mail.example.nl", 587, "us@er", "p/ss", use_tls=True),
        ),
        ("smtps://mail.example.nl:4650", MailServer(SMTP, "mail.example.nl", 4650, use_ssl=True)),
        ("smtp://localhost", MailServer(SMTP, "localhost", 25)),
    ],
)
def test_the_mail_server_is_read_from_one_address(url: str, expected: MailServer) -> None:
    assert MailServer.parse(url) == expected


@pytest.mark.parametrize("url", ["mail.example.nl", "http://mail.example.nl", "smtp://", "smtp+tls://host:poort"])
def test_a_wrong_mail_server_is_refused(url: str) -> None:
    with pytest.raises(ValueError):
        MailServer.parse(url)
