"""What other processes do: verify a log, follow it, write to it. Each is started by one of the measurements."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter

from benchmarks import ours
from workflow.bootstrap import open_office
from workflow.log.event_log import EventLog
from workflow.log.proof.verify import Verifier
from workflow.log.proof.witness import Witness
from workflow.log.store.database import open_engine
from workflow.settings import settings


def verify(url: str) -> None:
    """Verify every fact; print facts a second and the most memory that it took, in MiB."""
    with _reader_of(url) as log:
        began = perf_counter()
        report = Verifier(log.reader, log.identity.log_id).run()
        took = perf_counter() - began
    assert report.holds, report.problems
    print(report.facts / took, most_memory())


def follow(url: str, after: str, facts: str) -> None:
    """Print each position behind *after* and when it was seen, until *facts* were."""
    with _reader_of(url) as log:
        next(log.tail(int(after), 0), None)
        print("ready", flush=True)
        left = int(facts)
        for rows in log.tail(int(after)):
            now = perf_counter()
            for row in rows:
                print(row.position, now)
            left -= len(rows)
            if left <= 0:
                break


def write(home: str, url: str, keys: str, views: str, name: str, seconds: str) -> None:
    """Register clients and record statements for some time; print how many facts that came to."""
    office = open_office(settings(Path(home), {"MET_LOG_URL": url, "MET_KEYS_URL": keys, "MET_VIEWS_URL": views}))
    streams = [ours.register(office, f"{name}-{number}") for number in range(4)]
    count, end = 0, perf_counter() + float(seconds)
    while perf_counter() < end:
        ours.say(office, streams[count % len(streams)])
        count += 1
    print(count)
    office.close()


def most_memory() -> float:
    """The most memory that this process ever held, in MiB."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    raise RuntimeError("this system does not say how much memory a process takes")


@contextmanager
def _reader_of(url: str) -> Iterator[EventLog]:
    with tempfile.TemporaryDirectory(prefix="met-bench-") as nothing_signed:
        log = EventLog(open_engine(url), Witness(Path(nothing_signed)), None)
        try:
            yield log
        finally:
            log.close()


JOBS: dict[str, Callable[..., None]] = {"verify": verify, "follow": follow, "write": write}

if __name__ == "__main__":
    JOBS[sys.argv[1]](*sys.argv[2:])
