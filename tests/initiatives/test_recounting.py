"""Addresses that come and go in the register, and the counts that are open then."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.management import call_command

from geo.models import Address
from planning.initiatives.models import InitiativeState, Role, SupportArea, SupportCorrection
from planning.initiatives.states import move
from planning.initiatives.support import voices
from planning.initiatives.support.areas import correct
from planning.initiatives.support.letters import make_letters
from planning.initiatives.support.recounting import recount_open
from tests.factories import make_address, point
from tests.initiatives.neighbours import gathering, secretary

pytestmark = pytest.mark.django_db


def test_an_import_of_addresses_counts_open_areas_anew_with_a_reason(tmp_path: Path) -> None:
    area = gathering(10)
    near, far = point(3, 3), point(3000, 0)
    rows = [f"Stroom,77,9403KL,Assen,{near.x},{near.y}", f"Verweg,1,9401AA,Assen,{far.x},{far.y}"]
    file = tmp_path / "adressen.csv"
    file.write_text("\n".join(["Straatnaam,Huisnummer,Postcode,Plaats,x,y", *rows]) + "\n", encoding="utf-8")
    call_command("import_addresses", str(file), "--dry-run")
    assert not SupportCorrection.objects.exists()
    call_command("import_addresses", str(file))
    area.refresh_from_db()
    assert area.addresses == area.households.count() == 11
    correction = SupportCorrection.objects.get()
    assert (correction.addresses, correction.by) == (1, None)
    assert correction.reason == "De lijst met adressen is bijgewerkt."
    assert not recount_open().corrections, "the same addresses again change nothing"


def test_a_house_that_is_gone_takes_its_voice_along_and_can_decide() -> None:
    area = gathering(4)
    letters = make_letters(area.initiative)
    for letter in letters[:2]:
        voices.speak_by_code(area.initiative, letter.code, True)
    Address.objects.filter(pk=letters[3].address.pk).delete()
    recount_open()
    area.refresh_from_db()
    area.initiative.refresh_from_db()
    assert (area.addresses, area.in_favour) == (3, 2)
    assert area.initiative.state == InitiativeState.SUPPORTED, "two of three are a majority"


def test_what_is_decided_on_is_left_as_it_was() -> None:
    area = gathering(3)
    move(area.initiative, InitiativeState.WITHDRAWN, Role.INITIATOR)
    make_address(number=50, at=point(1, 1))
    assert not recount_open().corrections
    assert SupportArea.objects.get().addresses == 3


def test_a_count_that_cannot_be_is_left_to_the_team() -> None:
    area = gathering(3)
    correct(area, by=secretary(), reason="Drie briefjes.", in_favour=1, against=2)
    Address.objects.filter(number=3).delete()
    assert recount_open().refused == [area.initiative.title]
    assert SupportArea.objects.get().addresses == 3
