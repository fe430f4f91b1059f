"""What differs between two packs: every entry from what to what, and for whom another decision follows."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings

from aggregates.protocol.analysis.changed import changes
from aggregates.protocol.analysis.effects import Effect, effects
from aggregates.protocol.conditions import read_condition
from aggregates.protocol.decisions import Decision, highest
from aggregates.protocol.entries import Row
from aggregates.protocol.model import Pack
from aggregates.protocol.read import read_pack
from projections.protocol_changes import change_lines, effect_words, headline
from projections.protocol_findings import units_of
from tests.protocol.example import PACK, TEXT
from tests.protocol.test_analysis import GRID, INPUTS, TABLES
from tests.protocol.test_conditions import slowly
from tests.protocol.test_shipped_packs import PACKS

WRITTEN = TABLES.map(lambda rows: list({(each[0], each[1]): each for each in rows}.values()))


def told(old: str, new: str) -> dict[str, list[str]]:
    """What is said when one thing in the default pack is written otherwise."""
    assert old in TEXT
    after = read_pack(TEXT.replace(old, new, 1))
    units = units_of((*PACK.inputs, *after.inputs))
    return {headline(each): [*change_lines(each), *(effect_words(of, units) for of in effects(each, PACK, after))]
            for each in changes(PACK, after)}


def test_a_pack_does_not_differ_from_itself_and_a_remark_changes_nothing() -> None:
    assert list(changes(PACK, PACK)) == []
    assert list(changes(PACK, read_pack(TEXT + "# a remark\n"))) == []


def test_a_moved_limit_is_told_from_what_to_what_and_for_whom() -> None:
    assert told('"resting_systolic", above = 160', '"resting_systolic", above = 150') == {"row VIT-01 changed": [
        "applies when: from resting systolic above 160 mmHg, or resting diastolic above 100 mmHg "
        "to resting systolic above 150 mmHg, or resting diastolic above 100 mmHg",
        "limit: from resting systolic above 160 mmHg to resting systolic above 150 mmHg",
        "for example with resting diastolic 99 mmHg, resting systolic 155 mmHg and nothing else known: "
        "MODIFY instead of PROCEED"]}


def test_what_a_limit_lets_through_from_now_on_is_told_too() -> None:
    said = told('"resting_heart_rate", above = 120', '"resting_heart_rate", above = 130')["row VIT-05 changed"]
    assert said[-1] == ("for example with resting heart rate 125 bpm and nothing else known: "
                        "PROCEED instead of REFER_SAME_DAY")


def test_a_row_that_decides_less_and_holds_for_fewer_is_shown_for_both() -> None:
    limit = '{input = "glucose", below = 240, unit = "mg/dL"},\n]}\ndecision = '
    said = told(f'{limit}"MODIFY"', f'{limit.replace("240", "239")}"NOTE"')["row VIT-11 changed"]
    assert said[-2:] == [
        "for example with diabetes yes, glucose 219 mg/dL and nothing else known: NOTE instead of MODIFY",
        "for example with diabetes yes, glucose 239 mg/dL and nothing else known: PROCEED instead of MODIFY"]


def test_a_row_that_holds_otherwise_under_a_higher_one_changes_no_decision_and_says_so() -> None:
    row = TEXT[TEXT.index('[[row]]\nid = "STOP-03"'):TEXT.index('[[row]]\nid = "STOP-04"')]
    said = told(row, row + row.replace("STOP-03", "STOP-93", 1))
    assert said["row STOP-93 added"][-1] == (
        "for example with STOP-03 yes and nothing else known: the row now holds, "
        "and EMERGENCY stays the decision of its table")


def test_a_row_that_went_says_what_is_no_longer_decided() -> None:
    row = TEXT[TEXT.index('[[row]]\nid = "STOP-03"'):TEXT.index('[[row]]\nid = "STOP-04"')]
    assert told(row, "")["row STOP-03 removed"] == [
        "applies when STOP-03: yes", "decides EMERGENCY: call the local emergency number",
        "for example with STOP-03 yes and nothing else known: PROCEED instead of EMERGENCY"]


def test_another_wording_is_told_and_changes_nothing_for_anybody() -> None:
    assert told("We take it a little easier next time.", "We take it easier next time.") == {"row PAIN-04 changed": [
        'to the client: from "We take it a little easier next time." to "We take it easier next time."']}


@pytest.mark.parametrize(("old", "new", "where", "words"), [
    ("value = 90\n", "value = 80\n", "number CLR-04.days changed", "value: from 90 to 80 days"),
    ("hours = 24\n", "hours = 36\n", "deadline DL-01 changed", "hours: from 24 to 36"),
    ("changed = 2.3\n", "changed = 2\n", "measure PSFS changed", "changed: from 2.3 to 2"),
    ("sets = 2\n", "sets = 3\n", "template DOS-LO changed", "sets: from 2 to 3"),
    ('level = "block"', 'level = "warn"', "word patient changed", 'level: from "block" to "warn"'),
    ('title = "Default protocol', 'title = "Our protocol', "pack title changed",
     'title: from "Default protocol for Medical Exercise Training" to "Our protocol for Medical Exercise Training"'),
    ('"Body temperature"', '"Temperature"', "input temperature changed",
     'asks: from "Body temperature" to "Temperature"'),
])
def test_every_kind_of_entry_is_compared(old: str, new: str, where: str, words: str) -> None:
    assert told(old, new) == {where: [words]}


def test_shipped_packs_are_compared_with_each_other() -> None:
    shipped = [read_pack(path.read_text("utf-8")) for path in sorted(PACKS.glob("*.toml"))]
    for before, after in product(shipped, repeat=2):
        names = {each.name for each in changes(before, after) if each.kind == "rows"}
        differing = set(before.rows) ^ set(after.rows)
        assert names == {f"{row.id} ({row.case})" if row.case else row.id for row in differing}


def pack_of(written: Any, name: str) -> Pack:
    rows = tuple(Row(id=id_, case=case, table="t", asks="?", when=read_condition(raw), decision=decision, does="do",
                     basis="P", client="So.", clinician="So.") for id_, case, raw, decision in written)
    return Pack(format=1, title=name, version="1", profile=("training",), inputs=INPUTS, rows=rows, hash=name)


def outcome(written: Any, values: dict[str, Any]) -> Decision:
    """What the brute reading of a table decides."""
    known = {name: value for name, value in values.items() if value is not None}
    return highest(decision for _, _, raw, decision in written if slowly(raw, known) == 1)


@settings(max_examples=200)
@given(WRITTEN, WRITTEN)
def test_whoever_is_decided_otherwise_is_found_and_nobody_else(before: Any, after: Any) -> None:
    old, new = pack_of(before, "old"), pack_of(after, "new")
    found: list[Effect] = [each for change in changes(old, new) for each in effects(change, old, new)]
    for each in found:
        values = {name: each.example.get(name) for name in GRID}
        assert (each.before, each.after) == (outcome(before, values), outcome(after, values))
    differs = any(outcome(before, values) is not outcome(after, values) for values in (
        dict(zip(GRID, each, strict=True)) for each in product(*GRID.values())))
    assert any(each.before is not each.after for each in found) is differs
