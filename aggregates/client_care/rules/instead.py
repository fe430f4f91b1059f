"""What to do about a fact that was mistyped and can't be amended, because something was decided or done by it."""

from __future__ import annotations

from aggregates.kernel.rules import Unlock

PAPER = "record the clearance again, as the paper says; then record what it still lacks"
DECIDED = "amend the observation that was decided on: the decision is then made anew"
CALENDAR = "record what really happened: what is due follows from it"

INSTEAD: dict[str, str] = {
    "care.protocol_pinned": "nothing: the protocol is the one that the practice had adopted on the day of registration",
    "care.release_given": "withdraw the release, then record it again as it was signed",
    "care.release_withdrawn": "record the release again",
    "care.decision_made": DECIDED,
    "care.command_refused": "ask again with the right fields: nothing but the refusal was recorded",
    "care.clearance_requested": "request the clearance again from the right issuer",
    "care.clearance_received": PAPER,
    "care.clearance_granted": PAPER,
    "care.clearance_declined": PAPER,
    "care.clearance_suspended": "record a clearance that was given since: a suspension is only answered by one",
    "care.clearance_lapsed": PAPER,
    "care.clearance_expiry_warned": PAPER,
    "care.program_designed": "design the programme again, as it should be",
    "care.program_changed": "change the programme again, as it should be",
    "care.session_started": "record the session with what was measured: the record of it can be amended",
    "care.red_flags_reported": "record a statement that says what was wrong; the referral source's word leads on",
    "care.exacerbation_opened": "record a statement that says what was wrong, and a follow-up answer",
    "care.referral_source_answered": "record the answer again, as it was given",
    "care.training_resumed": "report the exacerbation again if training should not have been resumed",
    "care.referred_back": "record the referral source's answer: only it leads on from here",
    "care.contradiction_opened": "resolve the contradiction",
    "care.contradiction_resolved": "record the statement again: that opens the contradiction anew",
    "care.fact_amended": "amend the original once more, by its own version",
    "care.moved_to_maintenance": "record a statement that says what was wrong",
    "care.client_discharged": "readmit the client if care should not have ended, else record a statement",
    "care.client_readmitted": "discharge the client if care should not have begun again, else record a statement",
    "care.consent_withdrawn": "readmit the client if consent was not withdrawn, else record a statement",
    "care.hold_placed": "lift the hold, then place it again with the right reason",
    "care.hold_lifted": "place the hold again",
    "care.letter_noted": "look at the letter itself: this is only a note that it was sent",
    "care.deadline_set": CALENDAR,
    "care.deadline_met": CALENDAR,
    "care.deadline_fell_due": CALENDAR,
    "care.deadline_cancelled": CALENDAR,
    "care.client_erased": "nothing: the record is erased",
}
"""By the name of the fact. A test holds that every fact of a client's care is either here or can be amended."""


def instead_of_amending(topic: str) -> tuple[Unlock, ...]:
    """What would put right a fact of this name."""
    return (Unlock(what=INSTEAD[topic], supplier="whoever recorded it"),) if topic in INSTEAD else ()
