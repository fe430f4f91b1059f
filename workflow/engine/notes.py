"""What became of a fact since it was told, as far as the other steps of a replay tell."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, tzinfo

from projections.releases import NOT_SIGNED, releases_told
from workflow.engine.replay import StepTold


def with_notes(steps: Iterable[StepTold], day: date, zone: tzinfo) -> list[StepTold]:
    """The steps, each release with what became of it by *day* as far as these steps tell."""
    steps = list(steps)
    told = releases_told([s.fact for s in steps if s.is_care and s.fact is not None], day, zone)
    notes = {each.version: each.against for each in told if each.against not in ("", NOT_SIGNED)}
    return [s._replace(note=notes.get(s.row.version)) if s.is_care else s for s in steps]
