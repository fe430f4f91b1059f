"""A local time that does not exist, or exists twice, is never shifted in silence: the offset is asked for."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from aggregates.kernel.errors import InvalidInput
from tests.cli.support import CLIENT, ROOT, met
from workflow.cli.times import parse_time
from workflow.local_times import moment_of

HISTORY = (ROOT / "examples" / "03-red-flag-at-screening.toml").read_text("utf-8")
GAPS = [("Europe/Berlin", "2026-03-29T02:30", "+01:00 or +02:00"),
        ("America/New_York", "2026-03-08T02:00", "-05:00 or -04:00"),
        ("Asia/Kathmandu", "1986-01-01T00:07", "+05:30 or +05:45"),
        ("Pacific/Apia", "2011-12-30T12:00", "-10:00 or +14:00"),
        ("Pacific/Apia", "2011-12-30", "-10:00 or +14:00")]
FOLDS = [("Europe/Berlin", "2026-10-25T02:30", "+02:00 for the first or +01:00 for the second"),
         ("America/New_York", "2026-11-01T01:00", "-04:00 for the first or -05:00 for the second"),
         ("Pacific/Apia", "2012-04-01T03:59:59", "+14:00 for the first or +13:00 for the second")]
PLAIN = [("Europe/Berlin", "2026-03-29T01:59:59", "2026-03-29T00:59:59"),
         ("Europe/Berlin", "2026-03-29T03:00", "2026-03-29T01:00"),
         ("Europe/Berlin", "2026-10-25T03:00", "2026-10-25T02:00"),
         ("Europe/Berlin", "2026-10-25T02:30+01:00", "2026-10-25T01:30"),
         ("Europe/Berlin", "2026-10-25T02:30+02:00", "2026-10-25T00:30"),
         ("Europe/Berlin", "2026-03-29T02:30+01:00", "2026-03-29T01:30"),
         ("America/New_York", "2026-07-01T12:00", "2026-07-01T16:00"),
         ("Asia/Kathmandu", "2026-03-29T02:30", "2026-03-28T20:45"),
         ("Pacific/Apia", "2011-12-31T00:00", "2011-12-30T10:00"),
         ("Pacific/Apia", "2011-12-29T23:59", "2011-12-30T09:59")]


@pytest.mark.parametrize(("zone", "text", "offsets"), GAPS)
def test_a_time_that_the_clocks_skip_asks_for_its_offset(zone: str, text: str, offsets: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        parse_time(text, ZoneInfo(zone), "occurred_at")
    assert str(refused.value) == (f"occurred_at: there is no such local time in {zone}, because the clocks go forward "
                                  f"over it; state the offset, {offsets}")


@pytest.mark.parametrize(("zone", "text", "offsets"), FOLDS)
def test_a_time_that_comes_twice_asks_which_one(zone: str, text: str, offsets: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        parse_time(text, ZoneInfo(zone), "as_known")
    assert str(refused.value) == (f"as_known: there are two such local times in {zone}, because the clocks go back; "
                                  f"state which one by its offset, {offsets}")


@pytest.mark.parametrize(("zone", "text", "utc"), PLAIN)
def test_every_other_time_is_the_moment_that_the_wall_clock_shows(zone: str, text: str, utc: str) -> None:
    assert parse_time(text, ZoneInfo(zone), "at") == datetime.fromisoformat(utc).replace(tzinfo=UTC)


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Pacific/Apia"])
@pytest.mark.parametrize("text", ["0001-01-01", "0001-01-01T00:00+14:00", "1899-12-31T23:59", "2200-01-01",
                                  "9999-12-31T23:59:59", "9999-12-31T23:59:59-12:00"])
def test_a_year_that_nobody_means_is_one_sentence(zone: str, text: str) -> None:
    with pytest.raises(InvalidInput, match=r"^at: must lie between the years 1900 and 2199$"):
        parse_time(text, ZoneInfo(zone), "at")


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Pacific/Apia"])
def test_at_the_edges_of_the_years_every_zone_knows_the_moment(zone: str) -> None:
    for text in ("1900-01-01T00:00", "2199-12-31T23:59:59"):
        moment = moment_of(datetime.fromisoformat(text), ZoneInfo(zone), "at")
        assert moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None).isoformat() == datetime.fromisoformat(
            text).isoformat()


def test_the_command_line_refuses_such_times_in_one_sentence_and_takes_them_with_their_offset(home: Path) -> None:
    do = ("do", "elm-1", "record_statement", "--as", "ben", "--json", '{"source": "client_said", "words": "fine"}',
          "--print-json", "--occurred-at")
    for text, said in (("2026-03-29T02:30", "occurred_at: there is no such local time in Europe/Berlin"),
                       ("2025-10-26T02:30", "occurred_at: there are two such local times in Europe/Berlin"),
                       ("0001-01-01", "occurred_at: must lie between the years"),
                       ("9999-12-31T23:59", "occurred_at: must lie between the years")):
        ran = met(*do, text, home=home)
        assert ran.code == 2
        assert ran.sentence.startswith(said)
    assert met(*do, "2025-10-26T02:30+01:00", home=home).code == 0
    last = json.loads(met("replay", "elm-1", "--as", "ben", "--json", home=home).out.splitlines()[-1])
    assert last["meta"]["at"].startswith("2025-10-26T01:30")
    for option in ("--as-known", "--as-happened"):
        ran = met("replay", "elm-1", "--as", "ben", option, "2025-10-26T02:30", home=home)
        assert (ran.code, ran.sentence.partition(":")[0]) == (2, option.removeprefix("--").replace("-", "_"))


FIRST = "at = 2026-05-04T09:00:00\n"


@pytest.mark.parametrize(("given", "sentence"), [
    ("at = 2026-03-29T01:30:00\n", "at: there is no such local time in Europe/London"),
    ("at = 0001-01-01T00:00:00\n", "at: must lie between the years 1900 and 2199"),
    ("at = 9999-12-31T23:59:59-12:00\n", "at: must lie between the years 1900 and 2199"),
    (f"{FIRST}occurred_at = 2025-10-26T01:30:00\n", "occurred_at: there are two such local times in Europe/London"),
    (f"{FIRST}expect = {{ known_at = [2025-10-26T01:30:00, true] }}\n", "known_at: there are two such local times"),
    (f"{FIRST}expect = {{ happened_at = [0001-01-01T01:30:00, true] }}\n", "happened_at: must lie between the years")])
def test_a_history_with_such_a_time_stops_before_its_first_step(tmp_path: Path, given: str, sentence: str) -> None:
    assert HISTORY.count(FIRST) == 1
    ran = met("run", "-", home=tmp_path / "new", stdin=HISTORY.replace(FIRST, given))
    assert ran.code == 2
    assert sentence in ran.sentence
    assert ran.sentence.startswith("history: step 1 (at ")
    assert not (tmp_path / "new").exists(), "nothing was made"


@pytest.mark.parametrize("day", ["0001-01-01", "1899-12-31", "9999-12-31"])
def test_a_date_at_the_end_of_time_is_one_sentence_wherever_it_stands(home: Path, day: str) -> None:
    fields = json.loads(CLIENT)
    asked = [("elm-2", "register_client", fields | {"born": day}),
             ("elm-3", "register_client", fields | {"onset": day}),
             ("elm-1", "record_release", {"to": "R. Okafor", "what": "all", "until": day}),
             ("elm-1", "record_clearance",
              {"issuer": "R. Okafor", "profession": "physician", "decision": "full", "dated": day}),
             ("practice", "set_calendar", {"holidays": [day], "working_days": [0, 1, 2, 3, 4]})]
    for client, command, given in asked:
        ran = met("do", client, command, "--as", "ada", "--json", json.dumps(given), home=home)
        assert ran.code in (0, 1, 2), (command, ran)
        assert "Error" not in ran.err
        assert met("show", "elm-1", "--as", "ben", home=home).code == 0
    assert met("verify", home=home).code == 0
