"""Which branch of a move a command takes: mostly the protocol's decision, sometimes what the answer says."""

from __future__ import annotations

from aggregates.client_care.commands import LetTimePass, RecordAnswer, RecordClearance, RecordScreening, RecordSession
from aggregates.client_care.context import CareContext
from aggregates.client_care.deadlines import fallen_due
from aggregates.client_care.memory import CareMemory
from aggregates.client_care.phases import IN_TRAINING, Phase
from aggregates.client_care.rules.clearance import missing_parts
from aggregates.kernel.messages import Command
from aggregates.protocol.decisions import Decision
from aggregates.protocol.verdict import Verdict

ACT_NOW = ("EMERGENCY", "REFER_SAME_DAY")
PAUSE = ("PAUSE",)
CLEARANCE = ("REQUIRE_CLEARANCE",)
GOES_ON = ("MODIFY", "NOTE", "PROCEED")
TODAY = ("STOP_SESSION", "HOLD_SESSION", "MODIFY", "NOTE", "PROCEED")
INCOMPLETE, CLEARED = "INCOMPLETE", "CLEARED"
GRANTED, DECLINED = "GRANTED", "DECLINED"
UNTRAINED, OUTDATED = "UNTRAINED", "OUTDATED"
UNANSWERED, NOT_NEEDED = "UNANSWERED", "NOT_NEEDED"
LAPSED, UNCHANGED, OVERLONG = "LAPSED", "UNCHANGED", "OVERLONG"

TOLD_NOW = ("SCR-02", "SCR-03", "SCR-09", "SCR-14")
"""Symptoms and states that no diagnosis on a form names: ACSM asks for clearance at any symptom, whatever is known."""


def branch_of(care: CareMemory, command: Command, verdict: Verdict | None, context: CareContext) -> str | None:
    """The branch that *command* takes; None for a command without branches."""
    match command:
        case RecordSession() if care.phase not in IN_TRAINING and not care.was_in_training(context.occurred_at):
            danger = verdict is not None and verdict.outcome.value in (*ACT_NOW, *PAUSE)
            return verdict.outcome.value if verdict is not None and danger else UNTRAINED
        case RecordScreening() if verdict is not None:
            return _screening(care, verdict, context)
        case RecordClearance():
            if command.decision == "declined":
                return DECLINED
            return INCOMPLETE if missing_parts(command) else GRANTED
        case RecordAnswer():
            return _answer(care, command, context)
        case LetTimePass():
            if care.phase is Phase.EXACERBATION_PAUSE:
                return OVERLONG if paused_too_long(care, context) else UNCHANGED
            return LAPSED if clearance_has_lapsed(care, context) else UNCHANGED
    return verdict.outcome.value if verdict is not None else None


def _answer(care: CareMemory, command: RecordAnswer, context: CareContext) -> str:
    """A word to wait from before the clearance that is held now is only recorded: the clearance is the newer word."""
    if command.answer == "stay paused" and is_older_than_the_clearance(care, context):
        return OUTDATED
    if command.answer != "resume" or command.clearance is not None:
        return "new clearance" if command.answer == "resume" else command.answer
    answers = care.danger_at is None or context.occurred_at >= care.danger_at
    waits_for_nothing_else = care.phase is Phase.MEDICAL_CLEARANCE and not care.clearance_required
    return NOT_NEEDED if answers and waits_for_nothing_else else command.answer


def is_older_than_the_clearance(care: CareMemory, context: CareContext) -> bool:
    """Whether this was so before the first day of the clearance that is held now."""
    return care.clearance is not None and context.today < care.clearance.valid_from


def _screening(care: CareMemory, verdict: Verdict, context: CareContext) -> str:
    training = care.phase in IN_TRAINING
    if verdict.outcome.value in (*ACT_NOW, *(PAUSE if training else ())):
        return verdict.outcome.value
    if any(each is not None and context.occurred_at < each for each in (care.danger_at, care.answered_at)):
        return INCOMPLETE  # a screening from before what is on record leads nobody on
    asks = verdict.outcome is Decision.REQUIRE_CLEARANCE
    held = care.clearance is not None and care.clearance_in_force(context.today, context.occurred_at)
    if asks and training and not (held and _is_known_to_the_clearance(care, verdict)):
        return verdict.outcome.value
    if verdict.fired("SCR-00"):
        return INCOMPLETE
    if asks and care.phase is Phase.SCREENING and not _was_told_before_the_clearance(care, verdict):
        return verdict.outcome.value
    if asks or verdict.outcome.value not in GOES_ON:
        return CLEARED if asks and held else verdict.outcome.value
    if care.phase is Phase.SCREENING:
        return UNANSWERED if care.is_unanswered(context.occurred_at) and not held else verdict.outcome.value
    return NOT_NEEDED if asks_for_no_clearance(care, verdict, context) else verdict.outcome.value


def asks_for_no_clearance(care: CareMemory, verdict: Verdict, context: CareContext) -> bool:
    """Whether a complete screening takes away what a client waits for: no danger stands, and nothing asks any more."""
    return (care.phase is Phase.MEDICAL_CLEARANCE and verdict.outcome.value in GOES_ON
            and not verdict.fired("SCR-00") and not care.is_unanswered(context.occurred_at))


def _was_told_before_the_clearance(care: CareMemory, verdict: Verdict) -> bool:
    """Whether every symptom and red flag of this screening was on record when the clearance in hand came."""
    told = {each.rule for each in verdict.matched if each.decision is Decision.REQUIRE_CLEARANCE
            and (each.rule in TOLD_NOW or each.case == "red_flag")}
    came = care.clearance.received_at if care.clearance is not None else None
    known = care.screened_at is not None and came is not None and came >= care.screened_at
    return told <= set((care.clearance_reasons or ()) if known else ())


def _is_known_to_the_clearance(care: CareMemory, verdict: Verdict) -> bool:
    """Whether everything that asks for clearance now was there at the screening before."""
    known = care.clearance_reasons
    return known is None or set(reasons_for_clearance(verdict)) <= set(known)


def reasons_for_clearance(verdict: Verdict) -> tuple[str, ...]:
    """The rules that ask for a clearance, without those that only look at the time since onset."""
    return tuple(sorted({each.rule for each in verdict.matched if each.decision is Decision.REQUIRE_CLEARANCE}
                        - {"SCR-11", "SCR-12"}))


def paused_too_long(care: CareMemory, context: CareContext) -> bool:
    """EXA-03: whether an exacerbation lasts longer than the protocol lets it."""
    days = int(context.pack.number("EXA-03.lasting_days"))
    return care.paused_at is not None and context.occurred_at > context.house.days_later(care.paused_at, days)


def clearance_has_lapsed(care: CareMemory, context: CareContext) -> bool:
    """Whether the clearance's last day is over and nobody noted it yet."""
    held = care.clearance
    return held is not None and not held.lapsed and context.today > held.valid_until


def time_brings_something(care: CareMemory, context: CareContext) -> bool:
    """Whether a deadline, a clearance's last days or a pause that lasts too long ask for anything by now."""
    if care.phase is Phase.EXACERBATION_PAUSE and paused_too_long(care, context):
        return True
    return bool(fallen_due(care, context.occurred_at) or clearance_has_lapsed(care, context)
                or expiry_warnings(care, context))


def expiry_warnings(care: CareMemory, context: CareContext) -> tuple[int, ...]:
    """CLR-05: the days before the clearance's last day on which to warn, if they have come and nobody warned yet."""
    held = care.clearance
    if held is None or held.suspended_by is not None or held.lapsed:
        return ()
    left = (held.valid_until - context.today).days
    days = (int(context.pack.number(name)) for name in ("CLR-05.first", "CLR-05.second"))
    return tuple(each for each in days if left <= each and each not in held.warned)
