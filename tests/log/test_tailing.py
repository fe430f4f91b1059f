"""Readers that wait for news miss nothing, whoever wrote it, and whether or not anybody told them."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from queue import Queue
from threading import Event, Thread
from time import monotonic

import pytest

from tests.log.support import Desk, open_desk
from workflow.log import tail

WRITERS, NOTES = 4, 150
WRITER = """
import sys
from pathlib import Path
from tests.log.support import open_desk
url, directory, stream, notes = sys.argv[1], Path(sys.argv[2]), sys.argv[3], int(sys.argv[4])
with open_desk(url, directory) as desk:
    for n in range(notes):
        desk.write(stream, f"note {n}")
"""


def start_writer(url: str, directory: Path, stream: str, notes: int) -> subprocess.Popen[bytes]:
    """Another process of its own, with its own checkpoints and keys, at the same log."""
    directory.mkdir(exist_ok=True)
    return subprocess.Popen([sys.executable, "-c", WRITER, url, str(directory), stream, str(notes)])


@pytest.fixture
def polls_only_every_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    """Polling that comes too late to help: whatever arrives in time was told directly or hinted at."""
    monkeypatch.setattr(tail, "POLL_SECONDS", 60.0)


@pytest.fixture
def nobody_hints(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every wake-up is lost, direct ones and those of the database."""
    monkeypatch.setattr(tail.News, "tell", lambda self: None)


class Reading:
    """A reader in a thread of its own, which is waiting before anything is written."""

    def __init__(self, desk: Desk, after: int = 0) -> None:
        self.seen: Queue[int] = Queue()
        self._waits, self._real = Event(), desk.log.news.wait
        desk.log.news.wait = self._wait  # type: ignore[method-assign]
        self.thread = Thread(target=self._read, args=(desk, after))
        self.thread.start()
        assert self._waits.wait(30)

    def _wait(self, seen: int, seconds: float) -> None:
        self._waits.set()
        self._real(seen, seconds)

    def _read(self, desk: Desk, after: int) -> None:
        for rows in desk.log.tail(after):
            for row in rows:
                self.seen.put(row.position)

    def take(self, count: int) -> list[int]:
        """The next positions that the reader is told of."""
        return [self.seen.get(timeout=30) for _ in range(count)]


@pytest.fixture
def reading(desk: Desk) -> Iterator[Callable[[], Reading]]:
    started: list[Reading] = []

    def start() -> Reading:
        started.append(Reading(desk))
        return started[-1]

    yield start
    desk.log.news.close()
    for each in started:
        each.thread.join(30)
        assert not each.thread.is_alive()


@pytest.mark.usefixtures("polls_only_every_minute")
def test_a_reader_of_the_same_process_is_woken_by_the_commit_itself(
        desk: Desk, reading: Callable[[], Reading], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tail.News, "_watch", lambda self: None)
    reader = reading()
    desk.write("care:a", "one", "two")
    assert reader.take(2) == [1, 2]
    desk.write("care:a", "three")
    assert reader.take(1) == [3]


@pytest.mark.usefixtures("polls_only_every_minute")
def test_a_reader_is_told_what_another_process_wrote(
        desk: Desk, database_url: str, tmp_path: Path, reading: Callable[[], Reading]) -> None:
    reader = reading()
    writer = start_writer(database_url, tmp_path, "care:b", 20)
    assert reader.take(20) == list(range(1, 21))
    assert writer.wait(60) == 0


@pytest.mark.usefixtures("nobody_hints")
def test_news_arrives_when_every_notification_is_lost(
        desk: Desk, database_url: str, tmp_path: Path, reading: Callable[[], Reading]) -> None:
    reader = reading()
    desk.write("care:a", "from here")
    assert reader.take(1) == [1]
    writer = start_writer(database_url, tmp_path, "care:b", 5)
    assert reader.take(5) == list(range(2, 7))
    assert writer.wait(60) == 0


def test_no_position_is_skipped_while_four_processes_write(desk: Desk, database_url: str, tmp_path: Path) -> None:
    """Each page begins right behind the last one: a reader that moves on never has to come back."""
    writers = [start_writer(database_url, tmp_path / f"writer-{n}", f"care:{n}", NOTES) for n in range(WRITERS)]
    seen: list[int] = []
    for rows in desk.log.tail(0, seconds=20):
        seen += [row.position for row in rows]
        if len(seen) >= WRITERS * NOTES:
            break
    assert [writer.wait(60) for writer in writers] == [0] * WRITERS
    assert seen == list(range(1, WRITERS * NOTES + 1))
    report = desk.log.verify()
    assert (report.facts, report.problems) == (WRITERS * NOTES, ())


def test_a_reader_that_comes_later_reads_on_from_its_own_position(desk: Desk) -> None:
    for n in range(5):
        desk.write("care:a", f"note {n}")
    assert [row.position for rows in desk.log.tail(2, seconds=0) for row in rows] == [3, 4, 5]
    assert list(desk.log.tail(5, seconds=0)) == []


def test_waiting_ends_when_the_time_is_up(desk: Desk) -> None:
    began = monotonic()
    assert list(desk.log.tail(0, seconds=0.3)) == []
    assert monotonic() - began >= 0.3


def test_waiting_ends_when_the_log_is_closed(database_url: str, tmp_path: Path) -> None:
    with open_desk(database_url, tmp_path) as desk:
        desk.write("care:a", "one")
        reader = Reading(desk)
    reader.thread.join(30)
    assert not reader.thread.is_alive()
    assert reader.take(1) == [1]


def test_many_waiting_readers_share_one_watcher(desk: Desk, reading: Callable[[], Reading]) -> None:
    readers = [reading() for _ in range(8)]
    desk.write("care:a", "one")
    assert [reader.take(1) for reader in readers] == [[1]] * 8
