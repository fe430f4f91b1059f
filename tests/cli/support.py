"""Runs `met` as a person would: as a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parent.parent.parent


class Ran(NamedTuple):
    """What a run of `met` came to."""

    code: int
    out: str
    err: str

    @property
    def sentence(self) -> str:
        """The one line that says what is wrong."""
        lines = self.err.strip().splitlines()
        assert len(lines) == 1, f"expected one sentence, got: {self.err}"
        return lines[0].removeprefix("met: ")


def met(*arguments: str, home: Path | None = None, stdin: str = "", **environment: str) -> Ran:
    """Run `met` with a clean environment."""
    env = {key: value for key, value in os.environ.items() if not key.startswith("MET_")}
    env |= {"NO_COLOR": "1", "COLUMNS": "2000", "PYTHONPATH": str(ROOT), **environment}
    if home is not None:
        env["MET_HOME"] = str(home)
    ran = subprocess.run([sys.executable, "-m", "workflow.cli.main", *arguments], input=stdin, text=True,
                         capture_output=True, env=env, timeout=120, cwd=environment.get("CWD", ROOT))
    return Ran(ran.returncode, ran.stdout, ran.stderr)


CLIENT = ('{"name": "Zelda Quark", "born": "1970-02-03",'
          ' "referred_by": {"name": "R. Okafor", "profession": "physician"},'
          ' "diagnosis_as_given": "knee osteoarthritis", "onset": "2020-01-01", "stage": "chronic"}')


def founded(home: Path, practice: str = "elm") -> Path:
    """A practice with an owner, a coach and one client."""
    assert met("init", "--practice", practice, "--name", "Elm", "--timezone", "Europe/Berlin", "--owner", "ada",
               "--owner-name", "Ada Elm", home=home).code == 0
    at = ("--practice", practice)
    assert met("do", "practice", "add_person", "--as", "ada", *at, "--json",
               '{"person": "ben", "name": "Ben Ott", "role": "coach"}', home=home).code == 0
    assert met("do", f"{practice}-1", "register_client", "--as", "ben", *at, "--json", CLIENT, home=home).code == 0
    return home
