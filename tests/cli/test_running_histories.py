"""`met run` reads the whole file before the first step, and plays a history into a directory once."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.cli.support import ROOT, met

HISTORY = ROOT / "examples" / "03-red-flag-at-screening.toml"
TEXT = HISTORY.read_text("utf-8")


def test_a_history_that_was_played_says_so_and_where_and_changes_nothing(tmp_path: Path) -> None:
    home = tmp_path / "new"
    assert met("run", str(HISTORY), home=home).code == 0
    before = met("verify", "--json", home=home).out
    again = met("run", str(HISTORY), home=home)
    assert again.code == 4
    assert re.fullmatch(rf"history: was played already into {home}, from position \d+ on; nothing was changed",
                        again.sentence)
    assert "not as expected" not in again.out
    assert met("verify", "--json", home=home).out == before


def test_a_history_that_was_interrupted_goes_on(tmp_path: Path) -> None:
    home = tmp_path / "new"
    *_, last = TEXT.split("[[step]]")
    first = TEXT.removesuffix(f"[[step]]{last}")
    assert met("run", "-", home=home, stdin=first).code == 0
    ran = met("run", str(HISTORY), home=home)
    assert ran.code == 0, ran.out
    assert "of its steps were played already" in ran.sentence
    assert ", 0 not" in ran.out


@pytest.mark.parametrize(("old", "new", "sentence"), [
    ('do = "record_screening"', 'do = "record_screaming"', "did you mean record_screening?"),
    ("chronic", "eternal", "stage must be one of acute, subacute, chronic"),
    ('client = "client-three"', 'client = "Client Three"', "client: an id is 2 to 40 small letters"),
])
def test_a_step_that_can_not_be_read_stops_the_history_before_its_first_step(tmp_path: Path, old: str, new: str,
                                                                             sentence: str) -> None:
    assert old in TEXT
    head, _, tail = TEXT.rpartition(old)
    ran = met("run", "-", home=tmp_path / "new", stdin=head + new + tail)
    assert ran.code == 2
    assert sentence in ran.sentence
    assert re.search(r"(step|template \S+, step) \d+ \(at 20\d\d-\d\d-\d\dT\d\d:\d\d\)", ran.sentence)
    assert not (tmp_path / "new").exists(), "nothing was made"


def test_a_history_without_a_step_is_refused(tmp_path: Path) -> None:
    ran = met("run", "-", home=tmp_path / "new", stdin=_without_steps())
    assert ran.code == 2
    assert ran.sentence == "history: has no step"
    assert not (tmp_path / "new").exists()


def _without_steps() -> str:
    first, _, rest = TEXT.partition("[[step]]")[0].partition("\n")
    return f"{first}\nstep = []\n{rest}"
