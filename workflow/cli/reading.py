"""Reading: clients, a replay, an export."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from aggregates.client_care.facts import ProtocolPinned
from aggregates.client_care.phases import words
from projections.caseload import caseload
from workflow.access.reading import note_reading
from workflow.bootstrap import Office
from workflow.cli.office import opened, opened_to_read, practice_of, who
from workflow.cli.replaying import legend_lines, step_lines
from workflow.cli.show import console
from workflow.cli.times import parse_time, zone_of
from workflow.cli.writing import refuse_to_replace, write_private
from workflow.engine.packs_at_hand import names_for, pack_of
from workflow.engine.replay import StepTold, clear_facts, happened_by, known_by, letters_of, replay, upto_version


def list_clients(home: Path | None, practice: str | None, as_json: bool) -> None:
    """Every client's phase."""
    with opened_to_read(home, warns=True) as office:
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


def replay_client(client: str, home: Path | None, practice: str | None, actor: str | None, purpose: str,
                  as_json: bool, at: int | None, as_known: str | None, as_happened: str | None) -> None:
    """Step through a client's history."""
    with opened(home) as office:
        slug = practice_of(office, practice)
        asker = who(office, slug, actor, purpose)
        note_reading(office.door(slug), client, asker, "replay")
        steps = steps_of(office, slug, client)
        zone = zone_of(office, slug)
        if at is not None:
            steps = upto_version(steps, at)
        if as_known is not None:
            steps = known_by(steps, parse_time(as_known, zone, "as_known"))
        if as_happened is not None:
            steps = happened_by(steps, parse_time(as_happened, zone, "as_happened"))
        if as_json:
            for step in steps:
                print(json.dumps(step.as_dict()))
            return
        print_replay(office, slug, client, steps)


def steps_of(office: Office, practice: str, client: str) -> list[StepTold]:
    """Every fact of a client's care and letters, told."""
    door = office.door(practice)
    care = door.log.reader.stream(practice, f"care:{client}")
    letters = [row for row in letters_of(door.log.reader, practice, client) if row.key_id == care[0].key_id]
    return replay(sorted([*care, *letters]), door.streams, door.keys, zone_of(office, practice),
                  lambda pinned: names_for(door, pinned))


def print_replay(office: Office, practice: str, client: str, steps: list[StepTold]) -> None:
    """Print a replay, and at its end what the codes in it stand for."""
    out, zone = console(), zone_of(office, practice)
    door = office.door(practice)
    people = door.circumstances.practice().memory.people
    note = "" if office.virtual is None else "  [yellow](a rehearsal: its times are made up)[/]"
    out.print(f"[bold]{client}[/], {len(steps)} facts, times in {zone.key}{note}")
    for step in steps:
        for line in step_lines(step, zone, people):
            out.print(line)
    pinned = next((step.fact.pack for step in steps if isinstance(step.fact, ProtocolPinned)), "")
    for line in legend_lines(steps, pack_of(door, pinned)):
        out.print(line)


def export_client(client: str, home: Path | None, practice: str | None, actor: str | None, purpose: str,
                  to: Path | None, overwrite: bool) -> None:
    """Everything about a client, with what proves it."""
    with opened(home) as office:
        refuse_to_replace(to, overwrite)
        slug = practice_of(office, practice)
        steps = steps_of(office, slug, client)
        note_reading(office.door(slug), client, who(office, slug, actor, purpose), "export", exported=len(steps))
        text = json.dumps(_export(office, slug, client, steps), indent=1)
        if to is None:
            print(text)
            return
        write_private(to, text + "\n", overwrite=overwrite)
        console(stderr=True).print(f"{len(steps)} facts written to {to}")


def _export(office: Office, practice: str, client: str, steps: list[StepTold]) -> dict[str, Any]:
    log = office.log
    return {
        "format": "met-export/1", "practice": practice, "client": client, "log_id": log.identity.log_id.hex(),
        "clock": log.identity.clock, "verifier_key": log.verifier_key(), "checkpoint": log.checkpoint(),
        "facts": [{**step.as_dict(), "command_id": step.row.command_id.hex(), "leaf": step.row.leaf.hex(),
                   "stored": {"meta": step.row.meta, "key_id": step.row.key_id.hex(), "body": step.row.body.hex(),
                              "recorded_at": step.row.recorded_at}} for step in steps]}
