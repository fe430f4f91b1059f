"""Reading one letter."""

from __future__ import annotations

import json
from pathlib import Path

from workflow.access.reading import note_reading
from workflow.cli.office import opened, practice_of, who
from workflow.cli.show import console, one_line
from workflow.cli.standing import told_in_short
from workflow.cli.times import zone_of
from workflow.engine.letters import letter_told
from workflow.engine.standing import now_of


def show_letter(letter: str, home: Path | None, practice: str | None, actor: str | None, purpose: str, as_json: bool
                ) -> None:
    """A letter: its kind, to whom, where it stands, its text. Reading it is reading its client's record."""
    with opened(home) as office:
        slug = practice_of(office, practice)
        door, asker = office.door(slug), who(office, slug, actor, purpose)
        name = letter.removeprefix("letter:")
        now = now_of(door, f"letter:{name}", rehearsal=office.virtual is not None)
        told = letter_told(door, name, asker, now)
        note_reading(door, told.client, asker, "letter")
        if as_json:
            print(json.dumps(told.as_dict()))
            return
        out = console()
        for line in told_in_short(told, zone_of(office, slug)):
            out.print(line)
        out.print(f"[dim]about {told.client}; its text:[/]")
        for line in told.lines:
            out.print(f"  {one_line(line)}", markup=False)
