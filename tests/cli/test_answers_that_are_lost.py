"""What was stored stays stored and is never told as refused, though its answer can't be written."""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path

import pytest

from tests.cli.support import CLIENT, ROOT, Ran, met
from tests.cli.test_exits import MET, run

SAID = ("do", "elm-1", "record_statement", "--as", "ben", "--json", '{"source": "client_said", "words": "slept well"}')
STORED = r"recorded as position (\d+); the answer could not be written: "
EVERY = [
    ("clients",), ("verify",), ("verify", "--json"), ("show", "elm-1", "--as", "ben"),
    ("replay", "elm-1", "--as", "ben"), ("export", "elm-1", "--as", "ben"), ("doctor",), ("keys",), ("keys", "check"),
    ("keys", "rotate"), ("keys", "backup", "--to", "TMP/keys"), ("backup", "TMP/backup"), ("diagram",), ("version",),
    ("--version",), ("--help",), ("do", "--help"), ("commands",), ("commands", "record_session"), ("questions",),
    ("run", "examples/03-red-flag-at-screening.toml"), ("demo", "--home", "TMP/demo", "--quiet")]


def shell(redirected: str, *arguments: str, home: Path) -> Ran:
    """Run `met` with its streams as a shell was told to lay them."""
    env = {key: value for key, value in os.environ.items() if not key.startswith("MET_")}
    ran = subprocess.run(["sh", "-c", f'exec "$@" {redirected}', "sh", *MET, *arguments], cwd=ROOT, text=True,
                         stdin=subprocess.DEVNULL, capture_output=True, timeout=120, check=False,
                         env={**env, "MET_HOME": str(home), "PYTHONPATH": str(ROOT)})
    return Ran(ran.returncode, ran.stdout, ran.stderr)


def said(home: Path) -> list[int]:
    """The positions of the statements on record."""
    lines = met("replay", "elm-1", "--as", "ben", "--json", home=home).out.splitlines()
    steps = [json.loads(line) for line in lines]
    return [step["position"] for step in steps if step["name"] == "care.statement_recorded"]


@pytest.mark.parametrize(("redirected", "why"), [
    (">&-", "standard output is closed"), (">/dev/full", "No space left on device"), (">&- <&-", "standard output")])
def test_a_command_whose_answer_can_not_be_written_says_where_it_is_recorded(home: Path, redirected: str, why: str
                                                                             ) -> None:
    ran = shell(redirected, *SAID, home=home)
    assert ran.code == 7
    told = re.match(STORED, ran.sentence)
    assert told is not None, ran.sentence
    assert why in ran.sentence
    assert said(home) == [int(told[1])]
    assert met("verify", home=home).code == 0


def test_a_command_whose_answer_nobody_reads_says_where_it_is_recorded(home: Path) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    ran = run([*MET, *SAID], home, stdout=writer)
    os.close(writer)
    assert ran.code == 141
    told = re.match(STORED + "nobody reads it any more", ran.sentence)
    assert told is not None, ran.sentence
    assert said(home) == [int(told[1])]


def test_with_both_streams_closed_the_exit_code_alone_tells_it(home: Path) -> None:
    assert shell(">&- 2>&-", *SAID, home=home).code == 7
    assert len(said(home)) == 1
    assert met("verify", home=home).code == 0


def test_a_refusal_that_can_not_be_written_is_told_as_one(home: Path) -> None:
    ran = shell(">&-", "do", "elm-1", "start_session", "--as", "ben", home=home)
    assert ran.code == 7
    assert re.match(f"refused, and that is {STORED}", ran.sentence)


@pytest.mark.parametrize("redirected", ["2>&-", "2>/dev/full", ">&- 2>&- <&-"])
def test_an_error_that_can_not_be_told_keeps_its_exit_code(home: Path, redirected: str) -> None:
    assert shell(redirected, "do", "elm-1", "fly_away", "--as", "ben", home=home).code == 2
    assert shell(redirected, "show", "elm-7", "--as", "ben", home=home).code == 3


@pytest.mark.parametrize("arguments", EVERY, ids=" ".join)
def test_every_command_with_closed_output_is_one_sentence_and_never_a_traceback(home: Path, tmp_path: Path,
                                                                                arguments: tuple[str, ...]) -> None:
    ran = shell(">&-", *(each.replace("TMP", str(tmp_path)) for each in arguments), home=home)
    assert ran.code == 7
    assert ran.sentence.endswith(": standard output is closed") or "standard output is closed; what was" in ran.sentence


def test_a_practice_a_client_and_an_erasure_are_made_though_nothing_can_be_said(tmp_path: Path) -> None:
    home = tmp_path / "new"
    asked = (("init", "--practice", "elm", "--name", "Elm", "--timezone", "Europe/Berlin", "--owner", "ada",
              "--owner-name", "Ada"),
             ("do", "elm-1", "register_client", "--as", "ada", "--json", CLIENT),
             ("erase", "elm-1", "--as", "ada", "--reason", "asked", "--basis", "court order", "--yes"))
    for arguments in asked:
        ran = shell(">&-", *arguments, home=home)
        assert ran.code == 7
        assert re.match(STORED, ran.sentence), ran.sentence
    assert met("show", "elm-1", "--as", "ada", home=home).sentence.startswith("client: was erased")
    assert met("verify", home=home).code == 0


@pytest.mark.parametrize(("command", "fields"), [
    ("record_session", '{"bp": [[300, 10]], "red_flags": [{"id": "RF-E2"}], "sighned": true}'),
    ("report_red_flags", '{"red_flags": [{"id": "rf-e2"}]}'), ("report_red_flag", '{"red_flags": [{"id": "RF-E2"}]}'),
    ("record_session", '{"stop_signs": [{"id": "STOP-02", "lasting": true}], "done": "half"}'),
    ("report_red_flags", '{"red_flags": [{"id": "RF-E2"}')])
def test_an_emergency_that_can_not_be_read_as_a_command_is_answered_before_the_mistake_is_named(
        home: Path, command: str, fields: str) -> None:
    ran = met("do", "elm-1", command, "--as", "ben", "--json", fields, home=home)
    assert ran.code == 2
    first, _ = ran.err.splitlines()
    assert first.startswith("met: to do now, although nothing is recorded: call the local emergency number")


def test_an_emergency_is_answered_although_there_is_no_log_to_record_it_in(tmp_path: Path) -> None:
    ran = met("do", "elm-1", "report_red_flags", "--as", "ben", "--json", '{"red_flags": [{"id": "RF-E1"}]}',
              home=tmp_path / "nowhere")
    assert ran.code != 0
    assert "to do now, although nothing is recorded: call the local emergency number" in ran.err.splitlines()[0]


def test_an_emergency_whose_answer_can_not_be_written_says_on_standard_error_what_to_do(home: Path) -> None:
    fields = '{"red_flags": [{"id": "RF-E2", "words": "chest pain"}]}'
    ran = shell(">/dev/full", "do", "elm-1", "report_red_flags", "--as", "ben", "--json", fields, home=home)
    assert ran.code == 7
    assert re.match(STORED, ran.sentence)
    assert "; to do now: call the local emergency number" in ran.sentence


def test_a_stop_sign_that_did_not_last_is_no_emergency_of_a_mistake(home: Path) -> None:
    fields = '{"stop_signs": [{"id": "STOP-02", "lasting": false}], "done": "half"}'
    assert "to do now" not in met("do", "elm-1", "record_session", "--as", "ben", "--json", fields, home=home).err
