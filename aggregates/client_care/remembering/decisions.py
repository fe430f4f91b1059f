"""What was decided, and what that says about the session or the screening it was about."""

from __future__ import annotations

from aggregates.client_care import facts as f
from aggregates.client_care.branches import reasons_for_clearance
from aggregates.client_care.memory import CRISES_KEPT, HOLDS_KEPT, OUTCOMES_KEPT, CareMemory
from aggregates.client_care.remembering.base import danger, on
from aggregates.protocol.decisions import Decision

ASKED_AGAIN = ("coach_measured", "client_said")
"""Where an input comes from that is measured or asked again after a hold: what nobody asked again is not a "no"."""


@on(f.DecisionMade)
def decision_made(care: CareMemory, fact: f.DecisionMade) -> None:
    """What the newest decision was, and whether pain stopped the session it was about."""
    care.last_outcome = fact.verdict.outcome
    if fact.verdict.outcome in (Decision.EMERGENCY, Decision.REFER_SAME_DAY, Decision.PAUSE):
        danger(care, fact.occurred_at)
    if fact.of_version == care.started_version:
        _start_decided(care, fact)
    if len(care.outcomes) == OUTCOMES_KEPT:
        del care.outcomes[next(iter(care.outcomes))]
    care.outcomes[fact.of_version] = fact.verdict.outcome.value
    if fact.of_version == care.screened_version:
        care.open_questions = next((each.named for each in fact.verdict.inputs if each.name == "unanswered"), ())
    if fact.of_version == care.screened_version and not fact.verdict.fired("SCR-00"):
        care.screened_at = care.answered_at
        care.clearance_reasons = reasons_for_clearance(fact.verdict)
    if fact.of_version == care.screened_version or fact.verdict.fired("CLR-06"):
        care.clearance_required = any(m.decision is Decision.REQUIRE_CLEARANCE for m in fact.verdict.matched)
    session = care.session(fact.of_version)
    if session is not None:
        session.stopped_by_pain = fact.verdict.fired("PAIN-03")
    for each in care.sessions:
        if each.morning_version == fact.of_version:
            each.morning_fine = fact.verdict.outcome.rank >= Decision.NOTE.rank and fact.verdict.fired("PAIN-05")


def _start_decided(care: CareMemory, fact: f.DecisionMade) -> None:
    """Whether the newest start was held; a hold before it ends with it, and stays known for sessions entered late."""
    held = fact.verdict.outcome is Decision.HOLD_SESSION
    if care.held_at is not None:
        care.earlier_holds = (*care.earlier_holds, (care.held_at, fact.occurred_at))[-HOLDS_KEPT:]
    care.held_at = fact.occurred_at if held else None
    if fact.verdict.fired("VIT-03", Decision.HOLD_SESSION):
        care.crises = (*care.crises, fact.occurred_at)[-CRISES_KEPT:]
    care.held_inputs = tuple(each.name for each in fact.verdict.inputs if held and each.source in ASKED_AGAIN)
