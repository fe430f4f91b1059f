"""Loading a client's care: from all facts, and from a snapshot with its tail.

A fact is a session of about 400 bytes of nested JSON. Every row is authenticated with everything that it is bound to;
nothing is in memory before. The library loads the same sessions with the same information, and beside it, for no
target, the same sessions with their content alone.
"""

from __future__ import annotations

from collections.abc import Iterator

from aggregates.client_care.care import ClientCare
from benchmarks import library, ours
from benchmarks.databases import Place
from benchmarks.measure import Effort, Line, alone, compare, rounds, seconds_of
from policies.base import Policy
from workflow.bootstrap import Office
from workflow.engine.door import Door

LONG, LONGER, TAIL = 1_000, 20_000, 100


def lines(place: Place, effort: Effort) -> Iterator[Line]:
    """What loading costs without anything in memory."""
    office, app = ours.new_office(place), library.new_application(place, IS_SNAPSHOTTING_ENABLED="yes")
    try:
        plain = ours.register(office, "plain")
        ours.fill(office, plain, LONG - 10)
        tailed = {size: _with_snapshot(office, size) for size in (LONG, LONGER)}
        everything = library.train_with_everything(app, ours.SESSION, LONG)
        content = library.train(app, ours.SESSION, LONG)
        snapped = library.train_with_everything(app, ours.SESSION, LONG)
        app.take_snapshot(snapped)
        library.train_on(app, snapped, ours.SESSION, TAIL)
        without = _door_without_snapshots(office)

        def from_facts() -> None:
            without.streams.drop(plain)
            assert without.streams.load(ClientCare, plain) is not None

        found = rounds({
            "ours": lambda: 1 / seconds_of(from_facts, effort.loads),
            "library": lambda: 1 / seconds_of(lambda: app.repository.get(everything), effort.loads),
            "library content": lambda: 1 / seconds_of(lambda: app.repository.get(content), effort.loads),
            "library snapshot": lambda: 1 / seconds_of(lambda: app.repository.get(snapped), effort.loads),
            "1,000": lambda: 1 / seconds_of(lambda: ours.load(office, tailed[LONG]), effort.loads),
            "20,000": lambda: 1 / seconds_of(lambda: ours.load(office, tailed[LONGER]), effort.loads),
        }, effort.rounds)
    finally:
        app.close()
        office.close()
    yield compare("load 1,000 facts, to the library with the same information", found, "ours", "library", ">= 5")
    yield compare("the same, to the library with its content alone", found, "ours", "library content", "")
    yield compare("load a snapshot and a tail of 100, to the library", found, "1,000", "library snapshot", "")
    yield compare("the same behind 20,000 facts, to behind 1,000", found, "20,000", "1,000", ">= 0.8")
    yield alone("one fact when loading 1,000", [1e6 / each / LONG for each in found["ours"]], "", "µs")


def _with_snapshot(office: Office, size: int) -> str:
    stream = ours.register(office, f"tail-{size}")
    ours.fill(office, stream, size - 10)
    streams = office.door(ours.PRACTICE).streams
    loaded, key = streams.load(ClientCare, stream), office.keys.of(ours.PRACTICE, f"client:tail-{size}")
    assert loaded is not None
    assert key is not None
    streams.remember(stream, loaded, key)
    ours.fill(office, stream, TAIL)
    return stream


def _door_without_snapshots(office: Office) -> Door:
    policies: tuple[type[Policy], ...] = ()
    return Door(office.log, office.keys, office.registry, ours.PRACTICE, packs=office.packs,
                default_pack=office.default_pack, policies=policies, clock=office.clock, snapshots=None)
