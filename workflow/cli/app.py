"""The commands of `met`. Each imports what it needs when it runs, so that --help is quick."""

from __future__ import annotations

from typing import Annotated

import typer

from workflow.cli import care_commands, explaining_commands, log_commands
from workflow.cli.protocol_commands import protocol

app = typer.Typer(
    no_args_is_help=True, pretty_exceptions_enable=False, rich_markup_mode=None, add_completion=True,
    help="MET Workflow: decide, record, replay and verify a client's care.",
    epilog="Exit codes: 0 ok, 1 refused by a rule, 2 usage or input, 3 not found, 4 conflict, 5 store or key "
           "unavailable, 6 not verified, 7 the answer could not be written, 130 interrupted, 141 nobody reads the "
           "output any more. With --json, lists (clients, replay, access, keys) are JSON Lines: one object on each "
           "line; everything else is one JSON value.")

for command in (*care_commands.COMMANDS, *explaining_commands.COMMANDS, *log_commands.COMMANDS):
    app.command(command.__name__.strip("_").replace("_", "-"))(command)
app.add_typer(protocol, name="protocol")


def _version(asked: bool) -> None:
    if asked:
        log_commands.version()
        raise typer.Exit


@app.callback()
def root(version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True,
                                               help="This version.")] = False) -> None:
    """Options of `met` itself."""
