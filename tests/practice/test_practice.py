"""What a practice settles: its people, its calendar, its licence, and when a client may be erased."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import msgspec
import pytest

from aggregates.kernel.messages import Command
from aggregates.practice import commands as c
from aggregates.practice import facts as f
from aggregates.practice.context import PracticeContext
from aggregates.practice.practice import Practice

NOW = datetime(2026, 3, 3, 9, tzinfo=UTC)
FOUND = c.FoundPractice(name="Oslo Trening", timezone="Europe/Oslo", owner="olivia", owner_name="Olivia")
ANNA = c.AddPerson(person="anna", name="Anna", role="coach")
TODAY = date(2026, 3, 3)
ERASE = c.EraseClient(
    client="client-a", reason="asked for it", basis="consent withdrawn", last_contact=date(2020, 1, 31))


def practice(*steps: Command) -> Practice:
    """A practice to which these steps happened, all of them admitted."""
    it = Practice.begin("practice:oslo", NOW)
    for step in steps:
        assert not isinstance(told(it, step)[0], f.PracticeCommandRefused)
    return it


def told(it: Practice, command: Command, today: date = TODAY) -> list[Any]:
    """The facts of one command."""
    list(it.collect_events())
    it.handle(command, PracticeContext(
        command_id=UUID(int=1), actor_kind="person", actor="olivia", role="owner", channel="test", purpose="care",
        now=NOW, occurred_at=NOW, today=today, installed_packs=("a-pack",)))
    return list(it.collect_events())


def refused(it: Practice, command: Command, today: date = TODAY) -> list[str]:
    """The names of the rules that a command broke; nothing else is told or remembered."""
    before = msgspec.to_builtins(it.memory)
    (fact,) = told(it, command, today)
    assert isinstance(fact, f.PracticeCommandRefused)
    assert msgspec.to_builtins(it.memory) == before
    return [each.name for each in fact.broken]


def test_a_practice_is_founded_once_with_its_owner() -> None:
    it = practice(FOUND)
    assert it.memory.role_of("olivia") == "owner"
    assert refused(it, FOUND) == ["practice_is_new"]


def test_deadlines_need_a_real_time_zone_and_therapy_a_licence() -> None:
    strange = msgspec.structs.replace(FOUND, timezone="Mars/Olympus", profile="therapy")
    assert refused(Practice.begin("practice:oslo", NOW), strange) == ["time_zone_is_known", "therapy_has_a_licence"]
    licensed = practice(msgspec.structs.replace(FOUND, profile="therapy", licence_id="PT-1"))
    assert licensed.house("oslo").profile == "therapy"


def test_an_id_is_never_given_to_somebody_else_also_after_the_first_has_left() -> None:
    assert refused(practice(FOUND, ANNA), ANNA) == ["person_is_new"]
    assert refused(practice(FOUND, ANNA, c.RemovePerson(person="anna")), ANNA) == ["person_is_new"]


@pytest.mark.parametrize("command", [c.GiveRole(person="eve", role="coach"), c.RemovePerson(person="eve")])
def test_only_somebody_who_works_here_changes_role_or_leaves(command: Command) -> None:
    assert refused(practice(FOUND), command) == ["person_works_here"]
    gone = practice(FOUND, c.AddPerson(person="eve", name="Eve", role="coach"), c.RemovePerson(person="eve"))
    assert refused(gone, command) == ["person_works_here"]


@pytest.mark.parametrize("command", [c.GiveRole(person="olivia", role="coach"), c.RemovePerson(person="olivia")])
def test_the_last_owner_stays_until_there_is_another(command: Command) -> None:
    assert refused(practice(FOUND, ANNA), command) == ["an_owner_remains"]
    practice(FOUND, ANNA, c.GiveRole(person="anna", role="owner"), command)


def test_the_last_owner_may_be_given_the_role_of_owner_again() -> None:
    assert practice(FOUND, c.GiveRole(person="olivia", role="owner")).memory.role_of("olivia") == "owner"


def test_a_week_has_at_least_one_working_day() -> None:
    assert refused(practice(FOUND), c.SetCalendar(working_days=())) == ["a_working_day_remains"]
    it = practice(FOUND, c.SetCalendar(working_days=(5,), holidays=(date(2026, 12, 26),)))
    assert it.house("oslo").works_on(date(2026, 12, 19))
    assert not it.house("oslo").works_on(date(2026, 12, 26))


@pytest.mark.parametrize("basis", ["consent withdrawn", "retention over", "court order", "entered in error"])
def test_a_hold_forbids_erasure_on_any_basis(basis: str) -> None:
    held = msgspec.structs.replace(ERASE, basis=basis, holds=1, last_contact=date(2001, 1, 1))
    assert refused(practice(FOUND), held) == ["no_hold_forbids_erasure"]
    practice(FOUND, msgspec.structs.replace(held, holds=0))


def test_on_the_basis_of_retention_its_last_day_still_counts() -> None:
    over = msgspec.structs.replace(ERASE, basis="retention over", last_contact=date(2019, 3, 3))
    assert refused(practice(FOUND), over, today=date(2026, 3, 3)) == ["retention_is_over"]
    assert isinstance(told(practice(FOUND), over, today=date(2026, 3, 4))[0], f.ErasureDecided)


def test_retention_ends_on_the_last_day_of_a_shorter_month() -> None:
    leap = msgspec.structs.replace(ERASE, basis="retention over", last_contact=date(2020, 2, 29))
    assert refused(practice(FOUND), leap, today=date(2027, 2, 28)) == ["retention_is_over"]
    assert isinstance(told(practice(FOUND), leap, today=date(2027, 3, 1))[0], f.ErasureDecided)


def test_every_rule_that_stands_against_an_erasure_is_named_at_once() -> None:
    it = practice(FOUND, ERASE, c.CompleteErasure(client="client-a", basis="consent withdrawn", checked=("no hold",)))
    again = msgspec.structs.replace(ERASE, basis="retention over", holds=2, last_contact=date(2026, 1, 1))
    assert refused(it, again) == ["client_is_not_erased", "no_hold_forbids_erasure", "retention_is_over"]


def test_an_erasure_is_open_from_its_decision_to_its_certificate() -> None:
    it = practice(FOUND, ERASE)
    assert list(it.memory.erasing) == ["client-a"]
    told(it, c.CompleteErasure(client="client-a", basis="consent withdrawn", checked=("no hold",)))
    assert (dict(it.memory.erasing), it.memory.erased) == ({}, ("client-a",))


def test_only_an_installed_protocol_pack_is_adopted() -> None:
    it = practice(FOUND)
    assert refused(it, c.AdoptProtocol(pack="another-pack", title="Another")) == ["pack_is_installed"]
    told(it, c.AdoptProtocol(pack="a-pack", title="Ours"))
    assert it.memory.pack == "a-pack"
