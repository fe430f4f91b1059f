"""Conditions are true, false or undecided, exactly as a second, slower reading of them says."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregates.kernel.errors import InvalidInput
from aggregates.kernel.messages import Plain
from aggregates.protocol.conditions import cells_of, holds, inputs_of, judge, read_condition

NUMBERS = st.sampled_from([0, 1, 2, 3, 4])
NAMES = st.sampled_from(["a", "b", "c", "d"])
LIMITS = st.tuples(NUMBERS, NUMBERS).map(sorted)

KNOWABLE = st.one_of(
    st.fixed_dictionaries({"input": NAMES, "is": NUMBERS}),
    st.fixed_dictionaries({"input": NAMES, "is_not": NUMBERS}),
    st.fixed_dictionaries({"input": NAMES, "one_of": st.lists(NUMBERS, min_size=1)}),
    st.fixed_dictionaries({"input": NAMES, "above": NUMBERS}),
    st.fixed_dictionaries({"input": NAMES, "at_least": NUMBERS}),
    st.fixed_dictionaries({"input": NAMES, "below": NUMBERS}),
    st.fixed_dictionaries({"input": NAMES, "at_most": NUMBERS}),
    st.fixed_dictionaries({"input": NAMES, "between": LIMITS}),
)
CELLS = KNOWABLE | st.fixed_dictionaries({"input": NAMES, "unknown": st.just(True)})


def _groups(parts: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    several = st.lists(parts, min_size=1, max_size=4)
    counted = several.flatmap(lambda of: st.integers(1, len(of)).map(lambda n: {"at_least": n, "of": of}))
    return several.map(lambda of: {"all": of}) | several.map(lambda of: {"any": of}) | counted


CONDITIONS = st.recursive(CELLS, _groups, max_leaves=12)
MONOTONE = st.recursive(KNOWABLE, _groups, max_leaves=8)
SOME_VALUES = st.dictionaries(NAMES, NUMBERS)

UNDECIDED = 0.5


def slowly(raw: Mapping[str, Any], values: Mapping[str, Any]) -> float:
    """1 is true, 0 false, a half undecided: all is the least, any the most, so many the n-th most."""
    if "input" not in raw:
        parts = sorted((slowly(part, values) for part in raw.get("of") or raw.get("all") or raw["any"]),
                       reverse=True)
        return parts[0] if "any" in raw else parts[-1] if "all" in raw else parts[raw["at_least"] - 1]
    if "unknown" in raw:
        return float(raw["input"] not in values)
    if raw["input"] not in values:
        return UNDECIDED
    value = values[raw["input"]]
    match {key: held for key, held in raw.items() if key != "input"}:
        case {"is": it}:
            return float(value == it)
        case {"is_not": it}:
            return float(value != it)
        case {"one_of": them}:
            return float(value in them)
        case {"above": limit}:
            return float(value > limit)
        case {"at_least": limit}:
            return float(value >= limit)
        case {"below": limit}:
            return float(value < limit)
        case {"at_most": limit}:
            return float(value <= limit)
        case {"between": [low, high]}:
            return float(low <= value <= high)
    raise AssertionError(raw)


@given(CONDITIONS, SOME_VALUES)
def test_a_condition_is_judged_as_the_slow_reading_says(
        raw: dict[str, Any], values: dict[str, Plain]) -> None:
    assert holds(read_condition(raw), values) == {1.0: True, 0.0: False, UNDECIDED: None}[slowly(raw, values)]


@given(CONDITIONS, SOME_VALUES)
def test_an_undecided_condition_names_inputs_that_it_reads_and_nobody_gave(
        raw: dict[str, Any], values: dict[str, Plain]) -> None:
    condition = read_condition(raw)
    truth = judge(condition)(values)
    if not isinstance(truth, bool):
        assert truth
        assert set(truth) <= inputs_of(condition) - set(values)


@given(MONOTONE, SOME_VALUES)
def test_what_is_decided_stays_decided_whatever_the_missing_answers_turn_out_to_be(
        raw: dict[str, Any], values: dict[str, Plain]) -> None:
    condition = read_condition(raw)
    decided = holds(condition, values)
    missing = sorted(inputs_of(condition) - set(values))
    for answers in product((0, 2, 4), repeat=len(missing)):
        complete = holds(condition, {**values, **dict(zip(missing, answers, strict=True))})
        assert complete is not None
        assert decided in (None, complete)


@pytest.mark.parametrize(("operator", "held", "true_for"), [
    ("is", 2, [2]), ("is_not", 2, [1, 3]), ("one_of", [1, 3], [1, 3]), ("above", 2, [3]),
    ("at_least", 2, [2, 3]), ("below", 2, [1]), ("at_most", 2, [1, 2]),
    ("between", [1, 2], [1, 2]), ("between", [2, 3], [2, 3])])
def test_an_operator_is_exact_at_its_edge(operator: str, held: Any, true_for: list[int]) -> None:
    condition = read_condition({"input": "a", operator: held})
    assert [value for value in (1, 2, 3) if holds(condition, {"a": value})] == true_for


def test_a_missing_answer_is_not_a_no() -> None:
    assert holds(read_condition({"input": "a", "is": False}), {}) is None
    assert holds(read_condition({"input": "a", "is_not": 1}), {}) is None
    assert holds(read_condition({"input": "a", "unknown": True}), {}) is True
    assert holds(read_condition({"input": "a", "unknown": True}), {"a": False}) is False


def test_a_false_part_decides_all_and_a_true_part_decides_any_whatever_is_missing() -> None:
    missing, yes = {"input": "a", "is": True}, {"input": "b", "is": True}
    assert holds(read_condition({"all": [missing, yes]}), {"b": False}) is False
    assert holds(read_condition({"any": [missing, yes]}), {"b": True}) is True
    assert holds(read_condition({"at_least": 2, "of": [missing, yes, yes]}), {"b": True}) is True


def test_the_cells_of_a_condition_come_from_left_to_right() -> None:
    raw = {"all": [{"input": "a", "is": 1}, {"any": [{"input": "b", "is": 1}, {"input": "c", "is": 1}]}]}
    assert [cell.input for cell in cells_of(read_condition(raw))] == ["a", "b", "c"]


@pytest.mark.parametrize("raw", [
    "resting_systolic > 160", [], {}, {"all": []}, {"any": []}, {"all": "x"}, {"all": [], "any": []},
    {"at_least": 0, "of": [{"input": "a", "is": 1}]}, {"at_least": 2, "of": [{"input": "a", "is": 1}]},
    {"at_least": True, "of": [{"input": "a", "is": 1}]}, {"of": [{"input": "a", "is": 1}]},
    {"all": [{"input": "a", "is": 1}], "note": "x"}, {"input": "a"}, {"input": "a", "equals": 1},
    {"input": "a", "above": 1, "below": 3}, {"input": "a", "is": None}, {"input": 1, "is": 1},
    {"input": "a", "is": 1, "all": []}, {"input": "a", "above": 1, "unit": 3},
])
def test_a_condition_of_any_other_shape_is_refused(raw: Any) -> None:
    with pytest.raises(InvalidInput):
        read_condition(raw)
