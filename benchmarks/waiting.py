"""From a commit to a reader that waits: in the same process, in another one, and with four writing processes."""

from __future__ import annotations

import random
import subprocess
import sys
from collections.abc import Iterator
from threading import Event, Thread
from time import perf_counter, sleep

from benchmarks import ours
from benchmarks.databases import Place
from benchmarks.measure import Effort, Line, alone, number
from workflow.bootstrap import Office

WRITERS = 4


def lines(place: Place, effort: Effort) -> Iterator[Line]:
    """How soon a reader sees a fact, and that it sees every one."""
    office = ours.new_office(place)
    try:
        stream = ours.register(office, "client-1")
        here = _same_process(office, stream, effort.hints)
        there = _other_process(office, stream, effort.hints)
        missed = _many_writers(office, effort.seconds * 4) if place.kind == "postgres" else None
    finally:
        office.close()
    yield alone("commit to a reader of the same process, p50", here, "<= 0.3", "ms")
    yield alone("commit to a reader of another process, p50", there, "<= 5", "ms")
    if missed is not None:
        written, lost, rate = missed
        yield Line(f"{WRITERS} processes at once: facts that a reader missed", f"{lost} of {written:,}",
                   f"{number(rate)} /s", None, "0", lost == 0, "")


def _same_process(office: Office, stream: str, count: int) -> list[float]:
    seen: dict[int, float] = {}
    ready = Event()

    def read() -> None:
        after = office.log.reader.head()[0]
        next(office.log.tail(after, 0), None)
        ready.set()
        for rows in office.log.tail(after, 5):
            now = perf_counter()
            seen.update((row.position, now) for row in rows)
            if len(seen) >= count:
                return

    thread = Thread(target=read)
    thread.start()
    ready.wait()
    sent = _send(office, stream, count)
    thread.join()
    return [max(0.0, (seen[position] - when) * 1e3) for position, when in sent.items()]


def _other_process(office: Office, stream: str, count: int) -> list[float]:
    after = office.log.reader.head()[0]
    reader = subprocess.Popen([sys.executable, "-m", "benchmarks.process", "follow", office.settings.log_url,
                               str(after), str(count)], stdout=subprocess.PIPE, text=True)
    assert reader.stdout is not None
    reader.stdout.readline()
    sent = _send(office, stream, count)
    seen = {int(position): float(when) for position, when in map(str.split, reader.stdout)}
    reader.wait()
    return [max(0.0, (seen[position] - when) * 1e3) for position, when in sent.items()]


def _send(office: Office, stream: str, count: int) -> dict[int, float]:
    sent, waits = {}, random.Random(7)
    sleep(0.3)
    for _ in range(count):
        position = ours.say(office, stream).position
        sent[position] = perf_counter()
        sleep(waits.uniform(0.002, 0.008))
    return sent


def _many_writers(office: Office, seconds: float) -> tuple[int, int, float]:
    """How many facts were written, how many a tailing reader missed, and the rate."""
    given = office.settings
    begin = office.log.reader.head()[0]
    positions: list[int] = []
    over = Event()

    def read() -> None:
        while not over.is_set() or len(positions) == 0 or positions[-1] < office.log.reader.head()[0]:
            for rows in office.log.tail(positions[-1] if positions else begin, 0.5):
                positions.extend(row.position for row in rows)

    reader = Thread(target=read)
    reader.start()
    writers = [subprocess.Popen(
        [sys.executable, "-m", "benchmarks.process", "write", str(given.home), given.log_url, given.keys_url,
         given.views_url, f"writer-{number}", str(seconds)], stdout=subprocess.PIPE, text=True)
        for number in range(WRITERS)]
    written = sum(int(each.communicate()[0]) for each in writers)
    if any(each.returncode for each in writers):
        raise RuntimeError("a writing process failed")
    over.set()
    reader.join()
    last = office.log.reader.head()[0]
    missed = set(range(begin + 1, last + 1)) - set(positions)
    if positions != sorted(set(positions)):
        raise RuntimeError("a reader saw a fact twice, or out of order")
    return last - begin, len(missed), written / seconds


