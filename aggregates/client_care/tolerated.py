"""What a client tolerated: sessions on which the protocol said to go on, calm, with a fine morning after."""

from __future__ import annotations

from aggregates.client_care.memory import CareMemory, SessionMemo
from aggregates.protocol.decisions import Decision


def was_tolerated(care: CareMemory, session: SessionMemo, pain_at_most: float) -> bool:
    """Whether a session went by without a finding; one whose decision is not known counts as not tolerated."""
    calm = session.pain_worst is not None and session.pain_worst <= pain_at_most
    went_on = care.outcomes.get(session.version) == Decision.PROCEED
    return went_on and session.free_of_stop_signs and calm and session.morning_fine is True
