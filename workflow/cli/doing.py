"""One command for one client, and the list of commands."""

from __future__ import annotations

import json as stdlib_json
import sys
from datetime import UTC
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import msgspec

from aggregates.kernel.errors import InvalidInput
from workflow.cli.care_commands import parse_time
from workflow.cli.exits import REFUSED, one_line_errors
from workflow.cli.office import opened, practice_of, who
from workflow.cli.show import console, lines_of
from workflow.engine.names import CARE, COMMANDS, INTERNAL, LETTER, PRACTICE
from workflow.engine.parsing import check_client, describe_fields, parse_command
from workflow.engine.requests import Answer, Request


def do_command(client: str, command: str, fields: str, home: Path | None, practice: str | None, actor: str | None,
               purpose: str, command_id: str | None, occurred_at: str | None, expected_version: int | None,
               on_behalf_of: str | None, by_client: bool, as_json: bool) -> None:
    """Send one command through the door and print its answer; exit code 1 if it was refused."""
    with opened(home) as office:
        slug = practice_of(office, practice)
        door = office.door(slug)
        asked = parse_command(command, _json(fields))
        zone = door.circumstances.practice().house(slug).local(door.clock()).tzinfo
        asker = who(office, slug, actor, purpose)._replace(on_behalf_of=client if by_client else on_behalf_of)
        answer = door.handle(Request(
            slug, _stream(slug, client, command), asked, asker,
            _id(command_id), parse_time(occurred_at, zone) if occurred_at else None, expected_version))
        if as_json:
            print(stdlib_json.dumps(as_dict(answer)))
        else:
            out = console()
            for line in lines_of(answer, zone or UTC):
                out.print(line)
            out.print(f"[dim]command id {answer.command_id}, version {answer.version}, position {answer.position}[/]")
    if answer.refused:
        raise SystemExit(REFUSED)


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
        return UUID(given) if given else uuid4()
    except ValueError:
        raise InvalidInput("command_id: must be a UUID") from None


def _json(given: str) -> dict[str, Any]:
    text = given
    if given == "-":
        text = sys.stdin.read()
    elif given.startswith("@"):
        try:
            text = Path(given[1:]).read_text("utf-8")
        except (OSError, UnicodeDecodeError):
            raise InvalidInput(f"json: the file {given[1:]} can't be read") from None
    try:
        fields = stdlib_json.loads(text)
    except ValueError as error:
        raise InvalidInput(f"json: is not JSON (line {getattr(error, 'lineno', 1)})") from None
    if not isinstance(fields, dict):
        raise InvalidInput("json: must be an object with the command's fields")
    return fields


def list_commands(name: str | None, as_json: bool) -> None:
    """Every command with its sentence, or the fields of one."""
    with one_line_errors():
        if name is not None:
            _show_fields(name.replace("-", "_"), as_json)
            return
        groups = {"care": CARE, "letter": LETTER, "practice": PRACTICE}
        listed = {group: {each: (kind.__doc__ or "").strip() for each, kind in sorted(of.items())
                          if each not in INTERNAL} for group, of in groups.items()}
        if as_json:
            print(stdlib_json.dumps(listed))
            return
        out = console()
        for group, of in listed.items():
            out.print(f"[bold]{group}[/]")
            for each, sentence in of.items():
                out.print(f"  {each:26s} {sentence}")


def _show_fields(name: str, as_json: bool) -> None:
    kind = COMMANDS.get(name)
    if kind is None:
        raise InvalidInput("command: is not one of this version's commands; met commands lists them")
    fields = describe_fields(kind)
    if as_json:
        print(stdlib_json.dumps({"command": name, "fields": fields}))
        return
    out = console()
    out.print(f"[bold]{name}[/]  {(kind.__doc__ or '').strip()}")
    for field, text in fields.items():
        out.print(f"  {field:26s} {text}", markup=False)
