"""OUT-03: improved or worse only from the change that counts; below it nothing is claimed."""

from __future__ import annotations

import pytest

from aggregates.kernel.errors import InvalidInput
from aggregates.protocol.outcomes import label
from tests.protocol.example import PACK

CHANGES = [
    ("NPRS", 5, 2, 0.5), ("PSFS", 4, 2.3, 0.1), ("ODI", 50, 12, 1), ("NDI", 50, 14, 1), ("LEFS", 44, 9, 1),
    ("QuickDASH", 50, 15.91, 0.01), ("TSK-11", 28, 7, 1), ("PCS", 25, 8, 1), ("PCS", 31, 11, 1),
    ("6MWT", 400, 30.5, 0.1), ("sit_to_stand_30s", 9, 3, 1), ("TUG", 10, 1.4, 0.1),
]


@pytest.mark.parametrize(("measure", "before", "change", "step"), CHANGES)
def test_a_change_counts_from_its_number_on_in_either_direction(
        measure: str, before: float, change: float, step: float) -> None:
    it = PACK.measure(measure)
    better = 1 if it.better == "high" else -1
    assert label(it, before, before + better * change) == "improved"
    assert label(it, before, before + better * (change - step)) == "no measurable change"
    assert label(it, before, before) == "no measurable change"
    assert label(it, before, before - better * (change - step)) == "no measurable change"
    assert label(it, before, before - better * change) == "worse"


@pytest.mark.parametrize(("measure", "better"), [
    ("NPRS", "low"), ("PSFS", "high"), ("ODI", "low"), ("NDI", "low"), ("LEFS", "high"), ("QuickDASH", "low"),
    ("TSK-11", "low"), ("PCS", "low"), ("6MWT", "high"), ("sit_to_stand_30s", "high"), ("TUG", "low"),
    ("GROC", "high")])
def test_each_measure_knows_which_end_is_better(measure: str, better: str) -> None:
    assert PACK.measure(measure).better == better


@pytest.mark.parametrize(("measure", "before", "after"), [
    ("NPRS", 4, 1), ("PSFS", 3.7, 6.3), ("LEFS", 44, 55), ("sit_to_stand_30s", 9, 12), ("PSFS", 3.7, 6.0)])
def test_twelve_weeks_of_training_show(measure: str, before: float, after: float) -> None:
    assert label(PACK.measure(measure), before, after) == "improved"


@pytest.mark.parametrize(("baseline", "change", "word"), [
    (30, 8, "improved"), (31, 8, "no measurable change"), (31, 10, "no measurable change"),
    (31, 11, "improved")])
def test_a_high_baseline_of_catastrophizing_needs_a_larger_change(
        baseline: int, change: int, word: str) -> None:
    assert label(PACK.measure("PCS"), baseline, baseline - change) == word


@pytest.mark.parametrize(("measure", "low", "high"), [
    ("NPRS", 0, 10), ("PSFS", 0, 10), ("ODI", 0, 100), ("NDI", 0, 100), ("LEFS", 0, 80),
    ("QuickDASH", 0, 100), ("TSK-11", 11, 44), ("PCS", 0, 52), ("6MWT", 0, None), ("TUG", 0, None),
    ("sit_to_stand_30s", 0, None), ("GROC", -7, 7)])
def test_each_measure_knows_its_range(measure: str, low: int, high: int | None) -> None:
    it = PACK.measure(measure)
    assert (it.low, it.high) == (low, high)
    if it.changed is not None and high is not None:
        assert label(it, low, high) == ("improved" if it.better == "high" else "worse")


@pytest.mark.parametrize(("measure", "score"), [
    ("NPRS", 11), ("NPRS", -1), ("LEFS", 81), ("TSK-11", 10), ("TUG", -0.1), ("TUG", float("nan")),
    ("6MWT", float("inf"))])
def test_a_score_outside_its_range_is_refused(measure: str, score: float) -> None:
    for before, after in ((score, 11), (score, score)):
        with pytest.raises(InvalidInput, match=f"scores.{measure}: must lie between"):
            label(PACK.measure(measure), before, after)


def test_a_rating_of_change_has_no_label_of_its_own() -> None:
    with pytest.raises(InvalidInput, match="GROC has no change that counts"):
        label(PACK.measure("GROC"), 0, 3)
