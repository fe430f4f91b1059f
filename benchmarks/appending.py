"""Appending: one command from the door to the commit, alone and with sixteen clients at once."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks import library, ours
from benchmarks.bare import Bare
from benchmarks.databases import Place
from benchmarks.measure import Effort, Line, alone, compare, rate, rounds, seconds_of

CLIENTS = 16
REACH = {"sqlite": ">= 8", "postgres": ">= 12"}


def lines(place: Place, effort: Effort) -> Iterator[Line]:
    """What appending one fact to a stream of ten costs."""
    office, app, bare = ours.new_office(place), library.new_application(place), Bare(place)
    try:
        streams = [ours.register(office, f"client-{n}") for n in range(effort.streams)]
        cares = [library.register_with_everything(app, ours.STATEMENT) for _ in range(effort.streams)]
        plain = [library.register(app, ours.STATEMENT) for _ in range(effort.streams)]
        row = b"x" * (ours.row_size(office) - len(streams[0]) - 16)  # its own columns hold stream and two numbers
        turns = iter(range(10**9))
        share = effort.streams // CLIENTS

        def one(turn: int) -> None:
            ours.say(office, streams[turn % len(streams)])

        def their_one(turn: int) -> None:
            library.say_with_everything(app, cares[turn % len(cares)], ours.STATEMENT)

        def their_plain_one(turn: int) -> None:
            library.say(app, plain[turn % len(plain)], ours.STATEMENT)

        found = rounds({
            "flush": lambda: flush(place.home) * 1_000,
            "ours": lambda: rate(lambda _c, _t: one(next(turns)), effort.seconds),
            "library": lambda: rate(lambda _c, _t: their_one(next(turns)), effort.seconds),
            "plain": lambda: rate(lambda _c, _t: their_plain_one(next(turns)), effort.seconds),
            "bare": lambda: rate(lambda _c, _t: bare.commit(streams[next(turns) % len(streams)], row), effort.seconds),
            "ours x16": lambda: rate(lambda c, t: one(c * share + t % share), effort.seconds, CLIENTS),
            "library x16": lambda: rate(lambda c, t: their_one(c * share + t % share), effort.seconds, CLIENTS),
            "plain x16": lambda: rate(lambda c, t: their_plain_one(c * share + t % share), effort.seconds, CLIENTS),
        }, effort.rounds)
    finally:
        app.close()
        office.close()
    yield alone("one flush of the disk on which both stand", found["flush"], "", "ms")
    yield compare("append one fact, 1 client, to the library with the same information", found, "ours", "library",
                  ">= 3")
    yield compare("the same, to the library with its content alone", found, "ours", "plain", "")
    yield compare("append one fact, 1 client, to bare commits", found, "ours", "bare", ">= 0.6")
    yield compare("append one fact, 16 clients, to the library with the same information", found, "ours x16",
                  "library x16", REACH[place.kind])
    yield compare("the same, to the library with its content alone", found, "ours x16", "plain x16", "")
    yield compare("append one fact, 16 clients, to 1 client", found, "ours x16", "ours", "")


def flush(home: Path, times: int = 50) -> float:
    """The seconds that the disk takes for as much as a commit writes: the ratios depend on it more than on anything."""
    with tempfile.TemporaryFile(dir=home, buffering=0) as file:
        def once() -> None:
            file.write(bytes(16_384))
            os.fdatasync(file.fileno())
        return seconds_of(once, times)
