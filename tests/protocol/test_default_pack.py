"""What the default pack holds: its ids, its numbers, its deadlines, and words fit for those who read them."""

from __future__ import annotations

import pytest

from aggregates.kernel.errors import InvalidInput
from aggregates.protocol.read import read_pack
from aggregates.protocol.vocabulary import blocked_words
from tests.protocol.example import PACK, TEXT

ROWS = {
    "screening": "SCR-00 SCR-01 SCR-02 SCR-03 SCR-04 SCR-05 SCR-06 SCR-07 SCR-08 SCR-09 SCR-10 SCR-11 SCR-12 "
                 "SCR-13 SCR-14 SCR-15 SCR-17",
    "red_flags": "RF-E1 RF-E2 RF-E3 RF-U1 RF-U2 RF-U3 RF-U4 RF-R1",
    "vitals": "VIT-01 VIT-02 VIT-03 VIT-04 VIT-05 VIT-06 VIT-07 VIT-08 VIT-09 VIT-10 VIT-11 VIT-12 VIT-14 "
              "VIT-15 VIT-16",
    "readiness": "SES-06 SES-07 SCR-15 VIT-09", "session": "SES-08 SES-01", "morning_record": "SES-04",
    "stop": "STOP-01 STOP-02 STOP-03 STOP-04 STOP-05 STOP-06 STOP-07 STOP-08 STOP-09 VIT-13",
    "pain": "PAIN-01 PAIN-02 PAIN-03 PAIN-04 PAIN-10",
    "next_morning": "PAIN-05 PAIN-06 PAIN-07 PAIN-08 EXA-01",
    "adverse": "AE-01 AE-02 AE-03 AE-04 EXA-01",
    "health": "CLR-06",
    "exacerbation": "EXA-01",
}

NUMBERS = {
    "CLR-03.months": 12, "CLR-04.days": 90, "CLR-post_rehab_days": 365, "CLR-05.first": 30, "CLR-05.second": 7,
    "CLR-07.rpe_at_most": 11, "CLR-09.days": 30, "SCR-16.months": 12, "EXA-02.usual_hours": 48,
    "EXA-02.volume_percent": 50, "EXA-03.count": 3, "EXA-03.window_days": 90, "EXA-03.lasting_days": 14,
    "PAIN-05.above_usual": 1, "PAIN-07.rise": 2, "PAIN-07.days": 7, "PAIN-09.hours": 36, "PRG-01.sessions": 2,
    "PRG-01.pain_at_most": 2,
    "PRG-01.least_percent": 2, "PRG-01.most_percent": 10, "PRG-01.default_percent": 5, "PRG-02.changes": 1,
    "PRG-03.sessions": 3, "GRP-01.people": 5, "VIT-03.systolic": 180, "VIT-03.diastolic": 120, "VIT-09.hours": 24,
    "VIT-16.minutes": 30, "PRV-01.months": 12, "PRV-06.years": 7,
    "DSC-04.days": 30,
}

DEADLINES = {
    ("DL-01", ""): ("client_registered", "hours", 24), ("DL-02", ""): ("baseline_recorded", "days", 7),
    ("DL-04", ""): ("client_registered", "days", 30), ("DL-04", "next"): ("progress_reported", "days", 30),
    ("DL-05", "phone"): ("emergency_or_same_day", "end_of_day", True),
    ("DL-05", "letter"): ("emergency_or_same_day", "hours", 24),
    ("DL-06", "phone"): ("paused", "hours", 24), ("DL-06", "letter"): ("paused", "working_days", 1),
    ("DL-07", "first"): ("paused", "working_days", 2), ("DL-07", "second"): ("paused", "working_days", 5),
    ("DL-07", "book"): ("paused", "days", 10), ("DL-08", "again"): ("followed_up_weekly", "days", 7),
    ("DL-08", "next_morning"): ("paused", "hours", 24), ("DL-08", "72h"): ("paused", "hours", 72),
    ("DL-08", "weekly"): ("paused", "days", 7), ("DL-09", "first"): ("clearance_requested", "days", 3),
    ("DL-09", "second"): ("clearance_requested", "days", 7),
    ("DL-09", "third"): ("clearance_requested", "days", 14),
    ("DL-09", "close"): ("clearance_requested", "days", 30), ("DL-10", ""): ("discharged", "days", 7),
    ("OUT-02", ""): ("baseline_recorded", "days", 30), ("OUT-02", "next"): ("retest_recorded", "days", 30),
    ("RF-R1", ""): ("letter_within_a_week", "days", 7),
}


def test_every_table_holds_its_rows() -> None:
    assert {row.table for row in PACK.rows} == set(ROWS)
    for table, ids in ROWS.items():
        assert list(dict.fromkeys(row.id for row in PACK.rows_of(table))) == ids.split()


def test_every_number_has_its_value() -> None:
    assert {each.id: PACK.number(each.id) for each in PACK.numbers} == NUMBERS


def test_every_deadline_has_its_length_and_its_beginning() -> None:
    assert {(each.id, each.case) for each in PACK.deadlines} == set(DEADLINES)
    for (id_, case), (starts, length, amount) in DEADLINES.items():
        deadline = PACK.deadline(id_, case)
        assert (deadline.starts, getattr(deadline, length)) == (starts, amount)
        assert deadline in PACK.deadlines_from(starts)


def test_the_two_dose_templates_are_those_of_the_trial() -> None:
    low, high = PACK.template("DOS-LO"), PACK.template("DOS-HI")
    assert (low.exercises, low.sets, low.reps, low.minutes) == (5, 2, 10, (20, 30))
    assert (low.rest_seconds, low.global_minutes, low.per_week, low.weeks) == (None, (), 3, 12)
    assert (high.exercises, high.sets, high.reps, high.minutes) == (11, 3, 30, (70, 90))
    assert (high.rest_seconds, high.global_minutes) == ((30, 60), (20, 10, 10))
    assert (high.per_week, high.weeks) == (3, 12)
    assert (low.default, high.default) == (True, False)


@pytest.mark.parametrize("look", [
    lambda: PACK.number("EXA-99"), lambda: PACK.deadline("DL-99"), lambda: PACK.deadline("DL-05"),
    lambda: PACK.measure("VAS"), lambda: PACK.template("DOS-99"), lambda: PACK.rows_of("nothing")])
def test_what_a_pack_does_not_hold_is_named(look: object) -> None:
    with pytest.raises(InvalidInput, match="The protocol pack has no"):
        look()  # type: ignore[operator]


def test_no_sentence_of_the_pack_uses_a_word_that_a_document_could_not() -> None:
    for row in PACK.rows:
        held = (row.held.does, row.held.client, row.held.clinician) if row.held else ()
        for text in (row.asks, row.does, row.client, row.clinician, *held):
            assert blocked_words(PACK, text, "training") == (), text
    for said in (*(each.asks for each in PACK.inputs), *(each.what for each in PACK.deadlines)):
        assert blocked_words(PACK, said, "training") == (), said


def test_a_client_is_spoken_to_calmly() -> None:
    alarming = ("danger", "emergency", "severe", "serious", "crisis", "damage", "alarm", "!", "heart attack")
    for said in (words for row in PACK.rows for words in (row, row.held) if words is not None):
        assert not [word for word in alarming if word in said.client.casefold()], said.client
        assert said.client.endswith(".")
        assert said.clinician.endswith(".")


def test_every_input_that_a_row_reads_is_asked_for_in_words() -> None:
    assert all(each.asks for each in PACK.inputs)
    assert read_pack(TEXT) == PACK


AFTER = ("session", "vitals", "red_flags", "stop", "pain", "adverse")
"""The tables that are asked about a session that took place."""


def test_no_row_that_is_read_after_a_session_says_that_there_was_none_or_that_it_was_stopped() -> None:
    untrue = ("no session was held", "was stopped", "was left out", "no session starts", "no session;", "not today",
              "we rest today", "before we start", "stop for today", "train another day")
    for row in (row for table in AFTER for row in PACK.rows_of(table)):
        says = row.held or row
        said = f"{says.does} {says.client} {says.clinician}".casefold()
        assert not [words for words in untrue if words in said], (row.id, row.case, said)
