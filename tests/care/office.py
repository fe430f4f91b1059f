"""A rehearsal office in a directory of its own, and one client whose commands go through its door."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from uuid import uuid4

from aggregates.client_care.care import ClientCare
from aggregates.kernel.messages import Command
from aggregates.practice.commands import AddPerson, FoundPractice
from tests.care.scenario import Scenario
from workflow.bootstrap import Office, create, open_office
from workflow.clocks import VirtualClock
from workflow.engine.requests import Answer, Request, Who
from workflow.settings import Settings, settings

PRACTICE = "oslo"
BEGIN = Scenario.utc("2026-01-05T08:00")
OWNER = Who("person", "olivia")


class Desk:
    """Asks at the door of one practice; an hour passes before each question unless told otherwise."""

    def __init__(self, where: Settings) -> None:
        self.where, self.office, self.now = where, create(where, rehearsal=True), BEGIN
        self.ask(FoundPractice(name="Oslo Trening", timezone="Europe/Oslo", owner="olivia", owner_name="Olivia"),
                 stream=f"practice:{PRACTICE}")
        for person, role in (("anna", "coach"), ("mia", "front desk"), ("ada", "medical adviser"), ("rey", "reviewer")):
            self.ask(AddPerson(person=person, name=person, role=role),  # type: ignore[arg-type]
                     stream=f"practice:{PRACTICE}")

    def ask(self, command: Command, *, client: str = "client-a", stream: str = "", who: Who = OWNER,
            at: datetime | None = None) -> Answer:
        """What the door answers."""
        self.now = at or self.now + timedelta(hours=1)
        self.set_clock(self.office)
        return self.office.door(PRACTICE).handle(Request(PRACTICE, stream or f"care:{client}", command, who, uuid4()))

    def set_clock(self, office: Office) -> None:
        """Let the office's clock show the time of the test."""
        assert isinstance(office.virtual, VirtualClock)
        office.virtual.set(self.now)

    def reopen(self) -> None:
        """Close the office and open it again, as after a restart."""
        self.office.close()
        self.office = open_office(self.where)
        self.set_clock(self.office)

    def facts(self, stream: str) -> list[object]:
        """A stream's facts, read from the log."""
        return list(self.office.door(PRACTICE).streams.history(stream).facts)

    def replayed(self, client: str = "client-a") -> ClientCare:
        """A client's care as the log alone tells it."""
        care = ClientCare.replay(None, self.office.door(PRACTICE).streams.history(f"care:{client}").facts)
        assert care is not None
        return care


@contextmanager
def a_desk(home: Path, environment: Mapping[str, str] | None = None) -> Iterator[Desk]:
    """A desk whose office is closed in the end."""
    desk = Desk(settings(home, environment or {}))
    try:
        yield desk
    finally:
        desk.office.close()
