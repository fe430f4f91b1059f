"""What a practice remembers."""

from __future__ import annotations

from datetime import date

import msgspec

from aggregates.kernel.house import ISSUERS


class Person(msgspec.Struct, kw_only=True):
    """Somebody who works or worked here."""

    name: str
    role: str
    works: bool = True

    def __repr__(self) -> str:
        return f"<Person {self.role}>"


class PracticeMemory(msgspec.Struct, kw_only=True):
    """The memory of a practice."""

    founded: bool = False
    name: str = ""
    timezone: str = "UTC"
    profile: str = "training"
    clearance_policy: str = "always"
    accepted_issuers: tuple[str, ...] = ISSUERS
    working_days: tuple[int, ...] = (0, 1, 2, 3, 4)
    holidays: tuple[date, ...] = ()
    people: dict[str, Person] = {}
    sources: dict[str, str] = {}
    pack: str = ""
    erasing: dict[str, tuple[str, str]] = {}
    erased: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return "<PracticeMemory>"

    def role_of(self, person: str) -> str | None:
        """The role of somebody who works here now."""
        found = self.people.get(person)
        return found.role if found is not None and found.works else None
