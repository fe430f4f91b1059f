"""Every stored name and every command of this version, in closed lists."""

from __future__ import annotations

from aggregates.client_care import commands as care_commands
from aggregates.client_care.facts import CARE_FACTS
from aggregates.kernel.messages import Command, Fact
from aggregates.letter import messages as letter_messages
from aggregates.letter.messages import LETTER_FACTS
from aggregates.practice import commands as practice_commands
from aggregates.practice.facts import PRACTICE_FACTS
from workflow.access.facts import ACCESS_FACTS

FACTS: tuple[type[Fact], ...] = (*CARE_FACTS, *PRACTICE_FACTS, *LETTER_FACTS, *ACCESS_FACTS)


def snake(name: str) -> str:
    """`RecordSession` as `record_session`, the way people and files write it."""
    return "".join(f"_{c.lower()}" if c.isupper() else c for c in name).lstrip("_")


def _of(module: object) -> dict[str, type[Command]]:
    found = (each for each in vars(module).values() if isinstance(each, type) and issubclass(each, Command))
    return {snake(each.__name__): each for each in found if each is not Command}


CARE: dict[str, type[Command]] = _of(care_commands)
LETTER: dict[str, type[Command]] = _of(letter_messages)
PRACTICE: dict[str, type[Command]] = _of(practice_commands)
COMMANDS: dict[str, type[Command]] = {**CARE, **LETTER, **PRACTICE}

# These are asked for by the engine itself, never by a person's input.
INTERNAL = frozenset({"accept_loss", "complete_erasure", "erase_client", "note_letter"})
