"""Tables say when it was so, refuse a practice that is not there, and keep to the width that is asked for."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.support import CLIENT, met


def test_since_is_when_it_was_so_and_not_when_it_was_entered(home: Path) -> None:
    asked = CLIENT.replace("Zelda Quark", "Another Name")
    assert met("do", "elm-2", "register_client", "--as", "ben", "--occurred-at", "2026-01-05T10:00", "--json", asked,
               home=home).code == 0
    rows = [json.loads(line) for line in met("clients", "--json", home=home).out.splitlines()]
    assert next(each["since"] for each in rows if each["client"] == "elm-2") == "2026-01-05 09:00:00+00:00"
    assert "since 2026-01-05 10:00 CET" in met("show", "elm-2", "--as", "ben", home=home).out
    assert "2026-01-05 09:00" in met("clients", home=home).out


def test_an_erased_client_is_erased_since_the_erasure(home: Path) -> None:
    assert met("erase", "elm-1", "--reason", "x", "--basis", "consent withdrawn", "--as", "ada", "--yes",
               home=home).code == 0
    row = json.loads(met("clients", "--json", home=home).out)
    erased = [json.loads(line) for line in met("replay", "elm-1", "--as", "ada", "--json", home=home).out.splitlines()]
    assert row["erased"]
    assert row["since"].replace(" ", "T") == next(
        each["occurred_at"] for each in erased if each["name"] == "care.client_erased")


@pytest.mark.parametrize("more", [(), ("--json",)])
def test_a_practice_that_is_not_there_is_one_sentence(elm: Path, more: tuple[str, ...]) -> None:
    ran = met("clients", "--practice", "nope", *more, home=elm)
    assert (ran.code, ran.out) == (3, "")
    assert ran.sentence == "practice: there is no such practice in this log"
    assert met("clients", "--practice", "elm", home=elm).code == 0


def test_the_help_says_what_listing_clients_needs(elm: Path) -> None:
    told = " ".join(met("clients", "--help").out.split())
    assert "no key is needed" not in told
    assert "The data directory with its key store has to be there" in told


@pytest.mark.parametrize("arguments", [
    ("clients",), ("keys",), ("replay", "elm-1", "--as", "ben"), ("replay", "practice", "--as", "ben"),
    ("show", "elm-1", "--as", "ben"), ("access", "elm-1", "--as", "ben")])
def test_no_line_is_wider_than_columns_says_and_no_word_is_lost(home: Path, arguments: tuple[str, ...]) -> None:
    narrow = met(*arguments, home=home, COLUMNS="44").out
    assert max(map(len, narrow.splitlines())) <= 44
    wide = met(*arguments, home=home, COLUMNS="").out
    assert max(map(len, wide.splitlines())) > 44
    if arguments[0] in ("clients", "keys") or arguments[1] == "practice":
        assert narrow.split() == wide.split()


def test_a_width_that_is_no_width_is_left_alone(elm: Path) -> None:
    wide = met("clients", home=elm, COLUMNS="").out
    for odd in ("wide", "-5", "1e3"):
        assert met("clients", home=elm, COLUMNS=odd).out == wide
    assert met("clients", home=elm, COLUMNS="0").code == 0
