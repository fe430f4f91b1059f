"""How `met` leaves: interrupted, unread, unwritable, misconfigured. One sentence or none, and the right exit code."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.support import ROOT, Ran, met

MET = [sys.executable, "-m", "workflow.cli.main"]


def run(arguments: list[str], home: Path, *, stdout: int, **more: str) -> Ran:
    env = {key: value for key, value in os.environ.items() if not key.startswith("MET_")}
    ran = subprocess.run(arguments, stdout=stdout, stderr=subprocess.PIPE, cwd=ROOT, timeout=60, check=False,
                         env={**env, "MET_HOME": str(home), "PYTHONPATH": str(ROOT), **more})
    return Ran(ran.returncode, "", ran.stderr.decode())


@pytest.mark.parametrize("arguments", [("replay", "elm-1", "--as", "ben"), ("show", "elm-1", "--as", "ben"),
                                       ("clients", "--json"), ("version",), ("--help",), ("diagram",)])
def test_when_nobody_reads_the_output_met_leaves_quietly(home: Path, arguments: tuple[str, ...]) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    ran = run([*MET, *arguments], home, stdout=writer)
    os.close(writer)
    assert (ran.code, ran.err) == (141, "")


def test_a_reader_that_left_stops_nothing_that_was_recorded(home: Path) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    run([*MET, "do", "elm-1", "record_statement", "--as", "ben", "--json",
         '{"source": "client_said", "words": "fine"}'], home, stdout=writer)
    os.close(writer)
    assert '"fine"' in met("replay", "elm-1", "--as", "ben", home=home).out
    assert met("verify", home=home).code == 0


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no device that is always full")
@pytest.mark.parametrize("arguments", [("version",), ("replay", "elm-1", "--as", "ben"), ("verify",), ("--help",)])
def test_an_output_that_can_not_be_written_is_one_sentence(home: Path, arguments: tuple[str, ...]) -> None:
    full = os.open("/dev/full", os.O_WRONLY)
    ran = run([*MET, *arguments], home, stdout=full)
    os.close(full)
    assert ran.code == 7
    assert ran.sentence == "output: can't be written: No space left on device; what was recorded before stays recorded"


@pytest.mark.parametrize("arguments", [("show", "elm-1", "--as", "é"), ("run", "/nowhere/é"), ("diagram",)])
def test_a_terminal_that_shows_ascii_only_is_no_reason_to_fail(home: Path, arguments: tuple[str, ...]) -> None:
    ran = met(*arguments, home=home, PYTHONIOENCODING="ascii")
    assert ran.code in (0, 2, 3)
    assert "Error" not in ran.err
    assert ran.out.isascii()
    assert ran.err.isascii()


@pytest.mark.parametrize("module", ["typer", "workflow.cli.exits", "sqlalchemy", "workflow.bootstrap"])
def test_an_early_interruption_leaves_without_a_traceback(home: Path, module: str) -> None:
    # Whoever starts the tests may ignore interruptions; the program must not take that over.
    program = ("import os, signal, sys\n"
               "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
               "class Interrupts:\n"
               "    def find_spec(self, name, *_):\n"
               f"        if name == '{module}': os.kill(os.getpid(), signal.SIGINT)\n"
               "sys.meta_path.insert(0, Interrupts())\n"
               "sys.argv = ['met', 'clients']\n"
               "from workflow.cli.main import main\n"
               "main()\n")
    ran = run([sys.executable, "-c", program], home, stdout=subprocess.DEVNULL)
    assert (ran.code, ran.err) == (130, "")


@pytest.mark.parametrize("variable", ["MET_LOG_URL", "MET_KEYS_URL", "MET_VIEWS_URL"])
@pytest.mark.parametrize(("url", "sentence"), [
    ("Zelda Quark:secret", "is not a database URL"), ("mysql://ada:secret@host/name", "must begin with one of sqlite"),
    ("postgresql+nonsense://ada:secret@host/name", "must begin with one of"), ("sqlite://", "must name a file")])
def test_a_url_that_is_none_is_one_sentence_and_is_not_shown(home: Path, variable: str, url: str, sentence: str
                                                             ) -> None:
    ran = met("clients", home=home, **{variable: url})
    assert ran.code == 2
    assert ran.sentence.startswith(f"{variable}: {sentence}")
    assert "secret" not in ran.err


@pytest.mark.parametrize(("name", "sentence"), [
    ("master.key", "master key: the file master.key is missing"), ("keys.db", "key store: is missing")])
def test_a_key_that_is_not_there_is_a_store_that_is_not_available(home: Path, name: str, sentence: str) -> None:
    (home / name).unlink()
    for arguments in (("verify",), ("show", "elm-1", "--as", "ben")):
        ran = met(*arguments, home=home)
        assert ran.code == 5
        assert ran.sentence.startswith(sentence)


def test_a_practice_that_is_refused_makes_nothing(tmp_path: Path) -> None:
    ran = met("init", "--practice", "elm", "--name", "Elm", "--timezone", "Europe/Berlin", "--owner", "ada",
              "--owner-name", "Ada", "--profile", "therapy", home=tmp_path / "new")
    assert ran.code == 1
    assert "HSE-03" in ran.out
    assert ran.sentence == "init: refused, so no log was made"
    assert not (tmp_path / "new").exists()


def test_both_ways_of_asking_for_the_version_answer_alike() -> None:
    assert met("--version").out == met("version").out != ""


def test_the_help_says_what_the_exit_codes_mean_and_that_lists_are_json_lines() -> None:
    told = " ".join(met("--help").out.split())
    assert "5 store or key unavailable, 6 not verified, 7 the answer could not be written, 130 interrupted, 141" in told
    assert "JSON Lines: one object on each line" in told
    assert "JSON Lines" in met("clients", "--help").out


def test_an_export_is_for_its_owner_alone_and_replaces_a_file_only_if_asked_to(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "elm-1.json"
    export = ("export", "elm-1", "--as", "ada", "--to", str(file))
    assert met(*export, home=home).code == 0
    assert file.stat().st_mode & 0o777 == 0o600
    file.write_text("precious")
    before = met("verify", "--json", home=home).out
    refused = met(*export, home=home)
    assert (refused.code, refused.sentence) == (2, f"export: {file} is there already; --overwrite replaces it")
    assert file.read_text() == "precious"
    assert met("verify", "--json", home=home).out == before, "and no export is on record that never was"
    assert met(*export, "--overwrite", home=home).code == 0
    assert "met-export/1" in file.read_text()


def test_a_letter_about_nobody_and_a_letter_that_is_not_there_say_so(home: Path) -> None:
    drafted = ('{"client": "elm-9", "kind": "progress report", "to": "R. Okafor", "lines": ["As planned."]}')
    nobody = met("do", "elm-9-progress", "draft_letter", "--as", "ben", "--json", drafted, home=home)
    assert (nobody.code, nobody.sentence) == (3, "client: there is no client elm-9 in this practice")
    none = met("do", "elm-1-progress", "sign_letter", "--as", "ben", home=home)
    assert (none.code, none.sentence) == (3, "letter: there is no letter elm-1-progress in this practice")
