"""What a release has stored stays readable: names, fields, defaults, and a whole log with its keys."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tarfile
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest

from aggregates.client_care.contents import Session
from aggregates.client_care.context import CareContext
from aggregates.client_care.facts import ProtocolPinned, SessionRecorded
from aggregates.client_care.judging.sessions import judge_session
from aggregates.client_care.memory import CareMemory
from aggregates.client_care.upcasters import amendment_from_1, session_from_1
from aggregates.kernel.house import House
from aggregates.protocol.model import Pack
from aggregates.protocol.read import read_pack
from tests.frozen import make
from tests.frozen.replay import replayed
from tests.frozen.shape import shape
from workflow.bootstrap import open_office
from workflow.engine.names import FACTS
from workflow.settings import settings

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


def unpacked(directory: Path, name: str = "log-0.1") -> Path:
    """A copy of a frozen log."""
    with tarfile.open(FROZEN / f"{name}.tar.xz") as archive:
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


def test_a_log_of_the_first_schema_still_verifies_and_leads_to_the_same_phases(tmp_path: Path) -> None:
    found = replayed(unpacked(tmp_path, "log-0.1-schema-1"))
    before = json.loads((FROZEN / "replayed-0.1-schema-1.json").read_text("utf-8"))
    assert (found["facts"], found["root"]) == (before["facts"], before["root"])
    assert {key: each[:2] for key, each in found["streams"].items()} == {
        key: each[:2] for key, each in before["streams"].items()}


def test_a_session_of_the_first_schema_is_read_as_it_was_meant_and_its_client_trains_on(tmp_path: Path) -> None:
    office = open_office(settings(unpacked(tmp_path, "log-0.1-schema-1"), {}))
    try:
        facts = office.door("lakeside").streams.history("care:client-one").facts
        told = [each.session for each in facts if isinstance(each, SessionRecorded)]
        assert told
        assert all((each.stop_signs, each.asked_to_stop) == ((), False) for each in told)
        pinned = next(each.pack for each in facts if isinstance(each, ProtocolPinned))
        assert pinned in office.packs
        assert pinned != office.default_pack
    finally:
        office.close()


@pytest.mark.parametrize(("stored", "read"), [
    ({}, {"stop_signs": [], "asked_to_stop": False}),
    ({"asked_to_stop": True, "stop_signs": [{"id": "STOP-01"}, {"id": "STOP-02", "lasting": True}]},
     {"asked_to_stop": True, "stop_signs": [{"lasting": False, "id": "STOP-01"}, {"lasting": True, "id": "STOP-02"}]})])
def test_what_the_first_schema_left_unwritten_meant_no(stored: dict[str, object], read: dict[str, object]) -> None:
    assert session_from_1({"session": stored}) == {"session": read}
    corrected = {"of_name": "care.session_recorded", "content": {"session": stored}}
    assert amendment_from_1(corrected) == {**corrected, "content": {"session": read}}
    other = {"of_name": "care.morning_answered", "content": {"morning": {"pain": 1}}}
    assert amendment_from_1(other) == other


def test_a_session_under_the_first_pack_is_decided_without_the_tables_that_came_later() -> None:
    first = read_pack((ROOT / "aggregates/protocol/packs/met-default-1.toml").read_text("utf-8"))
    context = a_context(first)
    assert judge_session(CareMemory(), Session(pain_worst=1), context).outcome == "PROCEED"


def a_context(pack: Pack) -> CareContext:
    now = datetime(2026, 1, 6, 9, tzinfo=UTC)
    return CareContext(command_id=UUID(int=1), actor_kind="person", actor="anna", role="coach", channel="test",
                       purpose="care", now=now, occurred_at=now, house=House(practice="p", timezone="UTC"), pack=pack)


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
