"""The pathway of a client's care. A move that is not in this table does not exist."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from aggregates.client_care import commands as c
from aggregates.client_care.branches import (
    ACT_NOW,
    CLEARANCE,
    CLEARED,
    DECLINED,
    GRANTED,
    INCOMPLETE,
    LAPSED,
    NOT_NEEDED,
    OUTDATED,
    OVERLONG,
    PAUSE,
    TODAY,
    UNANSWERED,
    UNCHANGED,
)
from aggregates.client_care.memory import CareMemory
from aggregates.client_care.phases import IN_TRAINING, OPEN, Phase
from aggregates.client_care.rules.care import (
    a_hold_is_in_place,
    a_release_is_on_record,
    amendment_changes_something,
    an_emergency_cannot_be_overridden,
    care_is_open,
    client_is_new,
    client_is_registered,
    contradiction_is_open,
    fact_can_be_amended,
    nothing_newer_stands_against_it,
    step_belongs_to_this_phase,
    the_row_allows_an_override,
)
from aggregates.client_care.rules.clearance import (
    answer_agrees_with_its_clearance,
    answer_brings_a_complete_clearance,
    answer_comes_from_an_accepted_issuer,
    answer_has_not_expired,
    answer_is_newer_than_the_suspension,
    answer_is_not_dated_ahead,
    change_is_within_the_clearance,
    clearance_has_not_expired,
    clearance_is_in_force,
    clearance_is_newer_than_the_suspension,
    clearance_is_not_dated_ahead,
    issuer_is_accepted,
    no_newer_clearance_is_unclear,
    program_is_within_the_clearance,
    programme_is_still_within_the_clearance,
    readings_are_within_the_clearance,
)
from aggregates.client_care.rules.pause import (
    pain_is_usual_since_the_pause,
    referral_source_has_released,
    training_is_not_paused,
    usual_pain_for_48_hours,
    volume_is_at_most_half,
)
from aggregates.client_care.rules.referral import (
    a_new_clearance_is_here,
    answer_comes_from_the_referral_source,
    answer_is_the_newest,
    client_is_not_referred_back,
)
from aggregates.client_care.rules.screening import client_is_screened_anew, screening_is_complete, screening_is_current
from aggregates.client_care.rules.training import (
    a_session_came_before,
    change_fits_the_programme,
    exercises_have_distinct_names,
    gains_are_kept_on_retest,
    it_is_asked_on_its_day,
    last_session_is_signed,
    one_change_per_step,
    raise_is_small,
    raising_is_earned,
    training_went_on_then,
    what_held_the_session_is_measured_again,
)
from aggregates.client_care.rules.volume import (
    a_first_dose_is_within_the_template,
    a_new_programme_raises_one_thing,
    change_keeps_the_resumed_volume,
    new_exercises_are_within_the_template,
    no_raise_while_a_clearance_is_unclear,
    programme_is_within_the_resumed_volume,
    programme_keeps_the_resumed_volume,
    raises_of_a_new_programme_are_earned,
    raises_of_a_new_programme_are_small,
)
from aggregates.kernel.messages import Command
from aggregates.kernel.pathway import Beginning, Move, Pathway, Waiting
from aggregates.kernel.rules import Rule

P = Phase
CareMove = Move[Phase, CareMemory]
EVERY = tuple(Phase)
ELSEWHERE = (P.SCREENING, P.MEDICAL_CLEARANCE, P.REFERRAL_BACK)
ANSWERS = (P.SCREENING, P.MEDICAL_CLEARANCE, *IN_TRAINING)


def stay(command: type[Command], phases: Sequence[Phase], *, given: Sequence[Rule[CareMemory, Any]] = (),
         when: Sequence[str] = ()) -> list[CareMove]:
    """The command changes something, and not the phase."""
    return [Move(command, phase, phase, given=given, when=when) for phase in phases]


def judged(command: type[Command], *, given: Sequence[Rule[CareMemory, Any]] = ()) -> list[CareMove]:
    """A report from training on which the protocol decides: refer back, pause, ask for clearance, or go on.

    *given* are rules about permission to train. What has to be done at once is never refused for want of it.
    """
    return [
        Move(command, IN_TRAINING, P.REFERRAL_BACK, when=ACT_NOW),
        Move(command, IN_TRAINING, P.EXACERBATION_PAUSE, when=PAUSE),
        Move(command, IN_TRAINING, P.MEDICAL_CLEARANCE, given=given, when=CLEARANCE),
        *stay(command, IN_TRAINING, given=given, when=TODAY),
    ]


def out_of_training(command: type[Command]) -> list[CareMove]:
    """A session where there is none is refused, but what has to be done at once is done."""
    return [Move(command, (P.SCREENING, P.MEDICAL_CLEARANCE, P.EXACERBATION_PAUSE), P.REFERRAL_BACK, when=ACT_NOW),
            *stay(command, (P.REFERRAL_BACK,), when=ACT_NOW),
            Move(command, P.MEDICAL_CLEARANCE, P.EXACERBATION_PAUSE, when=PAUSE),
            *stay(command, (P.SCREENING, P.EXACERBATION_PAUSE, P.REFERRAL_BACK), when=PAUSE)]


def entered_late(command: type[Command], *, given: Sequence[Rule[CareMemory, Any]]) -> list[CareMove]:
    """A session of the time when training still went on, entered after it was stopped: it belongs to the record.

    It begins no pause a second time, and it leads nobody back into training.
    """
    since = (P.SCREENING, P.MEDICAL_CLEARANCE, P.EXACERBATION_PAUSE, P.REFERRAL_BACK)
    return stay(command, since, given=given, when=(*CLEARANCE, *TODAY))


def reported(command: type[Command], *, given: Sequence[Rule[CareMemory, Any]] = ()) -> list[CareMove]:
    """A report that is taken in every open phase, and moves a client on if it has to stop or pause training.

    A client who waits for a clearance may have trained yesterday: a pause then also outlasts the new clearance.
    """
    waiting = (*ELSEWHERE, P.EXACERBATION_PAUSE)
    return [
        *judged(command, given=given),
        *out_of_training(command),
        *stay(command, waiting, given=given, when=(*CLEARANCE, *TODAY)),
    ]


WHILE_TRAINING = (clearance_is_in_force, screening_is_current)
BEFORE_TRAINING = (*WHILE_TRAINING, last_session_is_signed)
CLEARANCE_RULES = (issuer_is_accepted, clearance_is_not_dated_ahead, clearance_has_not_expired,
                   clearance_is_newer_than_the_suspension)
ANSWER_RULES = (answer_comes_from_the_referral_source, answer_is_the_newest, answer_comes_from_an_accepted_issuer,
                answer_brings_a_complete_clearance, answer_agrees_with_its_clearance, answer_is_not_dated_ahead,
                answer_has_not_expired, answer_is_newer_than_the_suspension)
CORRECTION_RULES = (fact_can_be_amended, amendment_changes_something)

MOVES: tuple[CareMove, ...] = (
    # taking in, screening
    *stay(c.RegisterClient, EVERY, given=[client_is_new]),
    *stay(c.RecordRelease, EVERY),
    *stay(c.WithdrawRelease, EVERY, given=[a_release_is_on_record]),
    Move(c.RecordScreening, (P.SCREENING, P.MEDICAL_CLEARANCE, *IN_TRAINING), P.REFERRAL_BACK, when=ACT_NOW),
    Move(c.RecordScreening, P.SCREENING, P.MEDICAL_CLEARANCE, when=(*CLEARANCE, UNANSWERED)),
    Move(c.RecordScreening, P.MEDICAL_CLEARANCE, P.ACTIVE_TRAINING, when=(NOT_NEEDED,)),
    Move(c.RecordScreening, P.SCREENING, P.ACTIVE_TRAINING, when=(CLEARED, "MODIFY", "NOTE", "PROCEED")),
    *stay(c.RecordScreening, [P.SCREENING], when=(INCOMPLETE, *PAUSE, "STOP_SESSION", "HOLD_SESSION")),
    *stay(c.RecordScreening, [P.MEDICAL_CLEARANCE], when=(INCOMPLETE, CLEARED, *PAUSE, *CLEARANCE, *TODAY)),
    Move(c.RecordScreening, IN_TRAINING, P.EXACERBATION_PAUSE, when=PAUSE),
    Move(c.RecordScreening, IN_TRAINING, P.MEDICAL_CLEARANCE, when=CLEARANCE),
    *stay(c.RecordScreening, IN_TRAINING, when=(INCOMPLETE, CLEARED, *TODAY)),
    Move(c.RecordScreening, P.EXACERBATION_PAUSE, P.REFERRAL_BACK, when=ACT_NOW),
    *stay(c.RecordScreening, [P.REFERRAL_BACK], when=ACT_NOW),
    # clearance
    *stay(c.RequestClearance, OPEN),
    Move(c.RecordClearance, P.MEDICAL_CLEARANCE, P.ACTIVE_TRAINING, given=CLEARANCE_RULES, when=(GRANTED,)),
    Move(c.RecordClearance, P.REFERRAL_BACK, P.SCREENING, given=CLEARANCE_RULES, when=(GRANTED,)),
    *stay(c.RecordClearance, (P.SCREENING, *IN_TRAINING, P.EXACERBATION_PAUSE), given=CLEARANCE_RULES,
          when=(GRANTED,)),
    *stay(c.RecordClearance, OPEN, given=CLEARANCE_RULES, when=(INCOMPLETE,)),
    Move(c.RecordClearance, [p for p in OPEN if p is not P.REFERRAL_BACK], P.REFERRAL_BACK, given=CLEARANCE_RULES,
         when=(DECLINED,)),
    *stay(c.RecordClearance, (P.REFERRAL_BACK,), given=CLEARANCE_RULES, when=(DECLINED,)),
    # training
    *stay(c.RecordMeasures, OPEN),
    *stay(c.DesignProgram, IN_TRAINING,
          given=[clearance_is_in_force, exercises_have_distinct_names, program_is_within_the_clearance,
                 raises_of_a_new_programme_are_earned, raises_of_a_new_programme_are_small,
                 a_new_programme_raises_one_thing, new_exercises_are_within_the_template,
                 programme_keeps_the_resumed_volume, no_raise_while_a_clearance_is_unclear]),
    *stay(c.ChangeProgram, IN_TRAINING,
          given=[clearance_is_in_force, one_change_per_step, change_fits_the_programme, raising_is_earned,
                 raise_is_small, change_is_within_the_clearance, change_keeps_the_resumed_volume,
                 no_raise_while_a_clearance_is_unclear, a_first_dose_is_within_the_template]),
    *judged(c.StartSession, given=[it_is_asked_on_its_day, *BEFORE_TRAINING, no_newer_clearance_is_unclear,
                                  pain_is_usual_since_the_pause,
                                  what_held_the_session_is_measured_again,
                                  readings_are_within_the_clearance,
                                  programme_is_still_within_the_clearance,
                                  programme_is_within_the_resumed_volume]),
    *judged(c.RecordSession, given=[training_went_on_then, *WHILE_TRAINING]),
    *out_of_training(c.StartSession),
    *out_of_training(c.RecordSession),
    *entered_late(c.RecordSession, given=WHILE_TRAINING),
    *reported(c.RecordMorning, given=[a_session_came_before]),
    *judged(c.RecordFollowUp),
    *stay(c.RecordFollowUp, (P.EXACERBATION_PAUSE,)),
    # what may stop training
    *judged(c.ReportExacerbation),
    Move(c.ReportExacerbation, P.MEDICAL_CLEARANCE, P.EXACERBATION_PAUSE),
    *stay(c.ReportExacerbation, (P.SCREENING, P.EXACERBATION_PAUSE, P.REFERRAL_BACK)),
    *reported(c.ReportAdverseResponse),
    *reported(c.ReportRedFlags),
    *stay(c.ReportRedFlags, (P.DISCHARGED,)),
    *reported(c.ReportHealthChange),
    # the referral source
    *stay(c.ContactReferralSource, OPEN),
    *stay(c.RecordAnswer, (P.EXACERBATION_PAUSE,), when=("resume", "stay paused", "new clearance"),
          given=ANSWER_RULES),
    Move(c.RecordAnswer, (P.EXACERBATION_PAUSE, *ANSWERS), P.REFERRAL_BACK, when=("stop",)),
    Move(c.RecordAnswer, P.REFERRAL_BACK, P.SCREENING, when=("resume", "new clearance"), given=ANSWER_RULES),
    *stay(c.RecordAnswer, (P.REFERRAL_BACK,), when=("stop", "stay paused", OUTDATED)),
    *stay(c.RecordAnswer, (P.EXACERBATION_PAUSE, *ANSWERS), when=(OUTDATED,)),
    Move(c.RecordAnswer, IN_TRAINING, P.MEDICAL_CLEARANCE, when=("stay paused",)),
    Move(c.RecordAnswer, P.MEDICAL_CLEARANCE, P.ACTIVE_TRAINING, when=("new clearance", NOT_NEEDED),
         given=ANSWER_RULES),
    *stay(c.RecordAnswer, ANSWERS, when=("resume", "stay paused", "new clearance"), given=ANSWER_RULES),
    Move(c.ResumeTraining, P.EXACERBATION_PAUSE, P.ACTIVE_TRAINING,
         given=[nothing_newer_stands_against_it, referral_source_has_released, usual_pain_for_48_hours,
                clearance_is_in_force, volume_is_at_most_half]),
    Move(c.ReferBack, [p for p in OPEN if p is not P.REFERRAL_BACK], P.REFERRAL_BACK),
    # sources, corrections, holds
    *stay(c.OverrideDecision, OPEN, given=[an_emergency_cannot_be_overridden, the_row_allows_an_override]),
    *stay(c.RecordStatement, EVERY),
    *stay(c.ResolveContradiction, EVERY, given=[contradiction_is_open]),
    Move(c.AmendFact, (P.SCREENING, P.MEDICAL_CLEARANCE, *IN_TRAINING, P.EXACERBATION_PAUSE), P.REFERRAL_BACK,
         given=CORRECTION_RULES, when=ACT_NOW),
    Move(c.AmendFact, (P.MEDICAL_CLEARANCE, *IN_TRAINING), P.EXACERBATION_PAUSE, given=CORRECTION_RULES, when=PAUSE),
    Move(c.AmendFact, IN_TRAINING, P.MEDICAL_CLEARANCE, given=CORRECTION_RULES, when=CLEARANCE),
    Move(c.AmendFact, P.MEDICAL_CLEARANCE, P.ACTIVE_TRAINING, given=CORRECTION_RULES, when=(NOT_NEEDED,)),
    *stay(c.AmendFact, EVERY, given=CORRECTION_RULES),
    *stay(c.PlaceHold, EVERY),
    *stay(c.LiftHold, EVERY, given=[a_hold_is_in_place]),
    *stay(c.NoteLetter, EVERY),
    # time and the end
    Move(c.LetTimePass, IN_TRAINING, P.MEDICAL_CLEARANCE, when=(LAPSED,)),
    *stay(c.LetTimePass, IN_TRAINING, when=(UNCHANGED,)),
    Move(c.LetTimePass, P.EXACERBATION_PAUSE, P.REFERRAL_BACK, when=(OVERLONG,)),
    *stay(c.LetTimePass, (P.EXACERBATION_PAUSE,), when=(UNCHANGED,)),
    *stay(c.LetTimePass, [p for p in EVERY if p not in (*IN_TRAINING, P.EXACERBATION_PAUSE)]),
    Move(c.MoveToMaintenance, P.ACTIVE_TRAINING, P.FUNCTIONAL_MAINTENANCE, given=[nothing_newer_stands_against_it]),
    Move(c.Discharge, OPEN, P.DISCHARGED, given=[nothing_newer_stands_against_it, gains_are_kept_on_retest]),
    Move(c.WithdrawConsent, OPEN, P.DISCHARGED),
    Move(c.Readmit, P.DISCHARGED, P.SCREENING, given=[nothing_newer_stands_against_it]),
)

WAITS: dict[Phase, Waiting[CareMemory]] = {
    P.SCREENING: Waiting(screening_is_complete),
    P.MEDICAL_CLEARANCE: Waiting(clearance_is_in_force),
    P.ACTIVE_TRAINING: Waiting(step_belongs_to_this_phase),
    P.EXACERBATION_PAUSE: Waiting(training_is_not_paused, until=[
        referral_source_has_released, usual_pain_for_48_hours, clearance_is_in_force]),
    P.REFERRAL_BACK: Waiting(client_is_not_referred_back, until=[a_new_clearance_is_here, client_is_screened_anew]),
    P.FUNCTIONAL_MAINTENANCE: Waiting(step_belongs_to_this_phase),
    P.DISCHARGED: Waiting(care_is_open),
}

PATHWAY: Pathway[Phase, CareMemory] = Pathway(
    "Client care", Phase, MOVES, WAITS, Beginning(c.RegisterClient, client_is_registered))
