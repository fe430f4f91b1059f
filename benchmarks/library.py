# ruff: noqa: ARG002  (the library stores an event's arguments by its own decorator)
"""Their side: the stock `eventsourcing` library on its own module for the same database, everything at its default.

An event exists here in two kinds. The one has *the same information* as our fact: who, in which role, on whose behalf,
through which channel, why, when it was so, which command, conversation and cause, under which protocol, in which
phase. Its ids and times go through the library's own transcodings, and a session is the same typed value as in our
fact, through a transcoding as the library's documentation shows it. The other kind has the content alone, as plain
JSON. A target is judged on the same information.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, NamedTuple
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import msgspec
from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event
from eventsourcing.persistence import Transcoder, Transcoding

from aggregates.client_care.commands import RecordStatement
from aggregates.client_care.contents import Session
from benchmarks.databases import Place

SESSIONS_KEPT = 12


class By(NamedTuple):
    """What our facts say beside their content; the recorded time is the library's own timestamp."""

    actor_kind: str
    actor: str
    role: str
    on_behalf_of: str | None
    channel: str
    purpose: str
    occurred_at: datetime
    command_id: UUID
    correlation_id: UUID | None
    causation: int | None
    protocol: str
    phase: str


def by_the_owner() -> By:
    """The same as our facts of the benchmarks say, now."""
    return By("person", "olivia", "owner", None, "cli", "care", datetime.now(UTC), uuid4(), None, None, "0" * 32,
              "active_training")


class SessionAsJSON(Transcoding):
    """A session as the JSON that our own facts hold."""

    type = Session
    name = "session"

    def encode(self, obj: Session) -> Any:
        """Plain values."""
        return msgspec.json.decode(msgspec.json.encode(obj))

    def decode(self, data: Any) -> Session:
        """The typed value, every field checked."""
        return msgspec.convert(data, Session)


class Care(Aggregate):
    """One client's care, as the library's own documentation would write it; it remembers what ours remembers."""

    @event("Registered")
    def __init__(self, name: str) -> None:
        self.name, self.statements, self.phase = name, 0, "screening"
        self.last_contact: datetime | None = None
        self.sessions: list[dict[str, Any]] = []

    def say(self, command: RecordStatement) -> None:
        """Decide, and tell the fact."""
        self._must_exist()
        self._said(source=command.source, words=command.words, about=command.about, activity=command.activity)

    def say_with_everything(self, command: RecordStatement, by: By) -> None:
        """The same with everything that our row says about it."""
        self._must_exist()
        self._said_by(source=command.source, words=command.words, about=command.about, activity=command.activity,
                      **by._asdict())

    def _must_exist(self) -> None:
        if not self.name:
            raise ValueError("no client")

    @event("StatementRecorded")
    def _said(self, source: str, words: str, about: str, activity: str | None) -> None:
        self.statements += 1

    @event("StatementRecordedBy")
    def _said_by(self, source: str, words: str, about: str, activity: str | None, actor_kind: str, actor: str,
                 role: str, on_behalf_of: str | None, channel: str, purpose: str, occurred_at: datetime,
                 command_id: UUID, correlation_id: UUID | None, causation: int | None, protocol: str, phase: str
                 ) -> None:
        self.statements += 1
        self.phase, self.last_contact = phase, occurred_at

    @event("SessionRecorded")
    def train(self, session: dict[str, Any]) -> None:
        """A session's content alone, as plain JSON."""
        get = session.get
        self._keep(get("pain_worst"), get("pain_after"), get("pain_ten_minutes_later"), get("done"), get("signed"))

    @event("SessionRecordedBy")
    def train_with_everything(
            self, session: Session, actor_kind: str, actor: str, role: str, on_behalf_of: str | None, channel: str,
            purpose: str, occurred_at: datetime, command_id: UUID, correlation_id: UUID | None, causation: int | None,
            protocol: str, phase: str) -> None:
        """A session with everything that our row says about it, and as the same typed value."""
        self._keep(session.pain_worst, session.pain_after, session.pain_ten_minutes_later, session.done,
                   session.signed)
        self.phase, self.last_contact = phase, occurred_at

    def _keep(self, worst: int | None, after: int | None, later: int | None, done: str | None, signed: bool | None
              ) -> None:
        for each in (after, later):
            if each is not None and (worst is None or each > worst):
                worst = each
        self.sessions.append({"pain_worst": worst, "pain_later": later, "done": done, "signed": signed})
        del self.sessions[:-SESSIONS_KEPT]


class App(Application[UUID]):
    """The library's application, which knows how a session is written."""

    def register_transcodings(self, transcoder: Transcoder) -> None:
        """The library's own and ours."""
        super().register_transcodings(transcoder)
        transcoder.register(SessionAsJSON())


def new_application(place: Place, **more: str) -> Application[UUID]:
    """An application on a fresh database."""
    environment = {"PERSISTENCE_MODULE": f"eventsourcing.{place.kind}", **more}
    if place.kind == "sqlite":
        environment |= {"SQLITE_DBNAME": str(place.directory() / "library.db"), "SQLITE_LOCK_TIMEOUT": "30"}
    else:
        url = urlsplit(place.database())
        environment |= {"POSTGRES_DBNAME": url.path[1:], "POSTGRES_HOST": str(url.hostname),
                        "POSTGRES_PORT": str(url.port), "POSTGRES_USER": str(url.username), "POSTGRES_PASSWORD": "x",
                        "POSTGRES_POOL_SIZE": "18", "POSTGRES_MAX_OVERFLOW": "10"}
    return App(environment)


def register(app: Application[UUID], command: RecordStatement, facts: int = 10) -> UUID:
    """An aggregate with a history of *facts* events that say their content alone."""
    return _stored(app, facts, lambda care: care.say(command))


def say(app: Application[UUID], care_id: UUID, command: RecordStatement) -> None:
    """Load, decide, save: one event of its content alone."""
    care: Any = app.repository.get(care_id)
    care.say(command)
    app.save(care)


def register_with_everything(app: Application[UUID], command: RecordStatement, facts: int = 10) -> UUID:
    """An aggregate with a history of *facts* events that say what our rows say."""
    return _stored(app, facts, lambda care: care.say_with_everything(command, by_the_owner()))


def say_with_everything(app: Application[UUID], care_id: UUID, command: RecordStatement) -> None:
    """Load, decide, save: one event with the same information as our fact."""
    care: Any = app.repository.get(care_id)
    care.say_with_everything(command, by_the_owner())
    app.save(care)


def train(app: Application[UUID], session: Session, facts: int) -> UUID:
    """An aggregate with a history of *facts* sessions, their content alone."""
    plain = msgspec.json.decode(msgspec.json.encode(session))
    return _stored(app, facts, lambda care: care.train(session=plain))


def train_with_everything(app: Application[UUID], session: Session, facts: int) -> UUID:
    """An aggregate with a history of *facts* sessions that say what our rows say."""
    return _stored(app, facts, lambda care: care.train_with_everything(session=session, **by_the_owner()._asdict()))


def train_on(app: Application[UUID], care_id: UUID, session: Session, facts: int) -> None:
    """More sessions with everything for an aggregate."""
    care: Any = app.repository.get(care_id)
    for _ in range(facts):
        care.train_with_everything(session=session, **by_the_owner()._asdict())
    app.save(care)


def _stored(app: Application[UUID], facts: int, tell: Callable[[Care], None]) -> UUID:
    care = Care("Client One")
    for turn in range(1, facts):
        tell(care)
        if turn % 500 == 0:
            app.save(care)
    app.save(care)
    return care.id
