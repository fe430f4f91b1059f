"""The disk is full: whoever asks hears it, nothing acknowledged is lost, and work goes on when there is room again."""

from __future__ import annotations

import contextlib
import resource
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.crash.driver import Driver, request_of
from tests.crash.errands import PRACTICE, Errand, founding, into_training
from tests.crash.support import REPOSITORY, House, found_house
from workflow.bootstrap import Office
from workflow.engine.door import Door

STATEMENT = {"source": "client_said", "words": "slept well " * 40}
PAUSING = {"pain": 6, "usual": False, "affects_daily_life": True}
ROOM = 1 << 20
SENTENCES = {"log: the disk is full", "log: the disk reports an error"}


def a_statement() -> Errand:
    return Errand.anew("care:ada", "record_statement", STATEMENT)


def write_until_refused(house: House, driver: Driver) -> list[Errand]:
    """Fill what room there is; then ask for five more things, and hear five times that there is none."""
    while driver.send(a_statement()) is not None:
        assert len(house.history()) < 5_000, "the disk never became full"
    more = [a_statement() for _ in range(5)]
    driver.send_all(more)
    said = [entry["text"] for entry in house.history() if entry["kind"] == "info"]
    assert set(said) <= SENTENCES, said
    assert len(said) == 6, said
    return more


def goes_on_with_room(house: House, office: Office, driver: Driver, more: list[Errand]) -> None:
    for errand in more:
        answer = driver.send(errand)
        assert answer is not None
        assert not answer.repeated
    driver.send_all(map(Errand.again, house.doubts()))
    assert office.log.why_read_only is None
    assert office.log.verify().holds


def under_a_file_size_limit(house: House) -> None:
    """Runs in a process of its own: no file may grow beyond a megabyte, as on a full disk."""
    with house.open() as (office, driver):
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (ROOM, hard))
        more = write_until_refused(house, driver)
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        goes_on_with_room(house, office, driver, more)


def registering_without_room(house: House) -> None:
    """Runs in a process of its own: not even a client's key can be stored, so the client isn't registered either."""
    with house.open() as (office, driver):
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        wal = house.home / "keys.db-wal"
        resource.setrlimit(resource.RLIMIT_FSIZE, (max(wal.stat().st_size if wal.exists() else 0, 40_000), hard))
        before = office.log.reader.head()
        refused = [errand for number in range(30) for errand in list(into_training(f"new-{number}"))[:1]
                   if driver.send(errand) is None]
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        said = {entry["text"] for entry in house.history() if entry["kind"] == "info"}
        assert said & {"key store: the disk is full", "key store: the disk reports an error"}, said
        assert office.log.reader.head() >= before
        goes_on_with_room(house, office, driver, refused)


@pytest.mark.parametrize("what", [under_a_file_size_limit, registering_without_room], ids=lambda what: what.__name__)
def test_a_full_disk_refuses_and_recovers(tmp_path: Path, what: Callable[[House], None]) -> None:
    house = found_house(tmp_path / "house", ["ada"])
    done = subprocess.run([sys.executable, "-m", "tests.crash.test_disk_full", what.__name__, str(house.home)],
                          cwd=REPOSITORY, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    assert house.doubts() == []
    assert house.violations() == []


def test_a_database_that_may_not_grow_refuses_and_recovers(tmp_path: Path) -> None:
    house = found_house(tmp_path / "house", ["ada"])
    with house.open() as (office, driver):
        writers: sqlite3.Connection = office.log._writer._store._driver  # type: ignore[union-attr]
        pages = writers.execute("PRAGMA page_count").fetchone()[0]
        writers.execute(f"PRAGMA max_page_count = {pages + 20}")
        more = write_until_refused(house, driver)
        writers.execute("PRAGMA max_page_count = 1000000000")
        goes_on_with_room(house, office, driver, more)
    assert {entry["text"] for entry in house.history() if entry["kind"] == "info"} == {"log: the disk is full"}
    assert house.doubts() == []
    assert house.violations() == []


def test_a_full_disk_stops_no_reader(tmp_path: Path) -> None:
    house = found_house(tmp_path / "house", ["ada"])
    with house.open() as (office, driver):
        office.log._writer._store._driver.execute("PRAGMA max_page_count = 1")  # type: ignore[union-attr]
        write_until_refused(house, driver)
        assert driver.care("ada").version >= len(list(into_training("ada")))
        assert len(office.log.reader.page(0)) >= len(list(founding()))


def pause_and_crash_before_the_letter(house: House) -> None:
    """The pause is stored; whoever should have reacted to it was gone by then."""
    with house.open() as (office, _):
        nobody_reacts = Door(office.log, office.keys, office.registry, PRACTICE, packs=office.packs,
                             default_pack=office.default_pack, policies=(), clock=office.clock)
        answer = nobody_reacts.handle(request_of(Errand.anew("care:ada", "record_morning", PAUSING)))
        assert answer.phase == "exacerbation_pause"


def test_a_letter_that_a_crash_and_then_a_full_disk_prevented_is_drafted_when_there_is_room(tmp_path: Path) -> None:
    long = {**STATEMENT, "words": "slept well " * 360}  # longer than a page: no room that is left in one takes it
    house, errand = found_house(tmp_path / "house", ["ada"]), Errand.anew("care:ada", "record_statement", long)
    pause_and_crash_before_the_letter(house)
    with house.open() as (office, driver):
        writers: sqlite3.Connection = office.log._writer._store._driver  # type: ignore[union-attr]
        pages = writers.execute("PRAGMA page_count").fetchone()[0]
        writers.execute("CREATE TABLE filling (bytes)")
        writers.execute(f"PRAGMA max_page_count = {pages + 20}")
        fill(writers)
        assert driver.send(errand) is None
        writers.execute("PRAGMA max_page_count = 1000000000")
        answer = driver.send(errand)
        assert answer is not None
        assert not answer.repeated
        assert [row.stream for row in office.log.reader.page(0) if row.stream.startswith("letter:ada")]


def fill(connection: sqlite3.Connection) -> None:
    """Take the last free byte that a row could use."""
    for size in (4000, 2000, 500, 100, 20, 1):
        with contextlib.suppress(sqlite3.OperationalError):
            while True:
                connection.execute("INSERT INTO filling VALUES (zeroblob(?))", (size,))


if __name__ == "__main__":
    globals()[sys.argv[1]](House(Path(sys.argv[2]), {}))
