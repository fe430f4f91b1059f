"""What was decided, and what that says about the session or the screening it was about."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime

import msgspec

from aggregates.client_care import facts as f
from aggregates.client_care.amending import is_higher_now
from aggregates.client_care.branches import reasons_for_clearance
from aggregates.client_care.commands import StartSession
from aggregates.client_care.contents import Readings
from aggregates.client_care.memory import CRISES_KEPT, HOLDS_KEPT, OUTCOMES_KEPT, CareMemory
from aggregates.client_care.memos import RefusedHold
from aggregates.client_care.remembering.base import danger, on
from aggregates.client_care.remembering.said import remember_told
from aggregates.protocol.decisions import Decision
from aggregates.protocol.verdict import Verdict

ASKED_AGAIN = ("coach_measured", "client_said")
"""Where an input comes from that is measured or asked again after a hold: what nobody asked again is not a "no"."""


@on(f.DecisionMade)
def decision_made(care: CareMemory, fact: f.DecisionMade) -> None:
    """What the newest decision was, and whether pain stopped the session it was about."""
    care.last_outcome = fact.verdict.outcome
    if fact.verdict.outcome in (Decision.EMERGENCY, Decision.REFER_SAME_DAY, Decision.PAUSE):
        danger(care, fact.occurred_at, decided_before=fact.again and not is_higher_now(
            care, fact.of_version, fact.verdict))
    if fact.verdict.outcome is Decision.PAUSE and care.paused_at is None:
        care.follow_ups = ()
    if fact.of_version == care.started_version:
        _start_decided(care, fact)
    if len(care.outcomes) == OUTCOMES_KEPT:
        del care.outcomes[next(iter(care.outcomes))]
    care.outcomes[fact.of_version] = fact.verdict.outcome.value
    if fact.of_version == care.screened_version:
        care.open_questions = next((each.named for each in fact.verdict.inputs if each.name == "unanswered"), ())
    if fact.of_version == care.screened_version:
        care.unwell_at = care.answered_at if fact.verdict.fired("SCR-15") else None
    if fact.of_version == care.screened_version and not fact.verdict.fired("SCR-00"):
        care.screened_at = care.answered_at
        care.clearance_reasons = reasons_for_clearance(fact.verdict)
    if fact.of_version == care.screened_version or fact.verdict.fired("CLR-06"):
        asks = any(m.decision is Decision.REQUIRE_CLEARANCE for m in fact.verdict.matched)
        care.clearance_required = asks or (care.clearance_required and fact.verdict.fired("SCR-00"))
    session = care.session(fact.of_version)
    if session is not None:
        session.stopped_by_pain = fact.verdict.fired("PAIN-03")
    for each in care.sessions:
        if each.morning_version == fact.of_version:
            each.morning_fine = fact.verdict.outcome.rank >= Decision.NOTE.rank and fact.verdict.fired("PAIN-05")
            each.morning_not_worse = not each.morning_fine and not fact.verdict.fired("PAIN-06")


@on(f.CommandRefused)
def start_refused(care: CareMemory, fact: f.CommandRefused) -> None:
    """A start that was refused for another reason and would have been held is held, and what was told counts on.

    Who may not speak for the practice holds nothing: that refusal is about the person and not about the client.
    """
    if fact.command != StartSession.__name__ or any(each.rule.startswith("ACC-") for each in fact.broken):
        return
    with suppress(msgspec.ValidationError):
        remember_told(care, msgspec.convert(fact.asked, Readings), fact.occurred_at)
    if fact.hold is not None:
        hold = RefusedHold(at=fact.occurred_at, inputs=_asked_again(fact.hold))
        care.refused_holds = (*care.refused_holds, hold)[-HOLDS_KEPT:]
        _remember_crisis(care, fact.hold, fact.occurred_at)


def _start_decided(care: CareMemory, fact: f.DecisionMade) -> None:
    """Whether the newest start was held; a hold before it ends with it, and stays known for sessions entered late."""
    held, at = fact.verdict.outcome is Decision.HOLD_SESSION, fact.occurred_at
    _remember_crisis(care, fact.verdict, at)
    ended = [each.at for each in care.refused_holds if each.at <= at]
    care.refused_holds = tuple(each for each in care.refused_holds if each.at > at)
    if care.held_at is not None and at < care.held_at:  # entered late: it frees nobody from the hold that came after it
        care.earlier_holds = (*care.earlier_holds, *((each, at) for each in ended),
                              *(((at, care.held_at),) if held else ()))[-HOLDS_KEPT:]
        return
    ended += [care.held_at] if care.held_at is not None else []
    care.earlier_holds = (*care.earlier_holds, *((each, at) for each in ended))[-HOLDS_KEPT:]
    care.held_at = at if held else None
    care.held_inputs = _asked_again(fact.verdict) if held else ()


def _asked_again(verdict: Verdict) -> tuple[str, ...]:
    return tuple(each.name for each in verdict.inputs if each.source in ASKED_AGAIN)


def _remember_crisis(care: CareMemory, verdict: Verdict, at: datetime) -> None:
    if verdict.outcome is Decision.HOLD_SESSION and verdict.fired("VIT-03"):
        care.crises = (*care.crises, at)[-CRISES_KEPT:]
