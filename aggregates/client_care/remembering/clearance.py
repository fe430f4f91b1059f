"""Medical clearance: granted, declined, suspended, lapsed, and what the referral source answered."""

from __future__ import annotations

from datetime import datetime

from aggregates.client_care import facts as f
from aggregates.client_care.contents import ClearanceForm, Limit
from aggregates.client_care.memory import PAPERS_KEPT, UNCLEAR_KEPT, CareMemory
from aggregates.client_care.memos import Clearance, UnclearPaper
from aggregates.client_care.papers import AHEAD
from aggregates.client_care.remembering.base import danger, on
from aggregates.kernel.names import same_name


@on(f.ClearanceGranted)
def clearance_granted(care: CareMemory, fact: f.ClearanceGranted) -> None:
    """The clearance in force from now on; it answers the flags that were open. An older paper replaces no newer one."""
    came = fact.received_at if fact.received_at is not None and fact.received_at.tzinfo is not None else None
    granted = Clearance(issuer=fact.issuer, profession=fact.profession, valid_from=fact.valid_from,
                        valid_until=fact.valid_until, limits=fact.limits, rule=fact.rule,
                        received_at=came)
    held = care.clearance
    care.unclear = tuple(each for each in care.unclear if not _answers(fact, each))
    if held is not None and held.suspended_by is None and not held.lapsed and fact.valid_from < held.valid_from:
        care.former_clearance = granted
        return
    care.former_clearance, care.clearance, care.unanswered_since = held, granted, None
    care.open_flags, care.open_features = (), {}


@on(f.ClearanceReceived)
def clearance_received(care: CareMemory, fact: f.ClearanceReceived) -> None:
    """Which papers are on record, and whether one of them is incomplete and newer than the clearance in force."""
    if fact.missing and not _is_older(fact.form, fact.occurred_at, care.clearance):
        paper = UnclearPaper(issuer=fact.form.issuer, dated=fact.form.dated, at=fact.occurred_at, missing=fact.missing,
                             known=care.papers)
        care.unclear = (*care.unclear, paper)[-UNCLEAR_KEPT:]
    if fact.form.dated is not None and AHEAD not in fact.missing:
        care.papers = (*care.papers, (same_name(fact.form.issuer), fact.form.dated))[-PAPERS_KEPT:]


def _is_older(form: ClearanceForm, at: datetime, held: Clearance | None) -> bool:
    """Whether a paper is older than the clearance in force: by its date, on the same day by when it came."""
    if held is None or held.suspended_by is not None or held.lapsed:
        return False
    if form.dated is not None and form.dated != held.valid_from:
        return form.dated < held.valid_from
    if held.received_at is not None:
        return at < held.received_at
    return form.dated is None and at.date() < held.valid_from


def _answers(granted: f.ClearanceGranted, paper: UnclearPaper) -> bool:
    """Whether a complete clearance says what *paper* left open: it is dated later, or came later and completes it.

    The complete paper of the same issuer completes it also where its date was missing or mistyped. A paper that was on
    record already when an incomplete one with a date came says nothing about it.
    """
    issuer = same_name(granted.issuer)
    known = (issuer, granted.valid_from) in paper.known
    came_later = granted.occurred_at >= paper.at and issuer == same_name(paper.issuer)
    if came_later and (paper.dated is None or not known):
        return True
    if known:
        return False
    if paper.dated is not None and granted.valid_from != paper.dated:
        return granted.valid_from > paper.dated
    if granted.occurred_at < paper.at:
        return False
    return paper.dated is not None or granted.valid_from >= paper.at.date()


def _is_answered(care: CareMemory, at: datetime) -> None:
    """What came up to that moment is clear now: the clinician has spoken since."""
    care.unclear = tuple(each for each in care.unclear if each.at > at)


@on(f.ClearanceDeclined)
def clearance_declined(care: CareMemory, fact: f.ClearanceDeclined) -> None:
    """A clinician said no."""
    danger(care, fact.occurred_at)
    _is_answered(care, fact.occurred_at)
    if care.clearance is not None:
        care.clearance.suspended_by, care.clearance.suspended_at = fact.rule, fact.occurred_at


@on(f.ClearanceSuspended)
def clearance_suspended(care: CareMemory, fact: f.ClearanceSuspended) -> None:
    """The clearance stopped being valid before its last day."""
    danger(care, fact.occurred_at)
    if care.clearance is not None:
        care.clearance.suspended_by, care.clearance.suspended_at = fact.rule, fact.occurred_at


@on(f.ClearanceLapsed)
def clearance_lapsed(care: CareMemory, _fact: f.ClearanceLapsed) -> None:
    """The clearance's last day is over."""
    if care.clearance is not None:
        care.clearance.lapsed = True


@on(f.ClearanceExpiryWarned)
def expiry_warned(care: CareMemory, fact: f.ClearanceExpiryWarned) -> None:
    """Which warnings were given."""
    if care.clearance is not None:
        care.clearance.warned = (*care.clearance.warned, fact.days)


@on(f.ReferralSourceAnswered)
def referral_source_answered(care: CareMemory, fact: f.ReferralSourceAnswered) -> None:
    """Whether training may resume, under which limits. A word older than a newer one or a worsening frees nobody."""
    at, worse = fact.occurred_at, care.newest_worsening
    if fact.answer in ("stop", "stay paused"):
        danger(care, at)
    if care.referrer_answered_at is not None and at < care.referrer_answered_at:
        return
    if fact.answer == "resume":
        _is_answered(care, at)
        if care.danger_at is not None and at >= care.danger_at:
            care.unanswered_since = None
    counts = fact.answer == "resume" and (worse is None or at >= worse)
    care.released_by, care.released_at = (fact.source, at) if counts else (None, None)
    care.referrer_answered_at, held = at, care.clearance
    if held is not None and fact.new_limits:
        held.earlier_limits, held.limits_since = held.limits, at
        held.limits = with_new_limits(held.limits, fact.new_limits)


def with_new_limits(limits: tuple[Limit, ...], new: tuple[Limit, ...]) -> tuple[Limit, ...]:
    """*limits*, with those that a new one replaces left out: same thing, same exercise, same region."""
    replaced = {(each.of, each.exercise, each.region) for each in new}
    return (*(each for each in limits if (each.of, each.exercise, each.region) not in replaced), *new)
