"""A letter that quotes the record is not signed and not sent when the record no longer says that."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from uuid import uuid4

import pytest

from aggregates.client_care import commands as c
from aggregates.client_care import facts as f
from aggregates.letter import messages as m
from policies.base import Reaction
from policies.when_training_is_paused import WhenTrainingIsPausedThenDraftTheLetter as Policy
from tests.care import examples as e
from tests.care.office import OWNER, PRACTICE, Desk, a_desk
from tests.care.scenario import At, Scenario
from tests.policies.test_at_the_door import THIRD, letters, live
from tests.proof.test_frozen_formats import unpacked
from workflow import bootstrap
from workflow.bootstrap import open_office
from workflow.engine.circumstances import Circumstances
from workflow.engine.letters import LetterTold, letter_told, letters_about
from workflow.engine.requests import Answer, Request, Who
from workflow.engine.standing import now_of
from workflow.settings import settings

RELEASE = c.RecordRelease(to="S. Berg", what="progress and changes", until=date(2026, 12, 31),
                          signed_on=date(2026, 1, 5))
PAINFUL = e.session(exercise="cable row", pain_worst=6, client_said="it pulled")
PAUSED = (*e.TRAINING, RELEASE, At("2026-01-12T08:00", PAINFUL), At("2026-01-12T09:00", e.WORSE))
SIGN, SEND, REDRAFT = m.SignLetter(added_text="Symptoms began in set 2."), m.SendLetter(means="fax"), m.RedraftLetter()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A client whose training was paused an hour ago, and the letter that was drafted from the record."""
    with a_desk(tmp_path) as made:
        live(made, *PAUSED)
        yield made


def version(desk: Desk, kind: type[f.CareFact]) -> int:
    return next(each.originator_version for each in reversed(desk.facts("care:client-a")) if isinstance(each, kind))


def amend(desk: Desk, kind: type[f.CareFact] = f.SessionRecorded, **corrected: object) -> None:
    asked = c.AmendFact(version=version(desk, kind), corrected=corrected or {"pain_worst": 8}, reason="typed wrong")
    assert not desk.ask(asked).refused


def step(desk: Desk, command: m.Command, letter: str = "") -> Answer:
    return desk.ask(command, stream=letter or letters(desk)[0])


def told(desk: Desk, letter: str = "") -> LetterTold:
    name = (letter or letters(desk)[0]).partition(":")[2]
    return letter_told(desk.office.door(PRACTICE), name, OWNER, desk.now)


def refused_for(answer: Answer) -> str:
    """The lines that the record says otherwise, if that is the only reason."""
    assert [each.rule for each in answer.broken] == ["LET-02"], answer.broken
    return str(answer.broken[0].seen["lines"])


@pytest.mark.parametrize("checked", [False, True])
def test_a_correction_after_the_draft_refuses_the_signature_until_it_is_drafted_again(
        desk: Desk, checked: bool) -> None:
    if checked:
        step(desk, m.CheckLetter())
    amend(desk)
    assert refused_for(step(desk, SIGN)) == "pain"
    assert (told(desk).next, told(desk).changed) == ("redraft_letter", ("pain",))
    assert not step(desk, REDRAFT).refused
    assert (told(desk).state, told(desk).next, told(desk).changed) == ("drafted", "sign_letter", ())
    assert any("8 at worst" in line for line in told(desk).lines)
    assert not step(desk, SIGN).refused
    assert not step(desk, SEND).refused


def test_a_correction_after_the_signature_refuses_the_sending_and_it_has_to_be_signed_again(desk: Desk) -> None:
    step(desk, SIGN)
    amend(desk)
    assert refused_for(step(desk, SEND)) == "pain"
    redrafted, = step(desk, REDRAFT).facts
    assert isinstance(redrafted, m.LetterRedrafted)
    assert redrafted.left_out == ("Symptoms began in set 2.",)
    assert "letter_is_at_this_step" in [each.name for each in step(desk, SEND).broken]
    step(desk, SIGN)
    assert not step(desk, SEND).refused


@pytest.mark.parametrize(("happens", "lines"), [
    (c.RecordMorning(pain=5, usual=False), "pain"),
    (c.ReferBack(rule="-", reason="unsure"), "where training stands"),
    (c.ReportRedFlags(red_flags=(c.RedFlag(id="RF-E1"),)), "where training stands"),
    (c.Discharge(reason="other"), "where training stands, what is asked"),
    (c.ReportExacerbation(words="numb fingers"), "the client's words on the change"),
    (c.RecordStatement(source="client_said", words="fine"), None), (RELEASE, None)])
def test_what_the_letter_says_decides_and_nothing_else_in_the_record_does(
        desk: Desk, happens: c.Command, lines: str | None) -> None:
    desk.ask(happens, at=Scenario.utc("2026-01-13T08:00"))
    signed = step(desk, SIGN)
    if lines is None:
        assert not signed.refused
    else:
        assert refused_for(signed) == lines


def test_a_session_that_is_entered_later_and_led_to_the_pause_is_told_by_the_next_draft(desk: Desk) -> None:
    late = e.session(exercise="bike", pain_worst=5)
    assert not desk.office.door(PRACTICE).handle(Request(PRACTICE, "care:client-a", late, OWNER, uuid4(),
                                   Scenario.utc("2026-01-12T08:30"))).refused
    assert "exercise" in refused_for(step(desk, SIGN))
    step(desk, REDRAFT)
    assert "Exercise: bike for 10 minutes." in told(desk).lines


def test_a_third_exacerbation_is_drafted_with_the_referral_back_that_it_led_to(tmp_path: Path) -> None:
    with a_desk(tmp_path) as third:
        live(third, *THIRD, e.WORSE)
        letter = told(third, letters(third)[-1])
        assert "The client was referred back on" in letter.lines[0]
        assert (letter.next, letter.changed) == ("sign_letter", ())


def test_several_reports_of_worsening_in_one_pause_draft_one_letter_until_it_has_gone_out(desk: Desk) -> None:
    desk.ask(c.ReportExacerbation(words="numb fingers"))
    assert len(letters(desk)) == 1
    for command in (REDRAFT, SIGN, SEND):
        assert not step(desk, command).refused
    desk.ask(c.ReportExacerbation(words="cold hand"))
    assert len(letters(desk)) == 2
    newest = told(desk, letters(desk)[-1])
    assert 'Client\'s words on the change: "cold hand".' in newest.lines
    assert told(desk).warning == ""


def test_what_was_sent_and_no_longer_agrees_with_the_record_is_said_with_its_lines(desk: Desk) -> None:
    for command in (SIGN, SEND, m.RecordDelivery()):
        assert not step(desk, command).refused
    desk.ask(c.RecordMorning(pain=5, usual=False), at=Scenario.utc("2026-01-13T08:00"))
    desk.ask(c.ReferBack(rule="-", reason="unsure"))
    assert (told(desk).changed, told(desk).warning) == ((), ""), "what happened since is no mistake of the letter"
    amend(desk, client_said="it tore")
    assert told(desk).changed == ("the client's words in the session",)
    assert told(desk).warning == ("what was sent no longer agrees with the record: the client's words in the session; "
                                  "write to S. Berg again")
    assert told(desk).next == "record_letter_answer"
    assert letters_about(desk.office.door(PRACTICE), "client-a", OWNER, desk.now)[0].warning == told(desk).warning


def test_a_letter_in_a_persons_own_words_is_not_compared_but_a_correction_since_is_said(desk: Desk) -> None:
    typed = "letter:client-a-change-in-status-9999"  # anybody can type such an id
    amend(desk, pain_worst=7)
    step(desk, m.DraftLetter(client="client-a", kind="progress report", to="S. Berg", lines=("Worst pain 7.",)), typed)
    assert told(desk, typed).warning == ""
    amend(desk)
    session = version(desk, f.SessionRecorded)
    assert told(desk, typed).warning == (
        f"the record was corrected since this was drafted: v{session} (session recorded); "
        "read it again before it goes out")
    assert [each.rule for each in step(desk, REDRAFT, typed).broken] == ["LET-03"]
    assert not step(desk, m.SignLetter(), typed).refused
    assert not step(desk, SEND, typed).refused
    assert told(desk, typed).warning.endswith("see whether to write again")


def test_a_person_who_names_the_pause_as_the_cause_of_a_letter_has_typed_it_nevertheless(desk: Desk) -> None:
    opened = next(row.position for row in desk.office.door(PRACTICE).streams.history("care:client-a").rows
                  if row.name == f.ExacerbationOpened.TOPIC)
    typed = m.DraftLetter(client="client-a", kind="progress report", to="S. Berg", lines=("Worst pain 6.",))
    desk.office.door(PRACTICE).handle(Request(PRACTICE, "letter:client-a-typed", typed, OWNER, uuid4(),
                                              causation=opened))
    assert told(desk, "letter:client-a-typed").lines == ("Worst pain 6.",)
    assert not step(desk, m.SignLetter(), "letter:client-a-typed").refused


def test_a_referral_back_from_before_the_sending_that_is_entered_later_is_no_mistake_of_the_letter(desk: Desk) -> None:
    for command in (SIGN, SEND):
        assert not step(desk, command).refused
    back = Request(PRACTICE, "care:client-a", c.ReferBack(rule="-", reason="unsure"), OWNER, uuid4(),
                   Scenario.utc("2026-01-12T09:30"))
    assert not desk.office.door(PRACTICE).handle(back).refused
    assert told(desk).changed == ()


def test_a_letter_that_was_sent_before_the_correction_and_is_noted_after_it_belongs_to_the_record(desk: Desk) -> None:
    step(desk, SIGN)
    sent_at = desk.now
    amend(desk)
    assert refused_for(step(desk, SEND)) == "pain"
    answer = desk.office.door(PRACTICE).handle(Request(PRACTICE, letters(desk)[0], SEND, OWNER, uuid4(), sent_at))
    assert not answer.refused
    assert told(desk).changed == ("pain",)


def test_the_front_desk_sends_and_does_not_draft_again(desk: Desk) -> None:
    mia = Who("person", "mia")
    assert [each.rule for each in desk.ask(REDRAFT, stream=letters(desk)[0], who=mia).broken] == ["ACC-01"]


def test_a_refusal_reads_the_same_after_a_restart(desk: Desk) -> None:
    amend(desk)
    broken = step(desk, SIGN).broken
    desk.reopen()
    stored = next(each for each in desk.facts(letters(desk)[0]) if isinstance(each, m.LetterCommandRefused))
    assert stored.broken == broken
    assert refused_for(step(desk, SIGN)) == "pain"


class Earlier(Policy):
    """As it was before: a letter for each report, with the words of that moment."""

    def act(self, fact: f.ExacerbationOpened, position: int) -> Iterator[Reaction]:
        client = fact.originator_id.partition(":")[2]
        yield Reaction(f"letter:{client}-change-in-status-{position}", m.DraftLetter(
            client=client, kind="change in status letter", to=self.to, lines=("Training is paused.",)))


@pytest.fixture
def earlier(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """A log in which two reports of one pause drafted a letter each, and the first was sent; opened by this version."""
    with monkeypatch.context() as before:
        before.setattr(Circumstances, "_record", lambda *_: None)
        before.setattr(bootstrap, "POLICIES", tuple(Earlier if x is Policy else x for x in bootstrap.POLICIES))
        made = Desk(settings(tmp_path / "earlier", {}))
        live(made, *PAUSED, c.ReportExacerbation(words="numb fingers"))
        for command in (m.SignLetter(), SEND):
            assert not step(made, command).refused
    made.reopen()
    yield made
    made.office.close()


def test_an_earlier_log_with_several_letters_for_one_pause_keeps_them_and_gets_no_other(earlier: Desk) -> None:
    before = letters(earlier)
    assert len(before) == 2
    for _ in range(2):
        earlier.ask(c.LetTimePass(), at=earlier.now)
        earlier.reopen()
    assert letters(earlier) == before
    facts = earlier.facts(before[0])
    assert [type(each) for each in facts] == [m.LetterDrafted, m.LetterSigned, m.LetterSent]
    assert getattr(facts[0], "as_of", None) == 0


def test_a_letter_of_an_earlier_log_is_drafted_again_before_it_is_signed(earlier: Desk) -> None:
    second = letters(earlier)[1]
    assert "where training stands" in refused_for(step(earlier, m.SignLetter(), second))
    for command in (REDRAFT, m.SignLetter(), SEND):
        assert not step(earlier, command, second).refused


def test_a_letter_that_an_earlier_log_sent_is_compared_by_its_facts_and_not_by_its_wording(earlier: Desk) -> None:
    assert told(earlier).warning == ""
    amend(earlier)
    assert told(earlier).changed == ("pain",)


@pytest.mark.parametrize("name", ["log-0.1", "log-0.1-schema-1"])
def test_the_letters_of_a_log_of_an_earlier_release_are_drafted_again_and_no_other_is_drafted(
        tmp_path: Path, name: str) -> None:
    office = open_office(settings(unpacked(tmp_path, name), {}))
    try:
        assert office.virtual is not None
        for practice, client, actor in (("fjord", "client-two", "ole"), ("oslo-east", "client-seven", "nils")):
            door, who = office.door(practice), Who("person", actor)
            office.virtual.set(now_of(door, f"care:{client}", rehearsal=True))
            drafted = letters_about(door, client, who, door.clock())
            assert drafted
            assert all("where training stands" in each.changed for each in drafted)
            assert {each.next for each in drafted} == {"redraft_letter"}
            door.handle(Request(practice, f"care:{client}", c.LetTimePass(), who, uuid4()))
            door.handle(Request(practice, f"letter:{drafted[0].id}", REDRAFT, who, uuid4()))
            again = letters_about(door, client, who, door.clock())
            assert [each.id for each in again] == [each.id for each in drafted]
            assert (again[0].state, again[0].next) == ("drafted", "sign_letter")
    finally:
        office.close()


def test_a_copy_of_the_data_says_the_same(desk: Desk, tmp_path: Path) -> None:
    amend(desk)
    assert told(desk).changed == ("pain",)
    desk.office.close()
    desk.office = open_office(settings(Path(shutil.copytree(desk.where.home, tmp_path / "copy")), {}))
    assert told(desk).changed == ("pain",)
