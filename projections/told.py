"""What it takes to tell a fact: its words, and what was told before it."""

from __future__ import annotations

from datetime import UTC, tzinfo
from typing import NamedTuple


class Told(NamedTuple):
    """A fact in words. `rules` are the ids that decided; `why` is their reasoning."""

    what: str
    details: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    why: tuple[str, ...] = ()


class Around(NamedTuple):
    """What stands around a fact: the practice's clock, names of deadlines by id, decisions told before it.

    `decision` is the version of the newest decision of the stream, `decisions` each by the version it is about.
    """

    zone: tzinfo = UTC
    deadlines: dict[str, str] = {}
    decision: int | None = None
    decisions: dict[int, int] = {}
