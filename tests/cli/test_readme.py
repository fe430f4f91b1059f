"""The README tells the truth: its picture is the table, and every command in it runs."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

from aggregates.client_care.pathway import PATHWAY
from tests.cli.support import ROOT, met

README = (ROOT / "README.md").read_text("utf-8")


def _commands() -> list[list[str]]:
    blocks = re.findall(r"```sh\n(.*?)```", README, re.DOTALL)
    return [shlex.split(line, comments=True)[1:] for block in blocks for line in block.splitlines()
            if line.startswith("met ")]


def test_the_picture_in_the_readme_is_the_pathway_table() -> None:
    assert f"```mermaid\n{PATHWAY.diagram()}\n```" in README
    assert met("diagram").out.strip() == PATHWAY.diagram()


def test_every_command_in_the_readme_runs(tmp_path: Path) -> None:
    commands = _commands()
    assert len(commands) >= 15
    demo = met("demo", "--home", str(tmp_path / "demo-data"))
    assert demo.code == 0, demo.err
    for command in commands:
        ran = met(*[_inside(tmp_path, part) for part in command])
        assert ran.code == 0, f"met {' '.join(command)}: {ran.err or ran.out}"


def _inside(directory: Path, part: str) -> str:
    return str(directory / part) if part in ("demo-data", "demo-backup", "my-practice", "client-one.json") else part


def test_the_make_targets_that_the_readme_names_are_there() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    named = {a or b for a, b in re.findall(r"`make (\w+)|^make (\w+)", README, re.MULTILINE)}
    assert named >= {"demo", "test", "check", "bench", "help"}
    assert all(re.search(rf"^{target}:", makefile, re.MULTILINE) for target in named)


def test_the_demo_prints_decisions_refusals_a_replay_and_a_verification(tmp_path: Path) -> None:
    ran = met("demo", "--home", str(tmp_path / "d"))
    assert ran.code == 0
    for words in ("Decision: EMERGENCY", "Refused: start session", "would unlock it", "One client's replay",
                  "The log verifies.", "216 as expected, 0 not", "a rehearsal: its times are made up"):
        assert words in ran.out


def test_a_second_demo_replaces_the_first_and_nothing_else(tmp_path: Path) -> None:
    assert met("demo", "--quiet", "--home", str(tmp_path / "d")).code == 0
    assert met("demo", "--quiet", "--home", str(tmp_path / "d")).code == 0
    other = tmp_path / "mine"
    other.mkdir()
    (other / "precious").write_text("x")
    ran = met("demo", "--home", str(other))
    assert ran.code == 2
    assert "was not made by met demo" in ran.sentence
    assert (other / "precious").exists()


def test_help_does_not_wait_for_the_engine_to_be_imported() -> None:
    program = ("import sys; sys.argv = ['met', '--help']\n"
               "from workflow.cli.main import main\n"
               "try:\n    main()\nexcept SystemExit:\n    pass\n"
               "heavy = ('sqlalchemy', 'cryptography', 'eventsourcing', 'transitions', 'rich.progress', 'structlog')\n"
               "print('HEAVY', [m for m in heavy if m in sys.modules])")
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT, timeout=60,
                         check=True)
    assert ran.stdout.strip().endswith("HEAVY []")
