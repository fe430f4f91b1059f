"""What memory keeps is bounded: the newest sessions and decisions, in the order in which they were told."""

from __future__ import annotations

from datetime import UTC, datetime

from aggregates.client_care.contents import Session
from aggregates.client_care.facts import DecisionMade, SessionRecorded
from aggregates.client_care.memory import OUTCOMES_KEPT, SESSIONS_KEPT, CareMemory
from aggregates.client_care.remember import remember
from aggregates.kernel.event_sourced import Stamp
from aggregates.kernel.messages import Meta
from aggregates.protocol.decisions import Decision
from aggregates.protocol.verdict import Verdict


def stamp(version: int) -> Stamp:
    return {"originator_id": "care:a", "originator_version": version, "timestamp": datetime(2026, 3, 2, tzinfo=UTC),
            "meta": Meta()}


def decide(care: CareMemory, version: int, of_version: int) -> None:
    verdict = Verdict(question="May this session begin?", outcome=Decision.NOTE, matched=(), inputs=(), unknown=(),
                      pack="", client="", clinician="")
    remember(care, DecisionMade(**stamp(version), verdict=verdict, of_version=of_version))


def test_the_newest_hundred_decisions_are_remembered_and_the_oldest_is_forgotten() -> None:
    care = CareMemory()
    for version in range(1, OUTCOMES_KEPT + 3):
        decide(care, version, of_version=version)
    assert list(care.outcomes) == list(range(3, OUTCOMES_KEPT + 3))


def test_a_decision_that_is_made_again_replaces_the_former_one() -> None:
    care = CareMemory()
    for of_version in (1, 2, 1):
        decide(care, 9, of_version)
    assert list(care.outcomes) == [1, 2]


def test_the_newest_sessions_are_remembered_with_the_worst_pain_of_each() -> None:
    care = CareMemory()
    for version in range(1, SESSIONS_KEPT + 3):
        remember(care, SessionRecorded(**stamp(version), session=Session(pain_after=version % 10,
                                                                         pain_ten_minutes_later=1)))
    assert [each.version for each in care.sessions] == list(range(3, SESSIONS_KEPT + 3))
    assert [each.pain_worst for each in care.sessions[:8]] == [3, 4, 5, 6, 7, 8, 9, 1]


def test_two_clients_never_share_a_memory() -> None:
    one, other = CareMemory(), CareMemory()
    decide(one, 1, of_version=1)
    remember(one, SessionRecorded(**stamp(2), session=Session()))
    assert (other.outcomes, other.sessions) == ({}, [])
