"""DL-06: the letter tells the session as the record has it: dose, pain, what was said, what was seen."""

from __future__ import annotations

from typing import Any

import pytest

from aggregates.client_care import commands as c
from aggregates.client_care import facts as f
from aggregates.kernel.messages import Fact
from aggregates.letter.messages import DraftLetter
from aggregates.protocol.vocabulary import blocked_words
from policies.base import reactions
from policies.when_training_is_paused import WhenTrainingIsPausedThenDraftTheLetter as Policy
from projections.account_of_a_pause import ASKS, account_of
from tests.care.examples import GATED, RESUME, TRAINING, WORSE, change, clearance, session
from tests.care.scenario import HOUSE, At, given
from tests.protocol.example import PACK

PAINFUL = session(exercise="cable row", pain_before=2, pain_worst=7, pain_after=6, pain_ten_minutes_later=5,
                  client_said="it felt like something pulled", coach_observed="guarded the right arm.",
                  done="stopped early")
MORNING = c.RecordMorning(pain=6, usual=False, affects_daily_life=True)


def letters_of(*steps: Any) -> list[tuple[str, DraftLetter]]:
    """The letters that follow from a history, each with its stream."""
    history: list[tuple[int, Fact]] = list(enumerate(given(*steps).history, 1))
    return [(each.stream, each.command) for _, each in reactions(Policy.under(PACK), history)
            if isinstance(each.command, DraftLetter)]


def text(*steps: Any) -> str:
    """What the record says of its newest pause, as one text."""
    history = given(*steps)
    said = account_of(history.history, history.version_of(f.ExacerbationOpened), HOUSE)
    assert said is not None
    return "\n".join(said.lines)


def test_the_letter_states_dose_pain_words_and_observation() -> None:
    assert text(*TRAINING, At("2026-01-12T17:00", PAINFUL), At("2026-01-13T08:00", MORNING)) == "\n".join((
        "Training has been paused since 2026-01-13.",
        ASKS,
        "Client: A Client, born 1970-01-01.",
        "Reason: how the client was on the morning of 2026-01-13.",
        "Session of 2026-01-12: stopped early.",
        "Pain on a scale of 0 to 10: 2 before, 7 at worst, 6 after, 5 ten minutes later, 6 the next morning.",
        "Exercise: cable row 3 x 15 at 20 kg.",
        'Client\'s words: "it felt like something pulled".',
        "Observed: guarded the right arm."))


def test_the_letter_goes_to_whoever_gave_the_clearance_in_force() -> None:
    assert [(each.to, each.kind, each.client) for _, each in letters_of(*TRAINING, WORSE)] == [
        ("S. Berg", "change in status letter", "client")]
    other = At("2026-01-06T09:00", clearance(issuer="K. Diaz"))
    assert letters_of(*TRAINING, other, WORSE)[0][1].to == "K. Diaz"


def test_a_worsening_reported_by_the_client_is_told_in_the_clients_words() -> None:
    told = text(*TRAINING, WORSE).splitlines()
    assert told[-1] == 'Client\'s words on the change: "worse since yesterday".'
    assert "Reason: the client reported a worsening." in told


def test_quotation_marks_in_the_clients_words_do_not_end_the_quotation() -> None:
    said = session(client_said='he said "the patient\n\nneeds therapy" again', pain_worst=7)
    letter = text(*TRAINING, At("2026-01-12T17:00", said), At("2026-01-13T08:00", MORNING))
    assert '"he said \'the patient needs therapy\' again"' in letter
    assert [each.word for each in blocked_words(PACK, letter, "training") if each.level == "block"] == []


def test_the_dose_is_the_one_planned_when_the_session_was_held() -> None:
    lowered = At("2026-01-13T07:00", change("load_kg", 10))
    letter = text(*TRAINING, At("2026-01-12T17:00", PAINFUL), lowered, At("2026-01-13T08:00", MORNING))
    assert "cable row 3 x 15 at 20 kg" in letter


def test_what_was_corrected_is_told_as_corrected() -> None:
    painful = given(*TRAINING, At("2026-01-12T17:00", PAINFUL))
    version = painful.version_of(f.SessionRecorded)
    amended = c.AmendFact(version=version, corrected={"pain_worst": 8}, reason="typed wrong")
    letter = text(*TRAINING, At("2026-01-12T17:00", PAINFUL), amended, At("2026-01-13T08:00", MORNING))
    assert "8 at worst" in letter
    assert "7 at worst" not in letter


def test_the_morning_of_another_session_is_not_told_as_this_ones() -> None:
    earlier = (At("2026-01-06T17:00", session()), At("2026-01-07T08:00", c.RecordMorning(pain=1, usual=True)))
    assert "next morning" not in text(*TRAINING, *earlier, At("2026-01-12T17:00", PAINFUL), WORSE)


def test_a_pause_without_any_session_is_told_without_one() -> None:
    assert text(*TRAINING, At("2026-01-12T09:00", c.ReportAdverseResponse(grade=2, words="dizzy"))).splitlines() == [
        "Training has been paused since 2026-01-12.", ASKS, "Client: A Client, born 1970-01-01.",
        'Reason: an adverse response of grade 2 on 2026-01-12: "dizzy".']


AGAIN = c.ReportExacerbation(words="numb fingers now")
GONE = c.NoteLetter(letter="client-change-in-status-17", kind="change in status letter")
TYPED = c.NoteLetter(letter="client-typed-1", kind="change in status letter")


@pytest.mark.parametrize(("steps", "letters"), [
    ((WORSE,), 1), ((WORSE, AGAIN), 1), ((WORSE, AGAIN, AGAIN), 1),
    ((WORSE, GONE, AGAIN), 2), ((WORSE, GONE, AGAIN, AGAIN), 2), ((WORSE, TYPED, AGAIN), 1)])
def test_one_letter_is_open_for_each_pause(steps: tuple[Any, ...], letters: int) -> None:
    assert len(letters_of(*TRAINING, *steps)) == letters


def test_another_pause_has_a_letter_of_its_own() -> None:
    twice = (*GATED, At("2026-01-16T09:00", RESUME), At("2026-01-20T09:00", WORSE))
    assert len(letters_of(*GATED, AGAIN)) == 1
    assert len(letters_of(*twice)) == 2
    assert len({stream for stream, _ in letters_of(*twice)}) == 2


def test_the_letter_is_named_by_where_the_pause_is_stored_and_takes_its_words_from_the_record() -> None:
    history = given(*TRAINING, WORSE)
    (stream, letter), = letters_of(*TRAINING, WORSE)
    assert stream == f"letter:client-change-in-status-{history.version_of(f.ExacerbationOpened)}"
    assert letter.lines == ()
