"""One command for one client."""

from __future__ import annotations

import json as stdlib_json
from datetime import tzinfo
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
from rich.markup import escape

from aggregates.kernel.errors import InvalidInput
from aggregates.protocol.decisions import ACT_NOW
from projections.notices import concerns, notices
from workflow.bounded import refuse_longer, text_of, text_of_stdin
from workflow.cli import care_commands, log_commands
from workflow.cli.exits import REFUSED, one_line_errors
from workflow.cli.office import opened, practice_of, who
from workflow.cli.output import now_recorded
from workflow.cli.show import console, help_in_words, lines_of, one_line, phase_line
from workflow.cli.times import parse_time, zone_of
from workflow.engine.door import Door
from workflow.engine.names import LETTER, PRACTICE
from workflow.engine.packs_at_hand import names_for
from workflow.engine.parsing import NO_COMMAND, check_client, parse_command, parse_object
from workflow.engine.requests import Answer, Request, new_command_id
from workflow.engine.standing import now_of

INSTEAD = {"erase-client": "erase"}


def do_command(client: str, command: str, fields: str, home: Path | None, practice: str | None, actor: str | None,
               purpose: str, command_id: str | None, occurred_at: str | None, expected_version: int | None,
               on_behalf_of: str | None, by_client: bool, as_json: bool) -> None:
    """Send one command through the door and print its answer; exit code 1 if it was refused."""
    with one_line_errors():
        typed = text_typed(fields)
    with opened(home, typed) as office:
        slug = practice_of(office, practice)
        door = office.door(slug)
        _refuse_own(command)
        asked = parse_command(command, parse_object(typed, "json"))
        zone = zone_of(office, slug)
        if office.virtual is not None:
            office.virtual.set(now_of(door, _stream(slug, client, command), rehearsal=True))
        asker = who(office, slug, actor, purpose)._replace(on_behalf_of=client if by_client else on_behalf_of)
        answer = door.handle(Request(
            slug, _stream(slug, client, command), asked, asker,
            _id(command_id), parse_time(occurred_at, zone, "occurred_at") if occurred_at else None, expected_version))
        now_recorded(answer.position, refused=answer.refused, asked=_asked_at_once(answer))
        if as_json:
            print(stdlib_json.dumps({**as_dict(answer), "notices": _notices(answer, door)}))
        else:
            _print(answer, zone, names_for(door), _notices(answer, door))
    if answer.refused:
        raise SystemExit(REFUSED)


def _asked_at_once(answer: Answer) -> str:
    """What has to be done at once, in one line, should nobody be able to read the answer."""
    urgent = [each for each in (answer.at_once, *answer.verdicts) if each is not None and each.outcome in ACT_NOW]
    highest = min(urgent, key=lambda each: each.outcome.rank, default=None)
    told = help_in_words(highest)
    return "; ".join(told["to_do"]) if told is not None else ""


def _refuse_own(command: str) -> None:
    """Some steps are commands of `met` itself, because more belongs to them than one fact."""
    name = command.replace("_", "-")
    own = INSTEAD.get(name, name)
    if own in (each.__name__ for each in (*care_commands.COMMANDS, *log_commands.COMMANDS)):
        raise InvalidInput(f"{NO_COMMAND} for met do; met itself has it: met {own} --help")


def _notices(answer: Answer, door: Door) -> list[str]:
    """What should be noticed now because of what the answer says about a client's care."""
    kind, _, client = answer.stream.partition(":")
    return notices(door.care(client).memory) if kind == "care" and any(map(concerns, answer.facts)) else []


def _print(answer: Answer, zone: tzinfo, names: dict[str, str], noticed: list[str]) -> None:
    """The answer in words, where the client stands now, and what to quote when asking about it."""
    out = console()
    if answer.repeated:
        out.print("  the same command again: the first answer, nothing new")
    for line in (*lines_of(answer, zone, names, full=True), *phase_line(answer)):
        out.print(line)
    for line in noticed:
        out.print(f"  [yellow]notice: {escape(one_line(line))}[/]")
    out.print(f"[dim]command id {answer.command_id}, version {answer.version}, position {answer.position}[/]")


def as_dict(answer: Answer) -> dict[str, Any]:
    """An answer for machines; keys are stable."""
    return {
        "command_id": str(answer.command_id), "stream": answer.stream, "version": answer.version,
        "position": answer.position, "refused": answer.refused, "repeated": answer.repeated, "phase": answer.phase,
        "rules": list(answer.rules), "decisions": [v.outcome.value for v in answer.verdicts],
        "broken": msgspec.to_builtins(answer.broken), "at_once": help_in_words(answer.at_once),
        "facts": [fact.TOPIC for fact in answer.facts],
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


def text_typed(given: str) -> str:
    """The fields as they were typed: on the line, from standard input, or from a file."""
    if given == "-":
        return text_of_stdin("json")
    if given.startswith("@"):
        try:
            return text_of(Path(given[1:]), "json")
        except (OSError, UnicodeDecodeError):
            raise InvalidInput(f"json: the file {given[1:]} can't be read") from None
    refuse_longer(given, "json")
    return given
