"""Rules while the client is with the referral source."""

from __future__ import annotations

from aggregates.client_care.commands import RecordAnswer
from aggregates.client_care.context import CareContext
from aggregates.client_care.memory import CareMemory
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
    return finding(command.source in known, known_sources=len(known))


@rule(unlock="new clearance", supplier="referral source")
def a_new_clearance_is_here(_care: CareMemory, _command: Command, _context: CareContext) -> Finding:
    """REF-01: the way back leads over the clinician's clearance or word to resume."""
    return finding(False)
