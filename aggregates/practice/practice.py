"""Practice: decides who works here in which role, and what the practice has settled."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from aggregates.kernel.errors import InvalidInput
from aggregates.kernel.event_sourced import EventSourced
from aggregates.kernel.house import House
from aggregates.kernel.messages import Command, Fact
from aggregates.kernel.rules import broken_among
from aggregates.practice import commands as c
from aggregates.practice import facts as f
from aggregates.practice.context import PracticeContext
from aggregates.practice.memory import Person, PracticeMemory
from aggregates.practice.rules import RULES


class Practice(EventSourced):
    """One practice."""

    def __init__(self) -> None:
        self.memory = PracticeMemory()
        self._house: House | None = None

    def house(self, slug: str) -> House:
        """What other aggregates need to know of the practice."""
        if self._house is None:
            m = self.memory
            self._house = House(
                practice=slug, timezone=m.timezone, profile=m.profile, clearance_policy=m.clearance_policy,
                accepted_issuers=m.accepted_issuers, working_days=m.working_days, holidays=m.holidays)
        return self._house

    def handle(self, command: Command, context: PracticeContext) -> None:
        """Decide: facts, or a refusal with every broken rule."""
        broken = broken_among(RULES.get(type(command), ()), self.memory, command, context)
        if broken:
            self._record(f.PracticeCommandRefused(
                **self._stamp(context), command=type(command).__name__, asked=msgspec.to_builtins(command),
                broken=broken))
            return
        for kind, content in _tell(command):
            self._record(kind(**self._stamp(context), **content))

    def when(self, fact: Fact) -> None:
        """Remember; never fails."""
        self._house = None
        remember(self.memory, fact)


Told = Iterator[tuple[type[f.PracticeFact], dict[str, Any]]]


def _tell(command: Command) -> Told:
    match command:
        case c.FoundPractice():
            yield f.PracticeFounded, {name: getattr(command, name) for name in (
                "name", "timezone", "profile", "clearance_policy", "accepted_issuers", "licence_id")}
            yield f.PersonAdded, {"person": command.owner, "name": command.owner_name, "role": "owner"}
        case c.AddPerson():
            yield f.PersonAdded, {"person": command.person, "name": command.name, "role": command.role}
        case c.GiveRole():
            yield f.RoleGiven, {"person": command.person, "role": command.role}
        case c.RemovePerson():
            yield f.PersonRemoved, {"person": command.person}
        case c.AddReferralSource():
            yield f.ReferralSourceAdded, {"name": command.name, "profession": command.profession,
                                          "contact": command.contact}
        case c.SetCalendar():
            yield f.CalendarSet, {"working_days": command.working_days, "holidays": command.holidays}
        case c.AdoptProtocol():
            yield f.ProtocolAdopted, {"pack": command.pack, "title": command.title}
        case c.EraseClient():
            yield f.ErasureDecided, {"client": command.client, "reason": command.reason, "basis": command.basis,
                                     "key_id": command.key_id, "last_contact": command.last_contact}
        case c.CompleteErasure():
            yield f.ErasureCertified, {"client": command.client, "basis": command.basis,
                                       "checked": command.checked, "again": command.again}
        case c.AcceptLoss():
            yield f.LossAccepted, {name: getattr(command, name) for name in (
                "by", "reason", "kept", "kept_epoch", "epoch", "lost_until", "heads")}
        case _:
            raise InvalidInput(f"{type(command).__name__}: is not a command to a practice")


def remember(practice: PracticeMemory, fact: Fact) -> None:
    """Let *practice* remember *fact*."""
    match fact:
        case f.PracticeFounded():
            practice.founded, practice.name, practice.timezone = True, fact.name, fact.timezone
            practice.profile, practice.clearance_policy = fact.profile, fact.clearance_policy
            practice.accepted_issuers = fact.accepted_issuers
        case f.PersonAdded():
            practice.people = {**practice.people, fact.person: Person(name=fact.name, role=fact.role)}
        case f.RoleGiven() if fact.person in practice.people:
            practice.people[fact.person].role = fact.role
        case f.PersonRemoved() if fact.person in practice.people:
            practice.people[fact.person].works = False
        case f.ReferralSourceAdded():
            practice.sources = {**practice.sources, fact.name: fact.profession}
        case f.CalendarSet():
            practice.working_days, practice.holidays = fact.working_days, fact.holidays
        case f.ProtocolAdopted():
            practice.pack = fact.pack
        case f.ErasureDecided():
            practice.erasing = {**practice.erasing, fact.client: (fact.key_id, fact.basis)}
        case f.ErasureCertified():
            practice.erasing = {k: v for k, v in practice.erasing.items() if k != fact.client}
            practice.erased = tuple(dict.fromkeys((*practice.erased, fact.client)))


