"""Whatever is handed over has a bound: a command, a history, a checkpoint, a setting. More of it is not even read."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.support import ROOT, met
from workflow.bounded import MOST_CHARACTERS

HISTORY = (ROOT / "examples" / "03-red-flag-at-screening.toml").read_text("utf-8")
MEMORY = 1 << 30
DO = ("do", "elm-1", "record_session", "--as", "ben", "--json")
LONG = "a" * (MOST_CHARACTERS + 1)
SMALL_MEMORY = """
import resource, sys
resource.setrlimit(resource.RLIMIT_AS, ({0}, {0}))
from workflow.cli.main import main
main()
"""


@pytest.mark.parametrize(("arguments", "sentence"), [
    ((*DO, "-"), "json: is longer than 200,000 characters"),
    ((*DO, "@/dev/stdin"), "json: is longer than 200,000 characters"),
    (("run", "-"), "history: is longer than 5,000,000 characters"),
    (("run", "/dev/stdin"), "history: is longer than 5,000,000 characters"),
    (("verify", "--checkpoint", "/dev/stdin"), "checkpoint: is longer than 200,000 characters")])
def test_a_stream_without_end_is_refused_and_not_read_to_its_end(elm: Path, arguments: tuple[str, ...], sentence: str
                                                                 ) -> None:
    env = {key: value for key, value in os.environ.items() if not key.startswith("MET_")}
    with subprocess.Popen(["yes", "a line that never ends"], stdout=subprocess.PIPE) as endless:
        ran = subprocess.run([sys.executable, "-c", SMALL_MEMORY.format(MEMORY), *arguments], stdin=endless.stdout,
                             capture_output=True, text=True, timeout=60, check=False, cwd=ROOT,
                             env={**env, "MET_HOME": str(elm), "PYTHONPATH": str(ROOT)})
        endless.kill()
    assert ran.returncode == 2
    assert ran.stderr == f"met: {sentence}\n"


@pytest.mark.parametrize(("arguments", "sentence"), [
    ((*DO, "@FILE"), "json: is longer than 200,000 characters"),
    (("verify", "--checkpoint", "FILE"), "checkpoint: is longer than 200,000 characters"),
    (("verify", "--checkpoint", "/"), "checkpoint: the file is not a signed note"),
    (("run", "/"), "history: is not a text file")])
def test_a_file_that_is_too_long_or_none_is_one_sentence(elm: Path, tmp_path: Path, arguments: tuple[str, ...],
                                                         sentence: str) -> None:
    (tmp_path / "long").write_text(LONG)
    ran = met(*(each.replace("FILE", str(tmp_path / "long")) for each in arguments), home=elm)
    assert (ran.code, ran.sentence) == (2, sentence)


def test_bytes_that_are_no_text_are_one_sentence(elm: Path) -> None:
    env = {**os.environ, "MET_HOME": str(elm), "PYTHONPATH": str(ROOT)}
    ran = subprocess.run([sys.executable, "-m", "workflow.cli.main", *DO, "-"], input=b"\xff\xfe", env=env, cwd=ROOT,
                         capture_output=True, timeout=60, check=False)
    assert (ran.returncode, ran.stderr) == (2, b"met: json: standard input is not a text\n")


def test_one_command_of_a_history_is_bounded_like_one_that_is_typed(tmp_path: Path) -> None:
    ran = met("run", "-", home=tmp_path / "new", stdin=HISTORY.replace("chronic", LONG))
    assert ran.code == 2
    assert ran.sentence.endswith("with: is longer than 200,000 characters")
    assert "step 1 (at " in ran.sentence
    assert not (tmp_path / "new").exists(), "nothing was made"


@pytest.mark.parametrize("value", ["1" * 5_000, "[" * 3_000 + "]" * 3_000])
def test_a_number_or_a_nesting_without_end_is_one_sentence(tmp_path: Path, elm: Path, value: str) -> None:
    ran = met("run", "-", home=tmp_path / "new", stdin=f'format = "met-history/1"\na = {value}')
    assert ran.code == 2
    assert ran.sentence == "history: holds a number that is too long, or lists that are nested too deeply"
    typed = met(*DO, "-", home=elm, stdin=f'{{"pain_worst": {value}}}')
    assert (typed.code, typed.sentence) == (2, "json: is not JSON (line 1)")


def test_a_checkpoint_whose_size_is_no_size_does_not_verify(elm: Path, tmp_path: Path) -> None:
    (tmp_path / "note").write_text(f"origin\n{'1' * 5_000}\nAAAA\n\n")
    ran = met("verify", "--checkpoint", str(tmp_path / "note"), home=elm)
    assert (ran.code, ran.sentence) == (6, "checkpoint: not a signed note with origin, size and root")


@pytest.mark.parametrize("name", ["MET_HOME", "MET_LOG_URL", "MET_MASTER_KEY", "MET_ACTOR", "MET_CHECKPOINTS"])
def test_a_setting_is_bounded_and_not_shown(elm: Path, name: str) -> None:
    ran = met("show", "elm-1", "--as", "ben", **{"MET_HOME": str(elm), name: "a" * 5_000})
    assert (ran.code, ran.sentence) == (2, f"{name}: is longer than 4,096 characters")


def test_the_reason_of_an_erasure_is_bounded_and_printable(home: Path) -> None:
    erase = ("erase", "elm-1", "--as", "ada", "--basis", "court order", "--yes", "--reason")
    assert met(*erase, "a" * 201, home=home).sentence == "erase: reason must be text of 1 to 200 characters"
    assert met(*erase, "a\x1b[31m", home=home).sentence == "erase: reason holds a character that can't be printed"
    assert met("show", "elm-1", "--as", "ben", home=home).code == 0
