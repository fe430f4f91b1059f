"""One example for each command. They come from a care history that a test plays, so none of them can rot."""

from __future__ import annotations

import json
import shlex
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from aggregates.client_care.pathway import PATHWAY
from aggregates.client_care.phases import Phase, words
from aggregates.letter.letter import LETTER_PATHWAY
from aggregates.letter.messages import LetterState
from workflow.engine.histories import History, Step, read_history
from workflow.engine.names import CARE, LETTER
from workflow.engine.packs_at_hand import shipped_pack

FILE = Path(__file__).with_name("worked.toml")
RECENT = timedelta(days=31)


class Worked(NamedTuple):
    """An example: the fields, the whole line to type, and whether a rule always refuses it."""

    fields: dict[str, Any]
    line: str
    refused: tuple[str, ...] = ()


@cache
def worked_history() -> History:
    """The care history that holds each command once or more."""
    pack = shipped_pack()
    return read_history(FILE.read_text("utf-8").replace("SHIPPED-PACK", pack.hash).replace("SHIPPED-TITLE", pack.title))


def worked(name: str, today: date) -> Worked | None:
    """The example of a command, with recent dates moved as if it were played *today*."""
    if name == "found_practice":
        return _founding(worked_history())
    step = next((each for _, each in worked_history().plan() if each.do == name), None)
    if step is None:
        return None
    fields = moved(step, today)
    given = f" --json {shlex.quote(json.dumps(fields))}" if fields else ""
    who = "--as ben --by-client" if step.by == "client" else f"--as {'ada' if step.by == 'clock' else step.by}"
    return Worked(fields, f"met do {_whom(step)} {name} {who}{given}", step.expect.refused)


def _whom(step: Step) -> str:
    if step.do in LETTER:
        return step.letter or f"{step.client}-change-in-status-60"
    return step.client or "practice"


def _founding(history: History) -> Worked:
    given, owner = history.practice, history.practice.people[0]
    fields = {"name": given.name, "timezone": given.timezone, "owner": owner.id, "owner_name": owner.name}
    return Worked(fields, f"met init --practice {given.id} --name {shlex.quote(given.name)} --timezone "
                          f"{given.timezone} --owner {owner.id} --owner-name {shlex.quote(owner.name)}")


def moved(step: Step, today: date) -> dict[str, Any]:
    """The fields of a step as JSON has them, with dates around the step moved to *today*."""
    shift = today - step.at.date()
    plain: dict[str, Any] = msgspec.to_builtins(_moved(step.fields, step.at.date() - RECENT, shift))
    return plain


def _moved(value: Any, since: date, shift: timedelta) -> Any:
    if isinstance(value, dict):
        return {key: _moved(each, since, shift) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_moved(each, since, shift) for each in value]
    return value + shift if isinstance(value, date) and value >= since else value


def taken_in(name: str) -> str:
    """In which phases of care, or at which step of a letter, the command is taken at all."""
    care, letter = CARE.get(name), LETTER.get(name)
    if care is not None:
        known = [phase for phase in Phase if PATHWAY.knows(phase, care)]
        return "every phase" if len(known) == len(Phase) else ", ".join(words(phase.value) for phase in known)
    return ", ".join(state.value for state in LetterState if LETTER_PATHWAY.knows(state, letter)) if letter else ""


