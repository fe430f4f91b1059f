"""Whatever was cut, swapped, lost or brought back: one clear sentence says so, and nothing is decided on it."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest

from aggregates.client_care.facts import StatementRecorded
from aggregates.kernel.errors import MetError, NotVerified, StoreUnavailable, Unreadable
from tests.crash.driver import Driver
from tests.crash.errands import PRACTICE, Errand
from tests.crash.support import House, found_house
from workflow.bootstrap import Office, create
from workflow.log.append import Append
from workflow.log.codec import Registry
from workflow.log.event_log import EventLog
from workflow.log.sealing import Sealer
from workflow.log.store.database import open_engine
from workflow.settings import settings

Damage = Callable[[Path, Path], None]
STATEMENT = {"source": "client_said", "words": "slept well"}


def cut(share: float) -> Damage:
    def damage(home: Path, _: Path) -> None:
        os.truncate(home / "log.db", int((home / "log.db").stat().st_size * share))
    return damage


def overwritten(name: str) -> Damage:
    def damage(home: Path, _: Path) -> None:
        (home / name).write_bytes(b"This is no database. " * 1000)
    return damage


def lost(name: str) -> Damage:
    def damage(home: Path, _: Path) -> None:
        shutil.rmtree(home / name) if (home / name).is_dir() else (home / name).unlink()
    return damage


def from_another(name: str) -> Damage:
    def damage(home: Path, other: Path) -> None:
        lost(name)(home, other)
        copy = shutil.copytree if (other / name).is_dir() else shutil.copy
        copy(other / name, home / name)
    return damage


def written(name: str, content: str) -> Damage:
    return lambda home, _: (home / name).write_text(content) and None


def told(database: str, sql: str) -> Damage:
    def damage(home: Path, _: Path) -> None:
        with closing(sqlite3.connect(home / database)) as connection:
            connection.execute(sql)
            connection.commit()
    return damage


MISSING = "log: is missing, but a checkpoint in {home}/checkpoints signs for {facts} facts of it; restore a backup"

REFUSED_TO_OPEN: dict[str, tuple[Damage, type[MetError], str]] = {
    "the log's second half is missing": (cut(.5), StoreUnavailable, "log: the database file is damaged"),
    "the log's last tenth is missing": (cut(.9), StoreUnavailable, "log: the database file is damaged"),
    "the log is empty": (cut(0), NotVerified, MISSING),
    "the log is no database": (overwritten("log.db"), StoreUnavailable, "log: the file is not a database"),
    "the log is gone": (lost("log.db"), NotVerified, MISSING),
    "the log is another practice's": (
        from_another("log.db"), NotVerified, "signing key: is not the one that this log was made with"),
    "the log lost its counter": (
        told("log.db", "DELETE FROM head"), NotVerified, "log: its counter row is missing"),
    "the log is of a newer format": (
        told("log.db", "UPDATE head SET format = 99"), Unreadable,
        "log: written by a newer version of MET Workflow (format 99, this is 1)"),
    "the key store is no database": (
        overwritten("keys.db"), StoreUnavailable, "key store: the file is not a database"),
    "the key store is another log's": (from_another("keys.db"), Unreadable, "key store: belongs to another log"),
    "the key store is of a newer format": (
        told("keys.db", "UPDATE store SET format = 99"), Unreadable,
        "key store: written by a newer version of MET Workflow"),
    "the key store is gone": (
        lost("keys.db"), StoreUnavailable, "key store: is missing from {home}; restore its backup"),
    "the master key is gone": (
        lost("master.key"), StoreUnavailable, "master key: the file master.key is missing from {home}"),
    "the master key is another one": (
        from_another("master.key"), Unreadable, "master key: is not the one that this key store was made with"),
    "the master key is no key": (
        written("master.key", "hello"), Unreadable, "master key: must be 32 bytes, base64"),
    "the signing key is another one": (
        from_another("signing.key"), NotVerified, "signing key: is not the one that this log was made with"),
    "the signing key is no key": (
        written("signing.key", "hello"), Unreadable, "signing key: must be 32 bytes, base64"),
}

OPENED_FOR_READING: dict[str, tuple[Damage, str]] = {
    "the signing key is gone": (lost("signing.key"), "the log's signing key is not here"),
    "the checkpoints are another log's": (
        from_another("checkpoints"), "it does not verify: checkpoint: not signed by this log's key"),
}


@pytest.fixture
def house(tmp_path: Path) -> House:
    return found_house(tmp_path / "house", ["ada"])


def damage(house: House, tmp_path: Path, how: Damage) -> None:
    other = found_house(tmp_path / "other", ["ada"])
    how(house.home, other.home)


@pytest.mark.parametrize("name", REFUSED_TO_OPEN)
def test_what_can_not_be_opened_says_why(house: House, tmp_path: Path, name: str) -> None:
    how, kind, sentence = REFUSED_TO_OPEN[name]
    with house.open() as (office, _):
        facts = office.log.reader.head()[0]
    damage(house, tmp_path, how)
    for _ in range(2):  # the second time as the first: a failed opening holds no lock and mends nothing
        with pytest.raises(MetError) as heard, house.open():
            pass
        assert (type(heard.value), str(heard.value)) == (kind, sentence.format(home=house.home, facts=facts))


def test_a_missing_log_is_never_begun_anew_beside_its_old_keys(house: House) -> None:
    (house.home / "log.db").unlink()
    for _ in range(2):
        with pytest.raises(NotVerified, match="is missing, but a checkpoint"):
            create(settings(house.home, {}))
    assert not EventLog.exists(open_engine(settings(house.home, {}).log_url))


@pytest.mark.parametrize("name", OPENED_FOR_READING)
def test_what_does_not_prove_itself_may_be_read_and_not_written(house: House, tmp_path: Path, name: str) -> None:
    how, why = OPENED_FOR_READING[name]
    damage(house, tmp_path, how)
    with house.open() as (office, driver):
        assert office.log.why_read_only == why
        assert driver.care("ada").version > 0
        head = office.log.reader.head()
        assert driver.send(Errand.anew("care:ada", "record_statement", STATEMENT)) is None
        assert house.history()[-1]["text"] == f"log: read-only, because {why}"
        assert office.log.reader.head() == head


@pytest.mark.parametrize(("how", "notices"), [
    (lost("views.db"), []),
    (overwritten("views.db"), ["views: could not be read; they are only a cache and were made new"])])
def test_views_are_only_a_cache(house: House, tmp_path: Path, how: Damage, notices: list[str]) -> None:
    damage(house, tmp_path, how)
    with house.open() as (office, driver):
        assert office.notices == notices
        assert driver.send(Errand.anew("care:ada", "record_statement", STATEMENT)) is not None
    assert house.violations() == []


class StatementOfANewerVersion(StatementRecorded):
    """What a later release might make of it."""

    SCHEMA = StatementRecorded.SCHEMA + 1


def record_with_a_newer_version(office: Office, driver: Driver) -> None:
    driver.send(Errand.anew("care:ada", "record_statement", STATEMENT))
    streams = office.door(PRACTICE).streams
    history = streams.history("care:ada")
    old, row, command = history.facts[-1], history.rows[-1], uuid4()
    content = {field.name: getattr(old, field.name) for field in fields(old)}  # type: ignore[arg-type]
    newer = StatementOfANewerVersion(**content | {"originator_version": row.version + 1,
                                                  "timestamp": datetime.now(UTC)})
    sealer = Sealer(Registry([StatementOfANewerVersion]), office.log.identity.log_id, PRACTICE)
    key = office.keys.by_id(row.key_id)
    office.log.append(Append(PRACTICE, "care:ada", row.version, row.leaf, (sealer.seal(newer, key, command),),
                             command.bytes, key.digest(b"newer")))


def test_a_fact_of_a_newer_version_is_not_guessed_at(house: House) -> None:
    with house.open() as (office, driver):
        record_with_a_newer_version(office, driver)
    with house.open() as (office, driver):
        assert office.log.why_read_only is None
        head = office.log.reader.head()
        assert driver.send(Errand.anew("care:ada", "record_statement", STATEMENT)) is None
        assert house.history()[-1]["text"] == (
            "Unreadable: care.statement_recorded: written by a newer version of MET Workflow (schema 2)")
        assert office.log.reader.head() == head
        assert office.log.verify().holds
