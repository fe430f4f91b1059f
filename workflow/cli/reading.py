"""Reading: clients, a replay, an export."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from aggregates.client_care.facts import ProtocolPinned
from aggregates.client_care.phases import words
from projections.caseload import caseload
from workflow.access.reading import note_reading, refuse_unless_reader
from workflow.bootstrap import Office
from workflow.cli.office import damage_is_named, opened, opened_to_read, practice_of, who
from workflow.cli.replaying import legend_lines, step_lines
from workflow.cli.show import console, put, table
from workflow.cli.times import parse_time, zone_of
from workflow.cli.writing import refuse_to_replace, write_private
from workflow.engine.notes import with_notes
from workflow.engine.packs_at_hand import names_for, pack_of
from workflow.engine.replay import (
    StepTold,
    clear_facts,
    happened_by,
    known_by,
    letters_of,
    replay,
    upto_version,
)
from workflow.engine.replay_of_practice import erasure_of, is_erased, replay_of_practice
from workflow.engine.standing import now_of


def list_clients(home: Path | None, practice: str | None, as_json: bool) -> None:
    """Every client's phase."""
    with opened_to_read(home, warns=True) as office:
        practice = practice_of(office, practice) if practice is not None else None
        rows = [row for row in caseload(clear_facts(office.log.reader)) if practice in (None, row.practice)]
        if as_json:
            for row in rows:
                print(json.dumps(row._asdict(), default=str))
            return
        out = console()
        cells = [(row.practice, row.client, "erased" if row.erased else words(row.phase),
                  f"{row.since:%Y-%m-%d %H:%M}", str(row.version)) for row in rows]
        for line in table(("practice", "client", "phase", "since (UTC)", "version"), cells):
            put(out, line)


class Limits(NamedTuple):
    """How far a replay goes: up to a version, to what was known then, to what had happened by then."""

    at: int | None
    as_known: datetime | None
    as_happened: datetime | None

    def of(self, steps: list[StepTold]) -> list[StepTold]:
        """The steps within these limits."""
        steps = upto_version(steps, self.at) if self.at is not None else steps
        steps = known_by(steps, self.as_known) if self.as_known is not None else steps
        return happened_by(steps, self.as_happened) if self.as_happened is not None else steps


def replay_client(client: str, home: Path | None, practice: str | None, actor: str | None, purpose: str,
                  as_json: bool, at: int | None, as_known: str | None, as_happened: str | None) -> None:
    """Step through a client's history, or through the practice's own, which is read without a lock or a record."""
    own = client == "practice"
    with opened_to_read(home, warns=True) if own else opened(home) as office, damage_is_named(
            office, "" if own else client):
        slug = practice_of(office, practice)
        asker, zone = who(office, slug, actor, purpose), zone_of(office, slug)
        limits = Limits(at, *(parse_time(each, zone, name) if each is not None else None
                             for name, each in (("as_known", as_known), ("as_happened", as_happened))))
        if own:
            refuse_unless_reader(office.door(slug), asker)
        else:
            note_reading(office.door(slug), client, asker, "replay")
        told = replay_of_practice(office.door(slug), zone) if own else steps_of(office, slug, client)
        now = limits.as_happened or limits.as_known or now_of(office.door(slug), f"care:{client}",
                                                              rehearsal=office.virtual is not None)
        steps = with_notes(limits.of(told), now.astimezone(zone).date(), zone)
        if as_json:
            for step in steps:
                print(json.dumps(step.as_dict()))
            return
        print_replay(office, slug, f"practice {slug}" if own else client, steps)


def steps_of(office: Office, practice: str, client: str) -> list[StepTold]:
    """Every fact of a client's care and letters, told; for an erased client also who decided that and why."""
    door = office.door(practice)
    care = door.log.reader.stream(practice, f"care:{client}")
    letters = [row for row in letters_of(door.log.reader, practice, client) if row.key_id == care[0].key_id]
    erasure = erasure_of(door, client) if is_erased(door, client) else []
    return replay(sorted([*care, *letters, *erasure]), door.streams, door.keys, zone_of(office, practice),
                  lambda pinned: names_for(door, pinned))


def print_replay(office: Office, practice: str, client: str, steps: list[StepTold]) -> None:
    """Print a replay, and at its end what the codes in it stand for."""
    out, zone = console(), zone_of(office, practice)
    door = office.door(practice)
    people = door.circumstances.practice().memory.people
    note = "" if office.virtual is None else "  [yellow](a rehearsal: its times are made up)[/]"
    put(out, f"[bold]{client}[/], {len(steps)} facts, times in {zone.key}{note}")
    for step in steps:
        for line in step_lines(step, zone, people):
            put(out, line)
    pinned = next((step.fact.pack for step in steps if isinstance(step.fact, ProtocolPinned)), "")
    for line in legend_lines(steps, pack_of(door, pinned)):
        put(out, line)


def export_client(client: str, home: Path | None, practice: str | None, actor: str | None, purpose: str,
                  to: Path | None, overwrite: bool) -> None:
    """Everything about a client, with what proves it."""
    with opened(home) as office, damage_is_named(office, client):
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
