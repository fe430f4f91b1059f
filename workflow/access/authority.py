"""May this person, in this role, ask for this? A "no" is recorded like any other refusal."""

from __future__ import annotations

from typing import Any

import msgspec

from aggregates.client_care.care import ClientCare
from aggregates.client_care.context import CareContext
from aggregates.kernel.event_sourced import EventSourced
from aggregates.kernel.messages import Command, Context
from aggregates.kernel.rules import BrokenRule, Unlock
from aggregates.letter.letter import Letter
from aggregates.letter.messages import LetterCommandRefused
from aggregates.practice.facts import PracticeCommandRefused
from aggregates.practice.roles import may, may_not, roles_that_may
from workflow.engine.names import snake

REFUSAL_OF: dict[type[EventSourced], Any] = {Letter: LetterCommandRefused}


def refuse_unless_allowed(command: Command, aggregate: EventSourced, context: Context) -> bool:
    """Record a refusal in the stream that the command was for, unless the role may ask for it; says whether it did."""
    name = type(command).__name__
    allowed = may(context.role, name) or (name == "FoundPractice" and context.role == "owner")
    others = context.actor_kind == "client" and aggregate.id != f"care:{context.actor}"
    if allowed and not others:
        return False
    why = speaks_for_another(name) if others else role_is_missing(context.role, name)
    if isinstance(aggregate, ClientCare) and isinstance(context, CareContext):
        aggregate.refuse(command, context, (why,))
        return True
    refusal = REFUSAL_OF.get(type(aggregate), PracticeCommandRefused)
    aggregate._record(refusal(**aggregate._stamp(context, phase=_phase(aggregate)), command=name,
                              asked=msgspec.to_builtins(command), broken=(why,)))
    return True


def speaks_for_another(command: str) -> BrokenRule:
    """ACC-02, broken."""
    return BrokenRule(
        rule="ACC-02", name="client_speaks_for_themselves", sentence="a client asks only about their own care.",
        seen={"command": command}, unlock=(Unlock(what="the client whose care it is", supplier="that client"),))


def role_is_missing(role: str, command: str) -> BrokenRule:
    """ACC-01, broken."""
    unlock = tuple(Unlock(what=f"the role {name}", supplier="the owner") for name in sorted(roles_that_may(command)))
    return BrokenRule(
        rule="ACC-01", name="role_may_ask_for_this",
        sentence=may_not(role, command, f"ask for {snake(command).replace('_', ' ')}"),
        seen={"role": role or "none", "command": command},
        unlock=unlock or (Unlock(what="nothing: only the engine itself asks for this", supplier="nobody"),))


def _phase(aggregate: EventSourced) -> str | None:
    memory: Any = getattr(aggregate, "memory", None)
    phase = getattr(memory, "phase", None) or getattr(memory, "state", None)
    return phase.value if phase is not None else None
