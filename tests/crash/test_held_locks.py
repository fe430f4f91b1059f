"""Somebody else holds the database: every wait ends with one clear sentence, and nothing is half stored."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from tests.crash.conftest import CLIENTS
from tests.crash.driver import together
from tests.crash.errands import Errand
from tests.crash.support import House

HELD = "log: somebody else holds the database for longer than the wait limit"
STATEMENT = {"source": "client_said", "words": "slept well"}
LIMIT = 12.0  # five seconds for those who lead, five more for those who queued behind them, and slack


@contextmanager
def held(house: House) -> Iterator[None]:
    """Another program has begun to write and doesn't end."""
    url = house.environment.get("MET_LOG_URL")
    if url:
        with psycopg.connect(url.replace("+psycopg", "")) as connection:
            connection.execute("SELECT 1 FROM head FOR UPDATE")
            yield
    else:
        connection = sqlite3.connect(house.home / "log.db", isolation_level=None)
        connection.execute("BEGIN IMMEDIATE")
        yield
        connection.close()


def test_eight_writers_wait_no_longer_than_the_limit_and_can_be_asked_again(house: House) -> None:
    errands = [Errand.anew(f"care:{client}", "record_statement", STATEMENT) for client in CLIENTS[:8]]
    with house.open() as (office, driver):
        before = house.stored()
        with held(house):
            began = time.monotonic()
            together(*[lambda errand=errand: driver.send(errand) for errand in errands])
            assert time.monotonic() - began < LIMIT
            assert house.stored() == before
        assert [entry["text"] for entry in house.history() if entry["kind"] == "info"] == [HELD] * 8
        assert office.log.why_read_only is None
        driver.send_all(errands)
        assert house.stored().head == before.head + 8
    assert house.doubts() == []
    assert house.violations() == []


def test_reading_goes_on_while_somebody_else_holds_the_write_lock(house: House) -> None:
    with house.open() as (office, driver), held(house):
        assert driver.care(CLIENTS[0]).version > 0
        assert office.log.reader.page(0)
