"""Runs `met` as somebody whom file modes bind. Root is above them, so root's power over files is given up first."""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys
from pathlib import Path

from tests.cli.support import ROOT, Ran

DROP_FROM_BOUNDING_SET = 24  # prctl(2)
POWERS_OVER_FILES = (1, 2, 3)  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH, CAP_FOWNER


def give_up_power_over_files() -> None:
    """In the new process, before `met` begins."""
    if os.geteuid() == 0:
        for power in POWERS_OVER_FILES:
            ctypes.CDLL(None).prctl(DROP_FROM_BOUNDING_SET, power, 0, 0, 0)


def met_bound_by_modes(*arguments: str, home: Path, **environment: str) -> Ran:
    """Run `met` with a clean environment."""
    env = {key: value for key, value in os.environ.items() if not key.startswith("MET_")}
    env |= {"NO_COLOR": "1", "COLUMNS": "200", "PYTHONPATH": str(ROOT), "MET_HOME": str(home), **environment}
    ran = subprocess.run([sys.executable, "-m", "workflow.cli.main", *arguments], text=True, capture_output=True,
                         env=env, timeout=120, cwd=ROOT, preexec_fn=give_up_power_over_files)
    return Ran(ran.returncode, ran.stdout, ran.stderr)


def set_modes(directory: Path, *, writable: bool) -> None:
    """Like chmod -R u+w or a-w."""
    for path in (directory, *directory.rglob("*")):
        mode = path.stat().st_mode
        path.chmod(mode | 0o200 if writable else mode & ~0o222)
