"""Commands that explain: receipt, why, next, whatif."""

from __future__ import annotations

from typing import Annotated

import typer

from workflow.cli.options import Actor, AsJson, Client, Home, Practice, Purpose


def receipt(position: Annotated[int, typer.Argument(help="The position in the log; met replay shows it.")],
            rerun: Annotated[bool, typer.Option(
                "--rerun", help="Decide again from the receipt alone; exit code 6 if it differs.")] = False,
            home: Home = None, practice: Practice = None, actor: Actor = None, purpose: Purpose = "review",
            json: AsJson = False) -> None:
    """One decision or refusal on one page: the question, the inputs and their sources, the rows, the outcome, who.

    Reading is recorded.
    """
    from workflow.cli.explaining import show_receipt
    show_receipt(position, rerun, home, practice, actor, purpose, json)


def why(client: Client,
        command: Annotated[str, typer.Argument(help="The command; met commands lists them.")],
        json: Annotated[str | None, typer.Option(
            "--json", help="The command's fields as JSON, or @FILE, or -; else its plainest request.")] = None,
        home: Home = None, practice: Practice = None, actor: Actor = None, purpose: Purpose = "care",
        as_json: Annotated[bool, typer.Option("--print-json", help="Print the answer as JSON.")] = False) -> None:
    """Is this allowed now? If not, the smallest set of missing things, each with who can supply it and until when.

    Everything is tried on a copy. Only the reading is recorded.
    """
    from workflow.cli.asking_why import ask_why
    ask_why(client, command, json, home, practice, actor, purpose, as_json)


def next_(client: Client, home: Home = None, practice: Practice = None, actor: Actor = None, purpose: Purpose = "care",
          json: AsJson = False) -> None:
    """Every move that is legal now with who may ask for it, and for the others why not. Reading is recorded."""
    from workflow.cli.asking_why import show_next
    show_next(client, home, practice, actor, purpose, json)


def whatif(client: Client,
           file: Annotated[str, typer.Argument(
               help="A history file (TOML), a JSON list of commands, or - for stdin.")],
           home: Home = None, practice: Practice = None, actor: Actor = None, purpose: Purpose = "care",
           json: AsJson = False) -> None:
    """What would follow if these steps were asked for: played on a copy in memory, on a clock that starts now.

    A JSON list looks like [{"do": "report_exacerbation", "at": "2026-12-01T09:00", "by": "ben", "with": {}}]; without
    at a step comes with the one before it, without by it is yours. Nothing is recorded but that you read.
    """
    from workflow.cli.imagining import show_whatif
    show_whatif(client, file, home, practice, actor, purpose, json)


COMMANDS = (receipt, why, next_, whatif)
