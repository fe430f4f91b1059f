"""The PostgreSQL server itself crashes under writers: the same process goes on writing once it is back."""

from __future__ import annotations

import time
from pathlib import Path
from random import Random
from threading import Event

import pytest

from tests.crash.driver import Driver, together
from tests.crash.errands import Errand, ordinary
from tests.crash.support import House, found_house
from tests.support.postgres import PostgresServer
from workflow.log.proof import keeper

CRASHES = 5
CLIENTS = [f"client-{n}" for n in range(6)]
BACK_WITHIN = 30.0  # so long that only an engine that never comes back fails
SIGNED_WITHIN = 30.0


def write_until(done: Event, driver: Driver, client: str) -> None:
    chance = Random(client)
    while not done.is_set():
        if driver.send(ordinary(client, chance)) is None:
            time.sleep(0.02)


def acknowledged(house: House) -> int:
    return sum(entry["kind"] in ("ok", "refused") for entry in house.history())


def wait_for_more(house: House, than: int, what: str) -> None:
    until = time.monotonic() + BACK_WITHIN
    while acknowledged(house) < than:
        assert time.monotonic() < until, f"nothing was acknowledged within {BACK_WITHIN} s {what}"
        time.sleep(0.05)


def crash_and_come_back(server: PostgresServer, house: House, done: Event) -> None:
    try:
        for _ in range(CRASHES):
            wait_for_more(house, acknowledged(house) + 20, "before the crash")
            server.kill()
            server.start()
            wait_for_more(house, acknowledged(house) + len(CLIENTS), "after the server was back")
    finally:
        done.set()


def test_writing_goes_on_in_the_same_process_after_the_server_has_crashed(
        tmp_path: Path, postgres: PostgresServer, postgres_url: str) -> None:
    house, done = found_house(tmp_path / "house", CLIENTS, postgres_url), Event()
    with house.open() as (office, driver):
        together(lambda: crash_and_come_back(postgres, house, done),
                 *[lambda client=client: write_until(done, driver, client) for client in CLIENTS])
        assert office.log.why_read_only is None
        assert any(entry["kind"] == "info" for entry in house.history()), "no crash hit a writer"
        driver.send_all(map(Errand.again, house.doubts()))
        assert house.doubts() == []
        assert office.log.verify().holds
    assert house.violations() == []


def test_a_checkpoint_that_falls_into_a_crash_is_signed_afterwards_and_does_not_stop_the_practice(
        tmp_path: Path, postgres: PostgresServer, postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeper, "RETRY_SECONDS", 0.5)
    house = found_house(tmp_path / "house", CLIENTS[:1], postgres_url)
    with house.open() as (office, driver):
        chance = Random(1)
        driver.send(ordinary(CLIENTS[0], chance))
        signer = office.log._keeper
        assert signer is not None
        postgres.kill()
        signer._due.set()
        time.sleep(0.3)
        postgres.start()
        before = signer.signed_size
        until = time.monotonic() + BACK_WITHIN
        while driver.send(ordinary(CLIENTS[0], chance)) is None:
            assert time.monotonic() < until
            time.sleep(0.05)
        assert office.log.why_read_only is None
        until = time.monotonic() + SIGNED_WITHIN
        while signer.signed_size == before:
            assert time.monotonic() < until, "the checkpoint that was missed is still missing"
            time.sleep(0.05)
