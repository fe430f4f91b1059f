"""`met questions` names every screening question in our own words, and the answer that counts against the client."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from aggregates.client_care.judging.flags import COUNTED_FLAGS, FLAGS
from aggregates.client_care.judging.screening import QUESTIONS
from aggregates.protocol.evaluate import evaluate
from aggregates.protocol.verdict import Given
from projections.questions import TABLES, Consequence, Question, questions
from tests.cli.support import met
from tests.protocol.example import PACK

ALONE = [(question, each) for question in questions(PACK) for each in question.consequences if not each.when]
"""What follows from one answer by itself."""


def fires(question: Question, answer: object, rule: str) -> bool:
    verdict = evaluate(PACK, "?", TABLES, {question.id: Given(answer, "client_said")})  # type: ignore[arg-type]
    return verdict.fired(rule)


@pytest.mark.parametrize(("question", "what"), [each for each in ALONE if each[1].answer in ("yes", "no")],
                         ids=lambda each: getattr(each, "id", getattr(each, "rule", "")))
def test_the_answer_that_is_said_to_count_decides_and_the_other_one_does_not(
        question: Question, what: Consequence) -> None:
    counts = what.answer == "yes"
    assert fires(question, counts, what.rule)
    assert not fires(question, not counts, what.rule)


def test_every_question_that_a_screening_needs_is_listed_once() -> None:
    listed = [each.id for each in questions(PACK)]
    assert len(listed) == len(set(listed))
    assert {*QUESTIONS, *FLAGS, *(f"{each}.features" for each in COUNTED_FLAGS)} <= set(listed)
    assert all(each.asks and each.consequences for each in questions(PACK))


def test_for_scr_13_and_scr_10_it_is_the_no_that_counts() -> None:
    counts = {each.id: each.counts_against for each in questions(PACK)}
    assert (counts["SCR-13"], counts["SCR-10"], counts["SCR-01"]) == ("no", "no", "yes")
    assert counts["days_since_onset"] == "at most 365 days or more than 365 days"
    assert counts["stage"] == "acute or subacute"


def test_the_page_and_the_machine_say_the_same(elm: Path) -> None:
    shown = met("questions")
    assert shown.code == 0
    assert "if no: REFER_SAME_DAY, refer back, no start (SCR-13)" in shown.out
    told = json.loads(met("questions", "--json").out)
    assert told["pack"] == PACK.hash
    one = next(each for each in told["questions"] if each["id"] == "SCR-13")
    assert (one["counts_against"], one["decides"][0]["decision"]) == ("no", "REFER_SAME_DAY")
    assert all(each["asks"] in shown.out for each in told["questions"])
    own = met("questions", "--practice", "elm", "--json", home=elm)
    assert json.loads(own.out) == told
