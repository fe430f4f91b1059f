"""Rules while the client is with the referral source."""

from __future__ import annotations

from aggregates.client_care.commands import RecordAnswer
from aggregates.client_care.context import CareContext
from aggregates.client_care.memory import CareMemory
from aggregates.client_care.phases import Phase
from aggregates.kernel.messages import Command
from aggregates.kernel.rules import Finding, finding, rule


@rule(unlock="the referral source's answer", supplier="referral source")
def client_is_not_referred_back(care: CareMemory, _command: Command, context: CareContext) -> Finding:
    """REF-00: a client who was referred back waits for the clinician, then for a new screening."""
    since = context.house.local(care.referred_back_at).isoformat(timespec="minutes") if care.referred_back_at else None
    return finding(False, referred_back=since)


@rule(unlock="the answer of whoever referred or cleared the client", supplier="referral source")
def answer_comes_from_the_referral_source(care: CareMemory, command: RecordAnswer, _context: CareContext) -> Finding:
    """REF-02: only whoever referred the client, or issued the clearance, answers for them."""
    known = {care.referral_source, care.clearance.issuer if care.clearance else "",
             command.clearance.issuer if command.clearance else ""} - {""}
    return finding(command.source in known, known_sources=len(known), they_are=", ".join(sorted(known)) or None)


@rule(unlock="an answer given since", supplier="referral source")
def answer_is_the_newest(care: CareMemory, _command: RecordAnswer, context: CareContext) -> Finding:
    """REF-03: only an answer newer than the referral back, every danger told and every other answer frees a client."""
    back = (care.referred_back_at, care.danger_at) if care.phase is Phase.REFERRAL_BACK else ()
    moments = (care.referrer_answered_at, *back)
    newest = max((each for each in moments if each is not None), default=None)
    return finding(newest is None or context.occurred_at >= newest,
                   newer_than=context.house.local(newest).isoformat(timespec="minutes") if newest else None)


@rule(unlock="new clearance", supplier="referral source")
def a_new_clearance_is_here(_care: CareMemory, _command: Command, _context: CareContext) -> Finding:
    """REF-01: the way back leads over the clinician's clearance or word to resume."""
    return finding(False)
