"""Offices on both databases for these tests, and the parent of the processes that get killed."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from tests.crash.checker import Stored, judge, read_postgres, read_sqlite
from tests.crash.driver import Driver
from tests.crash.errands import founding, into_training
from tests.crash.history import Diary, Entry, in_doubt, read_diary
from workflow.bootstrap import Office, create, open_office
from workflow.settings import Settings, settings

REPOSITORY = Path(__file__).parents[2]


class House(NamedTuple):
    """A data directory, where its three stores are, and the diary of all who work there."""

    home: Path
    environment: dict[str, str]

    @property
    def settings(self) -> Settings:
        return settings(self.home, self.environment)

    @property
    def diary(self) -> Path:
        return self.home.with_name(f"{self.home.name}-diary.jsonl")

    def history(self) -> list[Entry]:
        return read_diary(self.diary)

    def stored(self) -> Stored:
        """What the database holds, as the checker reads it."""
        url = self.environment.get("MET_LOG_URL")
        return read_postgres(url) if url else read_sqlite(self.home / "log.db")

    def violations(self) -> list[str]:
        """What the checker finds wrong while nobody writes."""
        return judge(self.history(), self.stored())

    def doubts(self) -> list[Entry]:
        return in_doubt(self.history())

    @contextmanager
    def open(self) -> Iterator[tuple[Office, Driver]]:
        """The open office and somebody who works there."""
        with closing(open_office(self.settings)) as office, closing(Diary(self.diary, "test")) as diary:
            yield office, Driver(office, diary)


def found_house(home: Path, clients: list[str], log_url: str = "") -> House:
    """A new practice whose clients are all in training."""
    environment = {"MET_LOG_URL": log_url, "MET_KEYS_URL": log_url, "MET_VIEWS_URL": log_url} if log_url else {}
    house = House(home, environment)
    with closing(create(house.settings)) as office, closing(Diary(house.diary, "founding")) as diary:
        driver = Driver(office, diary)
        driver.send_all(founding())
        for client in clients:
            driver.send_all(into_training(client))
    return house


class Killer:
    """Talks to the process that has everything imported and forks one life for each order."""

    def __init__(self) -> None:
        self._parent = subprocess.Popen([sys.executable, "-m", "tests.crash.driver"], cwd=REPOSITORY, text=True,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def kill_one(self, house: House, lanes: list[list[str]], seed: str, after_ms: float) -> None:
        """Let somebody work at *house*, one thread for each lane of clients, and kill them."""
        assert self._parent.stdin is not None
        assert self._parent.stdout is not None
        order: dict[str, Any] = {"home": str(house.home), "environment": house.environment, "lanes": lanes,
                                 "diaries": [str(house.diary)], "seed": seed, "after_ms": after_ms}
        self._parent.stdin.write(json.dumps(order) + "\n")
        self._parent.stdin.flush()
        heard = json.loads(self._parent.stdout.readline())
        assert heard == {"started": True, "ended_by": 9}, f"the writer did not live until it was killed: {heard}"

    def close(self) -> None:
        self._parent.communicate(timeout=30)
