"""Reading the whole log in order, every fact opened; beside the plain driver that scans and decodes open rows."""

from __future__ import annotations

from collections.abc import Iterator
from time import perf_counter

from benchmarks import ours
from benchmarks.bare import CONTENT, EVERYTHING, Bare
from benchmarks.databases import Place
from benchmarks.measure import Effort, Line, compare, rounds
from workflow.bootstrap import Office
from workflow.log.read import PAGE

FACTS = 20_000
CLIENTS = 20


def lines(place: Place, effort: Effort) -> Iterator[Line]:
    """What the order of the whole log costs a reader."""
    office, bare = ours.new_office(place), Bare(place)
    try:
        for number in range(CLIENTS):
            stream = ours.register(office, f"client-{number}")
            ours.fill(office, stream, FACTS // CLIENTS - 10)
        rows = [row for page in office.log.reader.pages(office.log.reader.head()[0] - FACTS) for row in page]
        bare.fill(rows, [ours.open_content(office)] * len(rows))
        found = rounds({
            "ours": lambda: _rate(lambda: _read(office)),
            "sealed": lambda: _rate(lambda: sum(map(len, office.log.reader.pages()))),
            "bare": lambda: _rate(lambda: bare.scan(EVERYTHING, PAGE)),
            "content": lambda: _rate(lambda: bare.scan(CONTENT, PAGE)),
        }, effort.rounds)
    finally:
        office.close()
    yield compare("read in order and open, to a bare scan and decode of the same rows", found, "ours", "bare", ">= 0.4")
    yield compare("the same, to a bare scan and decode of the content alone", found, "ours", "content", "")
    yield compare("read in order, left sealed, to a bare scan and decode of the same rows", found, "sealed", "bare", "")


def _rate(step: object) -> float:
    began = perf_counter()
    count = step()  # type: ignore[operator]
    return float(count / (perf_counter() - began))


def _read(office: Office) -> int:
    unseal, key = office.door(ours.PRACTICE).streams.sealer.unseal, office.keys.by_id
    count = 0
    for page in office.log.reader.pages():
        for row in page:
            unseal(row, key(row.key_id))
            count += 1
    return count
