"""Appends that share one transaction: whoever can't be stored fails alone, with the reason that is theirs."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from uuid import uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from aggregates.kernel.errors import Conflict, InvalidInput, StoreUnavailable
from tests.crash.checker import read_postgres, read_sqlite
from tests.crash.driver import together
from workflow.log.append import AlreadyDone, Append, Committed
from workflow.log.event_log import EventLog
from workflow.log.proof.witness import Witness
from workflow.log.row import NO_LEAF, Draft, header, stream_prefix
from workflow.log.shared import SharedAppend
from workflow.log.store.database import open_engine, sqlite_url
from workflow.log.store.statements import Statements
from workflow.log.store.writers import writer_for

KINDS = ("good", "stale", "used", "unstorable")
EXPECTED = {"good": Committed, "stale": Conflict, "used": AlreadyDone, "unstorable": InvalidInput}


@pytest.fixture
def log(tmp_path: Path, log_url: str) -> Iterator[EventLog]:
    engine = open_engine(log_url or sqlite_url(tmp_path / "log.db"))
    with closing(EventLog.create(engine, Witness(tmp_path / "witness"), Ed25519PrivateKey.generate())) as log:
        yield log


def an_append(log: EventLog, stream: str, base: int = 0, leaf: bytes = NO_LEAF, *, facts: int = 2,
              command_id: bytes | None = None, recorded_at: int = 1, size: int = 40) -> Append:
    command = command_id or uuid4().bytes
    prefix = stream_prefix(log.identity.log_id, "harbour", stream)
    drafts = []
    for version in range(base + 1, base + facts + 1):
        bound = header(prefix, version, "care.note", 1, 1, command, "{}", b"k" * 16)
        drafts.append(Draft(stream, version, "care.note", 1, recorded_at, command, "{}", b"k" * 16,
                            os.urandom(size), bound))
    return Append("harbour", stream, base, leaf, tuple(drafts), command, b"d" * 16)


def of_kind(log: EventLog, kind: str, number: int) -> Append:
    """An append of its own stream that is good, or decided on an old state, or repeated, or of an impossible shape."""
    stream = f"care:{number}"
    if kind == "good":
        return an_append(log, stream)
    if kind == "unstorable":
        return an_append(log, stream, recorded_at=2**70)  # no database has a column for such a number
    before = an_append(log, stream)
    log.append(before)
    if kind == "stale":
        return an_append(log, stream)
    return an_append(log, stream, 2, command_id=before.command_id)


def stored_streams(log: EventLog, log_url: str, path: Path) -> Counter[str]:
    stored = read_postgres(log_url) if log_url else read_sqlite(path / "log.db")
    assert [row.position for row in stored.rows] == list(range(1, stored.head + 1))
    assert len(stored.receipts) * 2 == stored.head
    return Counter(row.stream for row in stored.rows)


def test_in_one_batch_of_thirty_two_each_bad_one_fails_alone(log: EventLog, log_url: str, tmp_path: Path) -> None:
    kinds = [KINDS[number % 4] for number in range(32)]
    appends = [of_kind(log, kind, number) for number, kind in enumerate(kinds)]
    writer = writer_for(log.engine, Statements(log.engine))
    outcomes = writer.commit(appends)
    writer.close()
    assert [type(outcome) for outcome in outcomes] == [EXPECTED[kind] for kind in kinds]
    streams = stored_streams(log, log_url, tmp_path)
    assert streams == {f"care:{n}": 2 for n, kind in enumerate(kinds) if kind != "unstorable"}
    assert log.verify().holds


def test_thirty_two_threads_each_hear_their_own_answer(log: EventLog, log_url: str, tmp_path: Path) -> None:
    kinds = [KINDS[number % 4] for number in range(32)]
    appends = [of_kind(log, kind, number) for number, kind in enumerate(kinds)]
    heard: dict[int, type] = {}

    def send(number: int) -> Callable[[], None]:
        def run() -> None:
            try:
                heard[number] = type(log.append(appends[number]))
            except Exception as error:  # noqa: BLE001
                heard[number] = type(error)
        return run

    together(*map(send, range(32)))
    assert [heard[number] for number in range(32)] == [EXPECTED[kind] for kind in kinds]
    assert sum(stored_streams(log, log_url, tmp_path).values()) == 2 * 24
    assert log.verify().holds


def test_two_appends_on_the_same_version_in_one_moment_are_decided_for_exactly_one(
        log: EventLog, log_url: str, tmp_path: Path) -> None:
    heard: list[object] = []

    def send(stream: str) -> Callable[[], None]:
        def run() -> None:
            try:
                heard.append(type(log.append(an_append(log, stream))))
            except Conflict:
                heard.append(Conflict)
        return run

    together(*[send(f"care:{number % 8}") for number in range(32)])
    assert Counter(heard) == {Committed: 8, Conflict: 24}
    assert stored_streams(log, log_url, tmp_path) == {f"care:{number}": 2 for number in range(8)}


def test_who_was_stored_does_not_hear_of_a_neighbour_for_whom_the_disk_was_full(tmp_path: Path) -> None:
    engine = open_engine(sqlite_url(tmp_path / "log.db"))
    with closing(EventLog.create(engine, Witness(tmp_path / "witness"), Ed25519PrivateKey.generate())) as log:
        writer = writer_for(engine, Statements(engine))
        driver = writer._store._driver  # type: ignore[attr-defined]
        pages = driver.execute("PRAGMA page_count").fetchone()[0]
        driver.execute(f"PRAGMA max_page_count = {pages + 10}")
        shared = SharedAppend(writer)
        heard: dict[str, str] = {}

        def send(name: str, append: Append) -> Callable[[], None]:
            def run() -> None:
                try:
                    heard[name] = str(type(shared.append(append)))
                except StoreUnavailable as error:
                    heard[name] = str(error)
            return run

        small, large = an_append(log, "care:a"), an_append(log, "care:a", 2, facts=2, size=1 << 20)
        together(send("small", small), send("large", large))
        assert heard == {"small": str(Committed), "large": "log: the disk is full"}
        assert log.reader.head()[0] == 2
        writer.close()


def test_a_refused_batch_leaves_the_tree_where_it_was(log: EventLog) -> None:
    log.append(an_append(log, "care:a"))
    size, peaks = log.reader.head()
    with pytest.raises(InvalidInput, match="the database can't store a row of this shape"):
        log.append(an_append(log, "care:b", recorded_at=2**70))
    assert log.reader.head() == (size, peaks)
    log.append(an_append(log, "care:b"))
    assert log.verify().holds
