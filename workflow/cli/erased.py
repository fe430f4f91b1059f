"""What is left to say of an erased client."""

from __future__ import annotations

import json
from datetime import tzinfo

from workflow.cli.replaying import step_lines
from workflow.cli.show import console, put
from workflow.engine.door import Door
from workflow.engine.replay import replay
from workflow.engine.replay_of_practice import erasure_of


def show_erasure(door: Door, client: str, zone: tzinfo, as_json: bool) -> None:
    """Who decided it, on which basis and why, and what was certified."""
    steps = replay(erasure_of(door, client), door.streams, door.keys, zone)
    if as_json:
        print(json.dumps({"client": client, "erased": True, "erasure": [step.as_dict() for step in steps]}))
        return
    out, people = console(), door.circumstances.practice().memory.people
    out.print(f"[bold]{client}[/]  erased")
    for step in steps:
        for line in step_lines(step, zone, people):
            put(out, f"  {line}")
