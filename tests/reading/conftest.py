"""The seven example histories, played once into a rehearsal, and what their replays say."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from rich.text import Text

from tests.cli.support import ROOT, founded
from workflow.bootstrap import Office, create, open_office
from workflow.cli.reading import steps_of, zone_of
from workflow.cli.replaying import legend_lines, step_lines
from workflow.engine.histories import read_history
from workflow.engine.packs_at_hand import shipped_pack
from workflow.engine.player import Player
from workflow.engine.replay import StepTold
from workflow.settings import settings


class Reading(NamedTuple):
    """One client's replay: its steps, and each of its printed lines without colours."""

    steps: list[StepTold]
    lines: list[str]

    def step(self, version: int) -> StepTold:
        """The fact of this version of the care."""
        return next(each for each in self.steps if each.is_care and each.row.version == version)

    def first(self, what: str) -> StepTold:
        """The first fact that is told like this."""
        return next(each for each in self.steps if each.told.what.startswith(what))


def plain(line: str) -> str:
    """A line as a terminal without colours shows it."""
    return Text.from_markup(line).plain


@pytest.fixture(scope="session")
def played(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory with the seven histories, closed."""
    home = tmp_path_factory.mktemp("played") / "data"
    made = create(settings(home, {}), rehearsal=True)
    for path in sorted((ROOT / "examples").glob("*.toml")):
        for step in Player(made).play(read_history(path.read_text("utf-8"))):
            assert not step.unmet, f"{path.name}: {step.unmet}"
    made.close()
    return home


@pytest.fixture(scope="session")
def office(played: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """An office of them that nobody may change."""
    opened = open_office(settings(Path(shutil.copytree(played, tmp_path_factory.mktemp("read") / "data")), {}))
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def readings(office: Office) -> dict[str, Reading]:
    """Every client's replay."""
    found = {}
    for practice, client in clients(office):
        steps, zone = steps_of(office, practice, client), zone_of(office, practice)
        people = office.door(practice).circumstances.practice().memory.people
        lines = [plain(line) for step in steps for line in step_lines(step, zone, people)]
        found[client] = Reading(steps, lines + [plain(line) for line in legend_lines(steps, shipped_pack())])
    return found


def clients(office: Office) -> list[tuple[str, str]]:
    """Every client with the practice."""
    names = office.log.reader.run("SELECT DISTINCT practice, stream FROM facts WHERE stream LIKE 'care:%'")
    return sorted((practice, stream.partition(":")[2]) for practice, stream in names)


@pytest.fixture(scope="session")
def elm(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small practice on a real clock that nobody may change."""
    return founded(tmp_path_factory.mktemp("elm") / "data")
