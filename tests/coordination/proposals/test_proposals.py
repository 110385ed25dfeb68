"""Owners answer for their own works; what all agree on who depend on each other is applied, and nothing else."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext

from planning.coordination.checking import ImpossibleDates
from planning.coordination.models import Happening, Proposal, ProposalItem
from planning.coordination.proposals.answering import (
    ProposalClosed,
    Said,
    UnfoundedAnswer,
    agree,
    answer,
    refuse_counter,
)
from planning.coordination.proposals.applying import Settled, is_overtaken, undo
from planning.coordination.proposals.closing import expire_due, refresh, withdraw
from planning.coordination.proposals.sending import Letter, NothingToPropose, send_proposal
from planning.coordination.rescheduling import ChangedMeanwhile, Redate, reschedule
from planning.partners.models import Membership, User
from planning.works.models import Work, WorkEvent
from tests import factories as make
from tests.coordination.proposals.conftest import LATER, TODAY, Site, answers, item, read
from tests.coordination.test_rescheduling import together

pytestmark = pytest.mark.django_db
Answer = ProposalItem.Answer
YES = Answer.ACCEPTED


def say(proposal: Proposal, work: Work, actor: User, given: Answer = YES, reason: str = "", by: int = 0) -> Settled:
    """Answer about one work; ``by`` are days of a counter, from the proposed dates on."""
    asked = item(proposal, work)
    shift = dt.timedelta(days=by)
    dates = (asked.new_start + shift, asked.new_finish + shift) if given == Answer.COUNTERED else (None, None)
    return answer(proposal, [Said(asked.pk, given, reason, *dates)], actor, TODAY)


def versions(site: Site) -> list[int]:
    site.refresh()
    return [work.version for work in site.works()]


class TestSending:
    def test_each_owner_is_asked_its_own_with_why_and_the_senders_own_count_as_accepted(self, site: Site) -> None:
        proposal = site.send()
        assert {part.owner.slug: part.items.count() for part in proposal.parts.all()} == {
            "actium": 2, "stila": 1, "gemeente-assen": 1,
        }  # fmt: skip
        assert answers(proposal) == {
            "Sloop Aar": "open", "Bouw Aar": "open", "Straat Aar": "accepted", "Ver weg": "open",
        }  # fmt: skip
        asked = item(proposal, site.building)
        assert (asked.old_start, asked.new_start) == (dt.date(2027, 11, 8), dt.date(2028, 2, 7))
        assert "Sloop Aar" in asked.reason_nl
        assert "Sloop Aar" in asked.reason_en
        assert proposal.expires_on == TODAY + dt.timedelta(28)
        assert proposal.figures["before"]["hard"] == 0
        assert versions(site) == [1, 1, 1, 1]
        told = Happening.objects.get()
        assert {each.slug for each in told.touches.all()} == {"actium", "stila"}

    def test_a_reason_never_tells_of_a_work_that_its_reader_may_not_see(self, site: Site) -> None:
        Work.objects.filter(pk=site.street.pk).update(visibility="internal", name="Geheime straat")
        proposal = site.send()
        assert "Geheim" not in str([(each.reason_nl, each.reason_en) for each in read(proposal) if each.work.name !=
                                    "Geheime straat"])  # fmt: skip
        assert "Geheim" not in Happening.objects.get().sentence
        assert site.street not in Happening.objects.get().works.all()

    def test_own_works_that_depend_on_nobody_are_applied_at_once(self, site: Site) -> None:
        Work.objects.filter(pk=site.apart.pk).update(owner=site.street.owner)
        site.refresh()
        proposal = site.send()
        assert item(proposal, site.apart).applied_at is not None
        assert item(proposal, site.street).applied_at is None
        site.refresh()
        assert site.apart.planned_start == dt.date(2027, 2, 1) + LATER

    def test_what_cannot_be_proposed(self, site: Site) -> None:
        street = site.street
        same = {street.pk: (street.planned_start, street.planned_finish)}
        with pytest.raises(NothingToPropose):
            send_proposal(site.gemeente, street.owner_id, Letter("Niets"), same, today=TODAY)
        with pytest.raises(PermissionDenied):
            send_proposal(site.actium, street.owner_id, Letter("Namens u"), same, today=TODAY)
        viewer = make.make_user(street.owner, Membership.Role.VIEWER)
        with pytest.raises(PermissionDenied):
            send_proposal(viewer, street.owner_id, Letter("Kijker"), same, today=TODAY)
        for day in (TODAY, TODAY + dt.timedelta(400)):
            with pytest.raises(ImpossibleDates):
                site.send(expires_on=day)
        Work.objects.filter(pk=site.building.pk).update(visibility="internal")
        with pytest.raises(ImpossibleDates):
            site.send()
        assert not Proposal.objects.exists()

    def test_a_work_that_is_done_or_begun_is_not_proposed_elsewhere(self, site: Site) -> None:
        Work.objects.filter(pk=site.demolition.pk).update(status="under_way", actual_start=dt.date(2026, 11, 2))
        with pytest.raises(ImpossibleDates, match="al begonnen"):
            site.send()


class TestAnswering:
    def test_applied_is_what_all_agree_on_and_not_before(self, site: Site) -> None:
        proposal = site.send()
        assert say(proposal, site.demolition, site.actium).applied == []
        assert versions(site) == [1, 1, 1, 1]
        settled = say(proposal, site.building, site.stila)
        assert {each.work.name for each in settled.applied} == {"Sloop Aar", "Bouw Aar", "Straat Aar"}
        site.refresh()
        assert site.demolition.planned_start == dt.date(2027, 5, 3) + LATER
        assert versions(site) == [2, 2, 2, 1]
        proposal.refresh_from_db()
        assert proposal.state == Proposal.State.OPEN
        assert [each.work.name for each in say(proposal, site.apart, site.actium).applied] == ["Ver weg"]
        proposal.refresh_from_db()
        assert proposal.state == Proposal.State.DONE
        reasons = WorkEvent.objects.filter(pgh_obj=site.building).latest("pgh_id").pgh_context.metadata
        assert (reasons["reason"], reasons["proposal"]) == ("Voorstel “Alles een kwartaal later”", proposal.pk)
        kinds = list(Happening.objects.order_by("pk").values_list("kind", flat=True))
        assert kinds[0] == "proposal_sent"
        assert kinds.count("applied") == 2
        assert kinds.count("answered") == 3

    def test_nobody_answers_for_another(self, site: Site) -> None:
        proposal = site.send()
        viewer = make.make_user(site.demolition.owner, Membership.Role.VIEWER)
        for actor in (site.stila, site.gemeente, viewer):
            with pytest.raises(PermissionDenied):
                say(proposal, site.demolition, actor)
        with pytest.raises(PermissionDenied):
            answer(proposal, [Said(2**40, YES)], site.actium, TODAY)
        assert answers(proposal)["Sloop Aar"] == "open"

    def test_declining_has_a_reason_and_asks_anew_who_had_agreed(self, site: Site) -> None:
        proposal = site.send()
        with pytest.raises(UnfoundedAnswer):
            say(proposal, site.demolition, site.actium, Answer.DECLINED, "  ")
        say(proposal, site.building, site.stila)
        say(proposal, site.demolition, site.actium, Answer.DECLINED, "De sloper is besproken.")
        assert answers(proposal) == {
            "Sloop Aar": "declined", "Bouw Aar": "open", "Straat Aar": "open", "Ver weg": "open",
        }  # fmt: skip
        assert item(proposal, site.building).reopened_because == "Sloop Aar krijgt andere data dan eerst."
        assert Happening.objects.filter(kind="reopened").count() == 1
        # Knowing that, both still want it: then it is applied without the demolition.
        say(proposal, site.building, site.stila)
        settled = say(proposal, site.street, site.gemeente)
        assert {each.work.name for each in settled.applied} == {"Bouw Aar", "Straat Aar"}
        assert versions(site) == [1, 2, 2, 1]

    def test_a_counter_waits_for_the_sender_and_asks_anew_who_depends_on_it(self, site: Site) -> None:
        proposal = site.send()
        say(proposal, site.demolition, site.actium)
        settled = say(proposal, site.building, site.stila, Answer.COUNTERED, "Pas na de bouwvak.", by=28)
        assert settled.applied == []
        assert answers(proposal)["Sloop Aar"] == "open"
        assert answers(proposal)["Straat Aar"] == "open"
        assert answers(proposal)["Ver weg"] == "open"  # was not answered, and is not asked anew
        assert item(proposal, site.apart).reopened_because == ""
        say(proposal, site.demolition, site.actium)
        counter = item(proposal, site.building)
        with pytest.raises(PermissionDenied):
            agree(proposal, [counter.pk], site.actium, TODAY)
        settled = agree(proposal, [counter.pk], site.gemeente, TODAY)
        assert {each.work.name for each in settled.applied} == {"Sloop Aar", "Bouw Aar", "Straat Aar"}
        site.refresh()
        assert site.building.planned_start == dt.date(2027, 11, 8) + LATER + dt.timedelta(28)

    def test_the_sender_can_ask_for_the_first_dates_after_all(self, site: Site) -> None:
        proposal = site.send()
        say(proposal, site.building, site.stila, Answer.COUNTERED, by=28)
        counter = item(proposal, site.building)
        with pytest.raises(UnfoundedAnswer):
            refuse_counter(proposal, [counter.pk], "", site.gemeente, TODAY)
        refuse_counter(proposal, [counter.pk], "De straat moet af voor de winter.", site.gemeente, TODAY)
        again = item(proposal, site.building)
        assert (again.answer, again.counter_start) == ("open", None)
        assert again.reopened_because == "De straat moet af voor de winter."
        with pytest.raises(UnfoundedAnswer):
            agree(proposal, [counter.pk], site.gemeente, TODAY)

    def test_a_counter_of_the_very_dates_is_a_yes(self, site: Site) -> None:
        proposal = site.send()
        say(proposal, site.building, site.stila, Answer.COUNTERED, by=0)
        assert answers(proposal)["Bouw Aar"] == "accepted"

    @pytest.mark.parametrize("by", [-40_000, 40_000])
    def test_a_counter_out_of_all_time_is_refused(self, site: Site, by: int) -> None:
        proposal = site.send()
        with pytest.raises(UnfoundedAnswer):
            say(proposal, site.building, site.stila, Answer.COUNTERED, by=by)
        with pytest.raises(UnfoundedAnswer, match="Geef het begin"):
            answer(proposal, [Said(item(proposal, site.building).pk, Answer.COUNTERED)], site.stila, TODAY)

    def test_all_at_once_and_in_part(self, site: Site) -> None:
        proposal = site.send()
        own = [item(proposal, site.demolition).pk, item(proposal, site.apart).pk]
        settled = answer(proposal, [Said(pk, YES) for pk in own], site.actium, TODAY)
        assert [each.work.name for each in settled.applied] == ["Ver weg"]

    def test_a_last_answer_is_counted_once_however_many_give_it(self, site: Site) -> None:
        proposal = site.send()
        say(proposal, site.apart, site.actium)
        with pytest.raises(UnfoundedAnswer, match="al doorgevoerd"):
            say(proposal, site.apart, site.actium, Answer.DECLINED, "Toch niet")


class TestWorksChangedMeanwhile:
    def test_nothing_of_the_group_is_applied_and_nothing_is_overwritten(self, site: Site) -> None:
        proposal = site.send()
        say(proposal, site.demolition, site.actium)
        Work.objects.filter(pk=site.demolition.pk).update(planned_finish=dt.date(2027, 12, 1))
        settled = say(proposal, site.building, site.stila)
        assert settled.applied == []
        assert [each.work.name for each in settled.changed_meanwhile] == ["Sloop Aar"]
        assert versions(site) == [2, 1, 1, 1]
        assert site.demolition.planned_finish == dt.date(2027, 12, 1)
        assert answers(proposal)["Bouw Aar"] == "accepted"  # what was said is kept
        assert is_overtaken(item(proposal, site.demolition))
        assert Happening.objects.filter(kind="conflict").count() == 1
        # Something else said does not tell of it again.
        say(proposal, site.apart, site.actium, Answer.DECLINED, "Nee")
        assert Happening.objects.filter(kind="conflict").count() == 1

    def test_brought_up_to_date_it_is_asked_again_and_then_applied(self, site: Site) -> None:
        proposal = site.send()
        say(proposal, site.demolition, site.actium)
        Work.objects.filter(pk=site.demolition.pk).update(planned_finish=dt.date(2027, 12, 1))
        say(proposal, site.building, site.stila)
        with pytest.raises(PermissionDenied):
            refresh(proposal, make.make_user(make.make_organisation("vaart-welzijn")), TODAY)
        assert [each.work.name for each in refresh(proposal, site.gemeente, TODAY)] == ["Sloop Aar"]
        again = item(proposal, site.demolition)
        assert (again.version, again.old_finish) == (2, dt.date(2027, 12, 1))
        assert answers(proposal) == {
            "Sloop Aar": "open", "Bouw Aar": "open", "Straat Aar": "open", "Ver weg": "open",
        }  # fmt: skip
        say(proposal, site.demolition, site.actium)
        say(proposal, site.building, site.stila)
        assert len(say(proposal, site.street, site.gemeente).applied) == 3

    def test_a_work_that_got_the_dates_by_itself_or_can_no_longer(self, site: Site) -> None:
        proposal = site.send()
        Work.objects.filter(pk=site.apart.pk).update(
            planned_start=dt.date(2027, 2, 1) + LATER, planned_finish=dt.date(2027, 6, 1) + LATER
        )
        Work.objects.filter(pk=site.building.pk).update(status="cancelled")
        refresh(proposal, site.gemeente, TODAY)
        assert item(proposal, site.apart).applied_at is not None
        assert answers(proposal)["Bouw Aar"] == "declined"
        assert "vervallen" in item(proposal, site.building).answer_reason


class TestTakingBack:
    def applied(self, site: Site) -> Proposal:
        proposal = site.send()
        say(proposal, site.demolition, site.actium)
        say(proposal, site.building, site.stila)
        return proposal

    def test_an_owner_takes_back_its_own_works_and_no_others(self, site: Site) -> None:
        proposal = self.applied(site)
        assert [each.work.name for each in undo(proposal, site.stila, TODAY)] == ["Bouw Aar"]
        site.refresh()
        assert site.building.planned_start == dt.date(2027, 11, 8)
        assert site.demolition.planned_start == dt.date(2027, 5, 3) + LATER
        assert item(proposal, site.building).applied_at is None
        assert Happening.objects.filter(kind="undone").count() == 1
        with pytest.raises(PermissionDenied):
            undo(proposal, site.stila, TODAY)

    def test_what_was_changed_since_is_not_taken_back(self, site: Site) -> None:
        proposal = self.applied(site)
        site.refresh()
        later = {"planned_finish": site.building.planned_finish + dt.timedelta(7)}
        reschedule([Redate(site.building.pk, site.building.version, later)], site.stila, "uitloop", today=TODAY)
        with pytest.raises(ChangedMeanwhile):
            undo(proposal, site.stila, TODAY)
        assert item(proposal, site.building).applied_at is not None


class TestEnding:
    def test_the_sender_withdraws_with_a_reason_and_nobody_answers_any_more(self, site: Site) -> None:
        proposal = site.send()
        with pytest.raises(PermissionDenied):
            withdraw(proposal, "Weg ermee", site.actium, TODAY)
        with pytest.raises(UnfoundedAnswer):
            withdraw(proposal, " ", site.gemeente, TODAY)
        withdraw(proposal, "Er komt een beter voorstel.", site.gemeente, TODAY)
        proposal.refresh_from_db()
        assert (proposal.state, proposal.close_reason) == ("withdrawn", "Er komt een beter voorstel.")
        with pytest.raises(ProposalClosed, match="ingetrokken"):
            say(proposal, site.demolition, site.actium)

    def test_it_expires_on_its_day(self, site: Site, run_jobs: object) -> None:
        proposal = site.send()
        assert expire_due(proposal.expires_on - dt.timedelta(1)) == 0
        with pytest.raises(ProposalClosed):
            answer(proposal, [Said(item(proposal, site.demolition).pk, YES)], site.actium, proposal.expires_on)
        assert expire_due(proposal.expires_on) == 1
        assert expire_due(proposal.expires_on) == 0
        proposal.refresh_from_db()
        assert proposal.state == "expired"
        assert {each.slug for each in Happening.objects.get(kind="expired").touches.all()} == {
            "actium", "stila", "gemeente-assen",
        }  # fmt: skip

    def test_declined_by_all_it_is_done_and_nothing_changed(self, site: Site) -> None:
        proposal = site.send()
        for work, actor in ((site.demolition, site.actium), (site.building, site.stila), (site.apart, site.actium),
                            (site.street, site.gemeente)):  # fmt: skip
            say(proposal, work, actor, Answer.DECLINED, "Nee")
        proposal.refresh_from_db()
        assert proposal.state == "done"
        assert versions(site) == [1, 1, 1, 1]


class TestWhoSeesIt:
    def test_who_is_asked_and_who_asks(self, site: Site) -> None:
        proposal = site.send()
        stranger = make.make_user(make.make_organisation("vaart-welzijn"))
        for viewer, seen in ((site.actium, True), (site.gemeente, True), (stranger, False), (None, False)):
            assert Proposal.objects.visible_to(viewer).filter(pk=proposal.pk).exists() is seen

    def test_whom_it_waits_for(self, site: Site) -> None:
        proposal = site.send()

        def waits_for(user: User) -> bool:
            organisations = list(user.memberships.values_list("organisation_id", flat=True))
            return Proposal.objects.needing_answer_of(organisations).exists()

        assert [waits_for(user) for user in (site.actium, site.stila, site.gemeente)] == [True, True, False]
        say(proposal, site.building, site.stila, Answer.COUNTERED, by=28)
        assert [waits_for(user) for user in (site.actium, site.stila, site.gemeente)] == [True, False, True]

    def test_reading_takes_a_fixed_number_of_queries(self, site: Site) -> None:
        from planning.coordination.proposals.reading import with_items

        def read_all() -> int:
            with CaptureQueriesContext(connection) as queries:
                for each in with_items(Proposal.objects.visible_to(site.actium)):
                    [(i.work.name, i.work.owner.name, i.part.owner.name) for p in each.parts.all() for i in
                     p.items.all()]  # fmt: skip
            return len(queries)

        site.send()
        first = read_all()
        site.send()
        assert read_all() == first <= 5


@pytest.mark.django_db(transaction=True)
class TestAtTheSameTime:
    def test_two_last_answers_apply_once(self, site: Site) -> None:
        proposal = site.send()
        actors = [(site.demolition, site.actium), (site.building, site.stila)]
        outcomes = together(lambda each: say(proposal, *each), actors)
        assert sorted(len(outcome.applied) for outcome in outcomes) == [0, 3]
        assert versions(site) == [2, 2, 2, 1]
        assert Happening.objects.filter(kind="applied").count() == 1

    def test_a_last_answer_and_a_change_of_the_owner_do_not_overwrite_each_other(self, site: Site) -> None:
        proposal = site.send()
        say(proposal, site.demolition, site.actium)
        redate = Redate(site.building.pk, 1, {"planned_finish": dt.date(2029, 3, 1)})
        outcomes = together(
            lambda act: act(),
            [
                lambda: say(proposal, site.building, site.stila),
                lambda: reschedule([redate], site.stila, "uitloop", today=TODAY),
            ],
        )
        site.refresh()
        names = {type(outcome).__name__ for outcome in outcomes}
        if site.building.planned_finish == dt.date(2029, 3, 1):
            assert names == {"Settled", "Rescheduled"}
            assert next(o for o in outcomes if isinstance(o, Settled)).applied == []
        else:
            assert names == {"Settled", "ChangedMeanwhile"}
            assert site.building.version == 2
