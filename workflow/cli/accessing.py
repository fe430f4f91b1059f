"""Who looked at a client's record."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import tzinfo
from pathlib import Path
from typing import Any

from rich.markup import escape

from projections.words import counted, when
from workflow.access.looks import Look, looks_at
from workflow.access.reading import note_reading
from workflow.cli.office import damage_is_named, opened, practice_of, who
from workflow.cli.replaying import who_line
from workflow.cli.show import console, put
from workflow.cli.times import parse_time, zone_of


def show_access(client: str, home: Path | None, practice: str | None, actor: str | None, purpose: str,
                since: str | None, as_json: bool) -> None:
    """Every look at the record, the newest last: this one too, because it is recorded before it is answered."""
    with opened(home) as office, damage_is_named(office, client):
        slug = practice_of(office, practice)
        door, zone = office.door(slug), zone_of(office, slug)
        begin = parse_time(since, zone, "since") if since is not None else None
        note_reading(door, client, who(office, slug, actor, purpose), "access")
        looks = [each for each in looks_at(door, client) if begin is None or each.at >= begin]
        if as_json:
            for look in looks:
                print(json.dumps(look.as_dict()))
            return
        out, people = console(), door.circumstances.practice().memory.people
        put(out, f"[bold]{client}[/], {counted(len(looks), 'look')} at the record, times in {zone.key}")
        for look in looks:
            for line in _lines(look, zone, people):
                put(out, line)


def _lines(look: Look, zone: tzinfo, people: dict[str, Any]) -> Iterator[str]:
    shown = f": {look.shown}" if look.shown else ""
    facts = f", {counted(look.facts, 'fact')}" if look.facts is not None else ""
    yield f"[bold]v{look.version}[/]  {when(look.at, zone)}  met {escape(look.command)}{shown}{facts}"
    yield f"      [dim]{escape(who_line(look.meta, people))}, position {look.position}[/]"
