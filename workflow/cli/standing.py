"""Where a client stands: what is in force, what is missing, what may be done now, what is refused and why."""

from __future__ import annotations

import json
from datetime import tzinfo
from pathlib import Path
from typing import Any

import msgspec
from rich.markup import escape

from aggregates.client_care.contents import Deadline
from aggregates.client_care.memory import CareMemory
from aggregates.client_care.phases import Phase, words
from aggregates.kernel.rules import BrokenRule
from projections.conditions import checked_as
from projections.deadline_names import name_of
from projections.filled import exercise
from projections.notices import notices
from projections.releases import ReleaseTold
from projections.told_decisions import seen, to_do_now, unlock_words
from projections.words import when
from workflow.access.reading import note_reading
from workflow.cli.erased import show_erasure
from workflow.cli.exits import NOT_FOUND, say
from workflow.cli.office import damage_is_named, opened, practice_of, who
from workflow.cli.show import console, help_in_words, one_line, put, weighed
from workflow.cli.times import zone_of
from workflow.engine.letters import LetterTold, letters_about
from workflow.engine.next_steps import NextStep, next_steps
from workflow.engine.packs_at_hand import names_for
from workflow.engine.replay_of_practice import is_erased
from workflow.engine.standing import Standing, standing


def show_client(client: str, home: Path | None, practice: str | None, actor: str | None, purpose: str, as_json: bool
                ) -> None:
    """A client's care as it stands."""
    with opened(home) as office, damage_is_named(office, client):
        slug = practice_of(office, practice)
        door, asker = office.door(slug), who(office, slug, actor, purpose)
        note_reading(door, client, asker, "show")
        zone = zone_of(office, slug)
        if is_erased(door, client):
            show_erasure(door, client, zone, as_json)
            say("client: was erased; only the skeleton of the record is left")
            raise SystemExit(NOT_FOUND)
        care = door.care(client)
        stands = standing(door, client, rehearsal=office.virtual is not None)
        steps, letters = next_steps(door, client, asker, stands.now), letters_about(door, client, asker, stands.now)
        if as_json:
            print(json.dumps({
                "client": client, "version": care.version, **msgspec.to_builtins(care.memory),
                "as_of": stands.now.isoformat(),
                "at_once": help_in_words(stands.urgent.verdict if stands.urgent else None),
                "screening_open": stands.open_questions, "missing": stands.missing,
                "releases_told": [_release_dict(each) for each in stands.releases],
                "notices": notices(care.memory),
                "next_steps": [each.as_dict() for each in steps], "letters": [each.as_dict() for each in letters]}))
            return
        names, out = names_for(door, care.memory.pack), console()
        note = "" if office.virtual is None else "  [yellow](a rehearsal: its times are made up)[/]"
        put(out, f"[bold]{client}[/]  phase: [bold cyan]{words(care.memory.phase.value)}[/]"
                 f"{_since(stands, zone)}  as of {when(stands.now, zone)}{note}")
        letter_lines = [line for each in letters for line in told_in_short(each, zone)]
        for line in (*_urgent(stands, zone), *_in_force(care.memory, stands), *_next(steps, zone),
                     *_due(care.memory, names, stands, zone),
                     *(["[bold]Letters[/] (met letter ID shows one)"] if letters else []), *letter_lines):
            put(out, line)


def _since(stands: Standing, zone: tzinfo) -> str:
    return f" since {when(stands.since, zone)}" if stands.since is not None else ""


def _urgent(stands: Standing, zone: tzinfo) -> list[str]:
    """What has to be done before anything else, while the same-day contact is owed."""
    if stands.urgent is None:
        return []
    verdict, at = stands.urgent.verdict, when(stands.urgent.occurred_at, zone)
    return [f"  [bold red]{verdict.outcome.value}[/], decided for {at}; what is owed for it is not all done yet",
            *(f"  {weighed(each)}" for each in to_do_now(verdict)), f"  {escape(verdict.clinician)}"]


def _in_force(care: CareMemory, stands: Standing) -> list[str]:
    lines = [f"  clearance {_state(care, stands)}"] if care.clearance is not None else []
    if care.clearance is not None and care.phase is not Phase.DISCHARGED:
        lines += [f"    condition: {escape(each.words)} [dim](checked as {escape(checked_as(each))})[/]"
                  for each in care.clearance.limits]
    lines += [f"  screening: {each}" for each in stands.screening]
    lines += [f"  [yellow]missing: {escape(each)}[/]" for each in stands.missing]
    lines += [_release(each) for each in stands.releases if not each.replaced]
    if care.usual_pain is not None:
        lines.append(f"  usual pain: {care.usual_pain} of 10")
    lines += [f"  exercise: {escape(exercise(each))}" for each in care.program.values()]
    lines += [f"  [yellow]notice: {escape(one_line(each))}[/]" for each in notices(care)]
    lines += [f"  [yellow]contradiction open: {escape(each.against)} (the statement is v{each.version})[/]"
              for each in care.contradictions]
    return [*lines, f"  retention holds: {care.holds}"] if care.holds else lines


def _release(told: ReleaseTold) -> str:
    signed = f", signed on {told.release.signed_on}" if told.release.signed_on is not None else ""
    words = f"release to {told.release.to}: {told.release.what}, until {told.release.until}{signed}"
    return f"  [yellow]{escape(words)}; {told.against}[/]" if told.against else f"  {escape(words)}"


def _release_dict(told: ReleaseTold) -> dict[str, Any]:
    """For machines; keys are stable."""
    plain: dict[str, Any] = msgspec.to_builtins(told.release)
    return {"version": told.version, "signed_on": None, **plain, "counts": not told.against, "against": told.against}


def _state(care: CareMemory, stands: Standing) -> str:
    held = care.clearance
    assert held is not None
    given = f"{escape(held.issuer)} ({escape(held.profession)}), {held.valid_from} to {held.valid_until}"
    if care.phase is Phase.DISCHARGED:
        return f"no longer counts, because care has ended: {given}"
    if held.suspended_by:
        return f"[red]suspended[/] by {held.suspended_by}: {given}"
    if held.lapsed or stands.today > held.valid_until:
        return f"[red]ended[/]: {given}"
    return f"in force: {given}"


def _next(steps: list[NextStep], zone: tzinfo) -> list[str]:
    """What may be done now by whom, then what is refused, put together where the same rules refuse it."""
    allowed = [each for each in steps if not each.broken]
    lines = ["[bold]May be done now[/] (met commands NAME shows how)"] if allowed else []
    lines += [f"  {each.command:26s} {each.words} ({', '.join(each.roles)})" for each in allowed]
    refused: dict[tuple[str, ...], list[NextStep]] = {}
    for step in steps:
        if step.broken:
            refused.setdefault(tuple(each.name for each in step.broken), []).append(step)
    lines += ["[bold]Refused now[/]"] if refused else []
    for group in refused.values():
        lines.append(f"  [red]{', '.join(each.words for each in group)}[/]")
        lines += [f"    {line}" for broken in group[0].broken for line in _standing_rule(broken, zone)]
    return lines


def _standing_rule(broken: BrokenRule, zone: tzinfo) -> list[str]:
    """A rule that would be broken now, what it sees, and what would unlock it."""
    return [f"{broken.rule}: {escape(broken.sentence)}",
            *(f"   it sees {escape(each)}" for each in seen(broken, zone)),
            f"   would unlock it: {escape(unlock_words(broken, zone))}"]


def _due(care: CareMemory, names: dict[str, str], stands: Standing, zone: tzinfo) -> list[str]:
    due = sorted(care.deadlines.values(), key=lambda each: each.due_at)
    return ["[bold]Due[/]", *(_deadline(each, names, stands, zone) for each in due)] if due else []


def _deadline(each: Deadline, names: dict[str, str], stands: Standing, zone: tzinfo) -> str:
    late = "[red]overdue since[/]" if each.due_at < stands.now else "by"
    return f"  {late} {when(each.due_at, zone)}: {escape(name_of(each, names))}, {each.owner} ({each.rule})"


def told_in_short(letter: LetterTold, zone: tzinfo) -> list[str]:
    """A letter in one line, and what refuses its next step now."""
    return [f"  {letter.id}: {escape(letter.kind)} to {escape(letter.to)}, {letter.state}{letter.next_step}",
            *([f"    [yellow]{escape(one_line(letter.warning))}[/]"] if letter.warning else []),
            *(f"    {line}" for broken in letter.broken for line in _standing_rule(broken, zone))]
