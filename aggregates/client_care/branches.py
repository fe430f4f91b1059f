"""Which branch of a move a command takes: mostly the protocol's decision, sometimes what the answer says."""

from __future__ import annotations

from aggregates.client_care.commands import LetTimePass, RecordAnswer, RecordClearance, RecordScreening
from aggregates.client_care.context import CareContext
from aggregates.client_care.memory import CareMemory
from aggregates.client_care.rules.clearance import missing_parts
from aggregates.kernel.messages import Command
from aggregates.protocol.decisions import Decision
from aggregates.protocol.verdict import Verdict

ACT_NOW = ("EMERGENCY", "REFER_SAME_DAY")
PAUSE = ("PAUSE",)
CLEARANCE = ("REQUIRE_CLEARANCE",)
TODAY = ("STOP_SESSION", "HOLD_SESSION", "MODIFY", "NOTE", "PROCEED")
INCOMPLETE, CLEARED = "INCOMPLETE", "CLEARED"
GRANTED, DECLINED = "GRANTED", "DECLINED"
LAPSED, UNCHANGED = "LAPSED", "UNCHANGED"


def branch_of(care: CareMemory, command: Command, verdict: Verdict | None, context: CareContext) -> str | None:
    """The branch that *command* takes; None for a command without branches."""
    match command:
        case RecordScreening() if verdict is not None:
            return _screening(care, verdict, context)
        case RecordClearance():
            if command.decision == "declined":
                return DECLINED
            return INCOMPLETE if missing_parts(command) else GRANTED
        case RecordAnswer():
            return command.answer
        case LetTimePass():
            return LAPSED if clearance_has_lapsed(care, context) else UNCHANGED
    return verdict.outcome.value if verdict is not None else None


def _screening(care: CareMemory, verdict: Verdict, context: CareContext) -> str:
    if verdict.outcome.value in ACT_NOW:
        return verdict.outcome.value
    if verdict.fired("SCR-00"):
        return INCOMPLETE
    held = care.clearance is not None and care.clearance_in_force(context.today)
    if verdict.outcome is Decision.REQUIRE_CLEARANCE and held:
        return CLEARED
    return verdict.outcome.value


def clearance_has_lapsed(care: CareMemory, context: CareContext) -> bool:
    """Whether the clearance's last day is over and nobody noted it yet."""
    held = care.clearance
    return held is not None and not held.lapsed and context.today > held.valid_until
