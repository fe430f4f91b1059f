"""What has to be done at once, whoever reports it and whatever refuses the command."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from aggregates.client_care import facts as f
from aggregates.client_care.amending import corrected_content, is_higher_now, judge_again
from aggregates.client_care.commands import AmendFact, StartSession
from aggregates.client_care.context import CareContext
from aggregates.client_care.judge import judge
from aggregates.client_care.memory import CareMemory
from aggregates.client_care.remember import remember
from aggregates.client_care.rules.care import AMENDABLE
from aggregates.client_care.understood import understood
from aggregates.kernel.errors import InvalidInput
from aggregates.kernel.event_sourced import Stamp
from aggregates.kernel.messages import Command
from aggregates.protocol.decisions import ACT_NOW, Decision
from aggregates.protocol.verdict import Verdict

HOLDS = (*ACT_NOW, Decision.HOLD_SESSION)


def at_once(care: CareMemory, command: Command, context: CareContext, stamp: Stamp) -> Verdict | None:
    """The decision on what *command* says, if it asks for help today; None where it does not, or can't be read.

    A refusal carries it, so that nobody who typed an emergency only hears that they may not. What holds a mistake is
    judged by the part of it that is understood.
    """
    try:
        verdicts = (raised_by_amending(care, command, context, stamp) if isinstance(command, AmendFact)
                    else [judge(care, understood(care, command, context), context)])
    except (InvalidInput, msgspec.ValidationError):
        return None
    urgent = [each for each in verdicts if each is not None and each.outcome in ACT_NOW]
    return min(urgent, key=lambda each: each.outcome.rank, default=None)


def help_in_a_sentence(urgent: Verdict) -> str:
    """What is to be done now, for whoever hears that nothing could be recorded."""
    return although_nothing_is_recorded((each.does, each.rule) for each in urgent.matched
                                        if each.decision is urgent.outcome)


def although_nothing_is_recorded(asked: Iterable[tuple[str, str]]) -> str:
    """What is asked for by which row, each once, in one sentence."""
    return "to do now, although nothing is recorded: " + "; ".join(
        dict.fromkeys(f"{does} ({rule})" for does, rule in asked))


def hold_of(verdict: Verdict | None, command: Command) -> Verdict | None:
    """The decision on a start that would hold it or stop it today, so that another refusal is no way out of it."""
    holds = isinstance(command, StartSession) and verdict is not None and verdict.outcome in HOLDS
    return verdict if holds else None


def raised_by_amending(care: CareMemory, command: AmendFact, context: CareContext, stamp: Stamp) -> list[Verdict]:
    """The decisions that a correction makes higher, found on a copy that remembers it already."""
    original = context.original
    if original is None or original.TOPIC not in AMENDABLE:
        return []
    content = corrected_content(original, command.corrected)
    copy = msgspec.convert(msgspec.to_builtins(care), CareMemory)
    remember(copy, f.FactAmended(**stamp, of_version=command.version, of_name=original.TOPIC, fields=(),
                                 content=content, reason=command.reason))
    raised: list[Verdict] = []
    for of_version, verdict in judge_again(copy, command.version, original, content, context):
        if is_higher_now(copy, of_version, verdict):
            raised.append(verdict)
        remember(copy, f.DecisionMade(**stamp, verdict=verdict, of_version=of_version, again=True))
    return raised
