"""Reading a client's record: allowed by role, and itself a fact in the client's access stream."""

from __future__ import annotations

from datetime import datetime

from aggregates.kernel.errors import Conflict, NotFound
from aggregates.kernel.messages import Meta
from aggregates.practice.roles import may, may_not
from workflow.access.clear import check_clear
from workflow.access.facts import AccessFact, ClientExported, ClientRead
from workflow.engine.door import Door
from workflow.engine.requests import Who, new_command_id
from workflow.log.append import Append
from workflow.log.codec import from_micros
from workflow.log.row import NO_LEAF

TRIES = 8


class NotAllowed(Exception):
    """This person, in this role, may not read clients."""


def note_reading(door: Door, client: str, who: Who, what: str, *, exported: int | None = None) -> None:
    """Check that *who* may read *client* and record that they did.

    Raises `NotFound` for a client of another practice exactly as for one that does not exist, and
    `NotAllowed` where the role table says no. A log that is read-only can be read without a record.
    """
    check_clear(who)
    rows = door.log.reader.stream(door.practice, f"care:{client}", 0, 1)
    if not rows:
        raise NotFound(f"client: there is no client {client} in this practice")
    role = _role_that_may(door, who, *(("ReadClient", "read") if exported is None else ("ExportClient", "export")))
    if door.log.why_read_only is None:
        _append(door, client, who, role, what, exported)


def refuse_unless_reader(door: Door, who: Who) -> None:
    """Raise `NotAllowed` unless *who* may read here: whoever may read a whole record may read the practice's decisions.

    Nothing is recorded, because the practice's stream is no client's record and holds no health information.
    """
    check_clear(who)
    _role_that_may(door, who, "ReadClient", "read")


def _role_that_may(door: Door, who: Who, wanted: str, words: str) -> str:
    role = door.circumstances.practice().memory.role_of(who.id) or ""
    if not may(role, wanted):
        sentence = may_not(role, wanted, f"{words} a client's record").removesuffix(".")
        raise NotAllowed(f"ACC-01: {sentence}")
    return role


def _append(door: Door, client: str, who: Who, role: str, what: str, exported: int | None) -> None:
    stream, now = f"access:{client}", door.clock()
    key = door.keys.make(door.practice, "practice", now)
    for _ in range(TRIES):
        last = door.log.reader.last(door.practice, stream)
        version, leaf = (last.version, last.leaf) if last else (0, NO_LEAF)
        command_id = new_command_id()
        at = max(now, from_micros(last.recorded_at)) if last else now
        fact = _fact(stream, version + 1, at, who, role, what, exported)
        draft = door.streams.sealer.seal(fact, key, command_id)
        try:
            door.log.append(Append(door.practice, stream, version, leaf, (draft,), command_id.bytes,
                                   key.digest(command_id.bytes)))
        except Conflict:
            continue
        return
    raise Conflict("access stream: others wrote to it again and again; try once more")


def _fact(stream: str, version: int, now: datetime, who: Who, role: str, what: str, exported: int | None
          ) -> AccessFact:
    meta = Meta(actor_kind=who.kind, actor=who.id, role=role, channel=who.channel, purpose=who.purpose,
                occurred_at=now, on_behalf_of=who.on_behalf_of)
    if exported is not None:
        return ClientExported(originator_id=stream, originator_version=version, timestamp=now, meta=meta,
                              facts=exported)
    return ClientRead(originator_id=stream, originator_version=version, timestamp=now, meta=meta, what=what)
