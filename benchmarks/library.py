# ruff: noqa: ARG002  (the library stores an event's arguments by its own decorator)
"""Their side: the stock `eventsourcing` library on its own module for the same database, everything at its default."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID, uuid4

from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event

from aggregates.client_care.commands import RecordStatement
from benchmarks.databases import Place


class Care(Aggregate):
    """One client's care, as the library's own documentation would write it."""

    @event("Registered")
    def __init__(self, name: str) -> None:
        self.name, self.statements = name, 0

    def say(self, command: RecordStatement) -> None:
        """Decide, and tell the fact."""
        if not self.name:
            raise ValueError("no client")
        self._said(source=command.source, words=command.words, about=command.about, activity=command.activity)

    @event("StatementRecorded")
    def _said(self, source: str, words: str, about: str, activity: str | None) -> None:
        self.statements += 1

    @event("StatementRecordedByWhom")
    def said_by(self, source: str, words: str, about: str, activity: str | None, actor_kind: str, actor: str,
                role: str, channel: str, purpose: str, occurred_at: datetime, command_id: UUID, protocol: str,
                phase: str) -> None:
        """The same fact with everything that our row says about it."""
        self.statements += 1


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
    return Application(environment)


def register(app: Application[UUID], command: RecordStatement, facts: int = 10) -> UUID:
    """An aggregate with a history of *facts* events."""
    care = Care("Client One")
    for turn in range(1, facts):
        care.say(command)
        if turn % 500 == 0:
            app.save(care)
    app.save(care)
    return care.id


def say(app: Application[UUID], care_id: UUID, command: RecordStatement) -> None:
    """Load, decide, save: one event."""
    care: Any = app.repository.get(care_id)
    care.say(command)
    app.save(care)


def with_everything(app: Application[UUID], command: RecordStatement, now: datetime, facts: int = 10) -> None:
    """An aggregate whose events say who asked, in which role, why and when, as our rows do."""
    care = Care("Client One")
    for _ in range(facts):
        care.said_by(command.source, command.words, command.about, command.activity, "person", "olivia", "owner",
                     "cli", "care", now, uuid4(), "0" * 32, "screening")
    app.save(care)
