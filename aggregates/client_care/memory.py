"""What a client's care remembers of its facts: only what a later decision needs. This is also the snapshot."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

import msgspec

from aggregates.client_care.contents import Deadline, Exercise, Limit, Release
from aggregates.client_care.memos import (
    Clearance,
    FollowUpMemo,
    FormerUsual,
    RefusedHold,
    SessionMemo,
    Share,
    Statement,
    Stretch,
    UnclearPaper,
)
from aggregates.client_care.phases import Phase
from aggregates.kernel.names import same_name

SESSIONS_KEPT = 12
OUTCOMES_KEPT = 100
STRETCHES_KEPT = 20
PAPERS_KEPT = 40
UNCLEAR_KEPT = 10
SHARES_KEPT = 10
DROPPED_KEPT = 100
HOLDS_KEPT = 20
CRISES_KEPT = 20
USUAL_KEPT = 20


class CareMemory(msgspec.Struct, kw_only=True):
    """The memory of one client's care. Printing it shows nothing of its content."""

    phase: Phase = Phase.SCREENING
    registered: bool = False
    registered_at: datetime | None = None
    pack: str = ""
    profile: str = "training"
    clearance_policy: str = "always"
    born: date | None = None
    onset: date | None = None
    stage: str = ""
    conditions: tuple[str, ...] = ()
    referral_source: str = ""
    releases: tuple[Release, ...] = ()
    withdrawn: dict[str, datetime] = {}
    screened_at: datetime | None = None
    screened_version: int = 0
    answered_at: datetime | None = None
    health_changed_at: datetime | None = None
    clearance_reasons: tuple[str, ...] | None = None
    open_flags: tuple[str, ...] = ()
    open_features: dict[str, tuple[str, ...]] = {}
    started_version: int = 0
    held_at: datetime | None = None
    held_inputs: tuple[str, ...] = ()
    earlier_holds: tuple[tuple[datetime, datetime], ...] = ()
    refused_holds: tuple[RefusedHold, ...] = ()
    crises: tuple[datetime, ...] = ()
    unwell_at: datetime | None = None
    helped_hypo_at: datetime | None = None
    open_questions: tuple[str, ...] = ()
    clearance_required: bool = True
    clearance: Clearance | None = None
    former_clearance: Clearance | None = None
    stretches: tuple[Stretch, ...] = ()
    phase_since: datetime | None = None
    danger_at: datetime | None = None
    unanswered_since: datetime | None = None
    papers: tuple[tuple[str, date], ...] = ()
    spent_papers: tuple[tuple[str, date], ...] = ()
    unclear: tuple[UnclearPaper, ...] = ()
    program: dict[str, Exercise] = {}
    dropped: dict[str, Exercise] = {}
    shares: tuple[Share, ...] = ()
    template: str = ""
    baseline: dict[str, float] = {}
    baseline_versions: dict[str, int] = {}
    baseline_at: dict[str, datetime] = {}
    retest: dict[str, str] = {}
    usual_pain: int | None = None
    usual_pain_version: int = 0
    usual_pain_at: datetime | None = None
    former_usual: tuple[FormerUsual, ...] = ()
    raised_at: datetime | None = None
    sessions: list[SessionMemo] = []
    last_outcome: str | None = None
    outcomes: dict[int, str] = {}
    exacerbations: tuple[datetime, ...] = ()
    paused_at: datetime | None = None
    unsettled_since: datetime | None = None
    follow_ups: tuple[FollowUpMemo, ...] = ()
    released_by: str | None = None
    released_at: datetime | None = None
    referrer_answered_at: datetime | None = None
    referred_back_at: datetime | None = None
    contradictions: tuple[Statement, ...] = ()
    deadlines: dict[str, Deadline] = {}
    fallen: tuple[str, ...] = ()
    discharged_at: datetime | None = None
    holds: int = 0
    erased: bool = False
    last_contact_at: datetime | None = None

    def __repr__(self) -> str:
        return f"<CareMemory {self.phase.value}>"

    def last_session_by(self, at: datetime) -> SessionMemo | None:
        """The newest session that was held by then, the one recorded last if several were held at once."""
        return max((each for each in self.sessions if each.at <= at), key=lambda each: (each.at, each.version),
                   default=None)

    def released_to(self, day: date) -> tuple[str, ...]:
        """PRV-01: to whom information may go on *day*: a release is signed, dated and has an end."""
        return tuple(each.to for each in self.releases
                     if each.signed_on is not None and each.signed_on <= day <= each.until)

    @property
    def emergency_to(self) -> tuple[str, ...]:
        """Who has to hear of an emergency while that is owed: whoever referred or cleared the client."""
        owed = any(each.rule == "DL-05" for each in self.deadlines.values())
        names = (self.referral_source, self.clearance.issuer if self.clearance else "")
        return tuple(each for each in names if each) if owed else ()

    def was_on_hold(self, at: datetime, day_of: Callable[[datetime], date]) -> bool:
        """Whether the start of a session was held on the day of *at*, before *at*, and not decided anew until then."""
        open_now = (*((self.held_at,) if self.held_at is not None else ()), *(each.at for each in self.refused_holds))
        holds = (*self.earlier_holds, *((each, None) for each in open_now))
        return any(held <= at and day_of(held) == day_of(at) and (until is None or at < until)
                   for held, until in holds)

    def crisis_before(self, at: datetime, day_of: Callable[[datetime], date]) -> bool:
        """Whether one crisis reading held a start before *at* on its day, so that the next one is the repeat."""
        return any(each < at and day_of(each) == day_of(at) for each in self.crises)

    def unwell_that_day(self, at: datetime, day_of: Callable[[datetime], date]) -> bool:
        """Whether the newest screening, of that day and before *at*, said that the client rests."""
        return self.unwell_at is not None and self.unwell_at <= at and day_of(self.unwell_at) == day_of(at)

    @property
    def newest_worsening(self) -> datetime | None:
        """When the client got worse last, in whatever order it was told."""
        return max(self.exacerbations, default=None)

    @property
    def is_unsettled(self) -> bool:
        """Whether the client got worse and was not back in training since."""
        worse = self.newest_worsening
        return worse is not None and not any(each.since > worse for each in self.stretches)

    def session_before(self, day_began: datetime) -> SessionMemo | None:
        """The session that the morning of this day follows: the newest one held before the day began."""
        return max((each for each in self.sessions if each.at < day_began), key=lambda each: each.at, default=None)

    def was_in_training(self, at: datetime) -> bool:
        """Whether *at* lies within a time of training, its last minute included."""
        return any(each.since <= at and (each.until is None or at <= each.until) for each in self.stretches)

    def session(self, version: int) -> SessionMemo | None:
        """The remembered session of this version."""
        return next((each for each in self.sessions if each.version == version), None)

    def clearance_on(self, day: date) -> Clearance | None:
        """The clearance that was held on *day*: the newest one, or the one before it if that had begun already."""
        held, former = self.clearance, self.former_clearance
        if held is not None and former is not None and former.valid_from <= day < held.valid_from:
            return former
        return held

    def clearance_in_force(self, day: date, at: datetime) -> bool:
        """Whether no clearance is needed, or one was granted, not suspended yet *at* that moment, and *day* is one of
        its days. The last day still counts. A danger that nobody answered yet needs one whatever the policy.
        """
        if not self.clearance_required and not self.is_unanswered(at):
            return True
        held = self.clearance_on(day)
        return (held is not None and (held.suspended_at is None or at < held.suspended_at)
                and held.valid_from <= day <= held.valid_until)

    def is_unanswered(self, at: datetime) -> bool:
        """Whether a danger stood *at* that moment to which no clinician has spoken since."""
        return self.unanswered_since is not None and at >= self.unanswered_since

    def unclear_at(self, at: datetime) -> tuple[UnclearPaper, ...]:
        """The incomplete clearances that stood unanswered *at* that moment, as far as they still do."""
        return tuple(each for each in self.unclear if each.at <= at)

    @property
    def planned_before(self) -> dict[str, Exercise]:
        """Every exercise that is or was planned as it was planned last, by the form in which names are compared."""
        return {**self.dropped, **{same_name(each.name): each for each in self.program.values()}}

    @property
    def share(self) -> Share | None:
        """The share of the last tolerated volume that counts now, if training was resumed and nothing raised since."""
        return self.shares[-1] if self.shares and self.shares[-1].until is None else None

    def share_at(self, at: datetime) -> Share | None:
        """The share that counted *at* that moment."""
        for each in reversed(self.shares):  # asked once for each session of a load
            if each.since <= at and (each.until is None or at < each.until):
                return each
        return None

    def usual_since(self, above_usual: float) -> datetime | None:
        """Since when pain has been back to usual without a break, in the order in which it happened.

        What was so before the newest worsening does not count, whenever it was entered. Pain by more than
        *above_usual* over the usual is not back to usual, whatever the client calls it.
        """
        worse = self.newest_worsening
        since: datetime | None = None
        for each in sorted(self.follow_ups, key=lambda each: (each.at, each.version)):
            if worse is not None and each.at < worse:
                continue
            high = (each.pain is not None and self.usual_pain is not None
                    and each.pain > self.usual_pain + above_usual)
            since = (since or each.at) if each.usual and not high else None
        return since

    def limits(self, day: date, at: datetime) -> tuple[Limit, ...]:
        """The conditions of the clearance that was held on *day*, as they stood *at* that moment."""
        held = self.clearance_on(day)
        if held is None:
            return ()
        return held.earlier_limits if held.limits_since is not None and at < held.limits_since else held.limits
