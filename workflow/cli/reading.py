"""Reading: clients, one client, a replay, an export."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from aggregates.client_care.phases import words
from aggregates.kernel.errors import StoreUnavailable
from projections.caseload import caseload
from projections.narrative import exercise
from workflow.access.reading import note_reading
from workflow.bootstrap import Office
from workflow.cli.care_commands import parse_time
from workflow.cli.office import opened, practice_of, who
from workflow.cli.show import console, step_lines, when
from workflow.engine.replay import StepTold, clear_facts, happened_by, known_by, letters_of, replay, upto_version


def list_clients(home: Path | None, practice: str | None, as_json: bool) -> None:
    """Every client's phase."""
    with opened(home) as office:
        rows = [row for row in caseload(clear_facts(office.log.reader)) if practice in (None, row.practice)]
        if as_json:
            for row in rows:
                print(json.dumps(row._asdict(), default=str))
            return
        out = console()
        out.print(f"[bold]{'practice':16s} {'client':24s} {'phase':24s} since (UTC)       version[/]")
        for row in rows:
            phase = "erased" if row.erased else words(row.phase)
            out.print(f"{row.practice:16s} {row.client:24s} {phase:24s} {row.since:%Y-%m-%d %H:%M}  {row.version:7d}")


def show_client(client: str, home: Path | None, practice: str | None, actor: str | None, purpose: str, as_json: bool
                ) -> None:
    """A client's care as it stands."""
    with opened(home) as office:
        slug = practice_of(office, practice)
        door, asker = office.door(slug), who(office, slug, actor, purpose)
        note_reading(door, client, asker, "show")
        care = door.care(client)
        if as_json:
            print(json.dumps({"client": client, "version": care.version, **msgspec.to_builtins(care.memory)}))
            return
        _print_client(office, slug, client)


def _print_client(office: Office, practice: str, client: str) -> None:
    door, out = office.door(practice), console()
    care, zone = door.care(client).memory, _zone(office, practice)
    out.print(f"[bold]{client}[/]  phase: [bold cyan]{words(care.phase.value)}[/]")
    held = care.clearance
    if held is not None:
        state = f"suspended ({held.suspended_by})" if held.suspended_by else "ended" if held.lapsed else "in force"
        out.print(f"  clearance {state}: {held.issuer} ({held.profession}), {held.valid_from} to {held.valid_until}")
        for limit in held.limits:
            out.print(f"    condition: {limit.words}")
    if care.usual_pain is not None:
        out.print(f"  usual pain: {care.usual_pain}")
    for each in care.program.values():
        out.print(f"  exercise: {exercise(each)}")
    for contradiction in care.contradictions:
        out.print(f"  [yellow]contradiction open (version {contradiction.version}): {contradiction.against}[/]")
    for deadline in sorted(care.deadlines.values(), key=lambda d: d.due_at):
        late = " [red]overdue[/]" if deadline.id in care.fallen else ""
        out.print(f"  due {when(deadline.due_at, zone)}: {deadline.what} ({deadline.rule}, {deadline.owner}){late}")
    if care.holds:
        out.print(f"  retention holds: {care.holds}")


def replay_client(client: str, home: Path | None, practice: str | None, actor: str | None, purpose: str,
                  as_json: bool, at: int | None, as_known: str | None, as_happened: str | None) -> None:
    """Step through a client's history."""
    with opened(home) as office:
        slug = practice_of(office, practice)
        asker = who(office, slug, actor, purpose)
        note_reading(office.door(slug), client, asker, "replay")
        steps = steps_of(office, slug, client)
        zone = _zone(office, slug)
        if at is not None:
            steps = upto_version(steps, at)
        if as_known is not None:
            steps = known_by(steps, parse_time(as_known, zone))
        if as_happened is not None:
            steps = happened_by(steps, parse_time(as_happened, zone))
        if as_json:
            for step in steps:
                print(json.dumps(step.as_dict()))
            return
        print_replay(office, slug, client, steps)


def steps_of(office: Office, practice: str, client: str) -> list[StepTold]:
    """Every fact of a client's care, told."""
    door = office.door(practice)
    care = door.log.reader.stream(practice, f"care:{client}")
    letters = [row for row in letters_of(door.log.reader, practice, client) if row.key_id == care[0].key_id]
    return replay(sorted([*care, *letters]), door.streams, door.keys, _zone(office, practice))


def print_replay(office: Office, practice: str, client: str, steps: list[StepTold]) -> None:
    """Print a replay."""
    out, zone = console(), _zone(office, practice)
    people = office.door(practice).circumstances.practice().memory.people
    note = "" if office.virtual is None else "  [yellow](a rehearsal: its times are made up)[/]"
    out.print(f"[bold]{client}[/], {len(steps)} facts, times in {zone.key}{note}")
    for step in steps:
        for line in step_lines(step, zone, people):
            out.print(line)


def export_client(client: str, home: Path | None, practice: str | None, actor: str | None, purpose: str,
                  to: Path | None) -> None:
    """Everything about a client, with what proves it."""
    with opened(home) as office:
        slug = practice_of(office, practice)
        steps = steps_of(office, slug, client)
        note_reading(office.door(slug), client, who(office, slug, actor, purpose), "export", exported=len(steps))
        text = json.dumps(_export(office, slug, client, steps), indent=1)
        if to is None:
            print(text)
            return
        try:
            to.write_text(text + "\n", "utf-8")
        except OSError as error:
            raise StoreUnavailable(f"export: can't be written: {error.strerror}") from None
        console(stderr=True).print(f"{len(steps)} facts written to {to}")


def _export(office: Office, practice: str, client: str, steps: list[StepTold]) -> dict[str, Any]:
    log = office.log
    return {
        "format": "met-export/1", "practice": practice, "client": client, "log_id": log.identity.log_id.hex(),
        "clock": log.identity.clock, "verifier_key": log.verifier_key(), "checkpoint": log.checkpoint(),
        "facts": [{**step.as_dict(), "command_id": step.row.command_id.hex(), "leaf": step.row.leaf.hex(),
                   "stored": {"meta": step.row.meta, "key_id": step.row.key_id.hex(), "body": step.row.body.hex(),
                              "recorded_at": step.row.recorded_at}} for step in steps]}


def _zone(office: Office, practice: str) -> ZoneInfo:
    return ZoneInfo(office.door(practice).circumstances.practice().memory.timezone)
