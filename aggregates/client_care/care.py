"""ClientCare: decides on a command by the pathway and the protocol, then records what it came to."""

from __future__ import annotations

from typing import Any

import msgspec

from aggregates.client_care import facts as f
from aggregates.client_care.amending import corrected_content, judge_again
from aggregates.client_care.at_once import at_once, help_in_a_sentence, hold_of, raised_by_amending
from aggregates.client_care.branches import NOT_NEEDED, asks_for_no_clearance, branch_of, time_brings_something
from aggregates.client_care.commands import AmendFact, LetTimePass
from aggregates.client_care.context import CareContext
from aggregates.client_care.judge import judge
from aggregates.client_care.memory import CareMemory
from aggregates.client_care.papers import paper_to_clear_up
from aggregates.client_care.pathway import PATHWAY
from aggregates.client_care.phases import Phase
from aggregates.client_care.plausible import refuse_impossible
from aggregates.client_care.remember import remember
from aggregates.client_care.tellings import clearance, ending, intake, record, referral, training
from aggregates.client_care.tellings.base import TELL, AtItsTime, Automatic, Case
from aggregates.kernel.errors import InvalidInput
from aggregates.kernel.event_sourced import EventSourced
from aggregates.kernel.messages import Command, Fact
from aggregates.kernel.rules import BrokenRule
from aggregates.protocol.decisions import highest
from aggregates.protocol.verdict import Verdict

MODULES = (clearance, ending, intake, record, referral, training)


class ClientCare(EventSourced):
    """One client's care."""

    def __init__(self) -> None:
        self.memory = CareMemory()

    def handle(self, command: Command, context: CareContext) -> None:
        """Let time pass up to when it was so, then decide: facts if *command* is admitted, else every broken rule.

        Raises `InvalidInput` where a date, a time or a reading can't be. What is understood beside it is answered.
        """
        try:
            refuse_impossible(self.memory, command, context)
            waits = self.memory.registered and time_brings_something(self.memory, context)
            if waits and not isinstance(command, LetTimePass):
                self._decide(LetTimePass(), by_the_clock(context))
            self._decide(command, context)
        except InvalidInput as error:
            urgent = at_once(self.memory, command, context, self._stamp(context))
            error.help_now = help_in_a_sentence(urgent) if urgent is not None else ""
            raise

    def when(self, fact: Fact) -> None:
        """Remember what later decisions need."""
        assert isinstance(fact, f.CareFact)
        remember(self.memory, fact)

    def _decide(self, command: Command, context: CareContext) -> None:
        care, phase = self.memory, self.memory.phase
        verdict = judge(care, command, context)
        branch = self._branch(command, verdict, context)
        admitted = PATHWAY.admit(care, phase, command, context, branch)
        if isinstance(admitted, Phase):
            self._tell(Case(care, command, context, verdict, phase, admitted, self.version + 1))
        else:
            self.refuse(command, context, admitted, hold=hold_of(verdict, command))
            self._keep_the_paper(command, context, admitted)

    def _branch(self, command: Command, verdict: Verdict | None, context: CareContext) -> str | None:
        if isinstance(command, AmendFact):
            return worst_after_amending(self, command, context)
        return branch_of(self.memory, command, verdict, context)

    def _tell(self, case: Case) -> None:
        for telling in TELL[type(case.command)](case):
            clear: dict[str, Any] = {"phase": case.dest.value, "protocol": case.context.pack.hash[:32]}
            context = by_the_protocol(case.context) if isinstance(telling, Automatic) else case.context
            if isinstance(telling, AtItsTime):
                context = msgspec.structs.replace(context, occurred_at=telling.at)
            self._record(telling(self._stamp(context, **clear)))

    def _keep_the_paper(self, command: Command, context: CareContext, broken: tuple[BrokenRule, ...]) -> None:
        """What is asked may be refused; that a paper came which may allow less is on record all the same."""
        paper = paper_to_clear_up(command, broken, context)
        if paper is not None:
            stamp = self._stamp(context, phase=self.memory.phase.value, protocol=context.pack.hash[:32])
            self._record(f.ClearanceReceived(**stamp, form=paper[0], missing=paper[1]))

    def refuse(self, command: Command, context: CareContext, broken: tuple[BrokenRule, ...], *,
               hold: Verdict | None = None) -> None:
        """Record that *command* is refused, what has to be done at once all the same, and what holds that day."""
        stamp = self._stamp(context, phase=self.memory.phase.value, protocol=context.pack.hash[:32])
        self._record(f.CommandRefused(**stamp, command=type(command).__name__, asked=msgspec.to_builtins(command),
                                      broken=broken, at_once=at_once(self.memory, command, context, stamp), hold=hold))


def by_the_protocol(context: CareContext) -> CareContext:
    """The same circumstances with the protocol as the actor: what follows by rule is nobody's own doing."""
    if context.actor_kind not in ("person", "client"):
        return context
    return msgspec.structs.replace(context, actor_kind="engine", actor="protocol", role="system", channel="engine",
                                   on_behalf_of=context.actor)


def by_the_clock(context: CareContext) -> CareContext:
    """The same moment, with the calendar as the actor: what time does, nobody did."""
    return msgspec.structs.replace(
        context, actor_kind="clock", actor="calendar", role="system", channel="engine", purpose="deadlines",
        on_behalf_of=None, original=None)


def worst_after_amending(care: ClientCare, command: AmendFact, context: CareContext) -> str | None:
    """The highest decision that the correction leads to."""
    raised = raised_by_amending(care.memory, command, context, care._stamp(context))
    if raised:
        return highest(each.outcome for each in raised).value
    return NOT_NEEDED if _takes_the_wait_away(care.memory, command, context) else None


def _takes_the_wait_away(care: CareMemory, command: AmendFact, context: CareContext) -> bool:
    """Whether the newest screening, as corrected, asks for no clearance any more, and no danger is newer than it."""
    original = context.original
    if original is None or command.version != care.screened_version or care.phase is not Phase.MEDICAL_CLEARANCE:
        return False
    if care.danger_at is not None and original.occurred_at < care.danger_at:
        return False
    content = corrected_content(original, command.corrected)
    verdicts = [each for _, each in judge_again(care, command.version, original, content, context)]
    return bool(verdicts) and all(asks_for_no_clearance(care, each, context) for each in verdicts)
