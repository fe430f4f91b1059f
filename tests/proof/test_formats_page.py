"""docs/formats.md says what is stored: every column, key and field of the frozen formats, and a true example."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec
import pytest

from aggregates.kernel.messages import Meta
from tests.proof.worked_example import values
from workflow.engine.expected import Expect
from workflow.engine.histories import History, PracticeSetting, Step
from workflow.log.proof.witness import ERASED, HISTORY, LATEST, TOMBSTONES
from workflow.log.seal.keys import key_tables
from workflow.log.store.schema import log_tables

PAGE = (Path(__file__).parents[2] / "docs" / "formats.md").read_text("utf-8")
SECTIONS = dict(zip(re.findall(r"^## (\d+)\.", PAGE, re.MULTILINE),
                    re.split(r"^## \d+\..*$", PAGE, flags=re.MULTILINE)[1:], strict=True))


def test_every_line_of_the_worked_example_is_what_the_engine_computes() -> None:
    block = SECTIONS["14"].split("```")[1]
    shown = dict(line.split(" = ", 1) if " = " in line else (line.removesuffix(" ="), "")
                 for line in block.strip().split("\n"))
    assert shown == values()


@pytest.mark.parametrize(("section", "tables"), [("2", log_tables), ("9", key_tables)])
def test_every_table_and_column_is_described(section: str, tables: object) -> None:
    for table in tables.tables.values():  # type: ignore[attr-defined]
        assert table.name in SECTIONS[section]
        for column in table.columns:
            assert f"`{column.name}`" in SECTIONS[section], f"{table.name}.{column.name}"


def test_every_key_of_the_clear_part_is_described() -> None:
    described = re.findall(r"^\| `(\w+)` \|", SECTIONS["6"], re.MULTILINE)
    assert sorted(described) == sorted(field.encode_name for field in msgspec.structs.fields(Meta))


@pytest.mark.parametrize("kind", [History, PracticeSetting, Step, Expect])
def test_every_field_of_a_history_file_is_described(kind: type[msgspec.Struct]) -> None:
    for field in msgspec.structs.fields(kind):
        assert re.search(rf"`\[*{field.encode_name}\]*`", SECTIONS["11"]), field.encode_name


def test_every_file_outside_the_database_is_described() -> None:
    for name in (LATEST, HISTORY, ERASED, TOMBSTONES):
        assert f"`{name}`" in SECTIONS["5"]
