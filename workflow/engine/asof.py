"""The record as it was known at a time, and as it was in truth at a time: two questions, never one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from aggregates.client_care.facts import FactAmended
from aggregates.kernel.messages import Fact


def as_known(facts: Sequence[Fact], at: datetime) -> list[Fact]:
    """What had been recorded by *at*, whenever it happened: what a person could have seen then."""
    return [fact for fact in facts if fact.timestamp <= at]


def as_happened(facts: Sequence[Fact], at: datetime) -> list[Fact]:
    """What had happened by *at*, whenever it was recorded, with every correction: what was so, as is known now."""
    happened = {fact.originator_version for fact in facts if fact.occurred_at <= at}
    return [fact for fact in facts if fact.originator_version in happened
            or (isinstance(fact, FactAmended) and fact.of_version in happened)]
