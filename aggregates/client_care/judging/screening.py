"""May training begin?"""

from __future__ import annotations

from collections.abc import Iterator

from aggregates.client_care.contents import Answer, Screening
from aggregates.client_care.context import CareContext
from aggregates.client_care.judging.asking import ask, put
from aggregates.client_care.judging.flags import flag_inputs
from aggregates.client_care.judging.tables import MAY_TRAINING_BEGIN
from aggregates.client_care.memory import CareMemory
from aggregates.client_care.phases import IN_TRAINING
from aggregates.kernel.errors import InvalidInput
from aggregates.protocol.verdict import Given, Verdict

QUESTIONS = ("SCR-01", "SCR-02", "SCR-03", "SCR-04", "SCR-05", "SCR-07", "SCR-08", "SCR-09", "SCR-10", "SCR-13",
             "SCR-14", "SCR-15")

NAMES = {"SCR-01": "heart_failure", "SCR-04": "diabetes"}
"""Which condition a yes to these questions may be."""


def judge_screening(care: CareMemory, screening: Screening, context: CareContext) -> Verdict:
    """May training begin?"""
    _refuse_unknown_questions(screening)
    given = flag_inputs(screening.red_flags or (), care, asked=screening.red_flags is not None)
    onset, stage = screening.onset or care.onset, screening.stage or care.stage
    unanswered = tuple(_unanswered(care, screening))
    for each in QUESTIONS:
        put(given, each, _yes(screening.answers.get(each)), "client_said")
    put(given, "SCR-02.now", _now(screening.answers.get("SCR-02")), "client_said")
    put(given, "SCR-06.medicines", None if screening.medicines is None else len(screening.medicines), "client_said")
    put(given, "days_since_onset", None if onset is None else (context.today - onset).days, "derived")
    put(given, "stage", stage or None, "referrer_wrote")
    given.update({
        "unanswered": Given(len(unanswered), "derived", named=unanswered), "profile": Given(care.profile, "record"),
        "clearance_policy": Given(care.clearance_policy, "record"),
        "training": Given(care.phase in IN_TRAINING, "record"),
        "open_red_flags": Given(len(screening.red_flags or ()), "derived", named=tuple(
            flag.id for flag in screening.red_flags or ())),
    })
    return ask(context, MAY_TRAINING_BEGIN, given)


def _unanswered(care: CareMemory, screening: Screening) -> Iterator[str]:
    """The questions and fields that this screening leaves open."""
    yield from (each for each in QUESTIONS if _yes(screening.answers.get(each)) is None)
    if screening.medicines is None:
        yield "medicines"
    if screening.red_flags is None:
        yield "red_flags"
    if screening.onset is None and care.onset is None:
        yield "onset"
    if _leaves_open_which_condition(care, screening):
        yield "conditions"


def _refuse_unknown_questions(screening: Screening) -> None:
    """A question that no row reads would be answered for nothing, and the one that was meant stays open."""
    unknown = sorted(set(screening.answers) - set(QUESTIONS))
    if unknown:
        raise InvalidInput(f"answers: {unknown[0]} is no question of this protocol; known are {', '.join(QUESTIONS)}")


def _leaves_open_which_condition(care: CareMemory, screening: Screening) -> bool:
    """Whether a yes leaves open if it is the condition that rows depend on: glucose on diabetes, weight on the heart.

    Unknown is not no: a heart failure that nobody asked about would let the weight pass.
    """
    return screening.conditions is None and any(
        _yes(screening.answers.get(question)) is True and condition not in care.conditions
        for question, condition in NAMES.items())


def _yes(answer: str | Answer | None) -> bool | None:
    said = answer.answer if isinstance(answer, Answer) else answer
    return {"yes": True, "no": False}.get(said or "unknown")


def _now(answer: str | Answer | None) -> bool | None:
    if isinstance(answer, Answer):
        return answer.now if answer.answer == "yes" else False
    return False if answer == "no" else None
