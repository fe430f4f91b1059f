"""`met run` reads the whole file before the first step, and plays a history into a directory once."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.cli.support import ROOT, founded, met

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


@pytest.mark.parametrize(("file", "note", "noted"), [
    ("06-late-wrong-twice.toml", "25 h late: not compared here, it holds on the virtual clock only", 1),
    ("04-boundaries.toml", "whether a session may begin is asked on its day: what was expected is not compared", 16)])
def test_on_a_real_log_what_only_a_virtual_clock_brings_about_is_not_compared_and_that_is_said(
        tmp_path: Path, file: str, note: str, noted: int) -> None:
    home = founded(tmp_path / "real")
    ran = met("run", str(ROOT / "examples" / file), home=home)
    assert ran.code == 0, ran.out
    assert ran.out.count(f"note: {note}") == noted
    assert f", 0 not; {noted} could not be compared in full on a real clock" in ran.out
    rehearsed = met("run", str(ROOT / "examples" / file), home=tmp_path / "rehearsal")
    assert rehearsed.code == 0
    assert "note:" not in rehearsed.out
    assert rehearsed.out.rstrip().endswith(", 0 not")


def test_on_a_virtual_clock_the_hours_are_compared_and_on_a_real_one_everything_else_is(tmp_path: Path) -> None:
    late = (ROOT / "examples" / "06-late-wrong-twice.toml").read_text("utf-8")
    assert "late_hours = 25" in late
    wrong = met("run", "-", home=tmp_path / "rehearsal", stdin=late.replace("late_hours = 25", "late_hours = 24"))
    assert wrong.code == 1
    assert "NOT AS EXPECTED: not 24 h late" in wrong.out
    real = met("run", "-", home=founded(tmp_path / "real"),
               stdin=late.replace("late_hours = 25", 'late_hours = 25\nphase = "screening"'))
    assert real.code == 1
    assert "expected screening" in real.out
