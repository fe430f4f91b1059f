"""The measured traps of event stores (M1 to M9), each by its number: we don't fall into it."""

from __future__ import annotations

import os
import random
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from threading import Thread
from uuid import uuid4

import pytest
from eventsourcing.persistence import IntegrityError, StoredEvent

from aggregates.client_care.care import ClientCare
from aggregates.kernel.errors import NotVerified, StoreUnavailable, Unreadable
from tests.crash.proxy import CUTS, Proxy
from tests.log.hands import DeafListener, meddle
from tests.log.support import PRACTICE, REGISTRY, Desk, office_at, open_desk, open_log, play, steps
from tests.support.postgres import PostgresServer
from workflow.bootstrap import Office
from workflow.engine import streams
from workflow.log import LogFactory
from workflow.log.sealing import Sealer
from workflow.log.snapshots import snapshots

WRITERS, NOTES = 16, 20
CLIENT, CARE = "client-one", "care:client-one"


@pytest.fixture
def office(database_url: str, tmp_path: Path) -> Iterator[Office]:
    """A practice after the first history."""
    opened = office_at(database_url, tmp_path)
    play(opened, "01")
    yield opened
    opened.close()


def test_m1_sixteen_writers_and_a_tailing_reader_sees_every_position_in_order(
        desk: Desk, database_url: str, tmp_path: Path) -> None:
    """Each writer has a connection of its own, so that it is the database that puts the commits in order."""
    def write(number: int) -> None:
        own = Desk(logs[number], desk.keys, Sealer(REGISTRY, desk.log.identity.log_id, PRACTICE))
        for n in range(NOTES):
            own.write(f"care:{number}", f"note {n}")

    with ExitStack() as stack:
        logs = [stack.enter_context(closing(open_log(database_url, tmp_path / f"{n}"))) for n in range(WRITERS)]
        threads = [Thread(target=write, args=(n,)) for n in range(WRITERS)]
        for thread in threads:
            thread.start()
        seen: list[int] = []
        for rows in desk.log.tail(0, seconds=20):
            seen += [row.position for row in rows]
            if len(seen) >= WRITERS * NOTES:
                break
        for thread in threads:
            thread.join()
    assert seen == list(range(1, WRITERS * NOTES + 1))


@pytest.mark.parametrize("value", ["y", "yes", "TRUE", "1"])
def test_m1_the_setting_with_which_readers_lose_events_is_refused_at_the_start(
        value: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    office_at("sqlite://", tmp_path).close()
    monkeypatch.setitem(os.environ, "POSTGRES_ENABLE_DB_FUNCTIONS", value)
    for home in (tmp_path, tmp_path / "new"):
        with pytest.raises(StoreUnavailable, match="POSTGRES_ENABLE_DB_FUNCTIONS"):
            office_at("sqlite://", home)


def test_m2_news_arrives_although_the_listening_connection_fell_silent(
        postgres: PostgresServer, postgres_url: str, tmp_path: Path) -> None:
    with closing(DeafListener(postgres.port)) as wire, open_desk(postgres_url, tmp_path / "writer") as writer:
        url = postgres_url.replace(f":{postgres.port}/", f":{wire.port}/")
        with closing(open_log(url, tmp_path / "writer")) as reader:
            news = reader.tail(0, seconds=20)
            writer.write("care:a", "before")
            assert [row.position for row in next(news)] == [1]
            reader.news.wait(reader.news.count, 0.1)
            assert wire.listens.wait(20)
            wire.silence()
            seen: list[int] = []
            for n in range(5):
                writer.write("care:a", f"after {n}")
                seen += [row.position for row in next(news)]
            assert seen == [2, 3, 4, 5, 6]
            assert wire.swallowed.wait(20), "the notifications were sent, and lost on the way"


def test_m3_a_subscription_works_on_sqlite_too(tmp_path: Path) -> None:
    factory = LogFactory({"LOG_URL": f"sqlite:///{tmp_path / 'log.db'}", "LOG_DIRECTORY": str(tmp_path),
                          "PRACTICE": PRACTICE})
    with closing(factory):
        recorder, one = factory.application_recorder(), uuid4()
        recorder.insert_events([StoredEvent(one, 1, "topic", b"before")])
        with recorder.subscribe() as subscription:
            assert next(subscription).state == b"before"
            later = Thread(target=recorder.insert_events, args=([StoredEvent(one, 2, "topic", b"after")],))
            later.start()
            assert next(subscription).state == b"after"
            later.join()


def test_m4_a_connection_cut_after_the_commit_gives_the_first_answer(
        postgres: PostgresServer, postgres_url: str, tmp_path: Path) -> None:
    with closing(Proxy(postgres.port)) as proxy:
        office = office_at(postgres_url.replace(f":{postgres.port}/", f":{proxy.port}/"), tmp_path)
        for step in steps(office, "01"):
            assert step.unmet == (), step.name
            proxy.cut(CUTS[1])
        assert proxy.cuts > 10
        rows = [row for page in office.log.reader.pages() for row in page]
        office.close()
    with closing(office_at("sqlite://", tmp_path / "undisturbed")) as undisturbed:
        play(undisturbed, "01")
        calm = [row for page in undisturbed.log.reader.pages() for row in page]
    assert [(r.stream, r.version, r.name, r.command_id) for r in rows] == [
        (r.stream, r.version, r.name, r.command_id) for r in calm]


def test_m4_the_library_hears_positions_not_a_conflict_for_events_that_were_stored(
        postgres: PostgresServer, postgres_url: str, tmp_path: Path) -> None:
    with closing(Proxy(postgres.port)) as proxy:
        url = postgres_url.replace(f":{postgres.port}/", f":{proxy.port}/")
        with closing(LogFactory({"LOG_URL": url, "LOG_DIRECTORY": str(tmp_path), "PRACTICE": PRACTICE})) as factory:
            recorder, one = factory.application_recorder(), uuid4()
            assert recorder.insert_events([StoredEvent(one, 1, "topic", b"")]) == [1]
            proxy.cut(CUTS[1])
            two = [StoredEvent(one, 2, "topic", b""), StoredEvent(one, 3, "topic", b"")]
            assert recorder.insert_events(two) == [2, 3]
            assert proxy.cuts == 1
            with pytest.raises(IntegrityError):
                recorder.insert_events([StoredEvent(one, 3, "topic", b"")])


def test_m5_positions_survive_vacuum_dump_and_restore(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'log.db'}"
    with open_desk(url, tmp_path) as desk:
        desk.write("care:a", "one", "two", "three", "four")
    meddle(url, "DELETE FROM facts WHERE position = 2", "VACUUM")
    with closing(sqlite3.connect(tmp_path / "log.db")) as old, closing(sqlite3.connect(":memory:")) as restored:
        restored.executescript("\n".join(old.iterdump()))
        for database in (old, restored):
            found = database.execute("SELECT position FROM facts ORDER BY position").fetchall()
            assert found == [(1,), (3,), (4,)]


def test_m5_the_position_of_a_deleted_last_fact_is_never_given_again(desk: Desk, database_url: str) -> None:
    desk.write("care:a", "one", "two", "three")
    meddle(database_url, "DELETE FROM facts WHERE position = 3")
    assert desk.write("care:b", "four").position == 4
    assert not desk.log.verify().holds


@pytest.mark.parametrize("columns", [("body",), ("body", "key_id"), ("body", "key_id", "leaf")])
def test_m6_a_sealed_body_moved_to_another_client_does_not_open(
        desk: Desk, database_url: str, columns: tuple[str, ...]) -> None:
    desk.write("care:a", "Dr A: cleared")
    desk.write("care:b", "Dr B: not cleared")
    assert desk.read("care:a") + desk.read("care:b") == ["Dr A: cleared", "Dr B: not cleared"]
    one, two = desk.log.reader.page(0)
    for row, other in ((one, two), (two, one)):
        meddle(database_url, f"UPDATE facts SET {', '.join(f'{c} = :{c}' for c in columns)} "
                             f"WHERE position = {row.position}", **{c: getattr(other, c) for c in columns})
    for stream in ("care:a", "care:b"):
        with pytest.raises(Unreadable, match="not what was sealed there"):
            desk.read(stream)
    assert {problem.position for problem in desk.log.verify().problems} >= {1, 2}


def test_m7_a_missing_version_is_refused_when_the_client_is_loaded(office: Office) -> None:
    url = str(office.settings.log_url)
    meddle(url, f"DELETE FROM facts WHERE stream = '{CARE}' AND version = 7")
    office.door(PRACTICE).streams.drop(CARE)
    with pytest.raises(NotVerified, match="version 7 is missing"):
        office.door(PRACTICE).care(CLIENT)
    assert not office.log.verify().holds


def test_m7_the_deleted_last_fact_is_found_and_nothing_more_is_decided(database_url: str, tmp_path: Path) -> None:
    with open_desk(database_url, tmp_path) as desk:
        desk.write("care:a", "cleared")
        desk.write("care:a", "clearance withdrawn")
    meddle(database_url, "DELETE FROM facts WHERE position = 2")
    with open_desk(database_url, tmp_path) as desk:
        assert "missing" in str(desk.log.why_read_only)
        assert "missing" in desk.log.verify().problems[0].what
        with pytest.raises(NotVerified):
            desk.write("care:a", "another one")


def test_m8_an_edited_snapshot_changes_no_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "SNAPSHOT_EVERY", 1)
    with closing(office_at("sqlite://", tmp_path)) as office:
        play(office, "01")
        door, cases = office.door(PRACTICE), random.Random(8)
        truth = door.care(CLIENT).memory
        with closing(sqlite3.connect(tmp_path / "views.db", isolation_level=None)) as views:
            body = views.execute(f"SELECT body FROM {snapshots.name} WHERE stream = ?", (CARE,)).fetchone()[0]
            for _ in range(60):
                edited = bytearray(body)
                edited[cases.randrange(len(body))] ^= 1 << cases.randrange(8)
                assert views.execute(f"UPDATE {snapshots.name} SET body = ? WHERE stream = ?",
                                     (bytes(edited), CARE)).rowcount == 1
                door.streams.drop(CARE)
                loaded = door.streams.load(ClientCare, CARE)
                assert loaded is not None
                assert loaded.snapshot_version == 0, "an edited snapshot was taken for a true one"
                assert door.care(CLIENT).memory == truth


@pytest.mark.parametrize("name", ["this:d", "os:system", "workflow.log.recorder:LogFactory", "care.no_such_fact", ""])
def test_m9_a_stored_name_that_names_a_module_imports_nothing_and_is_refused(office: Office, name: str) -> None:
    sys.modules.pop("this", None)
    meddle(str(office.settings.log_url), f"UPDATE facts SET name = :name WHERE stream = '{CARE}' AND version = 3",
           name=name)
    office.door(PRACTICE).streams.drop(CARE)
    with pytest.raises(Unreadable, match="not in this version's registry"):
        office.door(PRACTICE).care(CLIENT)
    assert "this" not in sys.modules
    assert not office.log.verify().holds
