"""Reading the whole log in order, every fact opened; beside the plain driver that scans and decodes open rows.

The plain driver reads the same rows, all their columns, with their content open, and decodes content and meta into the
same typed values. The second baseline is the content column alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from time import perf_counter

import msgspec

from aggregates.client_care.contents import Session
from aggregates.kernel.messages import Meta
from benchmarks import ours
from benchmarks.bare import CONTENT, EVERYTHING, Bare
from benchmarks.databases import Place
from benchmarks.measure import Effort, Line, compare, rounds
from workflow.bootstrap import Office
from workflow.log.read import PAGE


class Recorded(msgspec.Struct, forbid_unknown_fields=True):
    """What a session fact says, without any engine around it."""

    session: Session


decode = msgspec.json.Decoder(Recorded).decode
decode_meta = msgspec.json.Decoder(Meta).decode
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
            "bare": lambda: _rate(lambda: _scan(bare, place.kind, EVERYTHING)),
            "content": lambda: _rate(lambda: _scan(bare, place.kind, CONTENT)),
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


def _scan(bare: Bare, kind: str, columns: str) -> int:
    """Every row in order, a page at a time; the columns begin with the position and end with the content."""
    mark = "?" if kind == "sqlite" else "%s"
    query = f"SELECT {columns} FROM open WHERE position > {mark} ORDER BY position LIMIT {mark}"
    after = count = 0
    while rows := bare.run(query, (after, PAGE)).fetchall():
        if columns == CONTENT:
            for row in rows:
                decode(row[-1])
        else:
            for row in rows:
                decode(row[-1])
                decode_meta(row[-2])
        after, count = rows[-1][0], count + len(rows)
    return count


def _read(office: Office) -> int:
    unsealed, key = office.door(ours.PRACTICE).streams.sealer.unsealed, office.keys.by_id
    count = 0
    for page in office.log.reader.pages():
        for _ in unsealed(page, key):
            count += 1
    return count
