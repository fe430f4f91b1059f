"""The practice of a history: founded by its owner, with its people and referral sources."""

from __future__ import annotations

from collections.abc import Iterator

from aggregates.kernel.errors import InvalidInput
from aggregates.kernel.messages import Command
from aggregates.practice.commands import AddReferralSource, FoundPractice
from workflow.engine.histories import History, Person
from workflow.engine.parsing import parse_command


def owner_of(history: History) -> Person:
    """Who founds the practice."""
    owner = next((each for each in history.practice.people if each.role == "owner"), None)
    if owner is None:
        raise InvalidInput("history: practice.people must name an owner")
    return owner


def founding(history: History) -> Iterator[tuple[str, Command]]:
    """Every command that it takes, each with the name under which it is sent only once."""
    given, owner = history.practice, owner_of(history)
    yield "founded", FoundPractice(
        name=given.name, timezone=given.timezone, owner=owner.id, owner_name=owner.name,
        profile=given.profile, clearance_policy=given.clearance_policy,  # type: ignore[arg-type]
        licence_id=given.licence_id)
    for each in given.people:
        if each is not owner:
            yield f"person/{each.id}", parse_command(
                "add_person", {"person": each.id, "name": each.name, "role": each.role})
    for source in given.sources:
        yield f"source/{source.name}", AddReferralSource(name=source.name, profession=source.profession)
