"""The wire to PostgreSQL breaks: whoever asks gets the one right answer, or hears in time that there is none yet."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from random import Random
from typing import NamedTuple

import pytest

from tests.crash.driver import Driver, together
from tests.crash.errands import Errand, ordinary
from tests.crash.proxy import CUTS, Proxy
from tests.crash.support import House, found_house
from tests.support.postgres import PostgresServer
from workflow.engine.requests import Answer
from workflow.log.store import database

CLIENTS = [f"client-{n}" for n in range(4)]
OF_EACH_KIND = 15
AFTER_THE_COMMIT = (CUTS[1], CUTS[3])
STATEMENT = {"source": "client_said", "words": "slept well"}
PAUSING = {"pain": 6, "usual": False, "affects_daily_life": True}


class Wired(NamedTuple):
    """A practice whose engine reaches PostgreSQL only over the wire; the checker goes straight to the server."""

    house: House
    over: House
    proxy: Proxy


@pytest.fixture
def wired(tmp_path: Path, postgres: PostgresServer, postgres_url: str) -> Iterator[Wired]:
    house = found_house(tmp_path / "house", CLIENTS, postgres_url)
    with closing(Proxy(postgres.port)) as proxy:
        url = postgres_url.replace(f":{postgres.port}/", f":{proxy.port}/")
        over = House(house.home, {"MET_LOG_URL": url, "MET_KEYS_URL": url, "MET_VIEWS_URL": url})
        yield Wired(house, over, proxy)


def a_statement(client: str) -> Errand:
    return Errand.anew(f"care:{client}", "record_statement", STATEMENT)


def place(answer: Answer | None) -> tuple[object, ...]:
    assert answer is not None, "a cut that heals at once must not be seen by whoever asked"
    return answer.command_id, answer.stream, answer.version, answer.position, answer.facts


@pytest.mark.parametrize("how", CUTS)
def test_a_cut_changes_no_answer(wired: Wired, how: str) -> None:
    with wired.over.open() as (office, driver):
        for number in range(OF_EACH_KIND):
            driver.send(a_statement(CLIENTS[0]))  # the next thing on this wire is then an append, and nothing else
            errand = a_statement(CLIENTS[number % len(CLIENTS)])
            wired.proxy.cut(how)
            first = driver.send(errand)
            assert wired.proxy.cuts == number + 1
            assert place(first) == place(driver.send(errand))
            assert first is not None
            assert first.repeated is (how in AFTER_THE_COMMIT), "the cut did not fall where it should"
        assert office.log.why_read_only is None
    assert wired.house.doubts() == []
    assert not [entry for entry in wired.house.history() if entry["kind"] == "error"]
    assert wired.house.violations() == []


@pytest.mark.parametrize("how", CUTS)
def test_a_cut_under_a_shared_batch_is_settled_for_each_of_its_commands(wired: Wired, how: str) -> None:
    def work(driver: Driver, client: str) -> None:
        chance = Random(client)
        for number in range(OF_EACH_KIND):
            wired.proxy.cut(how, writer=number % 3 > 0)  # now and then a reader's wire
            driver.send(ordinary(client, chance))

    with wired.over.open() as (office, driver):
        together(*[lambda client=client: work(driver, client) for client in CLIENTS])
        driver.send_all(map(Errand.again, wired.house.doubts()))
        assert office.log.verify().holds
    assert wired.proxy.cuts >= OF_EACH_KIND
    assert wired.house.doubts() == []
    assert not [entry for entry in wired.house.history() if entry["kind"] == "error"]
    assert wired.house.violations() == []


@pytest.mark.parametrize("how", CUTS)
def test_the_letter_to_the_referral_source_is_drafted_even_if_the_pause_was_cut_off(wired: Wired, how: str) -> None:
    with wired.over.open() as (_, driver):
        driver.send(Errand.anew(f"care:{CLIENTS[1]}", "record_morning", PAUSING))  # the statement is prepared now
        wired.proxy.cut(how)
        answer = driver.send(Errand.anew(f"care:{CLIENTS[0]}", "record_morning", PAUSING))
        assert answer is not None
        assert answer.repeated is (how in AFTER_THE_COMMIT), "the cut did not fall where it should"
        assert answer.phase == "exacerbation_pause"
    letters = [row for row in wired.house.stored().rows if row.stream.startswith(f"letter:{CLIENTS[0]}")]
    assert [row.by for row in letters] == ["policy"]
    assert wired.house.violations() == []


@pytest.mark.parametrize("hears", [False, True], ids=["and hears nothing", "but still hears us"])
def test_a_server_that_falls_silent_is_not_waited_for_for_ever(
        wired: Wired, hears: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "ANSWER_SECONDS", 2)
    monkeypatch.setattr(database, "WAIT_SECONDS", 2)
    with wired.over.open() as (office, driver):
        driver.send(a_statement(CLIENTS[0]))
        errand = a_statement(CLIENTS[0])
        wired.proxy.freeze(hears=hears)
        began = time.monotonic()
        assert driver.send(errand) is None
        assert time.monotonic() - began < 20
        wired.proxy.thaw()
        answer = driver.send(errand)
        assert place(answer) == place(driver.send(errand))
        assert answer is not None
        assert answer.repeated is hears
        assert office.log.why_read_only is None
    assert wired.house.doubts() == []
    assert wired.house.violations() == []
