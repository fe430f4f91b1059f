"""What follows from the protocol's decision itself, whatever was decided on."""

from __future__ import annotations

from collections.abc import Iterator

from aggregates.client_care import facts as f
from aggregates.client_care.deadlines import of_the_pause
from aggregates.client_care.phases import Phase
from aggregates.client_care.tellings.base import Automatic, Case, Telling, cancelled, deadlines
from aggregates.protocol.decisions import ACT_NOW, Decision
from aggregates.protocol.verdict import Verdict


def follow(case: Case, of_version: int) -> Iterator[Telling]:
    """The decision's receipt, then the pause, referral back or suspension that it demands."""
    decided = case.verdict
    if decided is None:
        return
    yield receipt(decided, of_version)
    yield from consequences(case, decided, of_version)


def receipt(verdict: Verdict, of_version: int, *, again: bool = False) -> Telling:
    """The decision's receipt."""
    return Automatic(lambda s: f.DecisionMade(**s, verdict=verdict, of_version=of_version, again=again))


def consequences(case: Case, decided: Verdict, of_version: int) -> Iterator[Telling]:
    """What the decision on a fact demands: a pause, a referral back, a suspension, a letter."""
    yield from map(Automatic, _demanded(case, decided, of_version))


def _demanded(case: Case, decided: Verdict, of_version: int) -> Iterator[Telling]:
    if decided.outcome in ACT_NOW:
        yield from refer_back(case, _first_rule(decided), decided.outcome.value)
    elif decided.outcome is Decision.PAUSE and case.dest is Phase.EXACERBATION_PAUSE:
        rule = _exacerbation_rule(decided)
        yield from open_exacerbation(case, rule, f"{rule} fired in the decision on version {of_version}")
    elif decided.outcome is Decision.PAUSE:
        yield from suspend(case, _exacerbation_rule(decided), "the client got worse")
    elif decided.outcome is Decision.REQUIRE_CLEARANCE and case.dest is Phase.MEDICAL_CLEARANCE:
        yield from suspend(case, _first_rule(decided), "clearance is asked for anew")
    elif decided.fired("CLR-06"):
        yield from suspend(case, "CLR-06", "the client's health changed")
    if decided.fired("RF-R1", Decision.NOTE):
        yield from deadlines(case, "letter_within_a_week")


def _first_rule(verdict: Verdict) -> str:
    return verdict.matched[0].rule


def _exacerbation_rule(verdict: Verdict) -> str:
    return "EXA-01" if verdict.fired("EXA-01") else _first_rule(verdict)


def open_exacerbation(case: Case, rule: str, because: str, words: str = "") -> Iterator[Telling]:
    """Training is paused in the same append; the contact with the referral source begins to run."""
    yield lambda s: f.ExacerbationOpened(**s, rule=rule, because=because, words=words)
    yield from deadlines(case, "paused")


def refer_back(case: Case, rule: str, reason: str) -> Iterator[Telling]:
    """The client goes back to the referral source; the clearance no longer counts. After discharge nobody is moved."""
    if case.dest is Phase.DISCHARGED:
        yield from deadlines(case, "emergency_or_same_day")
        return
    if case.phase is Phase.REFERRAL_BACK and case.care.referred_back_at is not None:
        yield from deadlines(case, "emergency_or_same_day")
        return
    yield lambda s: f.ReferredBack(**s, rule=rule, reason=reason)
    yield from suspend(case, rule, reason)
    yield from cancelled(of_the_pause(case.care), "referred back")
    yield from deadlines(case, "emergency_or_same_day")


def suspend(case: Case, rule: str, because: str) -> Iterator[Telling]:
    """A clearance in force stops being valid at once."""
    held = case.care.clearance
    if held is not None and held.suspended_by is None and not held.lapsed:
        yield Automatic(lambda s: f.ClearanceSuspended(**s, rule=rule, because=because))
