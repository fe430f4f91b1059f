"""What a release has stored stays readable: names, fields, defaults, and a whole log with its keys."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from tests.frozen import make
from tests.frozen.shape import shape
from workflow.engine.names import FACTS

FROZEN = Path(make.__file__).parent
ROOT = FROZEN.parents[1]
GOLDEN = json.loads((FROZEN / "facts-0.1.json").read_text("utf-8"))
REPLAYED = json.loads((FROZEN / "replayed-0.1.json").read_text("utf-8"))
SURROUNDINGS = [("0", "UTC", "C"), ("1", "America/Chicago", "C.UTF-8"), ("42", "Pacific/Apia", "POSIX"),
                ("31337", "Asia/Kathmandu", "tr_TR.UTF-8")]


def test_every_stored_name_keeps_its_schema_version_or_gets_an_upcaster() -> None:
    now = {kind.TOPIC: kind for kind in FACTS}
    assert set(GOLDEN["facts"]) <= set(now), "a stored name was removed or renamed"
    for name, golden in GOLDEN["facts"].items():
        assert set(range(golden["schema"], now[name].SCHEMA)) <= set(now[name].UPCASTERS), name


@pytest.mark.parametrize("part", ["facts", "values"])
def test_every_field_of_every_fact_has_the_type_and_the_default_that_it_was_stored_with(part: str) -> None:
    now = json.loads(json.dumps(shape(FACTS)))[part]
    for name in sorted({*now, *GOLDEN[part]}):
        assert now.get(name) == GOLDEN[part].get(name), (
            f"{name}: the storage format changed; only an added field with a default may enter the golden file")


def unpacked(directory: Path) -> Path:
    """A copy of the frozen log."""
    with tarfile.open(FROZEN / "log-0.1.tar.xz") as archive:
        archive.extractall(directory, filter="data")
    return directory


@pytest.mark.parametrize(("seed", "zone", "locale"), SURROUNDINGS)
def test_the_frozen_log_verifies_and_replays_to_the_same_memory_whatever_the_surroundings(
        tmp_path: Path, seed: str, zone: str, locale: str) -> None:
    surroundings = os.environ | {"PYTHONHASHSEED": seed, "TZ": zone, "LC_ALL": locale}
    done = subprocess.run([sys.executable, "-m", "tests.frozen.replay", str(unpacked(tmp_path))], cwd=ROOT,
                          env=surroundings, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == REPLAYED


def test_the_frozen_log_holds_every_phase_of_care() -> None:
    phases = {stands for key, (_, stands, _) in REPLAYED["streams"].items() if " care:" in key}
    assert {"active_training", "referral_back", "discharged"} <= phases
    assert REPLAYED["facts"] > 500


def test_frozen_files_are_never_made_twice(capsys: pytest.CaptureFixture[str]) -> None:
    before = {path.name: path.read_bytes() for path in FROZEN.iterdir() if path.is_file()}
    assert make.main() == 1
    assert "frozen" in capsys.readouterr().out
    assert before == {path.name: path.read_bytes() for path in FROZEN.iterdir() if path.is_file()}


def test_the_frozen_files_stay_small() -> None:
    assert (FROZEN / "log-0.1.tar.xz").stat().st_size < 400_000
