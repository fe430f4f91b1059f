"""EXA-03: the third exacerbation within ninety days refers the client back, in whatever order they are entered."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import Any

import pytest

from aggregates.client_care import facts as f
from aggregates.client_care.commands import ReferBack
from aggregates.kernel.messages import Fact, Meta
from policies.base import reactions
from policies.when_exacerbations_repeat import WhenExacerbationsRepeatThenReferBack as Policy
from tests.protocol.example import PACK

FIRST = datetime(2026, 1, 10, 9, tzinfo=UTC)


def opened(day: int) -> f.ExacerbationOpened:
    return _fact(f.ExacerbationOpened, day, rule="EXA-01", because="reported")


def resumed(day: int) -> f.TrainingResumed:
    return _fact(f.TrainingResumed, day, volume_percent=50, usual_since=FIRST, released_by="S. Berg")


def _fact(kind: type[Any], day: int, **content: object) -> Any:
    at = FIRST + timedelta(days=day)
    return kind(originator_id="care:a", originator_version=1, timestamp=at, meta=Meta(occurred_at=at), **content)


def referrals(*days: int) -> list[int]:
    """Which of the exacerbations, in the order in which they were entered, lead back to the referral source."""
    history: list[tuple[int, Fact]] = []
    for number, day in enumerate(days, 1):
        history += [(number, opened(day)), (1000 + number, resumed(day))]
    return [position for position, _ in reactions(Policy.under(PACK), history)]


@pytest.mark.parametrize(("days", "refers"), [
    ((0,), []), ((0, 40), []), ((0, 40, 80), [3]), ((0, 40, 90), [3]), ((0, 40, 91), []),
    ((0, 1, 2), [3]), ((0, 1, 2, 3), [3, 4]), ((0, 91, 182), []), ((0, 50, 95, 140), [4])])
def test_the_third_within_ninety_days_refers_back_and_the_ninetieth_day_counts(days: tuple[int, ...], refers: list[int]
                                                                               ) -> None:
    assert referrals(*days) == refers


@pytest.mark.parametrize("order", list(permutations((0, 40, 90))))
def test_the_order_in_which_they_are_entered_makes_no_difference(order: tuple[int, ...]) -> None:
    assert referrals(*order) == [3]


@pytest.mark.parametrize("order", list(permutations((0, 40, 91))))
def test_nor_does_it_make_ninety_one_days_into_ninety(order: tuple[int, ...]) -> None:
    assert referrals(*order) == []


def test_an_old_one_entered_late_does_not_refer_back_by_newer_ones_that_already_have() -> None:
    assert referrals(0, 40, 80, -200) == [3]


def test_three_reports_within_one_pause_are_one_exacerbation() -> None:
    history: list[tuple[int, Fact]] = [
        (1, opened(0)), (2, opened(1)), (3, opened(2)), (4, resumed(10)), (5, opened(20))]
    assert list(reactions(Policy.under(PACK), history)) == []
    history += [(6, resumed(30)), (7, opened(40))]
    assert [position for position, _ in reactions(Policy.under(PACK), history)] == [7]


def test_what_follows_is_a_referral_back_of_the_same_client_under_its_rule() -> None:
    history: list[tuple[int, Fact]] = []
    for number, day in enumerate((0, 40, 80), 1):
        history += [(number, opened(day)), (1000 + number, resumed(day))]
    (_, reaction), = reactions(Policy.under(PACK), history)
    assert reaction == ("care:a", ReferBack(rule="EXA-03", reason="3 exacerbations within 90 days"))
