"""Playing histories with a progress bar, each decision in words as it falls."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from aggregates.kernel.errors import Conflict, InvalidInput, NotFound
from workflow.bootstrap import Office
from workflow.bounded import MOST_OF_A_HISTORY, text_of, text_of_stdin
from workflow.cli.exits import REFUSED, one_line_errors, say
from workflow.cli.office import closed_again, opened_or_made
from workflow.cli.output import now_recorded
from workflow.cli.show import console, played_lines
from workflow.engine.checking import check_steps
from workflow.engine.histories import History, read_history
from workflow.engine.player import Player
from workflow.log_setup import set_up


def run_histories(files: Sequence[str], home: Path | None, quiet: bool) -> None:
    """Play *files*; exit code 1 if an answer is not the expected one."""
    set_up()
    with one_line_errors():
        histories = [read_history(_read(file)) for file in files]
        for history in histories:
            check_steps(history)
        with closed_again(opened_or_made(home, rehearsal=True)) as office:
            for history in histories:
                _refuse_twice(office, history)
            wrong = play(office, histories, quiet=quiet)
    if wrong:
        raise SystemExit(REFUSED)


def _refuse_twice(office: Office, history: History) -> None:
    """A history that is all in this log is not played again; one that was interrupted goes on."""
    steps, position, whole = Player(office).played_before(history)
    where = f"into {office.settings.home}, from position {position} on"
    if whole:
        raise Conflict(f"history: was played already {where}; nothing was changed")
    if steps:
        say(f"history: {steps} of its steps were played already {where}; they are not compared again")


def play(office: Office, histories: Sequence[History], *, quiet: bool = False) -> int:
    """Play histories and print; says how many steps were not as expected."""
    out, player, wrong, steps, noted = console(), Player(office), 0, 0, 0
    total = sum(len(list(history.plan())) for history in histories)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=console(stderr=True), disable=not sys.stderr.isatty(), transient=True) as bar:
        task = bar.add_task("playing", total=total)
        for history in histories:
            if not quiet:
                out.print(f"\n[bold underline]{history.title}[/]  [dim]{history.practice.name}[/]")
            for played in player.play(history):
                steps, wrong, noted = steps + 1, wrong + bool(played.unmet), noted + bool(played.notes)
                if played.answer is not None:
                    now_recorded(played.answer.position, up_to=True)
                if not quiet or played.unmet:
                    for line in played_lines(played, history.zone):
                        out.print(line)
                bar.advance(task)
    colour = "red" if wrong else "green"
    out.print(f"\n[{colour}]{steps} steps, {steps - wrong} as expected, {wrong} not[/]"
              + (f"; {noted} could not be compared in full on a real clock" if noted else ""))
    return wrong


def _read(file: str) -> str:
    if file == "-":
        return text_of_stdin("history", MOST_OF_A_HISTORY)
    try:
        return text_of(Path(file), "history", MOST_OF_A_HISTORY)
    except FileNotFoundError:
        raise NotFound(f"history: there is no file {file}") from None
    except (OSError, UnicodeDecodeError):
        raise InvalidInput("history: is not a text file") from None
