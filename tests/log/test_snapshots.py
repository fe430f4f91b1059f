"""A snapshot saves replay and never changes an answer: whatever is wrong with it, the facts decide."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import msgspec
import pytest
from sqlalchemy import delete, func, insert, select, update

from aggregates.client_care.care import ClientCare
from tests.log.support import EXAMPLES, office_at, play, steps
from workflow.bootstrap import Office
from workflow.engine import streams
from workflow.engine.requests import Who
from workflow.engine.streams import Loaded
from workflow.log import snapshots
from workflow.log.seal.keys import Key
from workflow.log.snapshots import snapshots as table

HISTORIES = sorted(path.name[:2] for path in EXAMPLES.glob("*.toml"))
PRACTICE, CLIENT, OTHER = "lakeside", "client-one", "client-two"
CARE = f"care:{CLIENT}"


@dataclass
class Records:
    """An office after the first history, with a snapshot of the client's care in the middle of it."""

    office: Office
    truth: bytes

    def load(self) -> Loaded:
        """The client's care as a process that was just started loads it."""
        door = self.office.door(PRACTICE)
        door.streams.drop(CARE)
        loaded = door.streams.load(ClientCare, CARE)
        assert loaded is not None
        return loaded

    def says(self) -> bytes:
        """Everything that later decisions rest on."""
        return state_of(self.load())

    def used(self) -> int:
        """The version at which the snapshot stood from which the care was loaded; 0 if the facts alone decided."""
        return self.load().snapshot_version

    def change(self, **values: Any) -> None:
        """Write into the snapshot's row, as somebody with the database's password could."""
        with self.office.snapshots._engine.begin() as connection:
            assert connection.execute(update(table).where(table.c.stream == CARE).values(**values)).rowcount == 1

    def key(self) -> Key:
        found = self.office.keys.of(PRACTICE, f"client:{CARE.partition(':')[2]}")
        assert found is not None
        return found

    def row(self) -> dict[str, Any]:
        with self.office.snapshots._engine.connect() as connection:
            return dict(connection.execute(select(table).where(table.c.stream == CARE)).mappings().one())

    def snapshot_at(self, version: int) -> None:
        """Take the snapshot that would have been taken when *version* was the newest."""
        door = self.office.door(PRACTICE)
        rows = self.office.log.reader.stream(PRACTICE, CARE, 0, version)
        care = ClientCare.replay(None, door.streams.unseal(rows))
        assert care is not None
        self.office.snapshots.save(PRACTICE, CARE, care, rows[-1].leaf, self.key())


def state_of(loaded: Loaded) -> bytes:
    care = loaded.aggregate
    assert isinstance(care, ClientCare)
    return msgspec.msgpack.encode((care.version, care.created_on.isoformat(), care.modified_on.isoformat(),
                                   loaded.leaf, care.memory))


@pytest.fixture
def records(database_url: str, tmp_path: Path) -> Iterator[Records]:
    office = office_at(database_url, tmp_path)
    assert all(not step.unmet for step in play(office, "01"))
    records = Records(office, b"")
    records.truth = records.says()
    assert records.used() == 0
    records.snapshot_at(10)
    yield records
    office.close()


def test_with_a_snapshot_the_same_is_remembered_as_without(records: Records) -> None:
    assert records.used() == 10
    assert records.says() == records.truth


@pytest.mark.parametrize("history", HISTORIES)
def test_every_history_gets_the_same_answers_when_each_load_comes_from_a_snapshot(
        history: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "SNAPSHOT_EVERY", 1)
    office, unmet = office_at("sqlite://", tmp_path), []
    for step in steps(office, history):
        unmet += step.unmet
        office._doors.clear()  # nothing is remembered from one step to the next, as if the process began anew
    assert unmet == []
    with office.snapshots._engine.connect() as connection:
        assert connection.execute(select(func.count()).select_from(table)).scalar_one() > 1
    office.close()


def test_only_the_facts_behind_a_snapshot_are_loaded(records: Records, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    reader = records.office.log.reader
    really = reader.behind
    monkeypatch.setattr(reader, "behind", lambda practice, stream, after=0:
                        (asked.append(after), really(practice, stream, after))[1])
    records.says()
    assert asked == [9]


@pytest.mark.parametrize("place", ["first byte", "nonce", "middle", "last byte"])
def test_an_edited_snapshot_is_no_snapshot(records: Records, place: str) -> None:
    body = bytearray(records.row()["body"])
    body[{"first byte": 0, "nonce": 11, "middle": len(body) // 2, "last byte": -1}[place]] ^= 1
    records.change(body=bytes(body))
    assert (records.used(), records.says()) == (0, records.truth)


@pytest.mark.parametrize("body", [b"", b"short", bytes(2000)])
def test_a_snapshot_of_other_bytes_is_no_snapshot(records: Records, body: bytes) -> None:
    records.change(body=body)
    assert (records.used(), records.says()) == (0, records.truth)


def test_a_snapshot_that_claims_another_version_is_no_snapshot(records: Records) -> None:
    records.change(version=11)
    assert (records.used(), records.says()) == (0, records.truth)


def test_a_snapshot_under_a_key_that_nobody_has_is_no_snapshot(records: Records) -> None:
    records.change(key_id=bytes(16))
    assert (records.used(), records.says()) == (0, records.truth)


def test_a_snapshot_taken_by_other_code_is_no_snapshot(records: Records, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snapshots, "code_of_aggregates", lambda: b"the next release")
    assert (records.used(), records.says()) == (0, records.truth)


def test_an_older_snapshot_put_back_only_costs_a_longer_tail(records: Records) -> None:
    older = records.row()
    records.snapshot_at(20)
    assert records.used() == 20
    records.change(**older)
    assert (records.used(), records.says()) == (10, records.truth)


def test_a_snapshot_of_a_history_that_went_another_way_is_no_snapshot(records: Records) -> None:
    door = records.office.door(PRACTICE)
    rows = records.office.log.reader.stream(PRACTICE, CARE, 0, 10)
    care = ClientCare.replay(None, door.streams.unseal(rows))
    assert care is not None
    records.office.snapshots.save(PRACTICE, CARE, care, bytes(32), records.key())
    assert (records.used(), records.says()) == (0, records.truth)


def test_a_snapshot_ahead_of_a_restored_log_is_no_snapshot(records: Records) -> None:
    loaded = records.load()
    loaded.aggregate.__base_init__(CARE, loaded.aggregate.version + 1, loaded.aggregate.created_on)
    records.office.snapshots.save(PRACTICE, CARE, loaded.aggregate, loaded.leaf, records.key())
    assert (records.used(), records.says()) == (0, records.truth)


def test_the_snapshot_of_another_stream_is_no_snapshot(records: Records) -> None:
    stolen = records.row() | {"stream": f"care:{OTHER}"}
    with records.office.snapshots._engine.begin() as connection:
        connection.execute(insert(table).values(**stolen))
    assert records.office.snapshots.find(PRACTICE, CARE, ClientCare) is not None
    assert records.office.snapshots.find(PRACTICE, f"care:{OTHER}", ClientCare) is None


def test_snapshots_may_be_deleted_at_any_time(records: Records) -> None:
    with records.office.snapshots._engine.begin() as connection:
        connection.execute(delete(table))
    assert (records.used(), records.says()) == (0, records.truth)


def test_an_erased_client_has_no_snapshot_and_an_old_one_put_back_does_not_open(records: Records) -> None:
    old = records.row()
    records.office.erasure().erase(PRACTICE, CLIENT, "asked for it", "consent withdrawn", Who("person", "olivia"),
                                   uuid4())
    assert records.office.snapshots.find(PRACTICE, CARE, ClientCare) is None
    with records.office.snapshots._engine.begin() as connection:
        assert connection.execute(select(func.count()).select_from(table)).scalar_one() == 0
        connection.execute(insert(table).values(**old))
    assert records.office.snapshots.find(PRACTICE, CARE, ClientCare) is None
