"""Writers are killed with signal 9 at any moment; what they were told before stays, once and whole."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from random import Random
from uuid import uuid4

import pytest

from tests.crash.errands import Errand
from tests.crash.support import House, Killer, found_house
from tests.support.postgres import PostgresServer

KILLS = int(os.environ.get("MET_KILLS", "150"))  # for each database; a release run asks for more
LIVES_OF_A_HOUSE = 50  # a fresh log now and then keeps the opening check, and so each cycle, short
LONGEST_MS = 150
LANES = [["ada", "ben"], ["cleo", "dan"], ["eva", "finn"], ["gus"]]


@pytest.fixture(scope="module")
def killer() -> Iterator[Killer]:
    with closing(Killer()) as parent:
        yield parent


def kill_many(killer: Killer, house: House, lives: int, chance: Random) -> None:
    """Kill *lives* writers; the checker judges after each."""
    for life in range(lives):
        killer.kill_one(house, LANES, f"{chance.random()}", chance.uniform(0, LONGEST_MS))
        assert house.violations() == [], f"after life {life}"


def settle(house: House) -> int:
    """Open the log as usual, ask again whatever is in doubt, and say how many commands were acknowledged."""
    with house.open() as (office, driver):
        assert office.log.why_read_only is None
        doubts = house.doubts()
        driver.send_all(map(Errand.again, doubts))
        driver.send_all(map(Errand.again, doubts))  # and once more: the answer stays
        assert office.log.verify().holds
    assert house.doubts() == []
    assert house.violations() == []
    return len({entry["command_id"] for entry in house.history() if entry["kind"] in ("ok", "refused")})


def kill_all(killer: Killer, houses: Iterator[House]) -> None:
    seed = uuid4().hex
    print(f"seed {seed}")
    chance, acknowledged, left = Random(seed), 0, KILLS
    while left:
        house, lives = next(houses), min(left, LIVES_OF_A_HOUSE)
        kill_many(killer, house, lives, chance)
        acknowledged += settle(house)
        left -= lives
    print(f"{KILLS} kills, {acknowledged} acknowledged commands, 0 violations")
    assert acknowledged > KILLS, "the writers hardly wrote: this test would prove nothing"


def all_clients() -> list[str]:
    return [client for lane in LANES for client in lane]


def test_a_killed_writer_loses_nothing_and_doubles_nothing_on_sqlite(tmp_path: Path, killer: Killer) -> None:
    kill_all(killer, (found_house(tmp_path / f"house-{n}", all_clients()) for n in range(KILLS)))


def test_a_killed_writer_loses_nothing_and_doubles_nothing_on_postgresql(
        tmp_path: Path, killer: Killer, postgres: PostgresServer) -> None:
    def houses() -> Iterator[House]:
        for n in range(KILLS):
            name = f"kill_{uuid4().hex}"
            postgres.create_database(name)
            yield found_house(tmp_path / f"house-{n}", all_clients(), postgres.url(name))
            postgres.drop_database(name)

    kill_all(killer, houses())
