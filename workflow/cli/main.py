"""`met`: the command line. Commands import what they need when they run, so that --help is quick."""

from __future__ import annotations

import sys

import typer

from workflow.cli import care_commands, log_commands
from workflow.cli.exits import INTERRUPTED, UNAVAILABLE, USAGE

app = typer.Typer(
    no_args_is_help=True, pretty_exceptions_enable=False, rich_markup_mode=None, add_completion=True,
    help="MET Workflow: decide, record, replay and verify a client's care.",
    epilog="Exit codes: 0 ok, 1 refused by a rule, 2 usage or input, 3 not found, 4 conflict, 5 store or key "
           "unavailable, 6 not verified, 130 interrupted.")

for command in (*care_commands.COMMANDS, *log_commands.COMMANDS):
    app.command(command.__name__.strip("_").replace("_", "-"))(command)


def main() -> None:
    """Run the command line; whatever nobody foresaw is still one line and an exit code."""
    try:
        app()
    except KeyboardInterrupt:
        raise SystemExit(INTERRUPTED) from None
    except (OSError, UnicodeError, RecursionError, OverflowError, ImportError) as error:
        reason = getattr(error, "strerror", None) or type(error).__name__
        print(f"met: the system or the input does not allow it: {reason}", file=sys.stderr)
        raise SystemExit(UNAVAILABLE if isinstance(error, OSError | ImportError) else USAGE) from None


if __name__ == "__main__":
    main()
