"""The check of a pack: whatever can never hold, is hidden, contradicts or is left out is found, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby, product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregates.kernel.errors import InvalidInput
from aggregates.protocol.analysis.findings import Finding, Kind, analyse
from aggregates.protocol.analysis.refused import read_draft
from aggregates.protocol.conditions import read_condition
from aggregates.protocol.decisions import Decision
from aggregates.protocol.entries import Declared, Row, named
from aggregates.protocol.read import read_pack
from projections.protocol_findings import sentence, units_of
from tests.protocol.example import TEXT
from tests.protocol.test_conditions import slowly
from tests.protocol.test_read_pack import SMALL
from tests.protocol.test_shipped_packs import PACKS

INPUTS = (Declared(name="a", kind="number", unit="mmHg", asks="a?"), Declared(name="b", kind="boolean", asks="b?"),
          Declared(name="c", kind="number", unit="bpm", asks="c?"))
HALVES = [half / 2 for half in range(-2, 9)]
GRID = {"a": [*HALVES, None], "b": [True, False, None], "c": [*HALVES, None]}
DECISIONS = st.sampled_from([Decision.EMERGENCY, Decision.PAUSE, Decision.MODIFY, Decision.PROCEED])
LIMITS = st.integers(0, 3)


def cell(name: str) -> st.SearchStrategy[dict[str, Any]]:
    """One cell on a number."""
    operators = st.sampled_from(["above", "at_least", "below", "at_most", "is", "is_not"])
    between = st.tuples(LIMITS, LIMITS).map(lambda two: {"input": name, "between": sorted(two)})
    return st.tuples(operators, LIMITS).map(lambda two: {"input": name, two[0]: two[1]}) | between


CELLS = (cell("a") | cell("a") | cell("c") | st.booleans().map(lambda yes: {"input": "b", "is": yes})
         | st.sampled_from(["a", "b", "c"]).map(lambda name: {"input": name, "unknown": True}))
GROUPS = st.tuples(st.sampled_from(["all", "any"]), st.lists(CELLS, min_size=1, max_size=3)).map(
    lambda two: {two[0]: two[1]})
TWO_OF_THREE = st.lists(CELLS, min_size=3, max_size=3).map(lambda cells: {"at_least": 2, "of": cells})
RAW = CELLS | GROUPS | TWO_OF_THREE
TABLES = st.lists(st.tuples(st.sampled_from(["R-1", "R-2", "R-3"]), st.sampled_from(["", "again"]), RAW, DECISIONS),
                  min_size=1, max_size=4, unique_by=str)


class Small:
    """Some rows, and an independent brute reading of them over every value of a grid."""

    def __init__(self, written: Sequence[tuple[str, str, dict[str, Any], Decision]]) -> None:
        self.raw = [each[2] for each in written]
        self.rows = [Row(id=id_, case=case, table="t", asks="?", when=read_condition(raw), decision=decision, does="do",
                         basis="P", client="So.", clinician="So.") for id_, case, raw, decision in written]
        self.values = [dict(zip(GRID, each, strict=True)) for each in product(*GRID.values())]
        self.truth = [[self.holds(place, values) for values in self.values] for place in range(len(self.rows))]
        self.found = analyse(self.rows, INPUTS)

    def holds(self, place: int, values: dict[str, Any]) -> bool:
        known = {name: value for name, value in values.items() if value is not None}
        return slowly(self.raw[place], known) == 1

    def said(self, kind: Kind) -> list[Finding]:
        return [each for each in self.found if each.kind is kind]

    def places(self, finding: Finding) -> list[int]:
        return [next(place for place, row in enumerate(self.rows) if row is each) for each in finding.rows]

    def pairs(self) -> Iterator[tuple[int, int]]:
        yield from ((one, other) for one in range(len(self.rows)) for other in range(one)
                    if self.rows[one].decision is not self.rows[other].decision)

    def together(self, one: int, other: int) -> bool:
        return any(a and b for a, b in zip(self.truth[one], self.truth[other], strict=True))

    def contradicts(self, one: int, other: int) -> bool:
        first, second = self.rows[one], self.rows[other]
        alike = first.case == second.case or self.truth[one] == self.truth[other]
        return first.id == second.id and self.together(one, other) and alike


def shown(example: Any) -> dict[str, Any]:
    """An example over every input; what it leaves out is not known."""
    return {name: example.get(name) for name in GRID}


@given(TABLES)
def test_a_row_that_never_holds_is_found_and_no_other(written: Any) -> None:
    small = Small(written)
    assert [place for each in small.said(Kind.UNREACHABLE) for place in small.places(each)] == [
        place for place, truth in enumerate(small.truth) if not any(truth)]


@given(TABLES)
def test_rows_of_one_rule_that_say_different_things_for_the_same_inputs_are_found(written: Any) -> None:
    small = Small(written)
    found = small.said(Kind.CONTRADICTION)
    assert {frozenset(small.places(each)) for each in found} == {
        frozenset(pair) for pair in small.pairs() if small.contradicts(*pair)}
    assert all(small.holds(place, shown(each.example)) for each in found for place in small.places(each))


@given(TABLES)
def test_a_row_that_higher_decisions_hide_completely_is_found_and_no_other(written: Any) -> None:
    small = Small(written)
    settled = {place for pair in small.pairs() if small.contradicts(*pair) for place in pair}
    expected = set()
    for place, truth in enumerate(small.truth):
        above = [small.truth[other] for other, row in enumerate(small.rows)
                 if row.decision.outranks(small.rows[place].decision)]
        covered = all(any(each[at] for each in above) for at, held in enumerate(truth) if held)
        if any(truth) and covered and place not in settled:
            expected.add(place)
    found = small.said(Kind.HIDDEN)
    assert {small.places(each)[-1] for each in found} == expected
    for each in found:
        *above, hidden = small.places(each)
        assert all(any(small.truth[other][at] for other in above)
                   for at, held in enumerate(small.truth[hidden]) if held)
        assert small.holds(hidden, shown(each.example))
        assert small.holds(above[0], shown(each.example))


@given(TABLES)
def test_two_decisions_at_once_on_one_reading_are_told_with_inputs_that_show_it(written: Any) -> None:
    small = Small(written)
    reads = [{part["input"] for part in _cells(raw)} for raw in small.raw]
    found = small.said(Kind.OVERLAP)
    assert {frozenset(small.places(each)) for each in found} == {
        frozenset((one, other)) for one, other in small.pairs()
        if small.rows[one].id != small.rows[other].id and reads[one] & reads[other] and small.together(one, other)}
    assert all(small.holds(place, shown(each.example)) for each in found for place in small.places(each))


def _cells(raw: dict[str, Any]) -> list[dict[str, Any]]:
    parts = raw.get("all") or raw.get("any") or raw.get("of") or []
    return [raw] if "input" in raw else [each for part in parts for each in _cells(part)]


def _speaking(small: Small, name: str, value: float) -> frozenset[int]:
    """The rows that hold for some client at *value*, and for the same client not at another value."""
    others = [each for each in small.values if each[name] is None]
    return frozenset(place for place in range(len(small.rows)) for rest in others
                     if small.holds(place, {**rest, name: value})
                     and not all(small.holds(place, {**rest, name: other}) for other in GRID[name]))


def _left_out(line: Sequence[tuple[float, frozenset[int]]]) -> set[float]:
    """Values without a row between values with rows, where these are not one and the same row."""
    runs = [(bool(rows), list(run)) for rows, run in groupby(line, key=lambda each: bool(each[1]))]
    return {value for place in range(1, len(runs) - 1) for value, _ in runs[place][1]
            if not runs[place][0] and len(runs[place - 1][1][-1][1] | runs[place + 1][1][0][1]) > 1}


def _within(finding: Finding, value: float) -> bool:
    where = finding.where
    assert where is not None
    return (where.low < value < where.high or (value == where.low and where.low_is_in)
            or (value == where.high and where.high_is_in))


@settings(max_examples=60)
@given(TABLES)
def test_every_number_left_out_between_two_rows_is_found_and_no_other(written: Any) -> None:
    small = Small(written)
    found = [*small.said(Kind.GAP), *small.said(Kind.USUAL_RANGE)]
    for name in ("a", "c"):
        expected = _left_out([(value, _speaking(small, name, value)) for value in HALVES])
        here = [each for each in found if each.where is not None and each.where.input == name]
        assert {value for value in HALVES if any(_within(each, value) for each in here)} == expected
        assert all(_within(each, each.where.value) for each in here if each.where is not None)


@settings(max_examples=60)
@given(TABLES)
def test_a_number_left_out_for_some_clients_only_is_told_too(written: Any) -> None:
    small = Small(written)
    found = [each for each in small.found if each.where is not None]
    for name in ("a", "c"):
        readers = [place for place, raw in enumerate(small.raw) if any(part["input"] == name for part in _cells(raw))]
        here = [each for each in found if each.where is not None and each.where.input == name]
        for rest in (each for each in small.values if each[name] is None):
            line = [(value, frozenset(place for place in readers if small.holds(place, {**rest, name: value})))
                    for value in HALVES]
            assert all(any(_within(each, value) for each in here) for value in _left_out(line))
        for each in small.said(Kind.GAP_FOR_SOME):
            if each.where is not None and each.where.input == name:
                assert not any(small.holds(place, shown(each.example)) for place in readers)


GLUCOSE_GAP = ("VIT-11, VIT-12 and VIT-12 (unwell) glucose from 239 to below 240 mg/dL is left out: "
               "with glucose 239.5 mg/dL no row holds because of it")


def found_in(old: str, new: str, kind: Kind) -> list[str]:
    """What the check says of one kind when one thing in the default pack is written otherwise."""
    assert old in TEXT
    draft = read_draft(TEXT.replace(old, new, 1))
    assert not draft.refusals
    return [sentence(each, units_of(draft.inputs)) for each in analyse(draft.rows, draft.inputs) if each.kind is kind]


@pytest.mark.parametrize(("old", "new", "words"), [
    ('below = 240, unit', 'below = 239, unit', GLUCOSE_GAP),
    ('"resting_heart_rate", above = 120', '"resting_heart_rate", above = 130',
     "resting heart rate above 120 up to 130 bpm"),
    ('"pain_worst", at_most = 2', '"pain_worst", below = 2', "worst pain 2 NPRS"),
    ('"pain_worst", at_most = 5', '"pain_worst", at_most = 3', "worst pain above 3 up to 5 NPRS"),
    ('"days_since_onset", at_most = 365', '"days_since_onset", at_most = 364.5',
     "days since onset above 364.5 up to 365 days"),
    ('"glucose", at_least = 72', '"glucose", above = 72', "glucose 72 mg/dL"),
])
def test_a_gap_planted_in_the_default_pack_is_found(old: str, new: str, words: str) -> None:
    assert found_in(old, old, Kind.GAP) == []
    assert any(words in each for each in found_in(old, new, Kind.GAP))


def test_a_count_has_nothing_between_its_whole_numbers() -> None:
    assert found_in('"adverse_grade", is = 2', '"adverse_grade", is = 2.0', Kind.GAP) == []
    assert found_in('"RF-R1.features", below = 2', '"RF-R1.features", below = 1.5', Kind.GAP) == []


def test_the_usual_range_of_a_reading_is_no_gap_and_is_told() -> None:
    assert found_in("glucose", "glucose", Kind.USUAL_RANGE) == [
        "Between VIT-10 and VIT-11 no row speaks of glucose from 90 up to 200 mg/dL, taken as the usual range: "
        "with glucose 145 mg/dL none holds."]


def test_a_limit_that_only_some_clients_fall_through_is_told() -> None:
    limit = '{input = "glucose", at_least = 240, unit = "mg/dL"},\n  {any'
    said = found_in(limit, limit.replace("240", "250"), Kind.GAP_FOR_SOME)
    assert any("glucose from 240 to below 250 mg/dL is left out for some" in each for each in said)


def test_a_row_that_can_not_hold_says_so_with_the_nearest_inputs() -> None:
    assert found_in('"pain_worst", at_most = 5', '"pain_worst", at_most = 2', Kind.UNREACHABLE) == [
        "PAIN-02 can never hold: no inputs are worst pain above 2 NPRS, and worst pain at most 2 NPRS. "
        "Nearest to it: with worst pain 3 NPRS one part of it still does not hold."]


def test_a_row_that_never_decides_names_the_row_that_hides_it() -> None:
    said = found_in('above = 180, unit = "mmHg"},\n  {input = "resting_diastolic", above = 105',
                    'above = 150, unit = "mmHg"},\n  {input = "resting_diastolic", above = 95', Kind.HIDDEN)
    assert said == ["VIT-01 (MODIFY) never decides: whenever it holds, VIT-02 (HOLD_SESSION) holds too; "
                    "so it is with resting diastolic 101 mmHg."]


def test_two_decisions_for_one_case_contradict_each_other_even_where_the_pack_is_refused_anyway() -> None:
    row = SMALL[SMALL.index("[[row]]"):SMALL.index("[[deadline]]")]
    draft = read_draft(SMALL + row.replace("MODIFY", "PAUSE").replace("160", "150"))
    assert [each.reason for each in draft.refusals] == ["The row VIT-01 stands in the protocol pack twice."]
    found = [each for each in analyse(draft.rows, draft.inputs) if each.kind is Kind.CONTRADICTION]
    assert [sentence(each, units_of(draft.inputs)) for each in found] == [
        "VIT-01 (PAUSE) and VIT-01 (MODIFY) say different things for the same inputs: "
        "with resting systolic 161 mmHg both hold."]


@pytest.mark.parametrize("path", sorted(PACKS.glob("*.toml")), ids=lambda path: str(path.stem))
def test_every_shipped_pack_is_sound(path: Any) -> None:
    draft = read_draft(path.read_text("utf-8"))
    assert draft.refusals == ()
    assert [named(each.rows[-1]) for each in analyse(draft.rows, draft.inputs) if each.kind.is_unsound] == []


def test_everything_that_is_wrong_is_told_at_once_each_with_its_line() -> None:
    wrong = (SMALL.replace('basis = "C/P"', 'basis = "X"\ncolour = "red"').replace("hours = 24", "hours = 0")
             .replace('client = "We leave out the cardio part today."', 'client = ""')
             .replace('clinician = "Resting blood pressure was high."', 'clinician = ""')
             .replace("above = 160", "exceeds = 160").replace('title = "Small"', "title = 3\nhash = 'x'"))
    lines = wrong.split("\n")
    row, deadline = lines.index("[[row]]") + 1, lines.index("[[deadline]]") + 1
    refusals = read_draft(wrong).refusals
    told = {(each.line, each.entry): [] for each in refusals}
    for each in refusals:
        told[each.line, each.entry].append(each.reason)
    assert set(told) == {(3, ""), (4, ""), (row, "VIT-01"), (deadline, "DL-01")}
    assert all("hash" in each for each in told[4, ""])
    for words in ("colour", "exceeds"):
        assert any(words in each for each in told[row, "VIT-01"]), words
    blank = read_draft(wrong.replace("exceeds", "above")).refusals
    assert {word for each in blank for word in ("under client", "under clinician", "basis") if word in each.reason} == {
        "under client", "under clinician", "basis"}


@pytest.mark.parametrize("wrong", [
    SMALL.replace("format = 1", "format = 2"), SMALL.replace("160", "'160'"), SMALL.replace('id = "VIT-01"', ""),
    SMALL.replace("[[deadline]]", "[deadline]"), "format = ", SMALL.replace("resting_systolic", "x", 1),
    SMALL.replace('kind = "boolean"', "kind = 3"), SMALL + '[[word]]\nwords = ["a", "a"]\n'])
def test_what_reading_refuses_the_check_refuses_too_in_the_same_words(wrong: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        read_pack(wrong)
    assert str(refused.value) in [each.reason for each in read_draft(wrong).refusals]


def test_a_header_inside_a_sentence_is_no_entry() -> None:
    text = TEXT.replace('client = "We leave out the cardio part today."',
                        "client = '''We leave out\n[[row]]\nthe cardio part today.'''", 1)
    draft = read_draft(text)
    lines = text.split("\n")
    assert all(f'id = "{row.id}"' in lines[draft.line_of(row)] for row in draft.rows)
