"""Reading a protocol pack from the command line: as a book, checked, compared. No log is needed and none is made."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from aggregates.protocol.read import read_pack
from tests.cli.support import met
from workflow import protocol_packs

SHIPPED = protocol_packs.texts(Path("/nonexistent"))
TEXT = SHIPPED["met-default-2.toml"]
HASH = read_pack(TEXT).hash


@pytest.fixture
def changed(tmp_path: Path) -> Path:
    """A pack that leaves glucose of 239 to below 240 to nobody."""
    file = tmp_path / "changed.toml"
    file.write_text(TEXT.replace("below = 240, unit", "below = 239, unit"), "utf-8")
    return file


@pytest.mark.parametrize("wanted", ["met-default-2", "met-default-2.toml", HASH, HASH[:8].upper()])
def test_a_pack_is_shown_by_its_name_or_by_its_hash(tmp_path: Path, wanted: str) -> None:
    ran = met("protocol", "show", "VIT-02", "--pack", wanted, home=tmp_path / "none")
    assert (ran.code, ran.err) == (0, "")
    assert HASH in ran.out
    assert "resting systolic above 180 mmHg, or resting diastolic above 105 mmHg" in ran.out
    assert "VIT-03" not in ran.out
    assert not (tmp_path / "none").exists()


def test_without_a_name_the_pack_that_decides_by_default_is_shown(tmp_path: Path) -> None:
    told = json.loads(met("protocol", "show", "--json", home=tmp_path).out)
    pack = read_pack(SHIPPED[protocol_packs.DEFAULT])
    assert (told["hash"], told["version"]) == (pack.hash, pack.version)
    rows = [each["id"] for section in told["sections"] for each in section["entries"] if each["decision"]]
    assert rows == [row.id for table in dict.fromkeys(row.table for row in pack.rows) for row in pack.rows_of(table)]


def test_a_rule_is_shown_with_all_that_has_its_id() -> None:
    out = met("protocol", "show", "exa-02").out
    assert "EXA-02.usual_hours" in out
    assert "EXA-02.volume_percent" in out
    assert "letter about a soft flag" in met("protocol", "show", "RF-R1").out
    assert "RF-R1 (several)" in met("protocol", "show", "RF-R1").out


def test_a_rule_that_is_not_there_is_one_sentence_with_ids_that_look_alike() -> None:
    ran = met("protocol", "show", "VIT-99", "--pack", "met-default-2")
    assert (ran.code, ran.out) == (3, "")
    assert ran.sentence.startswith("rule: this protocol has no VIT-99; near it are VIT-09")


def test_a_page_is_written_once_and_replaced_only_if_asked_to(tmp_path: Path) -> None:
    file = tmp_path / "protocol.html"
    assert met("protocol", "show", "--html", str(file), "--pack", "met-default-2").code == 0
    assert HASH in file.read_text("utf-8")
    again = met("protocol", "show", "--html", str(file))
    assert again.code == 2
    assert "is there already" in again.sentence
    assert met("protocol", "show", "--html", str(file), "--overwrite").code == 0
    part = met("protocol", "show", "VIT-01", "--html", str(tmp_path / "part.html"))
    assert (part.code, part.sentence) == (2, "html: the page to sign holds the whole protocol; leave the rule out")


@pytest.mark.parametrize("name", sorted(SHIPPED))
def test_every_shipped_pack_passes_its_own_check(name: str) -> None:
    ran = met("protocol", "check", name)
    assert ran.code == 0, ran.out
    assert f"{name} is sound" in ran.out


def test_a_gap_is_found_with_file_line_rule_and_a_counter_example(changed: Path) -> None:
    ran = met("protocol", "check", str(changed))
    assert ran.code == 2
    [line] = [each for each in ran.out.splitlines() if " gap: " in each]
    assert line.startswith(f"{changed}:")
    number = int(line.removeprefix(f"{changed}:").split(":")[0])
    assert changed.read_text("utf-8").split("\n")[number - 1:number + 1] == ["[[row]]", 'id = "VIT-12"']
    assert "with glucose 239.5 mg/dL no row holds because of it" in line
    assert ran.out.splitlines()[-1].startswith(f"{changed} is not to be used: 1 to put right")


def test_all_that_is_wrong_is_told_at_once_for_machines_too(tmp_path: Path) -> None:
    file = tmp_path / "wrong.toml"
    file.write_text(TEXT.replace('basis = "C"', 'basis = "Q"', 1).replace("hours = 24", "hours = 0", 1), "utf-8")
    ran = met("protocol", "check", str(file), "--json")
    told = json.loads(ran.out)
    assert (ran.code, told["sound"]) == (2, False)
    refused = [(each["rule"], each["kind"]) for each in told["findings"] if not each["sound"]]
    assert refused == [("SCR-01", "refused"), ("DL-01", "refused")]


@pytest.mark.parametrize(("arguments", "code", "words"), [
    (("check", "nowhere.toml"), 3, "there is no file, no installed pack and no hash nowhere.toml"),
    (("show", "--pack", "README.md"), 2, "README.md: The protocol pack can't be read as TOML"),
    (("diff", "met-default-1", "be9b"), 3, "no hash be9b"),
    (("diff", "met-default-1", "README.md"), 2, "README.md: The protocol pack can't be read as TOML"),
])
def test_a_pack_that_can_not_be_read_is_one_sentence(arguments: tuple[str, ...], code: int, words: str) -> None:
    ran = met("protocol", *arguments)
    assert ran.code == code
    assert words in ran.sentence


def test_two_packs_are_compared_and_it_is_said_for_whom(changed: Path) -> None:
    ran = met("protocol", "diff", "met-default-2", str(changed))
    assert ran.code == 0
    assert "row VIT-11 changed" in ran.out
    assert "limit: from glucose below 240 mg/dL to glucose below 239 mg/dL" in ran.out
    assert "with diabetes yes, glucose 239 mg/dL and nothing else known: PROCEED instead of MODIFY" in ran.out
    [told] = json.loads(met("protocol", "diff", "met-default-2", str(changed), "--json").out)["changes"]
    assert (told["name"], told["change"], told["fields"]) == ("VIT-11", "changed", ["when"])
    assert told["for_example"][0]["inputs"] == {"diabetes": True, "glucose": 239}
    assert "Nothing differs." in met("protocol", "diff", "met-default-2", "met-default-2.toml").out
