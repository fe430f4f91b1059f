"""Bytes on disk for one fact, with all tables and indexes."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from typing import Any
from uuid import UUID

import psycopg
from eventsourcing.application import Application

from benchmarks import library, ours
from benchmarks.databases import Place
from benchmarks.measure import Effort, Line, number

STREAMS, FACTS = 200, 20


def lines(place: Place, _effort: Effort) -> Iterator[Line]:
    """How large a fact is when it is stored."""
    office = ours.new_office(place)
    everything, content = library.new_application(place), library.new_application(place)
    try:
        for turn in range(STREAMS):
            stream = ours.register(office, f"client-{turn:04}", 3)
            for _ in range(FACTS):
                ours.say(office, stream)
            library.register_with_everything(everything, ours.STATEMENT, FACTS)
            library.register(content, ours.STATEMENT, FACTS)
        facts = office.log.reader.head()[0]
        mine = _size(place, office.log.reader.run) / facts
        theirs = [_size(place, _run(place, app)) / (STREAMS * FACTS) for app in (everything, content)]
    finally:
        everything.close()
        content.close()
        office.close()
    yield _line("bytes of a fact, to the library's with the same information", mine, theirs[0], "<= 1.3")
    yield _line("bytes of a fact, to the library's with its content alone", mine, theirs[1], "")


def _line(what: str, mine: float, theirs: float, wanted: str) -> Line:
    ratio = mine / theirs
    return Line(what, f"{number(mine)} B", f"{number(theirs)} B", ratio, wanted,
                ratio <= float(wanted.split()[1]) if wanted else None, "")


def _size(place: Place, run: Callable[[str], Sequence[Any]]) -> float:
    """Every table and index of the database; SQLite's pages that nothing uses are not counted."""
    if place.kind == "sqlite":
        pages, free, size = (run(f"PRAGMA {what}")[0][0] for what in ("page_count", "freelist_count", "page_size"))
        return float((pages - free) * size)
    return float(run("SELECT sum(pg_total_relation_size(c.oid)) FROM pg_class c JOIN pg_namespace n "
                     "ON n.oid = relnamespace WHERE relkind = 'r' AND nspname = 'public'")[0][0])


def _run(place: Place, app: Application[UUID]) -> Callable[[str], Sequence[Any]]:
    """Reads from the database of an application of the library."""
    connection: Any
    if place.kind == "sqlite":
        connection = sqlite3.connect(app.env["SQLITE_DBNAME"])
    else:
        where: dict[str, Any] = {
            name: app.env[f"POSTGRES_{name.upper()}"] for name in ("dbname", "host", "port", "user")}
        connection = psycopg.connect(**where, autocommit=True)
    return lambda sql: connection.execute(sql).fetchall()
