"""One process writes to a data directory at a time; the next one hears who it is, or comes in when that one is gone."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from aggregates.kernel.errors import StoreUnavailable
from tests.crash.errands import Errand
from tests.crash.support import REPOSITORY, House, found_house
from workflow.bootstrap import create, open_office

STATEMENT = {"source": "client_said", "words": "slept well"}


@contextmanager
def another_process(house: House) -> Iterator[subprocess.Popen[str]]:
    """It holds the office open until told to end."""
    other = subprocess.Popen([sys.executable, "-m", "tests.crash.test_one_writer", str(house.home)], cwd=REPOSITORY,
                             stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        assert other.stdout is not None
        assert other.stdout.readline() == "open\n"
        yield other
    finally:
        other.communicate(timeout=30)


def test_the_second_process_hears_which_one_holds_the_directory(tmp_path: Path) -> None:
    house = found_house(tmp_path / "house", ["ada"])
    with another_process(house) as other:
        sentence = f"data directory: process {other.pid} is using it; one process writes to it at a time"
        for begin in (open_office, create):
            with pytest.raises(StoreUnavailable) as heard:
                begin(house.settings)
            assert str(heard.value) == sentence
    assert other.returncode == 0
    with house.open() as (office, driver):
        assert driver.send(Errand.anew("care:ada", "record_statement", STATEMENT)) is not None
        assert office.log.verify().holds
    assert house.violations() == []


def test_a_killed_process_leaves_the_directory_free_at_once(tmp_path: Path) -> None:
    house = found_house(tmp_path / "house", ["ada"])
    with another_process(house) as other:
        os.kill(other.pid, signal.SIGKILL)
        other.wait(10)
        with house.open() as (_, driver):
            assert driver.send(Errand.anew("care:ada", "record_statement", STATEMENT)) is not None
    assert house.violations() == []


if __name__ == "__main__":
    with House(Path(sys.argv[1]), {}).open():
        print("open", flush=True)
        sys.stdin.read()
