"""`met whatif` on a real data directory: plainly imagined, and nothing is written but that somebody read."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

from tests.cli.support import met
from workflow.bootstrap import open_office, open_reading
from workflow.settings import settings


def steps(tmp_path: Path) -> str:
    at = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    file = tmp_path / "steps.json"
    file.write_text(json.dumps([
        {"do": "report_red_flags", "at": at, "by": "ben", "with": {"red_flags": [{"id": "RF-E1"}]}},
        {"do": "start_session"}]), "utf-8")
    return str(file)


def rows(home: Path) -> list[object]:
    office = open_reading(settings(home, {}))
    try:
        return [row for page in office.log.reader.pages() for row in page]
    finally:
        office.close()


def other_files(home: Path) -> dict[str, str]:
    """Every file apart from the lock and from the log and its checkpoints, to which the reading is appended."""
    written = ("lock", "log.db", "log.db-wal", "log.db-shm")
    return {str(path): sha256(path.read_bytes()).hexdigest() for path in sorted(home.rglob("*"))
            if path.is_file() and path.name not in written and "checkpoint" not in str(path.relative_to(home))}


def test_it_is_headed_as_imagined_and_writes_nothing_but_the_reading(home: Path, tmp_path: Path) -> None:
    open_office(settings(home, {})).close()
    before, files = rows(home), other_files(home)
    ran = met("whatif", "elm-1", steps(tmp_path), "--as", "ada", home=home)
    assert ran.code == 0, ran.err
    assert ran.out.startswith("IMAGINED")
    for words in ("nothing of it is recorded", "elm-1  ben asks: report red flags", "Decision: EMERGENCY",
                  "phase: referral back", "Refused: start session", "would stand in: referral back; due would be:",
                  "call to the referral source (on the day of the referral back), coach (DL-05)"):
        assert words in ran.out, words
    after = rows(home)
    assert after[:len(before)] == before
    assert [(row.stream, row.name) for row in after[len(before):]] == [  # type: ignore[attr-defined]
        ("access:elm-1", "access.client_read")]
    assert other_files(home) == files
    assert len(files) >= 3


def test_for_machines_it_says_that_it_is_imagined(home: Path, tmp_path: Path) -> None:
    told = json.loads(met("whatif", "elm-1", steps(tmp_path), "--as", "ada", "--json", home=home).out)
    assert (told["imagined"], told["phase"]) == (True, "referral_back")
    assert [each["refused"] for each in told["steps"]] == [False, True]
    assert "position" not in told["steps"][0]
    assert {each["rule"] for each in told["due"]} >= {"DL-05"}


def test_what_can_not_be_imagined_is_one_sentence_and_nobody_has_read_anything(home: Path, tmp_path: Path) -> None:
    before = len(rows(home))
    for text, code, words in (("[{]", 2, "is not JSON"), ("nonsense", 2, "not a TOML file"),
                              ('[{"do": "start_session", "at": "2020-01-01T09:00"}]', 2, "does not lie before now")):
        ran = met("whatif", "elm-1", "-", "--as", "ada", home=home, stdin=text)
        assert (ran.code, ran.out) == (code, ""), text
        assert words in ran.sentence
    assert met("whatif", "elm-1", str(tmp_path / "none"), "--as", "ada", home=home).code == 3
    assert met("whatif", "elm-9", steps(tmp_path), "--as", "ada", home=home).code == 3
    assert met("whatif", "elm-1", steps(tmp_path), "--as", "eve", home=home).code == 1
    assert len(rows(home)) == before
