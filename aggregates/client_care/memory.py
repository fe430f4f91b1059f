"""What a client's care remembers of its facts: only what a later decision needs. This is also the snapshot."""

from __future__ import annotations

from datetime import date, datetime

import msgspec

from aggregates.client_care.contents import Deadline, Exercise, Limit, Morning, Release
from aggregates.client_care.phases import Phase

SESSIONS_KEPT = 12
OUTCOMES_KEPT = 100


class Clearance(msgspec.Struct, kw_only=True):
    """The clearance that was granted last. `suspended_by` is the rule that suspended it."""

    issuer: str
    profession: str
    valid_from: date
    valid_until: date
    limits: tuple[Limit, ...]
    rule: str
    suspended_by: str | None = None
    suspended_at: datetime | None = None
    lapsed: bool = False
    warned: tuple[int, ...] = ()

    def __repr__(self) -> str:
        return "<Clearance>"


class SessionMemo(msgspec.Struct, kw_only=True):
    """A recorded session: its version in the stream, and what later decisions ask about it."""

    version: int
    at: datetime
    pain_worst: int | None = None
    pain_ten_minutes_later: int | None = None
    done: str | None = None
    signed: bool = False
    stopped_by_pain: bool = False
    morning_version: int | None = None
    morning: Morning | None = None
    morning_fine: bool | None = None

    def __repr__(self) -> str:
        return f"<SessionMemo v{self.version}>"


class FollowUpMemo(msgspec.Struct, kw_only=True):
    """An answer that was given during a pause; its version, so that a correction finds it."""

    version: int
    at: datetime
    pain: int | None
    usual: bool

    def __repr__(self) -> str:
        return f"<FollowUpMemo v{self.version}>"


class Statement(msgspec.Struct, kw_only=True):
    """A statement that contradicts the record and waits for a person."""

    version: int
    against: str

    def __repr__(self) -> str:
        return f"<Statement v{self.version}>"


class CareMemory(msgspec.Struct, kw_only=True):
    """The memory of one client's care. Printing it shows nothing of its content."""

    phase: Phase = Phase.SCREENING
    registered: bool = False
    registered_at: datetime | None = None
    pack: str = ""
    profile: str = "training"
    clearance_policy: str = "always"
    onset: date | None = None
    stage: str = ""
    conditions: tuple[str, ...] = ()
    referral_source: str = ""
    releases: tuple[Release, ...] = ()
    screened_at: datetime | None = None
    screened_version: int = 0
    answered_at: datetime | None = None
    health_changed_at: datetime | None = None
    clearance_reasons: tuple[str, ...] | None = None
    open_flags: tuple[str, ...] = ()
    clearance_required: bool = True
    clearance: Clearance | None = None
    program: dict[str, Exercise] = {}
    template: str = ""
    baseline: dict[str, float] = {}
    retest: dict[str, str] = {}
    usual_pain: int | None = None
    sessions: list[SessionMemo] = []
    last_outcome: str | None = None
    outcomes: dict[int, str] = {}
    exacerbations: tuple[datetime, ...] = ()
    paused_at: datetime | None = None
    follow_ups: tuple[FollowUpMemo, ...] = ()
    released_by: str | None = None
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

    @property
    def last_session(self) -> SessionMemo | None:
        """The session recorded last."""
        return self.sessions[-1] if self.sessions else None

    def session_before(self, at: datetime) -> SessionMemo | None:
        """The session that a morning at this time follows."""
        return max((each for each in self.sessions if each.at <= at), key=lambda each: each.at, default=None)

    def session(self, version: int) -> SessionMemo | None:
        """The remembered session of this version."""
        return next((each for each in self.sessions if each.version == version), None)

    def clearance_in_force(self, today: date) -> bool:
        """Whether no clearance is needed, or one is granted, not suspended, and today is one of its days.

        The last day still counts.
        """
        held = self.clearance
        if not self.clearance_required:
            return True
        return (held is not None and held.suspended_by is None and not held.lapsed
                and held.valid_from <= today <= held.valid_until)

    def usual_since(self, above_usual: float) -> datetime | None:
        """Since when pain has been back to usual without a break, in the order in which it happened.

        What was so before the newest worsening does not count, whenever it was entered. Pain by more than
        *above_usual* over the usual is not back to usual, whatever the client calls it.
        """
        worse = self.exacerbations[-1] if self.exacerbations else None
        since: datetime | None = None
        for each in sorted(self.follow_ups, key=lambda each: (each.at, each.version)):
            if worse is not None and each.at < worse:
                continue
            high = (each.pain is not None and self.usual_pain is not None
                    and each.pain > self.usual_pain + above_usual)
            since = (since or each.at) if each.usual and not high else None
        return since

    def limits(self) -> tuple[Limit, ...]:
        """The conditions of the clearance granted last."""
        return self.clearance.limits if self.clearance else ()
