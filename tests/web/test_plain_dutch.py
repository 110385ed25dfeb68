"""What residents read is Dutch at level B1: short sentences, short words, no words of offices.

The government's rule for what it writes is B1: short, simple, active sentences, words that nearly everybody uses
(communicatierijk.nl, "Taalniveau B1"). How short, municipalities tell their writers: no sentence over 15 words (Dijk en
Waard, "Prettig en helder schrijven"), 10 to 15 on average (the B1-checklist that many use). We stay below both.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from planning import catalogue
from planning.initiatives.models import InitiativeState
from tests import factories as make

MOST_WORDS = 15
MOST_WORDS_ON_AVERAGE = 10
LONG = 14
"""Letters from which a word is long; a Dutch one of so many is nearly always two words or more written as one."""
MOST_LONG = 0.01
"""Share of the words that may be so long."""
EASY = 70
"""Reading ease after Flesch, for Dutch by Douma (1960): 70 to 80 is easy, 60 to 70 is plain, below 50 is hard."""

RESIDENTS = re.compile(
    r"planning/(web/(nabij|bic|meetings|signals|following|privacy|public_forms)\.py"
    r"|web/initiatives/"
    r"|web/templates/(403|404|429|web/(nabij|bic|meetings|following|initiatives|privacy)/|web/signals/(new|sent|mine))"
    r"|works/plain\.py|initiatives/(states|handing_in|mailing|meetings|signals|attempts|photos|support/voices)\.py"
    r"|coordination/(privacy|following/)"
    r"|(initiatives/templates/mail|coordination/templates/mail/(follow|privacy)))"
)
"""Where the texts stand that residents read. Partners read others, which name things as planners do."""

FILLED_IN = re.compile(r"%\(\w+\)[sd]|%[sd%]|\{\w*\}")
END = re.compile(r"(?<=[.!?:;])[\s”’)]+|\||\n")
WORD = re.compile(r"[^\W\d_][\w’'-]*")


def sentences(text: str) -> list[list[str]]:
    """Return the words of each sentence; what is filled in counts as one."""
    parts = END.split(re.sub(r"<[^>]+>", "", FILLED_IN.sub("Iets", text)))
    return [words for part in parts if (words := WORD.findall(part))]


def residents_texts() -> list[str]:
    """Return every text in the product that residents read."""
    return [
        form
        for message in catalogue.texts(settings.BASE_DIR)
        if message.id and any(RESIDENTS.match(place) for place, _line in message.locations)
        for form in (message.id if isinstance(message.id, tuple) else (message.id,))
    ]


def officialese() -> list[str]:
    """Return the words of offices."""
    rows = Path(__file__).with_name("officialese.txt").read_text("utf-8").splitlines()
    return [re.split(r"\s{2,}|\s(?=\S+$)", row)[0].strip() for row in rows if row and not row.startswith("#")]


def of_offices(text: str) -> list[str]:
    """Return which words of offices are in a text."""
    said = f" {' '.join(WORD.findall(FILLED_IN.sub(' ', text).lower()))} "
    return [word for word in officialese() if f" {word} " in said]


def reading_ease(read: list[list[str]]) -> float:
    """Return how easy sentences are by Flesch and Douma, with groups of vowels for syllables."""
    words = [word for sentence in read for word in sentence]
    syllables = sum(max(1, len(re.findall(r"[aeiouyéëïöüèê]+", word.lower()))) for word in words)
    return 206.84 - 77 * syllables / len(words) - 0.93 * len(words) / len(read)


def too_hard(read: list[list[str]]) -> list[str]:
    """Return what is wrong with sentences: the long ones, and what they come to together."""
    wrong = [f"{len(words)} words: {' '.join(words)}" for words in read if len(words) > MOST_WORDS]
    whole = [words for words in read if len(words) > 3]
    if not whole:
        return wrong
    mean = sum(map(len, whole)) / len(whole)
    if mean > MOST_WORDS_ON_AVERAGE:
        wrong.append(f"{mean:.1f} words a sentence")
    words = [word for sentence in read for word in sentence]
    long = [word for word in words if len(word) >= LONG]
    if len(long) > max(2, MOST_LONG * len(words)):
        wrong.append(f"{len(long)} of {len(words)} words are long: {sorted(set(long))}")
    # Less than a hundred words are too few to say.
    if sum(map(len, whole)) >= 100 and (ease := reading_ease(whole)) < EASY:
        wrong.append(f"reading ease {ease:.0f}")
    return wrong


def test_texts_for_residents_are_short_and_plain() -> None:
    texts = residents_texts()
    assert len(texts) > 500
    assert too_hard([words for text in texts for words in sentences(text)]) == []


def test_no_word_of_offices_stands_in_them() -> None:
    assert [f"{word}: {text}" for text in residents_texts() for word in of_offices(text)] == []


def test_the_measure_knows_the_language_of_offices() -> None:
    letter = (
        "Naar aanleiding van uw verzoek inzake bovengenoemde aangelegenheid delen wij u mede dat de werkzaamheden ten"
        " behoeve van de rioolvervanging conform de planning gerealiseerd zullen worden."
    )
    assert set(of_offices(letter)) >= {"naar aanleiding van", "inzake", "werkzaamheden", "ten behoeve van", "conform"}
    assert len(too_hard(sentences(" ".join([letter] * 4)))) >= 6
    assert too_hard(sentences("We maken het riool nieuw. Dat doen we in mei. U kunt dan niet bij uw huis komen.")) == []


class Reader(HTMLParser):
    """Reads the blocks of the main part of a page, as somebody does who has it read aloud."""

    INLINE = frozenset({"a", "abbr", "b", "br", "em", "i", "small", "span", "strong", "time", "wbr"})

    def __init__(self) -> None:
        super().__init__()
        self.blocks, self.inside, self.silent = [""], 0, 0
        self.folded: list[bool] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.inside += tag == "main"
        self.silent += tag in {"script", "style", "select"}
        if tag == "details":
            # A menu of data for programs is not for reading.
            self.folded.append("files" in (dict(attrs).get("class") or ""))
            self.silent += self.folded[-1]
        if tag not in self.INLINE:
            self.blocks.append("")

    def handle_endtag(self, tag: str) -> None:
        self.inside -= tag == "main"
        self.silent -= tag in {"script", "style", "select"}
        if tag == "details":
            self.silent -= self.folded.pop()
        if tag not in self.INLINE:
            self.blocks.append("")

    def handle_data(self, data: str) -> None:
        if self.inside and not self.silent:
            self.blocks[-1] += data


def read(page: str) -> Iterator[list[str]]:
    """Yield the sentences of a page."""
    reader = Reader()
    reader.feed(page)
    for block in reader.blocks:
        yield from sentences(" ".join(block.split()))


@pytest.fixture
def neighbourhood(db: None) -> None:
    """A street with works, an idea, a centre and an evening."""
    wijk = make.make_wijk()
    buurt = make.make_buurt(wijk=wijk)
    make.make_address(point=make.point())
    make.make_work(geometry=make.box(5, 5), buurt=buurt)
    make.make_initiative(buurt=buurt, state=InitiativeState.GATHERING_SUPPORT, title="Tuin", summary="Samen tuinieren.")
    make.make_centre(wijk=wijk)
    make.make_meeting("Avond over Stroom", timezone.now() + dt.timedelta(days=3), wijk=wijk)


@pytest.mark.parametrize(
    "path",
    ["/", "/?adres=9403+KL+12", "/?adres=xx", "/initiatieven/", "/initiatieven/nieuw/", "/initiatieven/geld/", "/bic/",
     "/bijeenkomsten/", "/signaal/", "/volgen/", "/privacy/", "/bestaat-niet/"],
)  # fmt: skip
def test_pages_of_residents_read_easily(client: Client, neighbourhood: None, path: str) -> None:
    page = client.get(path).content.decode()
    found = list(read(page))
    assert found
    assert too_hard(found) == []
    assert [" ".join(words) for words in found if of_offices(" ".join(words))] == []
