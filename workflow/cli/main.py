"""`met`: the command line. Commands import what they need when they run, so that --help is quick."""

from __future__ import annotations

import typer

from workflow.cli import care_commands, log_commands

app = typer.Typer(
    no_args_is_help=True, pretty_exceptions_enable=False, rich_markup_mode=None, add_completion=True,
    help="MET Workflow: decide, record, replay and verify a client's care.",
    epilog="Exit codes: 0 ok, 1 refused by a rule, 2 usage or input, 3 not found, 4 conflict, 5 store or key "
           "unavailable, 6 not verified, 130 interrupted.")

for command in (*care_commands.COMMANDS, *log_commands.COMMANDS):
    app.command(command.__name__.strip("_").replace("_", "-"))(command)


def main() -> None:
    """Run the command line."""
    app()


if __name__ == "__main__":
    main()
