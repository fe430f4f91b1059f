"""A session that holds the load earns no raise, and nothing is raised while a newer clearance is not complete."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from msgspec.structs import replace

from aggregates.client_care import commands as c
from aggregates.client_care import facts as f
from aggregates.client_care.contents import AdverseResponse, Limit
from tests.care.examples import (
    BIKE,
    CLEARED,
    EARNED,
    FINE,
    RELEASE,
    ROW,
    SCREENED,
    TRAINING,
    change,
    clearance,
    limited,
    ready,
    session,
)
from tests.care.scenario import At, given

HEART = limited(Limit(of="training_heart_rate", words="at most 120", at_most=120))
CALMER = (*SCREENED, HEART, *TRAINING[len(CLEARED):])


def twice(**changed: Any) -> tuple[At, ...]:
    """Two sessions as planned with fine mornings."""
    return tuple(step for day in (6, 8) for step in (At(f"2026-01-{day:02}T10:00", session(**changed)),
                                                     At(f"2026-01-{day + 1:02}T08:00", FINE)))


@pytest.mark.parametrize(("outcome", "held"), [
    ("NOTE", {"pain_before": None}), ("NOTE", {"adverse": AdverseResponse(grade=1)}),
    ("MODIFY", {"bp": ((165, 90),)}), ("HOLD_SESSION", {"bp": ((185, 100), (179, 100))})])
def test_a_session_on_which_the_protocol_found_something_earns_no_raise(outcome: str, held: dict[str, Any]) -> None:
    given(*TRAINING).when(session(**held)).then_decided(outcome)
    refused = given(*TRAINING, *twice(**held)).when(change("load_kg", 22)).then_refused("raising_is_earned")
    assert refused.refusals[0].seen["sessions_that_went_well"] == 0


def test_a_session_beyond_a_limit_of_the_clearance_earns_no_raise() -> None:
    given(*CALMER, *twice(highest_heart_rate=150)).when(change("load_kg", 22)).then_refused("raising_is_earned")
    given(*CALMER, *twice(highest_heart_rate=120)).when(change("load_kg", 22)).then_admitted()


def test_a_session_that_was_on_hold_earns_no_raise() -> None:
    held = (At("2026-01-06T09:00", ready(pain_before=8)), *twice()[:2],
            At("2026-01-08T09:00", ready(pain_before=8)), *twice()[2:])
    given(*TRAINING, *held).when(change("load_kg", 22)).then_refused("raising_is_earned")


def test_a_session_earns_once_its_record_is_complete() -> None:
    scenario = given(*TRAINING, *twice(pain_before=None))
    for back in (1, 2):
        scenario.and_given(c.AmendFact(version=scenario.version_of(f.SessionRecorded, back=back),
                                       corrected={"pain_before": 1}, reason="left out"))
    scenario.when(change("load_kg", 22)).then_admitted()


def test_nothing_is_raised_while_a_newer_clearance_is_not_complete() -> None:
    unclear = (*EARNED, At("2026-01-12T09:00", clearance(decision="conditional", dated=date(2026, 1, 12))))
    higher = c.DesignProgram(template="DOS-LO", exercises=(replace(ROW, load_kg=22), BIKE))
    for step in (change("load_kg", 22), higher):
        broken = given(*unclear).when(step).then_refused("no_raise_while_a_clearance_is_unclear").refusals[0]
        assert broken.rule == "CLR-14"
        assert "of the clearance from S. Berg: conditions" in [each.what for each in broken.unlock]
        given(*unclear, RELEASE).when(step).then_admitted()
    for lower in (change("load_kg", 15), c.DesignProgram(template="DOS-LO", exercises=(ROW,))):
        given(*unclear).when(lower).then_admitted()
