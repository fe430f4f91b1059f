"""On the command line: a session is corrected after the letter was drafted, and the letter goes out as it is now."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.support import ROOT, Ran, met

HISTORY = (ROOT / "examples" / "02-pain-after-session.toml").read_text("utf-8")
UP_TO_THE_PAUSE = HISTORY[:HISTORY.index("[[step]]", HISTORY.index('do = "record_morning"'))].rstrip()
RELEASE = {"to": "S. Berg", "what": "changes in status", "until": "2026-12-31", "signed_on": "2026-03-03"}


def at_fjord(home: Path, *arguments: str) -> Ran:
    return met(*arguments, "--practice", "fjord", "--as", "jon", home=home)


def test_pause_draft_correct_refused_read_draft_again_sign_send_and_correct_once_more(tmp_path: Path) -> None:
    home = tmp_path / "data"
    played = met("run", "-", home=home, stdin=UP_TO_THE_PAUSE)
    assert played.code == 0, played.out
    shown = json.loads(at_fjord(home, "show", "client-two", "--json").out)
    letter, = (each["id"] for each in shown["letters"])
    steps = [json.loads(line) for line in at_fjord(home, "replay", "client-two", "--json").out.splitlines()]
    session = next(each["version"] for each in steps if each["name"] == "care.session_recorded")

    def do(what: str, command: str, fields: object = None) -> Ran:
        return at_fjord(home, "do", what, command, *(("--json", json.dumps(fields)) if fields else ()))

    def correct(fields: object) -> None:
        corrected = do("client-two", "amend_fact", {"version": session, "corrected": fields, "reason": "typed wrong"})
        assert corrected.code == 0, corrected.err or corrected.out

    correct({"pain_worst": 9})
    refused = do(letter, "sign_letter")
    assert refused.code == 1
    assert "LET-02" in refused.out
    assert "it saw lines: pain" in refused.out

    page, read = at_fjord(home, "show", "client-two").out, at_fjord(home, "letter", letter).out
    for text in (page, read):
        assert f"drafted; next: met do {letter} redraft_letter" in text
        assert "it sees lines: pain" in text
    assert "7 at worst" in read

    again = do(letter, "redraft_letter")
    assert again.code == 0
    assert "drafted again: the record's words as they are now" in again.out
    assert "9 at worst" in at_fjord(home, "letter", letter).out
    assert do("client-two", "record_release", RELEASE).code == 0
    for command, fields in (("sign_letter", {"added_text": "Symptoms began during set 2."}),
                            ("send_letter", {"means": "fax"})):
        ran = do(letter, command, fields)
        assert ran.code == 0, ran.out

    correct({"pain_worst": 8, "client_said": "it tore"})
    said = "what was sent no longer agrees with the record: pain, the client's words in the session; write to S. Berg"
    assert said in at_fjord(home, "show", "client-two").out
    told = at_fjord(home, "letter", letter)
    assert said in told.out
    assert "9 at worst" in told.out, "what was sent stays readable as it was"
