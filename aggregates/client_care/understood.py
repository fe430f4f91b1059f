"""What is understood of a command that holds a mistake: a copy to judge for help at once, never to record."""

from __future__ import annotations

from typing import Any

import msgspec

from aggregates.client_care import commands as c
from aggregates.client_care.contents import RedFlag
from aggregates.client_care.context import CareContext
from aggregates.client_care.judging.flags import COUNTED_FLAGS, FLAGS
from aggregates.client_care.judging.screening import QUESTIONS
from aggregates.client_care.memory import CareMemory
from aggregates.client_care.plausible import refuse_impossible
from aggregates.kernel.errors import InvalidInput
from aggregates.kernel.messages import Command

UNREAD: dict[str, Any] = {"bp": (), "exercise_bp": None, "glucose": None, "effort": None, "onset": None}
"""The fields that can hold what can't be, as they are where nobody said anything."""


def understood(care: CareMemory, command: Command, context: CareContext) -> Command:
    """*command* without the flags and questions that no row reads, and without readings and dates that can't be."""
    changed: dict[str, Any] = {}
    if getattr(command, "red_flags", None):
        changed["red_flags"] = tuple(each for each in command.red_flags if _is_read(each))  # type: ignore[attr-defined]
    if isinstance(command, c.RecordScreening):
        changed["answers"] = {name: said for name, said in command.answers.items() if name in QUESTIONS}
    readable = msgspec.structs.replace(command, **changed)
    try:
        refuse_impossible(care, readable, context)
    except InvalidInput:
        fields = type(readable).__struct_fields__
        return msgspec.structs.replace(readable, **{name: none for name, none in UNREAD.items() if name in fields})
    return readable


def _is_read(flag: RedFlag) -> bool:
    return flag.id in FLAGS or (flag.id in COUNTED_FLAGS and bool(flag.features))
