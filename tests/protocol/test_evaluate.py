"""A verdict is a receipt: the rows that matched, what they rest on, what is unknown, and words."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st

from aggregates.kernel.errors import InvalidInput
from aggregates.protocol.decisions import Decision, highest
from aggregates.protocol.evaluate import evaluate
from aggregates.protocol.verdict import Given, Verdict
from tests.protocol.example import PACK, SESSION, WELL, ask_of, given

TABLES = tuple(sorted({row.table for row in PACK.rows}))


def test_every_row_that_matched_is_reported_and_the_highest_decides() -> None:
    verdict = ask_of(("stop", "pain"), {"STOP-07": True, "pain_worst": 7, "STOP-03": True})
    assert verdict.outcome == Decision.EMERGENCY
    assert [(each.rule, each.decision) for each in verdict.matched] == [
        ("STOP-03", Decision.EMERGENCY), ("STOP-07", Decision.STOP_SESSION), ("PAIN-03", Decision.MODIFY)]


def test_the_sentences_are_those_of_the_deciding_row() -> None:
    row = next(row for row in PACK.rows if row.id == "STOP-07")
    verdict = ask_of(("stop",), {"STOP-07": True, "beyond_clearance_limit": True})
    assert (verdict.client, verdict.clinician) == (row.client, row.clinician)


def test_rows_that_decide_together_speak_together_and_say_nothing_twice() -> None:
    verdict = ask_of(("next_morning",), {"usual_rise_7_days": 3})
    assert verdict.rules == ("EXA-01", "PAIN-07")
    assert verdict.client == "We take a break from training and ask your clinician how to go on."
    assert verdict.clinician == (
        "A rise of usual pain by at least 2 points over 7 days counts as a change in status. Usual pain rose "
        "by at least 2 points over 7 days; training is paused until the referral source answers.")


def test_where_no_row_matches_the_words_say_whether_anything_is_still_open() -> None:
    closed, open_ = ask_of(("health",), {"health_change": False}), ask_of(("health",), {})
    assert closed.outcome == open_.outcome == Decision.PROCEED
    assert closed.client == "Nothing here stands in the way."
    assert open_.client == "Nothing so far stands in the way; some answers are still open."
    assert (closed.unknown, open_.unknown) == ((), ("health_change",))


def test_unknown_names_only_what_could_raise_the_outcome() -> None:
    verdict = ask_of(("stop",), {"STOP-01": True})
    assert verdict.outcome == Decision.STOP_SESSION
    assert verdict.unknown == (
        "STOP-01.lasting", "STOP-02", "STOP-02.lasting", "STOP-03", "STOP-09", "STOP-09.serious",
        "exercise_diastolic", "exercise_systolic", "systolic_fall")


def test_the_receipt_holds_the_inputs_that_the_tables_read_as_they_were_given() -> None:
    answers = {"temperature": Given(100.4, "coach_measured", "degF"), "STOP-07": Given(True, "client_said"),
               "something_else": Given("x", "record")}
    verdict = evaluate(PACK, "May the session start?", ("vitals",), answers)
    assert verdict.question == "May the session start?"
    assert [(each.name, each.value, each.unit, each.source) for each in verdict.inputs] == [
        ("temperature", 100.4, "degF", "coach_measured")]
    assert verdict.pack == PACK.hash


@pytest.mark.parametrize(("value", "unit", "hot"), [
    (38.0, None, False), (38.1, None, True), (38.0, "degC", False), (100.4, "degF", False),
    (100.5, "degF", True)])
def test_a_temperature_means_the_same_in_either_unit(value: float, unit: str | None, hot: bool) -> None:
    verdict = evaluate(PACK, "?", ("vitals",), {"temperature": Given(value, "coach_measured", unit)})
    assert verdict.fired("VIT-08") is hot


@pytest.mark.parametrize(("mmol", "rule"), [
    (3.9, "VIT-09"), (4.0, "VIT-10"), (4.9, "VIT-10"), (5.0, None), (11.1, None), (11.2, "VIT-11"),
    (13.3, "VIT-11"), (13.4, "VIT-12")])
def test_glucose_in_mmol_per_litre_keeps_the_pairs_of_the_source(mmol: float, rule: str | None) -> None:
    answers = given({"diabetes": True}) | {"glucose": Given(mmol, "coach_measured", "mmol/L")}
    assert evaluate(PACK, "?", ("vitals",), answers).rules == ((rule,) if rule else ())


@pytest.mark.parametrize(("name", "answer", "sentence"), [
    ("temperature", Given("hot", "client_said"), "The input temperature must be a number."),
    ("temperature", Given(True, "client_said"), "The input temperature must be a number."),
    ("temperature", Given(float("nan"), "coach_measured"), "The input temperature must be a number."),
    ("temperature", Given(float("inf"), "coach_measured"), "The input temperature must be a number."),
    ("temperature", Given(10 ** 400, "coach_measured"), "The input temperature must be a number."),
    ("temperature", Given(38, "coach_measured", "mmHg"),
     "The input temperature can't be read: a value in mmHg can't be read as degC."),
    ("bp_readings", Given(2, "coach_measured", "mmHg"),
     "The input bp_readings can't be read: a value in mmHg can't be read as a number without a unit."),
    ("unwell", Given(1, "client_said"), "The input unwell must be yes or no."),
    ("unwell", Given("no", "client_said"), "The input unwell must be yes or no."),
    ("unwell", Given(False, "client_said", "mmHg"), "The input unwell has no unit."),
])
def test_an_answer_of_another_kind_is_refused_in_one_sentence_without_its_value(
        name: str, answer: Given, sentence: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        evaluate(PACK, "?", ("vitals",), {name: answer})
    assert str(refused.value) == sentence


def test_a_text_that_is_no_option_of_its_input_is_refused() -> None:
    with pytest.raises(InvalidInput, match="The input stage must be one of acute, subacute, chronic"):
        ask_of(("screening",), {"stage": "Acute"})


def test_a_table_that_the_pack_does_not_have_is_refused() -> None:
    with pytest.raises(InvalidInput, match="no table vitalss"):
        ask_of(("vitals", "vitalss"), {})


def test_asking_a_table_twice_changes_nothing() -> None:
    assert ask_of(("vitals", "vitals"), {"temperature": 39}).matched == ask_of(("vitals",),
                                                                               {"temperature": 39}).matched


def test_fired_can_ask_for_the_decision_as_well() -> None:
    verdict = ask_of(("pain",), {"pain_worst": 7})
    assert verdict.fired("PAIN-03")
    assert verdict.fired("PAIN-03", Decision.MODIFY)
    assert not verdict.fired("PAIN-03", Decision.STOP_SESSION)
    assert not verdict.fired("PAIN-02")


def test_a_verdict_is_stored_and_read_back_as_it_was() -> None:
    verdict = ask_of(SESSION, {**WELL, "pain_worst": 7})
    assert msgspec.json.decode(msgspec.json.encode(verdict), type=Verdict) == verdict


def test_a_verdict_shows_no_content_when_it_is_printed() -> None:
    assert repr(ask_of(SESSION, WELL)) == "<Verdict>"


def answers_of(kind: str, options: tuple[str, ...]) -> st.SearchStrategy[Any]:
    """Answers that fit an input of this kind."""
    if kind == "text":
        return st.sampled_from(options)
    return st.booleans() if kind == "boolean" else st.integers(0, 400) | st.floats(0, 400)


ANYTHING = st.fixed_dictionaries({}, optional={
    each.name: answers_of(each.kind, each.options) for each in PACK.inputs})


@drawn(ANYTHING)
def test_the_outcome_is_the_highest_match_and_running_it_again_gives_the_same(
        answers: dict[str, Any]) -> None:
    verdict = ask_of(TABLES, answers)
    assert verdict.outcome == highest(each.decision for each in verdict.matched)
    again = {each.name: Given(each.value, each.source, each.unit) for each in verdict.inputs}
    assert evaluate(PACK, verdict.question, TABLES, again) == verdict


@drawn(ANYTHING, st.data())
def test_only_an_answer_named_as_unknown_can_raise_the_outcome(answers: dict[str, Any], data: st.DataObject
                                                              ) -> None:
    before = ask_of(TABLES, answers)
    quiet = [each for each in PACK.inputs if each.name not in answers and each.name not in before.unknown]
    more = {each.name: data.draw(answers_of(each.kind, each.options)) for each in quiet}
    assert not ask_of(TABLES, {**answers, **more}).outcome.outranks(before.outcome)


def test_the_decisions_stand_in_order_of_weight() -> None:
    assert [decision.rank for decision in Decision] == list(range(9))
    assert Decision.EMERGENCY.outranks(Decision.REFER_SAME_DAY)
    assert not Decision.NOTE.outranks(Decision.NOTE)
    assert highest([Decision.NOTE, Decision.PAUSE, Decision.MODIFY]) is Decision.PAUSE
    assert highest([]) is Decision.PROCEED
