"""What if: imagined steps on a copy of a real history. No store is touched but for the record that somebody read."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Any

import msgspec
from rich.markup import escape

from aggregates.client_care.phases import words
from projections.deadline_names import name_of
from projections.words import when
from workflow.access.reading import note_reading
from workflow.bootstrap import POLICIES
from workflow.cli.doing import as_dict as answer_dict
from workflow.cli.exits import one_line_errors
from workflow.cli.office import opened, practice_of, who
from workflow.cli.running import _read as read_file
from workflow.cli.show import console, lines_of, phase_line
from workflow.cli.times import zone_of
from workflow.engine.packs_at_hand import names_for
from workflow.engine.standing import now_of
from workflow.engine.whatif import Imagined, Outlook, outlook

NOT_REAL = ("command_id", "position")


def show_whatif(client: str, file: str, home: Path | None, practice: str | None, actor: str | None, purpose: str,
                as_json: bool) -> None:
    """What would follow if the steps in *file* were asked for."""
    with one_line_errors():
        text = read_file(file)
    with opened(home) as office:
        slug = practice_of(office, practice)
        door, asker, zone = office.door(slug), who(office, slug, actor, purpose), zone_of(office, slug)
        now = now_of(door, f"care:{client}", rehearsal=office.virtual is not None)
        found = outlook(door, POLICIES, client, text, asker.id, now, zone)
        note_reading(door, client, asker, "whatif")
        if as_json:
            print(json.dumps(as_dict(found, client, now)))
            return
        out = console()
        for line in lines(found, client, now, zone, names_for(door, door.care(client).memory.pack)):
            out.print(line)


def lines(found: Outlook, client: str, now: datetime, zone: tzinfo, names: dict[str, str]) -> Iterator[str]:
    """Everything that would follow, plainly headed as imagined."""
    yield (f"[bold yellow]IMAGINED[/]  what would follow for {client} from {when(now, zone)} on; nothing of it has "
           "happened, and nothing of it is recorded")
    if found.left_out:
        yield f"  {found.left_out} steps of the file are about somebody else or the practice and are left out"
    for each in found.steps:
        yield from _step(each, client, zone, names)
    yield (f"[bold yellow]IMAGINED[/]  {client} would stand in: [bold cyan]{words(found.care.phase.value)}[/]; "
           "due would be:")
    for due in sorted(found.care.deadlines.values(), key=lambda each: each.due_at):
        yield f"  by {when(due.due_at, zone)}: {escape(name_of(due, names))}, {due.owner} ({due.rule})"


def _step(each: Imagined, client: str, zone: tzinfo, names: dict[str, str]) -> Iterator[str]:
    by = {"client": "the client", "clock": "the calendar"}.get(each.step.by, each.step.by)
    so = f", for {when(_aware(each.step.occurred_at, zone), zone)}" if each.step.occurred_at else ""
    yield f"[bold]imagined {when(each.at, zone)}[/]  {client}  {by} asks: {each.step.do.replace('_', ' ')}{so}"
    yield from lines_of(each.answer, zone, names, full=True)
    yield from phase_line(each.answer)


def _aware(moment: datetime, zone: tzinfo) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


def as_dict(found: Outlook, client: str, now: datetime) -> dict[str, Any]:
    """What would follow, for machines; keys are stable."""
    return {"imagined": True, "client": client, "from": now.isoformat(), "left_out": found.left_out,
            "steps": [{"at": each.at.isoformat(), "do": each.step.do, "by": each.step.by,
                       **_without_what_is_not_real(answer_dict(each.answer))} for each in found.steps],
            "phase": found.care.phase.value,
            "due": [msgspec.to_builtins(each) for each in found.care.deadlines.values()]}


def _without_what_is_not_real(answer: dict[str, Any]) -> dict[str, Any]:
    """An imagined answer has no command id and no position that anybody could quote."""
    kept = {key: value for key, value in answer.items() if key not in NOT_REAL}
    return {**kept, "follow_ups": [_without_what_is_not_real(each) for each in answer["follow_ups"]]}
