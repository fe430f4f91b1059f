"""The key store proves what matters: a wrapped key opens only for its log, its practice and its client."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from aggregates.kernel.errors import MetError, NotFound, Unreadable
from workflow.log.proof.witness import Witness
from workflow.log.seal.keys import Destroyed, KeyStore
from workflow.log.seal.master import LocalMasterKey
from workflow.log.store.database import open_engine, sqlite_url

LOG_ID = bytes(range(16))
MASTER = LocalMasterKey(bytes(range(32)))
NINE = datetime(2026, 3, 2, 9, tzinfo=UTC)
SUBJECTS = [("lakeside", "client:client-1"), ("lakeside", "client:client-2"), ("fjord", "client:client-1")]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A key store with three clients' keys, closed."""
    path = tmp_path / "keys.db"
    store = KeyStore.create(open_engine(sqlite_url(path)), MASTER, LOG_ID)
    for practice, subject in SUBJECTS:
        store.make(practice, subject, NINE)
    store.close()
    return path


@pytest.fixture
def attacker(path: Path) -> Iterator[sqlite3.Connection]:
    """Somebody who can write the file."""
    connection = sqlite3.connect(path, isolation_level=None)
    yield connection
    connection.close()


def opened(path: Path) -> KeyStore:
    return KeyStore.open(open_engine(sqlite_url(path)), MASTER, LOG_ID)


def failures(path: Path) -> list[type[MetError] | None]:
    """For each client: what forbids using the key."""
    store = opened(path)
    found: list[type[MetError] | None] = []
    for practice, subject in SUBJECTS:
        try:
            found.append(None if store.of(practice, subject) is not None else NotFound)
        except MetError as error:
            found.append(type(error))
    store.close()
    return found


def test_every_key_of_an_untouched_store_opens(path: Path) -> None:
    assert failures(path) == [None, None, None]


def test_one_changed_bit_anywhere_in_a_wrapped_key_is_found(path: Path, attacker: sqlite3.Connection) -> None:
    where = "practice = 'lakeside' AND subject = 'client:client-2'"
    wrapped = attacker.execute(f"SELECT wrapped FROM keys WHERE {where}").fetchone()[0]
    assert len(wrapped) == 12 + 32 + 16
    for place in range(len(wrapped)):
        changed = bytearray(wrapped)
        changed[place] ^= 1 << place % 8
        attacker.execute(f"UPDATE keys SET wrapped = ? WHERE {where}", (bytes(changed),))
        assert failures(path) == [None, Unreadable, None]


@pytest.mark.parametrize("wrapped", [b"", b"short", bytes(60), bytes(1000)])
def test_a_wrapped_key_of_any_other_shape_is_found(path: Path, attacker: sqlite3.Connection, wrapped: bytes) -> None:
    attacker.execute("UPDATE keys SET wrapped = ? WHERE practice = 'fjord'", (wrapped,))
    assert failures(path) == [None, None, Unreadable]


def test_keys_of_two_clients_can_t_change_places(path: Path, attacker: sqlite3.Connection) -> None:
    one, other = (attacker.execute("SELECT wrapped FROM keys WHERE subject = ? AND practice = 'lakeside'", (s,)
                                   ).fetchone()[0] for s in ("client:client-1", "client:client-2"))
    for subject, wrapped in (("client:client-1", other), ("client:client-2", one)):
        attacker.execute("UPDATE keys SET wrapped = ? WHERE subject = ? AND practice = 'lakeside'", (wrapped, subject))
    assert failures(path) == [Unreadable, Unreadable, None]


@pytest.mark.parametrize(("column", "value"), [
    ("key_id", bytes(16)), ("practice", "elsewhere"), ("subject", "client:x")])
def test_a_key_given_to_another_client_or_practice_does_not_open(path: Path, attacker: sqlite3.Connection,
                                                                 column: str, value: Any) -> None:
    attacker.execute(f"UPDATE keys SET {column} = ? WHERE subject = 'client:client-2'", (value,))
    assert failures(path)[1] in (Unreadable, NotFound)
    store = opened(path)
    practice, subject = attacker.execute("SELECT practice, subject FROM keys WHERE practice = 'elsewhere' OR "
                                         "subject IN ('client:x', 'client:client-2')").fetchone()
    with pytest.raises(Unreadable):
        store.of(practice, subject)
    store.close()


@pytest.mark.parametrize(("column", "value"), [("log_id", bytes(16)), ("master_check", bytes(16)), ("format", 2)])
def test_a_store_that_is_another_log_s_or_another_master_key_s_is_not_opened(
        path: Path, attacker: sqlite3.Connection, column: str, value: Any) -> None:
    attacker.execute(f"UPDATE store SET {column} = ?", (value,))
    with pytest.raises(Unreadable):
        opened(path)


def test_a_store_is_not_opened_with_another_master_key(path: Path) -> None:
    engine = open_engine(sqlite_url(path))
    with pytest.raises(Unreadable, match="not the one that this key store was made with"):
        KeyStore.open(engine, LocalMasterKey(bytes(32)), LOG_ID)
    engine.dispose()


def test_a_destroyed_key_is_not_in_the_file_any_more(path: Path) -> None:
    store = opened(path)
    key = store.of(*SUBJECTS[0])
    assert key is not None
    engine = open_engine(sqlite_url(path))
    with engine.connect() as connection:
        wrapped = connection.exec_driver_sql("SELECT wrapped FROM keys WHERE key_id = ?", (key.key_id,)).scalar_one()
    engine.dispose()
    assert wrapped in path.read_bytes() + path.with_name("keys.db-wal").read_bytes()
    assert store.destroy(key.key_id, NINE)
    with pytest.raises(Destroyed):
        store.by_id(key.key_id)
    store.close()
    left = b"".join(each.read_bytes() for each in path.parent.glob("keys.db*"))
    assert wrapped not in left
    assert failures(path) == [Destroyed, None, None]


def test_every_key_is_wrapped_anew_under_another_master_key(path: Path, tmp_path: Path) -> None:
    store, fresh = opened(path), LocalMasterKey(bytes(range(32, 64)))
    before = [store.of(*each).digest(b"body") for each in SUBJECTS]  # type: ignore[union-attr]
    assert store.rewrap(fresh) == 3
    store.close()
    with pytest.raises(Unreadable):
        opened(path)
    again = KeyStore.open(open_engine(sqlite_url(path)), fresh, LOG_ID)
    assert [again.of(*each).digest(b"body") for each in SUBJECTS] == before  # type: ignore[union-attr]
    again.close()


def test_a_destroyed_key_is_written_down_outside_once_and_for_ever(path: Path, tmp_path: Path) -> None:
    witness = Witness(tmp_path / "checkpoints")
    for _ in range(2):
        witness.note_erasure(bytes(16))
    witness.note_erasure(bytes(range(16)))
    assert witness.erased() == (bytes(16), bytes(range(16)))
    assert (tmp_path / "checkpoints" / "erased-keys.txt").read_text("ascii").split() == [
        bytes(16).hex(), bytes(range(16)).hex()]
