"""Why not yet, and what next: one request or every move, held against where a client stands."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import tzinfo
from pathlib import Path
from typing import Any

import msgspec
from rich.markup import escape

from aggregates.client_care.phases import words
from projections.deadline_names import name_by_id
from projections.receipt import OUTCOMES, unknown_words
from projections.told_decisions import broken_lines
from projections.words import when
from workflow.access.reading import note_reading
from workflow.cli.doing import text_typed
from workflow.cli.office import opened, practice_of, who
from workflow.cli.show import console
from workflow.cli.standing import told_in_short
from workflow.cli.times import zone_of
from workflow.engine.asking import all_wishes, why
from workflow.engine.letters import letters_about
from workflow.engine.missing import Missing, Until, Why
from workflow.engine.next_steps import NextStep, next_steps
from workflow.engine.packs_at_hand import names_for
from workflow.engine.parsing import parse_object
from workflow.engine.standing import now_of


def ask_why(client: str, command: str, fields: str | None, home: Path | None, practice: str | None,
            actor: str | None, purpose: str, as_json: bool) -> None:
    """Whether *command* is allowed now, or the smallest set of missing things."""
    with opened(home) as office:
        slug = practice_of(office, practice)
        door, asker = office.door(slug), who(office, slug, actor, purpose)
        given = None if fields is None else parse_object(text_typed(fields), "json")
        now = now_of(door, f"care:{client}", rehearsal=office.virtual is not None)
        found = why(door, client, asker, now, command, given)
        note_reading(door, client, asker, "why")
        if as_json:
            print(json.dumps(as_dict(found)))
            return
        out, zone, names = console(), zone_of(office, slug), names_for(door, door.care(client).memory.pack)
        for line in lines(found, command, zone, names):
            out.print(line)


def as_dict(found: Why) -> dict[str, Any]:
    """The answer for machines; keys are stable."""
    verdict, until = found.verdict, found.until
    return {"allowed": found.allowed, "missing": [each.as_dict() for each in found.missing],
            "broken": msgspec.to_builtins(found.broken),
            "decision": None if verdict is None else verdict.outcome.value,
            "unknown": [] if verdict is None else list(verdict.unknown),
            "until": None if until is None else {"at": until.at.isoformat(), "what": until.what}}


def lines(found: Why, command: str, zone: tzinfo, names: dict[str, str]) -> Iterator[str]:
    """The answer in words."""
    asked = escape(command.replace("_", " ").replace("-", " "))
    if found.allowed:
        yield f"[green]{asked}: allowed now[/]" + (
            f", until {when(found.until.at, zone)}: {found.until.what}" if found.until else "")
        yield from _would_be_decided(found)
        return
    yield f"[bold red]{asked}: not now[/]"
    for broken in found.broken:
        yield from (f"  {escape(line)}" for line in broken_lines(broken, zone)[:-1])
    yield "[bold]What is missing, all of it[/]" if found.missing else (
        "  nothing that anybody could supply makes it legal from here")
    for number, each in enumerate(found.missing, 1):
        yield from _missing(number, each, zone, names)


def _would_be_decided(found: Why) -> Iterator[str]:
    if found.verdict is not None:
        yield f"  it would be decided: {found.verdict.outcome.value}, {OUTCOMES[found.verdict.outcome]}"
        yield f"  {escape(found.verdict.clinician)}"
        yield f"  not known, and could have raised the outcome: {unknown_words(found.verdict)}"


def _missing(number: int, each: Missing, zone: tzinfo, names: dict[str, str]) -> Iterator[str]:
    yield f"  {number}. {escape(each.what)} ({each.rule}), from {escape(each.supplier)}"
    if len(each.asks) > 1 or (each.asks and each.asks[0].command is None):
        yield f"     not before {when(each.asks[-1].at, zone)}"
    yield from (f"     until {when(until.at, zone)}: {escape(_until(until, names))}" for until in each.until)


def _until(until: Until, names: dict[str, str]) -> str:
    return f"due is the {name_by_id(until.deadline, names)}" if until.deadline is not None else until.what


def show_next(client: str, home: Path | None, practice: str | None, actor: str | None, purpose: str, as_json: bool
              ) -> None:
    """Every move of a client's care: what is legal now and who may ask for it, and why the others are not."""
    with opened(home) as office:
        slug = practice_of(office, practice)
        door, asker = office.door(slug), who(office, slug, actor, purpose)
        note_reading(door, client, asker, "next")
        care, zone = door.care(client), zone_of(office, slug)
        now = now_of(door, f"care:{client}", rehearsal=office.virtual is not None)
        steps, letters = next_steps(door, client, asker, now, all_wishes), letters_about(door, client, asker, now)
        if as_json:
            print(json.dumps({"client": client, "phase": care.memory.phase.value, "as_of": now.isoformat(),
                              "next_steps": [each.as_dict() for each in steps],
                              "letters": [each.as_dict() for each in letters]}))
            return
        out = console()
        out.print(f"[bold]{client}[/]  phase: [bold cyan]{words(care.memory.phase.value)}[/]  as of {when(now, zone)}")
        for line in (*next_lines(steps, zone), *(line for each in letters for line in told_in_short(each, zone))):
            out.print(line)


def next_lines(steps: list[NextStep], zone: tzinfo) -> Iterator[str]:
    """Moves that are legal now with who may ask, then each of the others with every rule against it."""
    yield "[bold]Legal now[/] (met commands NAME shows how)"
    for step in steps:
        if not step.broken:
            yield f"  {step.command:26s} {step.words} ({', '.join(step.roles)})"
    yield "[bold]Not now[/] (met why CLIENT COMMAND says all that is missing)"
    for step in steps:
        if step.broken:
            yield f"  [red]{step.command:26s} {step.words}[/] ({', '.join(step.roles)})"
            yield from (f"    {escape(line)}" for broken in step.broken for line in broken_lines(broken, zone))
