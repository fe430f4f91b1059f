"""A pack is read strictly: what is wrong is refused in one sentence that names the entry and the rule."""

from __future__ import annotations

from hashlib import sha256

import pytest

from aggregates.kernel.errors import InvalidInput
from aggregates.protocol.conditions import read_condition
from aggregates.protocol.read import content_hash, read_pack
from tests.protocol.example import PACK, TEXT

SMALL = """
format = 1
title = "Small"
version = "1"
profile = ["training"]

[[input]]
name = "resting_systolic"
kind = "number"
unit = "mmHg"
asks = "Resting systolic blood pressure"

[[input]]
name = "stage"
kind = "text"
options = ["acute", "chronic"]
asks = "Stage"

[[input]]
name = "unwell"
kind = "boolean"
asks = "Unwell?"

[[row]]
id = "VIT-01"
table = "vitals"
asks = "High?"
when = {input = "resting_systolic", above = 160, unit = "mmHg"}
decision = "MODIFY"
does = "no cardiovascular block"
source = ["M3"]
basis = "C/P"
client = "We leave out the cardio part today."
clinician = "Resting blood pressure was high."

[[deadline]]
id = "DL-01"
what = "introductory letter"
owner = "coach"
starts = "client_registered"
hours = 24
source = ["M2"]
basis = "C"
"""
HIGH = 'clinician = "Resting blood pressure was high."'
WHEN = 'when = {input = "resting_systolic", above = 160, unit = "mmHg"}'


def test_a_small_pack_is_read() -> None:
    pack = read_pack(SMALL)
    assert pack.rows[0].when == read_condition({"input": "resting_systolic", "above": 160, "unit": "mmHg"})
    assert pack.deadline("DL-01").hours == 24


def test_a_pack_is_known_by_the_hash_of_its_text_whatever_its_line_ends() -> None:
    assert read_pack(SMALL).hash == sha256(SMALL.encode("utf-8")).hexdigest()
    assert read_pack(SMALL.replace("\n", "\r\n")) == read_pack(SMALL)
    assert read_pack(SMALL + "# a remark\n") != read_pack(SMALL)
    assert content_hash(TEXT) == PACK.hash


@pytest.mark.parametrize(("old", "new", "names"), [
    ("format = 1", "format = 2", ["format = 1"]),
    ("format = 1", "format = 1\nhash = 'x'", ["hash"]),
    ("format = 1", "format = ", ["TOML"]),
    ('title = "Small"', "", ["protocol pack", "title"]),
    ('title = "Small"', 'title = "Small"\nsubtitle = "x"', ["protocol pack", "subtitle"]),
    ('id = "VIT-01"', 'id = "VIT-01"\ncolour = "red"', ["row VIT-01", "colour"]),
    ('decision = "MODIFY"', 'decision = "MAYBE"', ["row VIT-01", "MAYBE"]),
    ('decision = "MODIFY"', "", ["row VIT-01", "decision"]),
    ('client = "We leave out the cardio part today."', "", ["row VIT-01", "client"]),
    ('client = "We leave out the cardio part today."', 'client = " "', ["row VIT-01", "client"]),
    ('clinician = "Resting blood pressure was high."', 'clinician = ""', ["row VIT-01", "clinician"]),
    ('source = ["M3"]\n', "", ["row VIT-01", "source"]),
    ('basis = "C/P"', 'basis = "X"', ["row VIT-01", "basis"]),
    ('basis = "C/P"', 'basis = "C/P/S"', ["row VIT-01", "basis"]),
    (WHEN, WHEN.replace("resting_systolic", "systolic"), ["row VIT-01", "systolic"]),
    (WHEN, WHEN.replace(', unit = "mmHg"', ""), ["row VIT-01", "resting_systolic", "no unit", "mmHg"]),
    (WHEN, WHEN.replace("mmHg", "kPa"), ["row VIT-01", "resting_systolic", "kPa", "mmHg"]),
    (WHEN, WHEN.replace("160", "nan"), ["row VIT-01", "resting_systolic"]),
    (WHEN, WHEN.replace("160", "true"), ["row VIT-01", "resting_systolic"]),
    (WHEN, WHEN.replace("160", "'160'"), ["row VIT-01", "resting_systolic"]),
    (WHEN, WHEN.replace("160", "[160, 180]"), ["row VIT-01", "resting_systolic"]),
    (WHEN, WHEN.replace("above = 160", "between = [180, 160]"), ["row VIT-01", "resting_systolic"]),
    (WHEN, WHEN.replace("above = 160", "between = 160"), ["row VIT-01", "resting_systolic"]),
    (WHEN, WHEN.replace("above = 160", "between = [1, 2, 3]"), ["row VIT-01", "resting_systolic"]),
    (WHEN, WHEN.replace("above = 160", "above = 160, below = 170"), ["row VIT-01", "exactly one"]),
    (WHEN, WHEN.replace("above", "exceeds"), ["row VIT-01", "exceeds"]),
    (WHEN, WHEN.replace("above = 160", "one_of = [160]"), ["row VIT-01", "one_of", "number"]),
    (WHEN, 'when = {input = "resting_systolic", unknown = false}', ["row VIT-01", "resting_systolic"]),
    (WHEN, 'when = {input = "resting_systolic", unknown = true, unit = "mmHg"}', ["row VIT-01", "mmHg"]),
    (WHEN, 'when = {input = "unwell", above = 1}', ["row VIT-01", "unwell", "above", "boolean"]),
    (WHEN, 'when = {input = "unwell", is = "yes"}', ["row VIT-01", "unwell"]),
    (WHEN, 'when = {input = "stage", is = "Acute"}', ["row VIT-01", "stage"]),
    (WHEN, 'when = {input = "stage", one_of = ["acute", "late"]}', ["row VIT-01", "stage"]),
    (WHEN, 'when = {input = "stage", one_of = []}', ["row VIT-01", "stage"]),
    (WHEN, 'when = {input = "stage", at_least = "acute"}', ["row VIT-01", "stage", "at_least", "text"]),
    (WHEN, "when = {all = []}", ["row VIT-01", "condition"]),
    (WHEN, 'when = "systolic > 160"', ["row VIT-01", "condition"]),
    (WHEN, "", ["row VIT-01", "when"]),
    ('name = "unwell"\nkind = "boolean"', 'name = "unwell"\nkind = "truth"', ["input unwell", "truth"]),
    ('name = "unwell"', 'name = "unwell"\nunit = "mmHg"', ["input unwell", "unit"]),
    ('name = "unwell"', 'name = "stage"', ["input stage", "twice"]),
    ('options = ["acute", "chronic"]\n', "", ["input stage", "options"]),
    (HIGH, f'{HIGH}\n[row.held]\ndoes = " "\nclient = "x"\nclinician = "x"', ["row VIT-01", "held.does"]),
    (HIGH, f'{HIGH}\n[row.held]\ndoes = "x"\nclient = "x"',
     ["row VIT-01", "clinician"]),
    ("hours = 24", "hours = 24\ndays = 1", ["deadline DL-01", "exactly one"]),
    ("hours = 24", "", ["deadline DL-01", "exactly one"]),
    ("hours = 24", "hours = 0", ["deadline DL-01"]),
    ("hours = 24", "end_of_day = false", ["deadline DL-01", "exactly one"]),
    ("[[deadline]]", "[deadline]", ["deadline"]),
    ("format = 1", "format = 1\nword = [1]", ["word"]),
])
def test_a_bad_pack_is_refused_with_the_entry_and_the_rule(old: str, new: str, names: list[str]) -> None:
    assert old in SMALL
    with pytest.raises(InvalidInput) as refused:
        read_pack(SMALL.replace(old, new, 1))
    sentence = str(refused.value)
    assert all(name in sentence for name in names), sentence
    assert sentence.endswith(".")
    assert "\n" not in sentence


def test_two_rows_of_one_id_need_two_cases() -> None:
    row = SMALL[SMALL.index("[[row]]"):SMALL.index("[[deadline]]")]
    assert len(read_pack(SMALL + row.replace('id = "VIT-01"', 'id = "VIT-01"\ncase = "again"')).rows) == 2
    with pytest.raises(InvalidInput, match="The row VIT-01 stands in the protocol pack twice"):
        read_pack(SMALL + row)


def test_a_product_choice_needs_no_source() -> None:
    assert read_pack(SMALL.replace('source = ["M3"]\nbasis = "C/P"', 'basis = "P"')).rows[0].source == ()


def test_an_error_names_the_case_of_its_row() -> None:
    text = SMALL.replace('id = "VIT-01"', 'id = "VIT-01"\ncase = "now"').replace('"MODIFY"', '"MAYBE"')
    with pytest.raises(InvalidInput, match=r"The row VIT-01 \(now\)"):
        read_pack(text)
