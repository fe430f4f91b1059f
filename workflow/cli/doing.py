"""One command for one client."""

from __future__ import annotations

import json as stdlib_json
import sys
from datetime import tzinfo
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec

from aggregates.kernel.errors import InvalidInput
from workflow.cli.exits import REFUSED
from workflow.cli.office import opened, practice_of, who
from workflow.cli.show import console, lines_of, phase_line
from workflow.cli.times import parse_time, zone_of
from workflow.engine.names import LETTER, PRACTICE
from workflow.engine.packs_at_hand import names_for
from workflow.engine.parsing import check_client, parse_command, parse_object
from workflow.engine.requests import Answer, Request, new_command_id
from workflow.engine.standing import now_of

MOST_CHARACTERS = 200_000


def do_command(client: str, command: str, fields: str, home: Path | None, practice: str | None, actor: str | None,
               purpose: str, command_id: str | None, occurred_at: str | None, expected_version: int | None,
               on_behalf_of: str | None, by_client: bool, as_json: bool) -> None:
    """Send one command through the door and print its answer; exit code 1 if it was refused."""
    with opened(home) as office:
        slug = practice_of(office, practice)
        door = office.door(slug)
        asked = parse_command(command, _json(fields))
        zone = zone_of(office, slug)
        if office.virtual is not None:
            office.virtual.set(now_of(door, _stream(slug, client, command), rehearsal=True))
        asker = who(office, slug, actor, purpose)._replace(on_behalf_of=client if by_client else on_behalf_of)
        answer = door.handle(Request(
            slug, _stream(slug, client, command), asked, asker,
            _id(command_id), parse_time(occurred_at, zone) if occurred_at else None, expected_version))
        if as_json:
            print(stdlib_json.dumps(as_dict(answer)))
        else:
            _print(answer, zone, names_for(door))
    if answer.refused:
        raise SystemExit(REFUSED)


def _print(answer: Answer, zone: tzinfo, names: dict[str, str]) -> None:
    """The answer in words, where the client stands now, and what to quote when asking about it."""
    out = console()
    if answer.repeated:
        out.print("  the same command again: the first answer, nothing new")
    for line in (*lines_of(answer, zone, names, full=True), *phase_line(answer)):
        out.print(line)
    out.print(f"[dim]command id {answer.command_id}, version {answer.version}, position {answer.position}[/]")


def as_dict(answer: Answer) -> dict[str, Any]:
    """An answer for machines; keys are stable."""
    return {
        "command_id": str(answer.command_id), "stream": answer.stream, "version": answer.version,
        "position": answer.position, "refused": answer.refused, "repeated": answer.repeated, "phase": answer.phase,
        "rules": list(answer.rules), "decisions": [v.outcome.value for v in answer.verdicts],
        "broken": msgspec.to_builtins(answer.broken), "facts": [fact.TOPIC for fact in answer.facts],
        "follow_ups": [as_dict(each) for each in answer.follow_ups]}


def _stream(practice: str, client: str, command: str) -> str:
    name = command.replace("-", "_")
    if name in PRACTICE:
        return f"practice:{practice}"
    if name in LETTER:
        return f"letter:{client.removeprefix('letter:')}"
    return f"care:{check_client(client)}"


def _id(given: str | None) -> UUID:
    try:
        return UUID(given) if given else new_command_id()
    except ValueError:
        raise InvalidInput("command_id: must be a UUID") from None


def _json(given: str) -> dict[str, Any]:
    text = given
    if given == "-":
        text = sys.stdin.read(MOST_CHARACTERS + 1)
    elif given.startswith("@"):
        try:
            with Path(given[1:]).open(encoding="utf-8") as file:
                text = file.read(MOST_CHARACTERS + 1)
        except (OSError, UnicodeDecodeError):
            raise InvalidInput(f"json: the file {given[1:]} can't be read") from None
    if len(text) > MOST_CHARACTERS:
        raise InvalidInput(f"json: is longer than {MOST_CHARACTERS:,} characters")
    return parse_object(text, "json")
