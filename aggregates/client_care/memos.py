"""What is remembered one by one: a clearance, a share, a session, an answer. Printing one shows nothing of it."""

from __future__ import annotations

from datetime import date, datetime

import msgspec

from aggregates.client_care.contents import Limit, Morning, Tolerated
from aggregates.kernel.names import same_name


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
    earlier_limits: tuple[Limit, ...] = ()
    limits_since: datetime | None = None
    lapsed: bool = False
    warned: tuple[int, ...] = ()
    received_at: datetime | None = None

    def __repr__(self) -> str:
        return "<Clearance>"


class UnclearPaper(msgspec.Struct, kw_only=True):
    """A clearance that came incomplete and that nothing newer answers yet. `known`: papers on record before it."""

    issuer: str
    dated: date | None
    at: datetime
    missing: tuple[str, ...]
    known: tuple[tuple[str, date], ...] = ()

    def __repr__(self) -> str:
        return "<UnclearPaper>"


class Share(msgspec.Struct, kw_only=True):
    """The share of the last tolerated volume that counts after a resume, until a raise is earned and made.

    It ends for each exercise by that exercise's own raise, `raised`; `until`: it has ended for every one of them.
    """

    percent: int
    since: datetime
    tolerated: tuple[Tolerated, ...]
    until: datetime | None = None
    raised: dict[str, datetime] = {}

    def of(self, name: str, at: datetime | None = None) -> tuple[Tolerated, ...]:
        """What was tolerated of this exercise as far as the share of it still counts now, or counted *at* a moment."""
        ended = self.raised.get(same_name(name))
        if ended is not None and (at is None or at >= ended):
            return ()
        return tuple(each for each in self.tolerated if same_name(each.exercise) == same_name(name))

    def knows(self, name: str) -> bool:
        """Whether the exercise was planned before the pause, or has been raised since the resume."""
        return same_name(name) in (*self.raised, *(same_name(each.exercise) for each in self.tolerated))

    def __repr__(self) -> str:
        return "<Share>"


class Stretch(msgspec.Struct, kw_only=True):
    """A time of training, from when to when; `until` None: it goes on."""

    since: datetime
    until: datetime | None = None

    def __repr__(self) -> str:
        return "<Stretch>"


class SessionMemo(msgspec.Struct, kw_only=True):
    """A recorded session: its version in the stream, and what later decisions ask about it."""

    version: int
    at: datetime
    pain_worst: int | None = None
    pain_ten_minutes_later: int | None = None
    done: str | None = None
    signed: bool = False
    free_of_stop_signs: bool = False
    beyond_share: bool = False
    stopped_by_pain: bool = False
    volumes: tuple[Tolerated, ...] = ()
    morning_version: int | None = None
    morning: Morning | None = None
    morning_fine: bool | None = None
    morning_not_worse: bool = False

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


class FormerUsual(msgspec.Struct, kw_only=True):
    """A usual pain before it rose, until when it counted, and when the rise was entered; `until` None: a correction."""

    pain: int
    entered: datetime
    until: datetime | None = None

    def __repr__(self) -> str:
        return "<FormerUsual>"


class RefusedHold(msgspec.Struct, kw_only=True):
    """A start that was refused for another reason and would have been held: when, and what is taken again."""

    at: datetime
    inputs: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return "<RefusedHold>"
