"""What can have happened in a practice. This is the storage format: only ever add."""

from __future__ import annotations

from datetime import date
from typing import Any

from aggregates.kernel.messages import Fact
from aggregates.kernel.rules import BrokenRule


class PracticeFact(Fact):
    """A fact of a practice."""


class PracticeFounded(PracticeFact):
    TOPIC = "practice.founded"
    name: str
    timezone: str
    profile: str
    clearance_policy: str
    accepted_issuers: tuple[str, ...]
    licence_id: str | None = None


class PersonAdded(PracticeFact):
    TOPIC = "practice.person_added"
    person: str
    name: str
    role: str


class RoleGiven(PracticeFact):
    TOPIC = "practice.role_given"
    person: str
    role: str


class PersonRemoved(PracticeFact):
    TOPIC = "practice.person_removed"
    person: str


class ReferralSourceAdded(PracticeFact):
    TOPIC = "practice.referral_source_added"
    name: str
    profession: str
    contact: str = ""


class CalendarSet(PracticeFact):
    TOPIC = "practice.calendar_set"
    working_days: tuple[int, ...]
    holidays: tuple[date, ...] = ()


class ProtocolAdopted(PracticeFact):
    TOPIC = "practice.protocol_adopted"
    pack: str
    title: str


class ErasureDecided(PracticeFact):
    """Who decided to erase which client, on which basis, and what was checked before."""

    TOPIC = "practice.erasure_decided"
    client: str
    reason: str
    basis: str
    key_id: str
    last_contact: date | None = None


class ErasureCertified(PracticeFact):
    """The key is gone; `again` after a restored backup had brought it back."""

    TOPIC = "practice.erasure_certified"
    client: str
    basis: str
    checked: tuple[str, ...]
    again: bool = False


class LossAccepted(PracticeFact):
    """Who let the log go on from a backup without what was recorded behind position `kept`, and why.

    `heads` are the signed checkpoints of what is gone, the newest of each epoch; with none, nothing outside told how
    much that is, and `lost_until` is 0.
    """

    TOPIC = "practice.loss_accepted"
    by: str
    reason: str
    kept: int
    kept_epoch: int
    epoch: int
    lost_until: int = 0
    heads: tuple[str, ...] = ()


class PracticeCommandRefused(PracticeFact):
    TOPIC = "practice.command_refused"
    command: str
    asked: dict[str, Any]
    broken: tuple[BrokenRule, ...]


PRACTICE_FACTS: tuple[type[PracticeFact], ...] = tuple(PracticeFact.__subclasses__())
