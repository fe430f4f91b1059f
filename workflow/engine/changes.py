"""What changed, in a few words that hold no health information."""

from __future__ import annotations

from collections.abc import Sequence

from aggregates.kernel.messages import Fact


def what_changed(facts: Sequence[Fact]) -> str:
    """Which facts were added since, by whom."""
    return "; ".join(f"{fact.TOPIC.partition('.')[2].replace('_', ' ')} by {fact.meta.actor}" for fact in facts)
