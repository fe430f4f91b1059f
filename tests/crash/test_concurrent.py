"""Many at once: on many clients, on one client, in several processes, and with one command id."""

from __future__ import annotations

import subprocess
import sys
from contextlib import closing
from pathlib import Path
from random import Random

from tests.crash.conftest import CLIENTS
from tests.crash.driver import Driver, together
from tests.crash.errands import Errand, ordinary
from tests.crash.history import Diary
from tests.crash.support import REPOSITORY, House, found_house
from workflow.bootstrap import open_office
from workflow.engine.requests import Answer

EACH = 60
STATEMENT = {"source": "client_said", "words": "slept well"}


def work(driver: Driver, clients: list[str], seed: str, errands: int = EACH) -> None:
    chance = Random(seed)
    for _ in range(errands):
        driver.send(ordinary(chance.choice(clients), chance))


def test_sixteen_coaches_with_sixteen_clients_never_meet(house: House) -> None:
    with house.open() as (office, driver):
        together(*[lambda client=client: work(driver, [client], client) for client in CLIENTS])
        assert office.log.verify().holds
    assert house.violations() == []
    assert {entry["kind"] for entry in house.history()} <= {"invoke", "ok", "refused"}


def test_sixteen_coaches_with_one_client_take_turns_and_every_version_is_there_once(house: House) -> None:
    with house.open() as (_, driver):
        before = driver.care(CLIENTS[0]).version
        together(*[lambda n=n: work(driver, CLIENTS[:1], f"coach {n}") for n in range(16)])
        assert driver.care(CLIENTS[0]).version >= before + 16 * EACH
    assert house.violations() == []
    assert house.doubts() == []
    assert not [entry for entry in house.history() if entry["kind"] == "error"]


def test_two_offices_on_one_postgresql_decide_anew_when_the_other_was_first(
        tmp_path: Path, postgres_url: str) -> None:
    house = found_house(tmp_path / "house", CLIENTS[:1], postgres_url)
    with house.open() as (_, one), house.open() as (_, two):
        together(*[lambda n=n: work((one, two)[n % 2], CLIENTS[:1], f"{n}", 10) for n in range(4)])
        left = house.doubts()
        one.send_all(map(Errand.again, left))
    assert house.violations() == []
    assert house.doubts() == []


def test_four_processes_with_threads_of_their_own_share_one_postgresql(tmp_path: Path, postgres_url: str) -> None:
    house = found_house(tmp_path / "house", CLIENTS[:4], postgres_url)
    workers = [subprocess.Popen([sys.executable, "-m", "tests.crash.test_concurrent", str(house.home), postgres_url,
                                 str(number)], cwd=REPOSITORY, stderr=subprocess.PIPE, text=True)
               for number in range(4)]
    ends = [worker.communicate(timeout=120)[1] for worker in workers]
    assert [worker.returncode for worker in workers] == [0, 0, 0, 0], ends
    assert house.violations() == []
    with house.open() as (office, driver):
        driver.send_all(map(Errand.again, house.doubts()))
        assert office.log.verify().holds
    assert house.violations() == []
    assert {f"worker {n}" for n in range(4)} <= {entry["process"] for entry in house.history()}


def test_one_command_id_sent_eight_times_at_once_is_one_batch_with_eight_equal_answers(house: House) -> None:
    errands = [Errand.anew(f"care:{client}", "record_statement", STATEMENT) for client in CLIENTS]
    heard: list[Answer | None] = []
    with house.open() as (_, driver):
        for errand in errands:
            together(*[lambda errand=errand: heard.append(driver.send(errand)) for _ in range(8)])
    rows = [row for row in house.stored().rows if row.command_id in {errand.command_id for errand in errands}]
    assert len(rows) == len(errands)
    answers = {(a.command_id, a.stream, a.version, a.position, a.facts) for a in heard if a is not None}
    assert (len(heard), len(answers)) == (8 * len(errands), len(errands))
    assert sum(not a.repeated for a in heard if a is not None) == len(errands)
    assert house.violations() == []


def test_two_hundred_threads_that_come_and_go_leave_no_connection_behind(house: House) -> None:
    with house.open() as (office, driver):
        for _ in range(200):
            together(lambda: office.log.reader.page(0, most=1))
        assert driver.send(Errand.anew(f"care:{CLIENTS[0]}", "record_statement", STATEMENT)) is not None


def main(home: str, url: str, number: str) -> None:
    """One process of four: two threads on the clients that all of them share."""
    house = House(Path(home), {"MET_LOG_URL": url, "MET_KEYS_URL": url, "MET_VIEWS_URL": url})
    with closing(open_office(house.settings)) as office, closing(Diary(house.diary, f"worker {number}")) as diary:
        driver = Driver(office, diary)
        together(*[lambda n=n: work(driver, CLIENTS[:4], f"{number}/{n}", 15) for n in range(2)])


if __name__ == "__main__":
    main(*sys.argv[1:])
