"""Rules of a practice."""

from __future__ import annotations

from zoneinfo import available_timezones

from aggregates.kernel.house import months_later
from aggregates.kernel.messages import Command
from aggregates.kernel.rules import Finding, Rule, finding, rule
from aggregates.practice import commands as c
from aggregates.practice.context import PracticeContext
from aggregates.practice.memory import PracticeMemory


@rule(unlock="nothing: the practice exists already", supplier="nobody")
def practice_is_new(practice: PracticeMemory, _command: c.FoundPractice, _context: PracticeContext) -> Finding:
    """HSE-01: a practice is founded once."""
    return finding(not practice.founded)


@rule(unlock="a time zone of the IANA database", supplier="the owner")
def time_zone_is_known(_practice: PracticeMemory, command: c.FoundPractice, _context: PracticeContext) -> Finding:
    """HSE-02: deadlines need a real time zone."""
    return finding(command.timezone in available_timezones(), timezone=command.timezone)


@rule(unlock="the practice's licence id", supplier="the owner")
def therapy_has_a_licence(_practice: PracticeMemory, command: c.FoundPractice, _context: PracticeContext) -> Finding:
    """HSE-03: the profile therapy is for licensed practices."""
    return finding(command.profile != "therapy" or command.licence_id is not None, profile=command.profile)


@rule(unlock="an id that was never used", supplier="the owner")
def person_is_new(practice: PracticeMemory, command: c.AddPerson, _context: PracticeContext) -> Finding:
    """HSE-04: a person's id is never given to somebody else."""
    return finding(command.person not in practice.people, person=command.person)


@rule(unlock="somebody who works here", supplier="the owner")
def person_works_here(practice: PracticeMemory, command: c.GiveRole | c.RemovePerson, _context: PracticeContext
                      ) -> Finding:
    """HSE-05: only somebody who works here changes role or leaves."""
    return finding(practice.role_of(command.person) is not None, person=command.person)


@rule(unlock="another owner first", supplier="the owner")
def an_owner_remains(practice: PracticeMemory, command: c.GiveRole | c.RemovePerson, _context: PracticeContext
                     ) -> Finding:
    """HSE-06: a practice keeps at least one owner."""
    stays = isinstance(command, c.GiveRole) and command.role == "owner"
    owners = [p for p, person in practice.people.items() if person.role == "owner" and person.works]
    return finding(stays or owners != [command.person], owners=len(owners))


@rule(unlock="at least one working day", supplier="the owner")
def a_working_day_remains(_practice: PracticeMemory, command: c.SetCalendar, _context: PracticeContext) -> Finding:
    """HSE-07: deadlines in working days need a week with at least one."""
    return finding(bool(command.working_days), working_days=len(command.working_days))


@rule(unlock="the end of the hold", supplier="the owner")
def no_hold_forbids_erasure(_practice: PracticeMemory, command: c.EraseClient, _context: PracticeContext) -> Finding:
    """PRV-07: a retention hold forbids erasure on any basis."""
    return finding(command.holds == 0, holds=command.holds)


@rule(unlock="the end of the retention period, or another legal basis", supplier="the owner")
def retention_is_over(_practice: PracticeMemory, command: c.EraseClient, context: PracticeContext) -> Finding:
    """PRV-06: on the basis that retention is over, its years have passed since the last contact."""
    if command.basis != "retention over" or command.last_contact is None:
        return finding(True)
    until = months_later(command.last_contact, 12 * context.retention_years)
    return finding(context.today > until, retained_until=until.isoformat(), years=context.retention_years)


@rule(unlock="a client who is not erased", supplier="nobody")
def client_is_not_erased(practice: PracticeMemory, command: c.EraseClient, _context: PracticeContext) -> Finding:
    """PRV-05: a client is erased once."""
    return finding(command.client not in practice.erased)


@rule(unlock="a protocol pack that is installed", supplier="whoever runs the engine")
def pack_is_installed(_practice: PracticeMemory, command: c.AdoptProtocol, context: PracticeContext) -> Finding:
    """HSE-08: only an installed protocol pack is adopted."""
    return finding(command.pack in context.installed_packs, installed=len(context.installed_packs))


RULES: dict[type[Command], tuple[Rule[PracticeMemory, object], ...]] = {
    c.FoundPractice: (practice_is_new, time_zone_is_known, therapy_has_a_licence),  # type: ignore[dict-item]
    c.AddPerson: (person_is_new,),  # type: ignore[dict-item]
    c.GiveRole: (person_works_here, an_owner_remains),  # type: ignore[dict-item]
    c.RemovePerson: (person_works_here, an_owner_remains),  # type: ignore[dict-item]
    c.SetCalendar: (a_working_day_remains,),  # type: ignore[dict-item]
    c.AdoptProtocol: (pack_is_installed,),  # type: ignore[dict-item]
    c.EraseClient: (client_is_not_erased, no_hold_forbids_erasure, retention_is_over),  # type: ignore[dict-item]
}
