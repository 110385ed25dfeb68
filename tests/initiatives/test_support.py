"""One address, one voice; a majority decides; what people said stays unknown."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.contrib.gis.geos import MultiPolygon
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from geo.crs import RD_NEW
from planning.initiatives.models import (
    InitiativeState,
    PendingSupport,
    Step,
    Support,
    SupportAddress,
    SupportCorrection,
)
from planning.initiatives.refusals import RefusedError
from planning.initiatives.retention import VOICES_AFTER_DECISION, forget
from planning.initiatives.states import move
from planning.initiatives.support import voices
from planning.initiatives.support.areas import addresses_by_radius, addresses_in, correct, open_support, redraw
from planning.initiatives.support.letters import make_letters
from planning.initiatives.support.showing import per_buurt, shown_against
from tests.factories import box, make_address, make_buurt, make_initiative, point
from tests.initiatives.neighbours import ask, gathering, make_initiator, make_street, secretary

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def mails_go_out(django_capture_on_commit_callbacks: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Send mail as it is asked for: the test's own transaction is never kept."""
    monkeypatch.setattr("django.db.transaction.on_commit", lambda function, **_: function())


def speak(area, address, mailbox, *, in_favour: bool = True, email: str = "") -> voices.Voice:
    token = ask(area, address, email or f"buur{address.number}@example.nl", mailbox, in_favour=in_favour)
    return voices.confirm(area.initiative, token)


class TestArea:
    def test_addresses_are_counted_once_and_kept_only_as_hashes(self):
        area = gathering(96, radius_m=150)
        assert (area.addresses, area.majority, area.still_needed) == (96, 49, 49)
        assert area.initiative.state == InitiativeState.GATHERING_SUPPORT
        make_address(number=500)
        assert area.households.count() == 96
        with connection.cursor() as cursor:
            cursor.execute("SELECT string_agg(t::text, ' ') FROM initiatives_supportaddress t")
            assert "9403" not in cursor.fetchone()[0]

    def test_the_radius_is_the_distance_postgis_measures(self):
        initiative = make_initiative(state=InitiativeState.SUBMITTED)
        for number, away in enumerate((0, 99.9, 100.1, 300), 1):
            make_address(number=number, at=point(away, 0))
        assert open_support(initiative, by=secretary(), radius_m=100).addresses == 2

    def test_a_drawn_area_decides_by_itself(self):
        make_street(20)
        drawn = MultiPolygon(box(-2.5, -2.5, 10, 10), srid=RD_NEW)
        initiative = make_initiative(state=InitiativeState.SUBMITTED, geometry=point(900, 900))
        area = open_support(initiative, by=secretary(), geometry=drawn)
        assert (area.addresses, area.radius_m) == (addresses_in(drawn).count(), None)
        assert area.addresses == 3

    def test_the_team_is_told_how_many_addresses_lie_within_each_radius(self, django_assert_num_queries):
        initiative = make_initiative(state=InitiativeState.SUBMITTED)
        for number, away in enumerate((0, 120, 180, 290, 480, 900), 1):
            make_address(number=number, at=point(away, 0))
        with django_assert_num_queries(1):
            found = addresses_by_radius(initiative)
        assert found == {50: 1, 100: 1, 150: 2, 200: 3, 300: 4, 500: 5}

    @pytest.mark.parametrize("radius", [0, None, 1001])
    def test_a_radius_that_cannot_be_is_refused(self, radius):
        make_street(3)
        with pytest.raises(RefusedError) as refused:
            open_support(make_initiative(state=InitiativeState.SUBMITTED), by=secretary(), radius_m=radius)
        assert refused.value.field == "radius_m"

    def test_an_area_without_addresses_is_refused_and_nothing_moves(self):
        initiative = make_initiative(state=InitiativeState.SUBMITTED)
        with pytest.raises(RefusedError, match="geen enkel adres"):
            open_support(initiative, by=secretary(), radius_m=50)
        initiative.refresh_from_db()
        assert initiative.state == InitiativeState.SUBMITTED

    def test_counting_anew_needs_a_reason_and_drops_the_voices_of_who_left(self, mailoutbox):
        area = gathering(30)
        streets = sorted(addresses_in(area.geometry), key=lambda address: address.number)
        speak(area, streets[0], mailoutbox)
        speak(area, streets[-1], mailoutbox)
        with pytest.raises(RefusedError, match="waarom"):
            redraw(area, by=secretary(), reason=" ", radius_m=8)
        correction = redraw(area, by=secretary(), reason="De overkant hoort er niet bij.", radius_m=8)
        area.refresh_from_db()
        assert (area.addresses, area.in_favour) == (3, 1)
        assert (correction.addresses, correction.in_favour) == (-27, -1)
        assert Support.objects.count() == 1

    def test_a_house_that_was_built_since_counts_after_counting_anew(self, mailoutbox):
        area = gathering(10)
        fresh = make_address(number=77, at=point(3, 3))
        with pytest.raises(RefusedError, match="niet in het gebied"):
            voices.ask(area.initiative, fresh, True, "nieuw@example.nl")
        redraw(area, by=secretary(), reason="Nieuw huis.")
        assert speak(area, fresh, mailoutbox).new


class TestVoices:
    def test_the_51st_of_100_addresses_makes_it_supported_and_the_team_is_told(self, mailoutbox):
        area = gathering(100)
        make_initiator(area.initiative)
        addresses = list(addresses_in(area.geometry))
        for address in addresses[:50]:
            speak(area, address, mailoutbox)
        area.refresh_from_db()
        assert (area.in_favour, area.still_needed) == (50, 1)
        area.initiative.refresh_from_db()
        assert area.initiative.state == InitiativeState.GATHERING_SUPPORT
        speak(area, addresses[50], mailoutbox)
        area.initiative.refresh_from_db()
        assert area.initiative.state == InitiativeState.SUPPORTED
        assert [mail.to for mail in mailoutbox[-2:]] == [["noor@example.nl"], ["team@example.nl"]]
        assert "51 van de 100" in mailoutbox[-1].body
        assert Step.objects.filter(state="supported", role="neighbours").count() == 1
        with pytest.raises(RefusedError, match="nu niet stemmen"):
            voices.ask(area.initiative, addresses[60], True, "laat@example.nl")

    def test_half_is_no_majority(self, mailoutbox):
        area = gathering(4)
        for address in list(addresses_in(area.geometry))[:2]:
            speak(area, address, mailoutbox)
        area.initiative.refresh_from_db()
        assert area.initiative.state == InitiativeState.GATHERING_SUPPORT

    def test_nothing_counts_before_the_link_is_used(self, mailoutbox):
        area = gathering(5)
        ask(area, addresses_in(area.geometry)[0], "a@example.nl", mailoutbox)
        area.refresh_from_db()
        assert (area.in_favour, Support.objects.count(), PendingSupport.objects.count()) == (0, 0, 1)
        assert "a@example.nl" not in str(list(PendingSupport.objects.values()))

    def test_the_same_link_again_changes_nothing(self, mailoutbox):
        area = gathering(5)
        token = ask(area, addresses_in(area.geometry)[0], "a@example.nl", mailoutbox)
        assert voices.confirm(area.initiative, token).new
        assert not voices.confirm(area.initiative, token).new
        area.refresh_from_db()
        assert (area.in_favour, Support.objects.count()) == (1, 1)

    def test_a_link_can_take_its_voice_back_and_then_is_worth_nothing(self, mailoutbox):
        area = gathering(5)
        token = ask(area, addresses_in(area.geometry)[0], "a@example.nl", mailoutbox)
        with pytest.raises(RefusedError):
            voices.withdraw(area.initiative, token)
        voices.confirm(area.initiative, token)
        voices.withdraw(area.initiative, token)
        area.refresh_from_db()
        assert (area.in_favour, Support.objects.count()) == (0, 0)
        with pytest.raises(RefusedError, match="werkt niet meer"):
            voices.confirm(area.initiative, token)

    @pytest.mark.parametrize("token", ["", "x", "../../etc", "' OR 1=1 --", "\x00", "A" * 5000])
    def test_guessed_tokens_are_refused(self, token):
        area = gathering(5)
        with pytest.raises(RefusedError, match="werkt niet meer"):
            voices.confirm(area.initiative, token)

    def test_a_link_for_one_initiative_is_worth_nothing_for_another(self, mailoutbox):
        area = gathering(5)
        other = make_initiative(state=InitiativeState.SUBMITTED)
        open_support(other, by=secretary(), radius_m=150)
        token = ask(area, addresses_in(area.geometry)[0], "a@example.nl", mailoutbox)
        with pytest.raises(RefusedError, match="werkt niet meer"):
            voices.confirm(other, token)
        assert not Support.objects.exists()

    def test_an_old_link_is_refused(self, mailoutbox):
        area = gathering(5)
        token = ask(area, addresses_in(area.geometry)[0], "a@example.nl", mailoutbox)
        with pytest.raises(RefusedError, match="werkt niet meer"):
            voices.confirm(area.initiative, token, timezone.now() + dt.timedelta(days=7, minutes=1))

    def test_a_second_person_at_one_address_does_not_count(self, mailoutbox):
        area = gathering(5)
        address = addresses_in(area.geometry)[0]
        speak(area, address, mailoutbox, email="a@example.nl")
        token = ask(area, address, "b@example.nl", mailoutbox, in_favour=False)
        with pytest.raises(RefusedError, match="telt al een stem"):
            voices.confirm(area.initiative, token)
        area.refresh_from_db()
        assert (area.in_favour, area.against) == (1, 0)

    def test_who_thinks_again_speaks_again_and_counts_once(self, mailoutbox):
        area = gathering(5)
        address = addresses_in(area.geometry)[0]
        speak(area, address, mailoutbox, email="a@example.nl")
        speak(area, address, mailoutbox, email="A+later@example.nl", in_favour=False)
        area.refresh_from_db()
        assert (area.in_favour, area.against, Support.objects.count()) == (0, 1, 1)

    def test_one_mailbox_speaks_for_two_addresses_however_it_is_written(self, mailoutbox):
        area = gathering(20)
        addresses = list(addresses_in(area.geometry))
        speak(area, addresses[0], mailoutbox, email="n.o.or@gmail.com")
        speak(area, addresses[1], mailoutbox, email="noor+2@gmail.com")
        token = ask(area, addresses[2], "NOOR@googlemail.com", mailoutbox)
        with pytest.raises(RefusedError, match="2 adressen"):
            voices.confirm(area.initiative, token)
        assert Support.objects.count() == 2

    def test_nobody_is_mailed_full(self, mailoutbox):
        area = gathering(20)
        addresses = list(addresses_in(area.geometry))
        for address in addresses[:3]:
            voices.ask(area.initiative, address, True, "a@example.nl")
        with pytest.raises(RefusedError, match="ongewenste"):
            voices.ask(area.initiative, addresses[3], True, "a+4@example.nl")
        assert len(mailoutbox) == 3

    def test_the_database_itself_lets_an_address_speak_once(self):
        area = gathering(3)
        household = area.households.first()
        values = {"address": household, "area": area, "way": "letter", "confirmed_at": timezone.now()}
        Support.objects.create(in_favour=True, **values)
        with pytest.raises(IntegrityError), transaction.atomic():
            Support.objects.create(in_favour=False, **values)


class TestLetters:
    def test_every_address_gets_a_code_that_works_once(self):
        area = gathering(12)
        letters = make_letters(area.initiative)
        assert len({letter.code for letter in letters}) == len(letters) == 12
        assert voices.speak_by_code(area.initiative, letters[0].code.lower().replace(" ", "-"), True).new
        with pytest.raises(RefusedError, match="al gebruikt"):
            voices.speak_by_code(area.initiative, letters[0].code, False)
        area.refresh_from_db()
        assert (area.in_favour, area.against) == (1, 0)

    def test_printing_again_ends_codes_that_were_not_used(self):
        area = gathering(3)
        first = make_letters(area.initiative)
        voices.speak_by_code(area.initiative, first[0].code, True)
        second = make_letters(area.initiative)
        assert len(second) == 2
        with pytest.raises(RefusedError, match="kennen we niet"):
            voices.speak_by_code(area.initiative, first[1].code, True)
        assert voices.speak_by_code(area.initiative, second[0].code, True).new

    def test_a_letter_goes_before_an_e_mail(self, mailoutbox):
        area = gathering(3)
        (letter,) = [letter for letter in make_letters(area.initiative) if letter.address.number == 1]
        speak(area, letter.address, mailoutbox, email="bedrieger@example.nl")
        voices.speak_by_code(area.initiative, letter.code, False)
        area.refresh_from_db()
        assert (area.in_favour, area.against, Support.objects.get().way) == (0, 1, "letter")
        token = ask(area, letter.address, "bedrieger@example.nl", mailoutbox)
        with pytest.raises(RefusedError, match="telt al een stem"):
            voices.confirm(area.initiative, token)

    def test_a_code_of_another_initiative_is_unknown(self):
        area = gathering(3)
        other = make_initiative(state=InitiativeState.SUBMITTED)
        open_support(other, by=secretary(), radius_m=150)
        with pytest.raises(RefusedError, match="kennen we niet"):
            voices.speak_by_code(area.initiative, make_letters(other)[0].code, True)


class TestCorrections:
    def test_a_correction_stays_and_can_decide(self, mailoutbox):
        area = gathering(4)
        for address in list(addresses_in(area.geometry))[:2]:
            speak(area, address, mailoutbox)
        correct(area, by=secretary(), reason="Een briefje kwam bij het centrum aan.", in_favour=1)
        area.initiative.refresh_from_db()
        assert area.initiative.state == InitiativeState.SUPPORTED
        correct(area, by=secretary(), reason="Dat briefje was dubbel.", in_favour=-1)
        area.refresh_from_db()
        area.initiative.refresh_from_db()
        assert (area.initiative.state, area.in_favour, area.is_open) == ("gathering_support", 2, True)
        assert [correction.in_favour for correction in SupportCorrection.objects.all()] == [1, -1]

    @pytest.mark.parametrize("change", [{}, {"in_favour": -1}, {"in_favour": 9}, {"against": 9}])
    def test_a_count_that_cannot_be_is_refused(self, change):
        area = gathering(4)
        with pytest.raises(RefusedError):
            correct(area, by=secretary(), reason="Zomaar.", **change)
        assert not SupportCorrection.objects.exists()

    def test_a_reason_is_asked(self):
        with pytest.raises(RefusedError, match="waarom"):
            correct(gathering(4), by=secretary(), reason="", in_favour=1)


class TestWhatIsShown:
    def test_fewer_than_five_against_are_not_told(self):
        area = gathering(20)
        for against, shown in ((0, 0), (1, None), (4, None), (5, 5)):
            area.against = against
            assert shown_against(area) == shown

    def test_small_groups_per_buurt_are_hidden_and_cannot_be_worked_out(self):
        buurten = [make_buurt(name, geometry=box(i * 3000, 9000, 10)) for i, name in enumerate("ABC")]
        area = gathering(60)
        for at, household in enumerate(area.households.order_by("pk")):
            household.buurt = buurten[at // 20]
            household.save()
            if at % 20 < (3, 8, 12)[at // 20]:
                Support.objects.create(
                    address=household, area=area, in_favour=True, way="letter", confirmed_at=timezone.now()
                )
        assert [(count.name, count.in_favour) for count in per_buurt(area)] == [("A", None), ("B", None), ("C", 12)]

    def test_one_buurt_is_the_total_and_is_not_told_twice(self):
        make_buurt("A")
        assert per_buurt(gathering(10)) == []


class TestForgetting:
    def test_addresses_are_deleted_after_the_decision_and_the_outcome_stays(self, mailoutbox):
        area = gathering(3)
        make_letters(area.initiative)
        for address in list(addresses_in(area.geometry))[:2]:
            speak(area, address, mailoutbox)
        area.refresh_from_db()
        assert area.decided_at is not None
        assert forget(area.decided_at + VOICES_AFTER_DECISION - dt.timedelta(seconds=1))["counts"] == 0
        assert forget(area.decided_at + VOICES_AFTER_DECISION)["counts"] == 1
        assert not SupportAddress.objects.exists()
        assert not Support.objects.exists()
        area.refresh_from_db()
        assert (area.in_favour, area.addresses) == (2, 3)
        with pytest.raises(RefusedError, match="gewist"):
            move(area.initiative, InitiativeState.GATHERING_SUPPORT, "team", reason="Toch niet.", by=secretary())

    def test_a_count_that_is_open_is_kept(self):
        area = gathering(3)
        forget(timezone.now() + dt.timedelta(days=4000))
        assert area.households.count() == 3

    def test_links_that_were_not_used_go(self, mailoutbox):
        area = gathering(3)
        ask(area, addresses_in(area.geometry)[0], "a@example.nl", mailoutbox)
        assert forget(timezone.now() + dt.timedelta(days=8))["links"] == 1
