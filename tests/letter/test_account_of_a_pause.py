"""What the record says of one pause: where the client stands now, and the session that led to it, as corrected."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from aggregates.client_care import commands as c
from aggregates.client_care import facts as f
from aggregates.client_care.contents import Exercise
from aggregates.letter.from_record import OTHER, Account, topic
from aggregates.protocol.vocabulary import blocked_words
from projections.account_of_a_pause import ASKS, account_of
from tests.care.examples import GATED, PAUSED, RESUME, TRAINING, WORSE, clearance, screening, session
from tests.care.scenario import HOUSE, At, Scenario, given
from tests.protocol.example import PACK

PAINFUL = session(exercise="cable row", pain_worst=6, client_said="it pulled")
SAME_DAY = (*TRAINING, At("2026-01-12T08:00", PAINFUL), At("2026-01-12T09:00", WORSE))


def told(scenario: Scenario, back: int = 0) -> Account:
    """What the record says of the first pause, or of a later report of worsening."""
    versions = [fact.originator_version for fact in scenario.history if isinstance(fact, f.ExacerbationOpened)]
    said = account_of(scenario.history, versions[back], HOUSE)
    assert said is not None
    return said


def lines(*steps: Any) -> tuple[str, ...]:
    return told(given(*steps)).lines


def amended(scenario: Scenario, kind: type[f.CareFact], back: int = 1, **corrected: Any) -> Scenario:
    return scenario.and_given(c.AmendFact(version=scenario.version_of(kind, back), corrected=corrected,
                                          reason="typed wrong"))


THIRD = (*GATED, At("2026-01-16T09:00", RESUME), At("2026-02-01T09:00", WORSE))
EMERGENCY = At("2026-01-13T10:00", c.ReportRedFlags(red_flags=(c.RedFlag(id="RF-E1"),)))


@pytest.mark.parametrize(("steps", "first"), [
    ((), "Training has been paused since 2026-01-12."),
    ((At("2026-01-13T09:00", c.ReferBack(rule="-", reason="unsure")),),
     "Training was paused on 2026-01-12. The client was referred back on 2026-01-13, and there is no training."),
    ((EMERGENCY,),
     "Training was paused on 2026-01-12. The client was referred back on 2026-01-13, and there is no training."
     " On 2026-01-13 signs of an emergency were reported."),
    ((At("2026-01-28T09:00", c.LetTimePass()),),
     "Training was paused on 2026-01-12. The client was referred back on 2026-01-26 because of an exacerbation lasting "
     "more than 14 days, and there is no training."),
    ((At("2026-01-13T09:00", c.Discharge(reason="other")),),
     "Training was paused on 2026-01-12. Care ended on 2026-01-13."),
    ((*GATED[len(PAUSED):], At("2026-01-16T09:00", RESUME)),
     "Training was paused on 2026-01-12. It has resumed on 2026-01-16."),
    ((*GATED[len(PAUSED):], At("2026-01-16T09:00", RESUME), c.MoveToMaintenance(reason="kept")),
     "Training was paused on 2026-01-12. It has resumed on 2026-01-16."),
    ((*GATED[len(PAUSED):], At("2026-01-16T09:00", RESUME), At("2026-02-01T09:00", WORSE)),
     "Training was paused on 2026-01-12. It has been paused again since 2026-02-01."),
    ((*GATED[len(PAUSED):], At("2026-01-16T09:00", RESUME), At("2026-02-01T09:00", c.ReportHealthChange(what="x"))),
     "Training was paused on 2026-01-12. Since 2026-02-01 training waits for a clearance."),
    ((At("2026-01-13T09:00", c.ReferBack(rule="-", reason="unsure")),
      At("2026-01-15T09:00", clearance(dated=date(2026, 1, 15)))),
     "Training was paused on 2026-01-12. Since 2026-01-15 the client is being screened again, and there is no "
     "training."),
])
def test_the_first_line_says_how_things_stand_now(steps: tuple[Any, ...], first: str) -> None:
    assert lines(*PAUSED, *steps)[0] == first


@pytest.mark.parametrize(("steps", "asks"), [
    ((), True), ((At("2026-01-13T09:00", c.ReferBack(rule="-", reason="unsure")),), True),
    ((At("2026-01-13T09:00", c.Discharge(reason="other")),), False),
    ((*GATED[len(PAUSED):], At("2026-01-16T09:00", RESUME)), False)])
def test_it_asks_what_may_be_done_while_that_is_open(steps: tuple[Any, ...], asks: bool) -> None:
    assert (ASKS in lines(*PAUSED, *steps)) is asks


def test_sessions_from_after_the_pause_change_nothing() -> None:
    resumed = (*SAME_DAY, *GATED[len(PAUSED):], At("2026-01-16T09:00", RESUME))
    later = (At("2026-01-17T10:00", session(exercise="bike", pain_worst=1)),
             At("2026-01-18T08:00", c.RecordMorning(pain=0, usual=True)))
    assert lines(*resumed, *later) == lines(*resumed)


def test_the_next_morning_is_told_whenever_it_comes_and_later_mornings_of_the_pause_are_not() -> None:
    next_day = At("2026-01-13T08:00", c.RecordMorning(pain=5, usual=False, words="stiff"))
    told_now = lines(*SAME_DAY, next_day)
    assert "1 after, 5 the next morning." in next(each for each in told_now if each.startswith("Pain"))
    assert 'Client\'s words the next morning: "stiff".' in told_now
    assert not any(each.startswith("Worse again") for each in told_now)
    assert lines(*SAME_DAY, next_day, At("2026-01-14T08:00", c.RecordMorning(pain=3, usual=True))) == told_now


def test_a_bad_morning_later_in_the_pause_is_told_as_getting_worse_again() -> None:
    morning = At("2026-01-15T08:00", c.RecordMorning(pain=6, usual=False, words="could not sleep"))
    assert lines(*SAME_DAY, morning)[-1] == 'Worse again on the morning of 2026-01-15: pain 6, "could not sleep".'


def test_the_mornings_up_to_the_pause_are_told_with_their_days() -> None:
    steps = (At("2026-01-12T17:00", PAINFUL), At("2026-01-13T08:00", c.RecordMorning(pain=2, usual=True)),
             At("2026-01-14T08:00", c.RecordMorning(pain=3, usual=True)), At("2026-01-14T12:00", WORSE))
    pain = next(each for each in lines(*TRAINING, *steps) if each.startswith("Pain"))
    assert "2 the next morning, 3 on the morning of 2026-01-14." in pain


def test_a_correction_of_the_session_of_its_morning_or_of_the_client_is_told() -> None:
    morning = At("2026-01-13T08:00", c.RecordMorning(pain=5, usual=False))
    scenario = amended(given(*SAME_DAY, morning), f.SessionRecorded, pain_worst=8, client_said="it tore")
    scenario = amended(scenario, f.MorningAnswered, pain=7)
    scenario = amended(scenario, f.ClientRegistered, name="Another Name",
                       referred_by={"name": "S. Bergh", "profession": "physician"})
    text = "\n".join(told(scenario).lines)
    for words in ("8 at worst", "7 the next morning", '"it tore"', "Client: Another Name"):
        assert words in text
    assert "6 at worst" not in text


def test_a_corrected_name_of_the_referral_source_is_to_whom_the_letter_goes() -> None:
    uncleared = given(*TRAINING[:1])
    assert account_of(uncleared.history, 1, HOUSE) is None
    scenario = amended(given(*PAUSED), f.ClientRegistered, referred_by={"name": "S. Bergh", "profession": "physician"})
    assert told(scenario).to == "S. Berg", "whoever gave the clearance is not whoever referred"
    later = At("2026-01-13T09:00", clearance(issuer="K. Diaz", dated=date(2026, 1, 13)))
    assert told(given(*PAUSED, later)).to == "S. Berg", "a clearance from after the pause does not move the letter"


def test_a_session_entered_later_that_was_held_before_the_pause_is_the_one_that_led_to_it() -> None:
    later = At("2026-01-13T09:00", session(exercise="bike", pain_worst=4), occurred="2026-01-12T08:30")
    now = lines(*SAME_DAY, later)
    assert "Exercise: bike for 10 minutes." in now
    assert "Exercise: cable row 3 x 15 at 20 kg." not in now
    earlier = At("2026-01-13T09:00", session(exercise="bike"), occurred="2026-01-09T08:30")
    assert lines(*SAME_DAY, earlier) == lines(*SAME_DAY)


def test_after_a_correction_that_pauses_training_it_is_the_corrected_session_that_is_told() -> None:
    steps = (At("2026-01-12T10:00", session(exercise="cable row", pain_worst=3, client_said="it pulled")),
             At("2026-01-13T08:00", c.RecordMorning(pain=5, usual=False)),
             At("2026-01-14T10:00", session(exercise="bike", pain_worst=1)))
    scenario = given(*TRAINING, *steps)
    scenario.now = Scenario.utc("2026-01-15T09:00")
    now = told(amended(scenario, f.SessionRecorded, 2, pain_worst=7)).lines
    assert "Reason: how the client was on the morning of 2026-01-13, as corrected on 2026-01-15." in now
    assert "Session of 2026-01-12: as planned." in now
    assert 'Client\'s words: "it pulled".' in now


def test_a_session_that_itself_paused_training_by_a_correction_is_told_and_not_a_later_one() -> None:
    steps = (At("2026-01-12T10:00", session(exercise="cable row")), At("2026-01-14T10:00", session(exercise="bike")))
    scenario = amended(given(*TRAINING, *steps), f.SessionRecorded, 2, adverse={"grade": 2})
    assert "Exercise: cable row 3 x 15 at 20 kg." in told(scenario).lines
    assert "Reason: the session of 2026-01-12, as corrected on 2026-01-14." in told(scenario).lines


def test_what_was_done_goes_before_what_was_planned() -> None:
    done = (Exercise(name="cable row", kind="SEMI_GLOBAL", sets=1, reps=6, load_kg=15),)
    steps = (*TRAINING, At("2026-01-12T08:00", session(exercise="cable row", performed=done)), WORSE)
    assert "Exercise: cable row 1 x 6 at 15 kg." in lines(*steps)


def test_further_reports_within_the_pause_belong_to_it_and_those_of_another_pause_do_not() -> None:
    again = At("2026-01-13T09:00", c.ReportExacerbation(words="numb fingers"))
    assert lines(*PAUSED, again)[-1] == 'Worse again on 2026-01-13: "numb fingers".'
    assert not any(each.startswith("Worse again") for each in lines(*THIRD))
    assert told(given(*PAUSED, again), 1).lines[0] == "Training has been paused since 2026-01-12."


def test_a_client_who_came_back_is_not_told_with_sessions_of_the_time_before() -> None:
    back = (*TRAINING, At("2026-01-12T08:00", PAINFUL), At("2026-01-13T09:00", c.Discharge(reason="other")),
            At("2026-06-01T09:00", c.Readmit(reason="back")), screening(), clearance(dated=date(2026, 6, 1)),
            c.ReportExacerbation(words="worse"))
    assert not any(each.startswith("Session") for each in lines(*back))


@pytest.mark.parametrize("steps", [SAME_DAY, (*SAME_DAY, EMERGENCY), THIRD])
def test_every_line_has_a_topic_and_uses_words_that_are_ours(steps: tuple[Any, ...]) -> None:
    said = lines(*steps, At("2026-03-01T09:00", c.LetTimePass()))
    assert OTHER not in map(topic, said)
    assert [each.word for each in blocked_words(PACK, "\n".join(said), "training") if each.level == "block"] == []
