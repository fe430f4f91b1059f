"""What may be asked of a practice."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from msgspec import Meta as Bounds

from aggregates.kernel.house import ISSUERS
from aggregates.kernel.messages import Command
from aggregates.practice.roles import Role

Name = Annotated[str, Bounds(min_length=1, max_length=200, description="text of 1 to 200 characters")]
PersonId = Annotated[str, Bounds(pattern=r"^[a-z][a-z0-9-]{0,30}$",
                                 description="a letter, then up to 30 lower-case letters, digits and dashes")]
Weekday = Annotated[int, Bounds(ge=0, le=6, description="a whole number from 0 (Monday) to 6")]
Basis = Literal["consent withdrawn", "retention over", "court order", "entered in error"]


class FoundPractice(Command, frozen=True, kw_only=True):
    """Begin a practice with its owner."""

    name: Name
    timezone: Name
    owner: PersonId
    owner_name: Name
    profile: Literal["training", "therapy"] = "training"
    licence_id: Name | None = None
    clearance_policy: Literal["always", "meti365"] = "always"
    accepted_issuers: tuple[Name, ...] = ISSUERS


class AddPerson(Command, frozen=True, kw_only=True):
    """Let somebody work here."""

    person: PersonId
    name: Name
    role: Role


class GiveRole(Command, frozen=True, kw_only=True):
    """Change somebody's role."""

    person: PersonId
    role: Role


class RemovePerson(Command, frozen=True, kw_only=True):
    """End somebody's work here; their id is never given again."""

    person: PersonId


class AddReferralSource(Command, frozen=True, kw_only=True):
    """Know a clinician who refers clients."""

    name: Name
    profession: Name
    contact: Annotated[str, Bounds(max_length=400, description="text of at most 400 characters")] = ""


class SetCalendar(Command, frozen=True, kw_only=True):
    """Say on which days the practice works."""

    working_days: tuple[Weekday, ...]
    holidays: tuple[date, ...] = ()


class AdoptProtocol(Command, frozen=True, kw_only=True):
    """Let a protocol pack decide for clients who are registered from now on."""

    pack: Name
    title: Name


class EraseClient(Command, frozen=True, kw_only=True):
    """Decide to destroy a client's key. The door adds what it checked."""

    client: Name
    reason: Name
    basis: Basis
    key_id: Name = ""
    holds: int = 0
    last_contact: date | None = None


class AcceptLoss(Command, frozen=True, kw_only=True):
    """Record that the log goes on from a backup, without what came behind it."""

    by: PersonId
    reason: Name
    kept: int
    kept_epoch: int
    epoch: int
    lost_until: int = 0
    heads: tuple[str, ...] = ()


class CompleteErasure(Command, frozen=True, kw_only=True):
    """Certify that a client's key is gone, and what was checked."""

    client: Name
    basis: Name
    checked: tuple[Name, ...]
    again: bool = False
