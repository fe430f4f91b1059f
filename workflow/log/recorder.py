"""The library's recorders on the event log. Stored events keep the library's own form, with neutral metadata."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from eventsourcing import persistence as library
from sqlalchemy import Select, select

from aggregates.kernel.errors import Conflict, InvalidInput, MetError
from workflow.log.append import AlreadyDone, Append
from workflow.log.codec import to_micros
from workflow.log.event_log import EventLog
from workflow.log.proof.witness import Witness
from workflow.log.row import NO_LEAF, Draft, Row, field, header, stream_prefix
from workflow.log.seal.master import read_secret, write_secret
from workflow.log.store.database import open_engine, store_errors
from workflow.log.store.schema import facts
from workflow.log.tail import POLL_SECONDS

NO_META, NO_KEY, SCHEMA = "{}", b"", 1


def open_or_create(url: str, directory: Path) -> EventLog:
    """The log at *url*, whose signing key and checkpoints are in *directory*; made if there is none yet."""
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    engine, witness, secret = open_engine(url), Witness(directory / "checkpoints"), directory / "signing.key"
    exists = EventLog.exists(engine)
    if not exists and not secret.exists():
        write_secret(secret, os.urandom(32))
    key = Ed25519PrivateKey.from_private_bytes(read_secret(secret, "signing key"))
    return EventLog(engine, witness, key) if exists else EventLog.create(engine, witness, key)


class LogAggregateRecorder(library.AggregateRecorder):
    """Stores events in the streams of one practice. An id that is a UUID comes back as a UUID.

    Versions are the caller's business: a stream that begins at 0 or leaves one out is stored as it is told,
    but such a log does not verify, because a missing version is what a removed fact looks like.
    """

    def __init__(self, log: EventLog, practice: str) -> None:
        self._log, self._practice = log, practice

    def insert_events(self, stored_events: Sequence[library.StoredEvent], **kwargs: Any) -> Sequence[int] | None:
        self._insert(stored_events, **kwargs)
        return None

    def select_events(self, originator_id: UUID | str, *, gt: int | None = None, lte: int | None = None,
                      desc: bool = False, limit: int | None = None) -> Sequence[library.StoredEvent]:
        version = facts.c.version
        query = select(*facts.columns).where(facts.c.practice == self._practice, facts.c.stream == str(originator_id))
        if gt is not None:
            query = query.where(version > gt)
        if lte is not None:
            query = query.where(version <= lte)
        query = query.order_by(version.desc() if desc else version).limit(limit)
        return [library.StoredEvent(originator_id, row.version, row.name, row.body) for row in self._rows(query)]

    def _insert(self, events: Sequence[library.StoredEvent], command_id: UUID | None = None, tracking: object = None,
                **_: Any) -> list[int]:
        """Store all events or none, and return their positions; the same command id returns the first ones again."""
        if tracking is not None:
            raise library.NotSupportedError("tracking: positions are tracked by the views, not by the log")
        if not events:
            return []
        append = self._append(events, command_id or uuid4())
        with library_errors():
            try:
                first = self._log.append(append).position
            except AlreadyDone as done:
                if done.receipt.digest != append.digest:
                    raise Conflict("command_id: was used already, with other events") from None
                first = done.receipt.position
        return list(range(first, first + len(events)))

    def _append(self, events: Sequence[library.StoredEvent], command_id: UUID) -> Append:
        now, log_id = to_micros(datetime.now(UTC)), self._log.identity.log_id
        drafts, content = [], sha256()
        for event in events:
            stream = str(event.originator_id)
            bound = header(stream_prefix(log_id, self._practice, stream), event.originator_version, event.topic, SCHEMA,
                           now, command_id.bytes, NO_META, NO_KEY)
            drafts.append(Draft(stream, event.originator_version, event.topic, SCHEMA, now, command_id.bytes, NO_META,
                                NO_KEY, bytes(event.state), bound))
            content.update(b"".join(map(field, (
                stream.encode(), str(event.originator_version).encode(), event.topic.encode(), event.state))))
        (first, leaf), *others = [(each, self._newest_leaf(each)) for each in dict.fromkeys(d.stream for d in drafts)]
        return Append(self._practice, first, drafts[0].version - 1, leaf, tuple(drafts), command_id.bytes,
                      content.digest()[:16], tuple(others))

    def _newest_leaf(self, stream: str) -> bytes:
        rows = self._rows(select(*facts.columns).where(
            facts.c.practice == self._practice, facts.c.stream == stream).order_by(facts.c.version.desc()).limit(1))
        return rows[0].leaf if rows else NO_LEAF

    def _rows(self, query: Select[Any]) -> list[Row]:
        with library_errors(), store_errors("log"), self._log.engine.connect() as connection:
            return [Row._make(row) for row in connection.execute(query)]


class LogApplicationRecorder(LogAggregateRecorder, library.ApplicationRecorder):
    """Also tells every event of the practice in the order of positions, which is the order of commits."""

    def insert_events(self, stored_events: Sequence[library.StoredEvent], **kwargs: Any) -> Sequence[int] | None:
        return self._insert(stored_events, **kwargs)

    def select_notifications(self, start: int | None, limit: int, stop: int | None = None, topics: Sequence[str] = (),
                             *, inclusive_of_start: bool = True) -> Sequence[library.Notification]:
        position = facts.c.position
        query = select(*facts.columns).where(facts.c.practice == self._practice)
        if start is not None:
            query = query.where(position >= start if inclusive_of_start else position > start)
        if stop is not None:
            query = query.where(position <= stop)
        if topics:
            query = query.where(facts.c.name.in_(topics))
        return [notification(row) for row in self._rows(query.order_by(position).limit(limit))]

    def max_notification_id(self) -> int | None:
        rows = self._rows(select(*facts.columns).where(
            facts.c.practice == self._practice).order_by(facts.c.position.desc()).limit(1))
        return rows[0].position if rows else None

    def subscribe(self, gt: int | None = None, topics: Sequence[str] = ()
                  ) -> library.Subscription[library.ApplicationRecorder]:
        return LogSubscription(self, self._log, self._practice, gt, topics)


class LogSubscription(library.Subscription[LogApplicationRecorder]):
    """Every event of the practice, the coming ones too, until `stop`; the reader's own thread does the reading."""

    def __init__(self, recorder: LogApplicationRecorder, log: EventLog, practice: str, gt: int | None,
                 topics: Sequence[str]) -> None:
        super().__init__(recorder, gt, topics)
        self._log, self._practice, self._after = log, practice, gt or 0
        self._ready: deque[library.Notification] = deque()

    def stop(self) -> None:
        """End the iteration, from whichever thread."""
        super().stop()
        self._log.news.tell()

    def __next__(self) -> library.Notification:
        while not (self._has_been_stopped or self._log.news.closed):
            if self._ready:
                return self._ready.popleft()
            with library_errors():
                self._wait()
        raise StopIteration

    def _wait(self) -> None:
        for rows in self._log.tail(self._after, POLL_SECONDS):
            self._after = rows[-1].position
            self._ready.extend(notification(row) for row in rows if row.practice == self._practice
                               and (not self._topics or row.name in self._topics))
            return


def notification(row: Row) -> library.Notification:
    """A stored row as the library knows it."""
    return library.Notification(_id_of(row.stream), row.version, row.name, row.body, row.position)


def _id_of(stream: str) -> UUID | str:
    try:
        found = UUID(stream)
    except ValueError:
        return stream
    return found if str(found) == stream else stream


@contextmanager
def library_errors() -> Iterator[None]:
    """Say in the library's errors what the log said in ours."""
    try:
        yield
    except Conflict as error:
        raise library.IntegrityError(str(error)) from None
    except InvalidInput as error:
        raise library.DataError(str(error)) from None
    except MetError as error:
        raise library.OperationalError(str(error)) from None
