"""The demonstration: the seven care histories on a virtual clock, one replay, one verification."""

from __future__ import annotations

import shutil
from importlib.resources import files
from pathlib import Path

from aggregates.kernel.errors import InvalidInput, NotFound
from workflow.bootstrap import create
from workflow.cli.exits import NOT_VERIFIED, REFUSED, one_line_errors
from workflow.cli.office import closed_again
from workflow.cli.reading import print_replay, steps_of
from workflow.cli.running import play
from workflow.cli.show import console
from workflow.cli.verifying import print_verified, verified
from workflow.engine.histories import History, read_history
from workflow.log_setup import set_up
from workflow.settings import settings

OWN = "a rehearsal made by met demo\n"
SHOWN = ("fjord", "client-two")


def examples() -> list[History]:
    """The histories that ship with the engine."""
    shipped = Path(str(files("workflow"))) / "examples"
    beside = Path(str(files("workflow"))).parent / "examples"
    where = shipped if shipped.is_dir() else beside
    paths = sorted(where.glob("*.toml"))
    if not paths:
        raise NotFound("demo: the example histories are missing from this installation")
    return [read_history(path.read_text("utf-8")) for path in paths]


def run_demo(home: Path, quiet: bool) -> None:
    """Play, replay, verify; exit code 1 if an answer is not the expected one, 6 if the log does not verify."""
    set_up()
    out = console()
    with one_line_errors():
        histories = examples()
        _fresh(home)
        with closed_again(create(settings(home, {}), rehearsal=True)) as office:
            (home / "demo").write_text(OWN, "utf-8")
            wrong = play(office, histories, quiet=quiet)
            practice, client = SHOWN
            out.print("\n[bold underline]One client's replay, as a reviewer reads it[/]")
            print_replay(office, practice, client, steps_of(office, practice, client))
            out.print("\n[bold underline]The whole log, verified[/]")
            office.log.checkpoint()
            found = verified(office)
            print_verified(office, found)
    _next(home)
    if not found.holds:
        raise SystemExit(NOT_VERIFIED)
    if wrong:
        raise SystemExit(REFUSED)


def _fresh(home: Path) -> None:
    if not home.exists():
        return
    if not (home / "demo").exists() or (home / "demo").read_text("utf-8") != OWN:
        raise InvalidInput(f"home: {home} was not made by met demo, so it is not replaced")
    shutil.rmtree(home)


def _next(home: Path) -> None:
    out = console()
    out.print("\n[bold]Go on from here[/]")
    for line in (f"met clients --home {home}",
                 f"met replay client-one --practice lakeside --as olivia --home {home}",
                 f"met show client-two --practice fjord --as ole --home {home}",
                 f"met verify --home {home}"):
        out.print(f"  {line}")
