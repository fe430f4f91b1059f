"""A release of information that does not count never looks like one that does."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, date, datetime, timedelta
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from aggregates.client_care.contents import Release
from aggregates.client_care.facts import CareFact, ReleaseGiven, ReleaseWithdrawn
from aggregates.client_care.memory import CareMemory
from aggregates.client_care.remember import remember
from aggregates.kernel.messages import Meta
from projections.releases import releases_told
from tests.cli.support import met

TODAY = datetime.now(UTC).date()
LATER, YESTERDAY = TODAY + timedelta(days=90), TODAY - timedelta(days=1)


@pytest.fixture
def home(elm: Path, tmp_path: Path) -> Path:
    """A copy of the practice to work with."""
    return Path(shutil.copytree(elm, tmp_path / "data"))


def release(home: Path, to: str, *, until: date = LATER, signed_on: date | None = None, at: str = "") -> str:
    """What the command answers."""
    fields = {"to": to, "what": "progress", "until": until.isoformat(),
              **({"signed_on": signed_on.isoformat()} if signed_on else {})}
    ran = met("do", "elm-1", "record_release", "--as", "ben", "--json", json.dumps(fields),
              *(("--occurred-at", at) if at else ()), home=home)
    assert ran.code == 0, ran.err + ran.out
    return ran.out


def line(home: Path, words: str, *command: str) -> str:
    """The one line that begins so, and what stands under it."""
    out = met(*command, home=home).out
    assert out.count(words) == 1, out
    return out[out.index(words):]


def replayed(home: Path, words: str, *more: str) -> str:
    return line(home, words, "replay", "elm-1", "--as", "ben", *more).partition("\nv")[0]


def shown(home: Path, words: str) -> str:
    return line(home, words, "show", "elm-1", "--as", "ben").splitlines()[0]


def test_one_that_nobody_signed_says_so_in_the_answer_the_replay_and_the_page(home: Path) -> None:
    assert "Consent to release to R. Okafor, not signed: does not count" in release(home, "R. Okafor")
    assert replayed(home, "Consent to release to R. Okafor").startswith(
        "Consent to release to R. Okafor, not signed: does not count")
    assert shown(home, "release to R. Okafor") == (
        f"release to R. Okafor: progress, until {LATER}; not signed: does not count")


def test_one_that_counts_says_when_it_was_signed_and_nothing_against_it(home: Path) -> None:
    release(home, "R. Okafor", signed_on=TODAY)
    told = replayed(home, "Consent to release to R. Okafor")
    assert f"signed on {TODAY}" in told
    assert "does not count" not in told
    assert shown(home, "release to R. Okafor") == f"release to R. Okafor: progress, until {LATER}, signed on {TODAY}"


def test_one_that_was_withdrawn_says_so_and_did_not_before(home: Path) -> None:
    release(home, "R. Okafor", signed_on=TODAY)
    before = datetime.now(UTC).isoformat()
    assert met("do", "elm-1", "withdraw_release", "--as", "ben", "--json", '{"to": "r. okafor"}', home=home).code == 0
    assert f"withdrawn on {TODAY}: does not count" in replayed(home, "Consent to release to R. Okafor")
    assert shown(home, "release to R. Okafor").endswith(f"; withdrawn on {TODAY}: does not count")
    then = replayed(home, "Consent to release to R. Okafor", "--as-known", before)
    assert "withdrawn" not in then, "nobody knew that then"


def test_one_that_has_ended_says_so(home: Path) -> None:
    release(home, "R. Okafor", until=YESTERDAY, signed_on=YESTERDAY)
    assert f"ended on {YESTERDAY}: does not count" in replayed(home, "Consent to release to R. Okafor")
    assert shown(home, "release to R. Okafor").endswith(f"; ended on {YESTERDAY}: does not count")


def test_one_that_a_newer_one_replaced_is_in_the_replay_and_no_longer_on_the_page(home: Path) -> None:
    release(home, "R. Okafor", signed_on=TODAY)
    release(home, "R. Okafor", until=LATER + timedelta(days=1), signed_on=TODAY)
    out = met("replay", "elm-1", "--as", "ben", home=home).out
    assert out.count("a newer one took its place") == 1
    assert out.index("a newer one took its place") < out.index(f"until {LATER + timedelta(days=1)}")
    assert f"until {LATER + timedelta(days=1)}" in shown(home, "release to R. Okafor")


def test_for_machines_each_release_says_whether_it_counts(home: Path) -> None:
    release(home, "R. Okafor")
    release(home, "S. Berg", signed_on=TODAY)
    told = json.loads(met("show", "elm-1", "--as", "ben", "--json", home=home).out)["releases_told"]
    assert [(each["to"], each["counts"], each["against"]) for each in told] == [
        ("R. Okafor", False, "not signed: does not count"), ("S. Berg", True, "")]
    steps = [json.loads(each) for each in met("replay", "elm-1", "--as", "ben", "--json", home=home).out.splitlines()]
    assert [each["note"] for each in steps if each["name"] == "care.release_given"] == [None, None]


DAYS = [date(2026, 3, day) for day in (1, 2, 3)]
GIVEN = [Release(to="A", what="x", until=until, signed_on=signed) for until in DAYS for signed in (None, *DAYS)]


def history(*numbers: int) -> list[CareFact]:
    """Releases by their number, and -1 for a withdrawal, one each day at noon from the first of March on."""
    facts: list[CareFact] = []
    for version, number in enumerate(numbers, 1):
        envelope: dict[str, Any] = {"originator_id": "care:x", "originator_version": version, "meta": Meta(),
                                    "timestamp": datetime(2026, 3, version, 12, tzinfo=UTC)}
        facts.append(ReleaseWithdrawn(to="A", **envelope) if number < 0
                     else ReleaseGiven(release=GIVEN[number], **envelope))
    return facts


@pytest.mark.parametrize("second", range(-1, len(GIVEN)))
def test_what_is_told_to_count_is_what_a_letter_may_leave_on(second: int) -> None:
    for first, third in product(range(len(GIVEN)), range(-1, len(GIVEN))):
        facts, care = history(first, second, third), CareMemory()
        for fact in facts:
            remember(care, fact)
        for day in DAYS:
            told = [each for each in releases_told(facts, day, UTC) if not each.against]
            assert bool(told) == bool(care.released_to(day)), (first, second, third, day)
