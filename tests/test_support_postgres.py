"""The PostgreSQL that other tests trust: real, durable, not root, and gone afterwards."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import OperationalError

from tests.support.postgres import PostgresServer

ABANDONED = """
from tests.support.postgres import PostgresServer
server = PostgresServer()
server.start()
print(server.home, server.pid, flush=True)
input()
"""


def ask(engine: Engine, question: str) -> str:
    with engine.connect() as connection:
        return str(connection.execute(text(question)).scalar_one())


def test_a_committed_row_survives_a_crash(postgres: PostgresServer, postgres_url: str) -> None:
    engine = create_engine(postgres_url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE fact (name text)"))
        connection.execute(text("INSERT INTO fact VALUES ('clearance granted')"))

    said_before = len(postgres.log())
    postgres.kill()
    with pytest.raises(OperationalError):
        ask(engine, "SELECT 1")
    postgres.restart()

    assert "was not properly shut down" in postgres.log()[said_before:]
    assert ask(engine, "SELECT name FROM fact") == "clearance granted"
    engine.dispose()


def test_data_outlives_an_orderly_stop(postgres: PostgresServer, postgres_url: str) -> None:
    engine = create_engine(postgres_url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE fact (name text)"))
    engine.dispose()

    postgres.stop()
    assert not postgres.running
    postgres.start()

    assert ask(engine, "SELECT count(*) FROM fact") == "0"
    engine.dispose()


def test_every_test_gets_an_empty_database(postgres: PostgresServer, postgres_url: str) -> None:
    engine = create_engine(postgres_url)
    assert ask(engine, "SELECT count(*) FROM information_schema.tables WHERE table_schema = 'public'") == "0"
    assert ask(engine, "SELECT current_database()") in postgres_url
    engine.dispose()


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("fsync", "on"),
        ("synchronous_commit", "on"),
        ("full_page_writes", "on"),
        ("listen_addresses", "127.0.0.1"),
        ("max_connections", "100"),
    ],
)
def test_the_server_promises_durability_and_listens_on_loopback_only(
    postgres_url: str, setting: str, value: str
) -> None:
    engine = create_engine(postgres_url)
    assert ask(engine, f"SHOW {setting}") == value
    engine.dispose()


def test_the_server_is_version_18_and_not_root(postgres: PostgresServer, postgres_url: str) -> None:
    engine = create_engine(postgres_url)
    assert ask(engine, "SHOW server_version").startswith("18.")
    backend = int(ask(engine, "SELECT pg_backend_pid()"))
    for pid in (postgres.pid, backend):
        assert psutil.Process(pid).uids().effective != 0
    assert Path(ask(engine, "SHOW data_directory")).stat().st_uid != 0
    engine.dispose()


def test_a_killed_test_process_leaves_no_server_and_no_directory() -> None:
    root = Path(__file__).parent.parent
    with subprocess.Popen(
        [sys.executable, "-c", ABANDONED], cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as tester:
        assert tester.stdout is not None
        home, pid = tester.stdout.readline().split()
        assert psutil.pid_exists(int(pid))
        os.kill(tester.pid, signal.SIGKILL)

    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and (Path(home).exists() or _alive(int(pid))):
        time.sleep(0.1)

    assert not Path(home).exists()
    assert not _alive(int(pid))


def _alive(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
