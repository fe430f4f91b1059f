"""Whatever fact is read back, in whatever order, remembering it never fails; and every stored field is remembered."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, get_type_hints

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aggregates.client_care.care import ClientCare
from aggregates.client_care.facts import CARE_FACTS, CareFact
from aggregates.client_care.memory import CareMemory
from aggregates.client_care.phases import Phase
from aggregates.client_care.remembering.base import REMEMBER
from aggregates.client_care.rules.care import AMENDABLE
from aggregates.kernel.messages import Meta, payload_fields
from tests.care.scenario import plain

MOMENTS = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
SMALL_VERSIONS = st.integers(0, 6)
PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 20) | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(
        st.sampled_from(["session", "morning", "follow_up", "screening", "pain", "usual", "onset", "stage", "answers"]),
        inner, max_size=3), max_leaves=5)


def a_fact(kind: type[CareFact]) -> st.SearchStrategy[dict[str, Any]]:
    """Any content that the types of a kind of fact admit."""
    hints = get_type_hints(kind)
    special: dict[str, st.SearchStrategy[Any]] = {
        "of_version": SMALL_VERSIONS, "statement": SMALL_VERSIONS,
        "content": st.dictionaries(st.sampled_from(["session", "morning", "follow_up", "screening", "onset", "stage",
                                                    "conditions", "usual_pain"]), PLAIN, max_size=4),
        "of_name": st.sampled_from(sorted(AMENDABLE)), "asked": st.just({}), "broken": st.just(())}
    names = payload_fields(kind)
    return st.fixed_dictionaries({name: special.get(name, st.from_type(hints[name])) for name in names})


def stored(kind: type[CareFact]) -> st.SearchStrategy[tuple[Any, ...]]:
    """A fact of a kind, in any phase, by anybody, at any time."""
    return st.tuples(st.just(kind), a_fact(kind), st.sampled_from([None, *Phase]),
                     st.sampled_from(["person", "client", "clock", "policy"]), MOMENTS)


ANY = st.lists(st.sampled_from(CARE_FACTS).flatmap(stored), max_size=5)


@pytest.mark.parametrize("kind", CARE_FACTS)
@settings(max_examples=20, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_remembering_never_fails_and_reading_again_remembers_the_same(
        kind: type[CareFact], data: st.DataObject) -> None:
    history = [*data.draw(ANY), data.draw(stored(kind)), *data.draw(ANY)]
    facts = [kind(originator_id="care:c", originator_version=number, timestamp=at,
                  meta=Meta(phase=phase, actor_kind=actor, occurred_at=at), **content)
             for number, (kind, content, phase, actor, at) in enumerate(history, 1)]
    once, again = ClientCare.replay(None, facts), ClientCare.replay(None, facts)
    assert repr(plain(once.memory if once else CareMemory())) == repr(plain(again.memory if again else CareMemory()))


def test_every_fact_is_remembered_or_is_listed_here_as_one_that_changes_no_later_decision() -> None:
    silent = {kind.__name__ for kind in CARE_FACTS} - {kind.__name__ for kind in REMEMBER}
    assert silent == {
        "ClearanceRequested", "AdverseResponseReported", "ReferralSourceContacted",
        "StatementRecorded", "MovedToMaintenance", "ConsentWithdrawn", "LetterNoted"}
