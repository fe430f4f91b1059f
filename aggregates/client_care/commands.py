"""What may be asked of a client's care, in the imperative."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from aggregates.client_care.contents import (
    AdverseResponse,
    Change,
    ClearanceForm,
    Clinician,
    Condition,
    Exercise,
    FollowUp,
    Limit,
    Morning,
    Name,
    Pain,
    Percent,
    Readings,
    RedFlag,
    Release,
    Screening,
    Session,
    Stage,
    Text,
    Words,
)
from aggregates.kernel.messages import Command


class RegisterClient(Command, frozen=True, kw_only=True):
    """Take a client in: who referred them, and the diagnosis as the clinician gave it."""

    name: Name
    born: date
    referred_by: Clinician
    diagnosis_as_given: Words
    onset: date
    stage: Stage
    conditions: tuple[Condition, ...] = ()
    consent_to_release: Release | None = None


class RecordRelease(Release, Command, frozen=True, kw_only=True):
    """Record the client's consent to release information."""


class WithdrawRelease(Command, frozen=True, kw_only=True):
    """Record that the client takes back a consent to release."""

    to: Name


class RecordScreening(Screening, Command, frozen=True, kw_only=True):
    """Record the screening answers and decide on them."""


class RequestClearance(Command, frozen=True, kw_only=True):
    """Note that a clearance was asked for."""

    issuer: Name


class RecordClearance(ClearanceForm, Command, frozen=True, kw_only=True):
    """Record a clearance as it arrived."""


class RecordMeasures(Command, frozen=True, kw_only=True):
    """Record outcome measures: the first time as the baseline, afterwards as a re-test."""

    scores: dict[str, float]
    usual_pain: Pain | None = None


class DesignProgram(Command, frozen=True, kw_only=True):
    """Set the programme: its template and its exercises."""

    template: Literal["DOS-LO", "DOS-HI"]
    exercises: tuple[Exercise, ...]


class ChangeProgram(Command, frozen=True, kw_only=True):
    """Change the programme by one step."""

    changes: tuple[Change, ...]


class StartSession(Readings, Command, frozen=True, kw_only=True):
    """Ask whether a session may begin, on what was just measured."""


class RecordSession(Session, Command, frozen=True, kw_only=True):
    """Record a whole session and decide on it."""


class RecordMorning(Morning, Command, frozen=True, kw_only=True):
    """Record the next-morning answer and decide on it."""


class RecordFollowUp(FollowUp, Command, frozen=True, kw_only=True):
    """Record the client's answer during a pause."""


class ReportExacerbation(Command, frozen=True, kw_only=True):
    """Report that symptoms got worse for hours or longer."""

    words: Text = ""


class ReportAdverseResponse(AdverseResponse, Command, frozen=True, kw_only=True):
    """Report an adverse response outside a session."""


class ReportRedFlags(Command, frozen=True, kw_only=True):
    """Report red flags outside screening and session."""

    red_flags: tuple[RedFlag, ...]


class ReportHealthChange(Command, frozen=True, kw_only=True):
    """Report a new diagnosis, operation, hospital stay or medicine."""

    what: Words


class ContactReferralSource(Command, frozen=True, kw_only=True):
    """Record a direct conversation or secure message with the referral source."""

    spoke_with: Name
    agreed: Words
    means: Literal["phone", "secure message", "in person"] = "phone"


class RecordAnswer(Command, frozen=True, kw_only=True):
    """Record what the referral source answered. `new_limits` replace limits on the same thing."""

    source: Name
    answer: Literal["resume", "stay paused", "stop", "new clearance"]
    new_limits: tuple[Limit, ...] = ()
    clearance: ClearanceForm | None = None
    words: Text = ""


class ResumeTraining(Command, frozen=True, kw_only=True):
    """Resume after a pause at a share of the last tolerated volume."""

    volume_percent: Percent


class ReferBack(Command, frozen=True, kw_only=True):
    """Send the client back to the referral source. A policy names its *rule*; a person's own decision is REF-04."""

    rule: Name = "REF-04"
    reason: Words


class OverrideDecision(Command, frozen=True, kw_only=True):
    """Ask to set a decision aside."""

    reason: Words
    second_person: Name | None = None


class RecordStatement(Command, frozen=True, kw_only=True):
    """Record what somebody said or wrote, apart from what was observed. `activity`: what it claims clearance for."""

    source: Literal["client_said", "referrer_wrote", "coach_observed"]
    words: Words
    about: Literal["clearance", "pain", "dose", "other"] = "other"
    activity: Name | None = None


class ResolveContradiction(Command, frozen=True, kw_only=True):
    """Settle a contradiction, naming which side stands and why."""

    statement: int
    stands: Literal["statement", "record"]
    reason: Words


class AmendFact(Command, frozen=True, kw_only=True):
    """Correct something that was recorded wrongly; the original stays readable."""

    version: int
    corrected: dict[str, Any]
    reason: Words


class MoveToMaintenance(Command, frozen=True, kw_only=True):
    """Move the client to functional maintenance."""

    reason: Words


class Discharge(Command, frozen=True, kw_only=True):
    """End the care."""

    reason: Literal["goals met", "plateau", "no contact", "clearance declined", "other"]
    words: Text = ""


class WithdrawConsent(Command, frozen=True, kw_only=True):
    """Record that the client leaves care by their own wish."""

    words: Text = ""


class Readmit(Command, frozen=True, kw_only=True):
    """Take a discharged client in again; screening begins anew."""

    reason: Words


class PlaceHold(Command, frozen=True, kw_only=True):
    """Forbid erasure for a legal reason."""

    reason: Words


class LiftHold(Command, frozen=True, kw_only=True):
    """Allow erasure again."""

    reason: Words


class NoteLetter(Command, frozen=True, kw_only=True):
    """Note that a letter about this client was sent."""

    letter: Name
    kind: Name


class LetTimePass(Command, frozen=True, kw_only=True):
    """Let the calendar do what it does: warnings, expiry, deadlines that fall due."""
