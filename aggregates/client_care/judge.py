"""The protocol's decision on a command, if it asks for one."""

from __future__ import annotations

from aggregates.client_care.commands import (
    RecordFollowUp,
    RecordMorning,
    RecordScreening,
    RecordSession,
    ReportAdverseResponse,
    ReportExacerbation,
    ReportHealthChange,
    ReportRedFlags,
    StartSession,
)
from aggregates.client_care.contents import AdverseResponse, Morning
from aggregates.client_care.context import CareContext
from aggregates.client_care.judging.asking import ask
from aggregates.client_care.judging.flags import flag_inputs
from aggregates.client_care.judging.mornings import judge_morning
from aggregates.client_care.judging.readings import readings_inputs
from aggregates.client_care.judging.screening import judge_screening
from aggregates.client_care.judging.sessions import judge_session
from aggregates.client_care.judging.tables import (
    DOES_THE_CLEARANCE_HOLD,
    MAY_THIS_SESSION_BEGIN,
    MAY_TRAINING_GO_ON,
    WHAT_FOLLOWS_FROM_THESE_FLAGS,
    WHAT_FOLLOWS_FROM_THIS_RESPONSE,
)
from aggregates.client_care.memory import CareMemory
from aggregates.client_care.phases import IN_TRAINING
from aggregates.kernel.messages import Command
from aggregates.protocol.verdict import Given, Verdict


def judge(care: CareMemory, command: Command, context: CareContext) -> Verdict | None:
    """The protocol's decision on *command*, or None if it asks for none."""
    match command:
        case RecordScreening():
            return judge_screening(care, command, context)
        case StartSession():
            return ask(context, MAY_THIS_SESSION_BEGIN, readings_inputs(care, command, context))
        case RecordSession():
            return judge_session(care, command, context)
        case RecordMorning():
            return judge_morning(care, command, care.session_before(context.day_began), context)
        case RecordFollowUp() if care.phase in IN_TRAINING:
            said, before = Morning(pain=command.pain, usual=command.usual), care.session_before(context.day_began)
            later = before is not None and before.morning_version is not None
            return judge_morning(care, said, before, context, later=later)
        case ReportAdverseResponse():
            return judge_adverse(command, context)
        case ReportRedFlags():
            return ask(context, WHAT_FOLLOWS_FROM_THESE_FLAGS, flag_inputs(command.red_flags, care, asked=False))
        case ReportHealthChange():
            return ask(context, DOES_THE_CLEARANCE_HOLD, {"health_change": Given(True, "client_said")})
        case ReportExacerbation():
            return ask(context, MAY_TRAINING_GO_ON, {"exacerbation_reported": Given(True, "client_said")})
    return None


def judge_adverse(response: AdverseResponse, context: CareContext) -> Verdict:
    """What follows from an adverse response outside a session?"""
    return ask(context, WHAT_FOLLOWS_FROM_THIS_RESPONSE, {"adverse_grade": Given(response.grade, "coach_observed")})
