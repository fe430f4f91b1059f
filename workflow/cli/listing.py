"""The list of commands, and one command with its fields, an example, and who may ask for it."""

from __future__ import annotations

import json
from datetime import date

from rich.markup import escape

from aggregates.kernel.errors import InvalidInput
from aggregates.kernel.messages import Command
from aggregates.practice.roles import MAY
from workflow.cli.exits import one_line_errors
from workflow.cli.show import console
from workflow.cli.worked import taken_in, worked
from workflow.engine.describing import describe
from workflow.engine.explaining import describe_fields
from workflow.engine.names import CARE, COMMANDS, INTERNAL, LETTER, PRACTICE


def list_commands(name: str | None, as_json: bool) -> None:
    """Every command with its sentence, or everything about one."""
    with one_line_errors():
        if name is not None:
            _show_one(name.replace("-", "_"), as_json)
            return
        groups = {"care": CARE, "letter": LETTER, "practice": PRACTICE}
        listed = {group: {each: sentence(kind) for each, kind in sorted(of.items()) if each not in INTERNAL}
                  for group, of in groups.items()}
        if as_json:
            print(json.dumps(listed))
            return
        out = console()
        for group, of in listed.items():
            out.print(f"[bold]{group}[/]")
            for each, said in of.items():
                out.print(f"  {each:26s} {said}")
        out.print("[dim]met commands NAME shows one with its fields and an example.[/]")


def sentence(kind: type[Command]) -> str:
    """What a command is for."""
    return (kind.__doc__ or "").strip()


def may_ask(kind: type[Command]) -> list[str]:
    """The roles that may ask for it."""
    return [role for role, commands in MAY.items() if kind.__name__ in commands]


def _show_one(name: str, as_json: bool) -> None:
    kind = COMMANDS.get(name)
    if kind is None:
        raise InvalidInput("command: is not one of this version's commands; met commands lists them")
    fields, example = describe(kind), worked(name, date.today())  # noqa: DTZ011
    if as_json:
        print(json.dumps({
            "command": name, "fields": describe_fields(kind), "sentence": sentence(kind),
            "nested": {each.path: each.text for each in fields}, "required": [f.path for f in fields if f.required],
            "roles": may_ask(kind), "taken_in": taken_in(name),
            "example": example.fields if example else None, "line": example.line if example else None}))
        return
    out = console()
    out.print(f"[bold]{name}[/]  {escape(sentence(kind))}")
    for each in fields:
        out.print(f"  {each.line}", markup=False)
    if not fields:
        out.print("  it has no fields")
    if taken_in(name):
        out.print(f"  [dim]taken in:[/] {taken_in(name)}")
    out.print(f"  [dim]may be asked for by:[/] {', '.join(may_ask(kind)) or 'whoever makes the log'}")
    if example is not None:
        note = f" (always refused today: {', '.join(example.refused)})" if example.refused else ""
        out.print(f"  [dim]example{note}:[/]")
        out.print(f"    {example.line}", markup=False)
