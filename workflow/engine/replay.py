"""Stepping through a client's history: what happened, what changed, who, in which role, why, under which rule."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime, tzinfo
from typing import Any, NamedTuple

import msgspec

from aggregates.client_care.facts import ClientErased, DecisionMade, FactAmended, ProtocolPinned
from aggregates.kernel.messages import Fact, Meta
from projections.caseload import Clear
from projections.narrative import tell, title
from projections.told import Around, Told
from workflow.engine.moves import moved_from
from workflow.engine.streams import Streams
from workflow.log.codec import decode_meta, from_micros
from workflow.log.read import Reader
from workflow.log.row import Row
from workflow.log.seal.keys import Destroyed, KeyStore


class StepTold(NamedTuple):
    """One fact of a replay. `fact` is None where the key was destroyed and only the skeleton is left.

    `moved_from` is the former phase, and only the fact that led to the new one carries it. `because_of` names the
    fact that this one is a reaction to; `note` is what became of it since. A fact that is `closed` is told from its
    clear part alone: its content was not opened.
    """

    row: Row
    meta: Meta
    recorded_at: datetime
    fact: Fact | None
    told: Told
    phase_before: str | None
    hours_late: float
    amended_by: int | None
    moved_from: str | None = None
    because_of: str | None = None
    closed: bool = False
    note: str | None = None

    @property
    def is_care(self) -> bool:
        """Whether this is a fact of the care itself, not of a letter about it."""
        return self.row.stream.startswith("care:")

    @property
    def moved(self) -> bool:
        """Whether this fact led to another phase; the first fact of all leads to the first phase."""
        return self.moved_from is not None

    @property
    def name(self) -> str:
        """What the fact is called in a replay: its version, and of which stream if it is not the care's own."""
        kind, _, of = self.row.stream.partition(":")
        stream = {"letter": f"letter {of} ", "practice": "practice "}.get(kind, f"client {of} " if self.closed else "")
        return f"{stream}v{self.row.version}"

    @property
    def erased(self) -> bool:
        """Whether the key of its content was destroyed."""
        return self.fact is None and not self.closed

    def as_dict(self) -> dict[str, Any]:
        """For machines; keys are stable."""
        meta = msgspec.to_builtins(self.meta)
        return {
            "position": self.row.position, "stream": self.row.stream, "version": self.row.version,
            "name": self.row.name, "schema_version": self.row.schema_version,
            "recorded_at": self.recorded_at.isoformat(),
            "occurred_at": (self.meta.occurred_at or self.recorded_at).isoformat(), "meta": meta,
            "phase": self.meta.phase, "phase_before": self.phase_before, "moved_from": self.moved_from,
            "because_of": self.because_of, "erased": self.erased,
            "what": self.told.what, "details": list(self.told.details), "rules": list(self.told.rules),
            "why": list(self.told.why), "amended_by": self.amended_by, "note": self.note,
            "content": None if self.fact is None else msgspec.to_builtins(self.fact.payload()),
        }


def replay(rows: Sequence[Row], streams: Streams, keys: KeyStore, zone: tzinfo = UTC,
           deadline_names: Callable[[str], dict[str, str]] = lambda _pack: {}) -> list[StepTold]:
    """Rows of a client's care and letters in order of position, told with times on the wall clock of *zone*.

    *deadline_names* gives the names of deadlines by id, as the protocol pack has them to which the client is pinned.
    """
    if any(row.name == ClientErased.TOPIC for row in rows):
        keys.withhold(rows[0].key_id)  # an old key store may have brought it back
    facts = [_open(row, streams, keys) for row in rows]
    metas = [decode_meta(row.meta) for row in rows]
    amended = {fact.of_version: fact.originator_version for fact in facts if isinstance(fact, FactAmended)}
    moved = moved_from([(row, meta) for row, meta in zip(rows, metas, strict=True) if _is_care(row)])
    steps: list[StepTold] = []
    pinned = next((fact.pack for fact in facts if isinstance(fact, ProtocolPinned)), "")
    phase, around, names = None, Around(zone, deadline_names(pinned)), dict[int, str]()
    for row, meta, fact in zip(rows, metas, facts, strict=True):
        recorded = from_micros(row.recorded_at)
        late = (recorded - (meta.occurred_at or recorded)).total_seconds() / 3600
        told = tell(fact, zone, around) if fact is not None else Told(title(row.name))
        correction = amended.get(row.version) if _is_care(row) else None
        steps.append(StepTold(row, meta, recorded, fact, told, phase, late, correction, moved.get(row.position),
                              names.get(meta.causation or 0)))
        names[row.position] = f"{steps[-1].name}, {told.what.partition(':')[0].lower()}"
        phase, around = (meta.phase or phase if _is_care(row) else phase), after(around, fact)
    return steps


def after(around: Around, fact: Fact | None) -> Around:
    """What stands around the fact that follows *fact*."""
    if not isinstance(fact, DecisionMade):
        return around
    version = fact.originator_version
    return around._replace(decision=version, decisions={**around.decisions, fact.of_version: version})


def _is_care(row: Row) -> bool:
    return row.stream.startswith("care:")


def _open(row: Row, streams: Streams, keys: KeyStore) -> Fact | None:
    try:
        return streams.sealer.unseal(row, keys.by_id(row.key_id))
    except Destroyed:
        return None


def letters_of(reader: Reader, practice: str, client: str) -> list[Row]:
    """Rows of letters whose id begins with the client's; another client's id may begin so too."""
    streams = reader.streams_between(practice, f"letter:{client}-", f"letter:{client}.")
    return [row for stream in streams for row in reader.stream(practice, stream)]


def upto_version(steps: Iterable[StepTold], version: int) -> list[StepTold]:
    """What was on record when the client's care had *version* facts, letters of that time included.

    In the practice's replay: when the practice had.
    """
    steps = list(steps)
    own = [s for s in steps if s.is_care and not s.closed] or [s for s in steps if s.row.stream.startswith("practice:")]
    last = max((s.row.position for s in own if s.row.version <= version), default=0)
    return [step for step in steps if step.row.position <= last]


def known_by(steps: Iterable[StepTold], at: datetime) -> list[StepTold]:
    """What had been recorded by *at*: what somebody could have seen then."""
    known = [step for step in steps if step.recorded_at <= at]
    versions = {step.row.version for step in known if step.is_care}
    return [step if step.amended_by is None or step.amended_by in versions else step._replace(amended_by=None)
            for step in known]


def happened_by(steps: Sequence[StepTold], at: datetime) -> list[StepTold]:
    """What had happened by *at*, whenever it was recorded, corrections of it included."""
    happened = {(s.row.stream, s.row.version) for s in steps if (s.meta.occurred_at or s.recorded_at) <= at}
    return [s for s in steps if (s.row.stream, s.row.version) in happened
            or (isinstance(s.fact, FactAmended) and (s.row.stream, s.fact.of_version) in happened)]


def clear_facts(reader: Reader) -> Iterator[Clear]:
    """The clear part of every fact in order; nothing is unsealed."""
    for page in reader.pages():
        for row in page:
            yield Clear(row.practice, row.stream, row.version, row.name, from_micros(row.recorded_at),
                        decode_meta(row.meta))
