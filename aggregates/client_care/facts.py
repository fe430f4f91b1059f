"""What can have happened in a client's care. This is the storage format: facts and fields are only ever added."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from aggregates.client_care.contents import (
    AdverseResponse,
    Change,
    ClearanceForm,
    Clinician,
    Deadline,
    Exercise,
    FollowUp,
    Limit,
    Morning,
    Readings,
    RedFlag,
    Release,
    Screening,
    Session,
    Tolerated,
)
from aggregates.client_care.upcasters import amendment_from_1, session_from_1
from aggregates.kernel.messages import Fact
from aggregates.kernel.rules import BrokenRule
from aggregates.protocol.verdict import Verdict


class CareFact(Fact):
    """A fact of one client's care."""


class ClientRegistered(CareFact):
    TOPIC = "care.client_registered"
    name: str
    born: date
    referred_by: Clinician
    diagnosis_as_given: str
    onset: date
    stage: str
    conditions: tuple[str, ...] = ()


class ProtocolPinned(CareFact):
    TOPIC = "care.protocol_pinned"
    pack: str
    title: str
    profile: str
    clearance_policy: str


class ReleaseGiven(CareFact):
    TOPIC = "care.release_given"
    release: Release


class ReleaseWithdrawn(CareFact):
    TOPIC = "care.release_withdrawn"
    to: str


class ScreeningRecorded(CareFact):
    TOPIC = "care.screening_recorded"
    screening: Screening


class DecisionMade(CareFact):
    """The receipt of a decision. `of_version` is the fact decided on; `again` if a correction led to it."""

    TOPIC = "care.decision_made"
    verdict: Verdict
    of_version: int
    again: bool = False


class CommandRefused(CareFact):
    """The receipt of a refusal: what was asked, every broken rule, the values seen, what would unlock it.

    `at_once` is the protocol's decision on what was told, where that asks for help today: nothing else follows from it.
    `hold` is the decision on a start that would have been held had nothing else refused it: it holds that day all the
    same, and the red flags that were told count on.
    """

    TOPIC = "care.command_refused"
    command: str
    asked: dict[str, Any]
    broken: tuple[BrokenRule, ...]
    at_once: Verdict | None = None
    hold: Verdict | None = None


class ClearanceRequested(CareFact):
    TOPIC = "care.clearance_requested"
    issuer: str


class ClearanceReceived(CareFact):
    TOPIC = "care.clearance_received"
    form: ClearanceForm
    missing: tuple[str, ...] = ()
    rule: str = "CLR-01"


class ClearanceGranted(CareFact):
    """`rule` says where the last valid day comes from: the issuer (CLR-01), CLR-03 or CLR-04.

    `received_at` is when the paper came, so that another paper of the same day finds its place; None: not kept.
    """

    TOPIC = "care.clearance_granted"
    issuer: str
    profession: str
    valid_from: date
    valid_until: date
    limits: tuple[Limit, ...]
    rule: str
    received_at: datetime | None = None


class ClearanceDeclined(CareFact):
    TOPIC = "care.clearance_declined"
    issuer: str
    rule: str = "CLR-09"


class ClearanceSuspended(CareFact):
    TOPIC = "care.clearance_suspended"
    rule: str
    because: str


class ClearanceLapsed(CareFact):
    TOPIC = "care.clearance_lapsed"
    valid_until: date
    rule: str


class ClearanceExpiryWarned(CareFact):
    TOPIC = "care.clearance_expiry_warned"
    days: int
    valid_until: date
    rule: str = "CLR-05"


class MeasuresRecorded(CareFact):
    """`labels` compare with the baseline; the baseline itself has none."""

    TOPIC = "care.measures_recorded"
    scores: dict[str, float]
    labels: dict[str, str]
    usual_pain: int | None = None


class ProgramDesigned(CareFact):
    """`raised` names the exercises that were planned before and of which this raises something (PRG-01)."""

    TOPIC = "care.program_designed"
    template: str
    exercises: tuple[Exercise, ...]
    rule: str
    raised: tuple[str, ...] = ()


class ProgramChanged(CareFact):
    TOPIC = "care.program_changed"
    changes: tuple[Change, ...]
    exercises: tuple[Exercise, ...]
    rule: str


class SessionStarted(CareFact):
    TOPIC = "care.session_started"
    readings: Readings


class SessionRecorded(CareFact):
    """`planned` is the programme when the session was recorded, which "as planned" means; None: not kept."""

    TOPIC = "care.session_recorded"
    SCHEMA = 2
    UPCASTERS = {1: session_from_1}
    session: Session
    planned: tuple[Exercise, ...] | None = None


class MorningAnswered(CareFact):
    """`of_version` is the session that the answer follows."""

    TOPIC = "care.morning_answered"
    morning: Morning
    of_version: int | None = None


class FollowUpAnswered(CareFact):
    TOPIC = "care.follow_up_answered"
    follow_up: FollowUp


class AdverseResponseReported(CareFact):
    TOPIC = "care.adverse_response_reported"
    response: AdverseResponse


class RedFlagsReported(CareFact):
    TOPIC = "care.red_flags_reported"
    red_flags: tuple[RedFlag, ...]


class HealthChangeReported(CareFact):
    TOPIC = "care.health_change_reported"
    what: str


class ExacerbationOpened(CareFact):
    TOPIC = "care.exacerbation_opened"
    rule: str
    because: str
    words: str = ""


class ReferralSourceContacted(CareFact):
    TOPIC = "care.referral_source_contacted"
    spoke_with: str
    agreed: str
    means: str


class ReferralSourceAnswered(CareFact):
    TOPIC = "care.referral_source_answered"
    source: str
    answer: str
    new_limits: tuple[Limit, ...] = ()
    words: str = ""


class TrainingResumed(CareFact):
    """`tolerated` is what `volume_percent` is a share of; empty: not kept, and no share is held against anything."""

    TOPIC = "care.training_resumed"
    volume_percent: int
    usual_since: datetime
    released_by: str
    rule: str = "EXA-02"
    tolerated: tuple[Tolerated, ...] = ()


class ReferredBack(CareFact):
    TOPIC = "care.referred_back"
    rule: str
    reason: str


class StatementRecorded(CareFact):
    TOPIC = "care.statement_recorded"
    source: str
    words: str
    about: str
    activity: str | None = None


class ContradictionOpened(CareFact):
    """Two sources disagree; both stay, and a named person has to say which one stands."""

    TOPIC = "care.contradiction_opened"
    statement: int
    against: str
    rule: str = "SRC-01"


class ContradictionResolved(CareFact):
    TOPIC = "care.contradiction_resolved"
    statement: int
    stands: str
    reason: str


class FactAmended(CareFact):
    """A correction beside its original. `content` is the whole corrected content, `fields` what differs."""

    TOPIC = "care.fact_amended"
    SCHEMA = 2
    UPCASTERS = {1: amendment_from_1}
    of_version: int
    of_name: str
    fields: tuple[str, ...]
    content: dict[str, Any]
    reason: str


class MovedToMaintenance(CareFact):
    TOPIC = "care.moved_to_maintenance"
    reason: str
    rule: str = "DSC-01"


class ClientDischarged(CareFact):
    TOPIC = "care.client_discharged"
    reason: str
    rule: str
    words: str = ""


class ClientReadmitted(CareFact):
    TOPIC = "care.client_readmitted"
    reason: str
    rule: str = "DSC-04"


class ConsentWithdrawn(CareFact):
    TOPIC = "care.consent_withdrawn"
    words: str = ""


class HoldPlaced(CareFact):
    TOPIC = "care.hold_placed"
    reason: str


class HoldLifted(CareFact):
    TOPIC = "care.hold_lifted"
    reason: str


class LetterNoted(CareFact):
    TOPIC = "care.letter_noted"
    letter: str
    kind: str


class DeadlineSet(CareFact):
    TOPIC = "care.deadline_set"
    deadline: Deadline


class DeadlineMet(CareFact):
    TOPIC = "care.deadline_met"
    id: str


class DeadlineFellDue(CareFact):
    TOPIC = "care.deadline_fell_due"
    deadline: Deadline


class DeadlineCancelled(CareFact):
    TOPIC = "care.deadline_cancelled"
    id: str
    because: str


class ClientErased(CareFact):
    """The skeleton's last word: sealed under the practice's key, it holds no health information."""

    TOPIC = "care.client_erased"
    basis: str
    certificate: int


CARE_FACTS: tuple[type[CareFact], ...] = tuple(CareFact.__subclasses__())
