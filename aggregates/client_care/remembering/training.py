"""Measures, the programme, sessions."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from aggregates.client_care import facts as f
from aggregates.client_care.judging.sessions import free_of_stop_signs, worst_pain
from aggregates.client_care.memory import DROPPED_KEPT, SESSIONS_KEPT, CareMemory
from aggregates.client_care.memos import SessionMemo
from aggregates.client_care.phases import IN_TRAINING
from aggregates.client_care.remembering.base import on
from aggregates.client_care.remembering.said import remember_rise, remember_told, usual_pain_of
from aggregates.client_care.volume import session_beyond_share, volumes_performed
from aggregates.kernel.names import same_name

NEVER = datetime.max.replace(tzinfo=UTC)


@on(f.MeasuresRecorded)
def measures_recorded(care: CareMemory, fact: f.MeasuresRecorded) -> None:
    """The first score of each measure is its baseline, in the order in which they were taken."""
    care.retest = {**care.retest, **fact.labels}
    version, at = fact.originator_version, fact.occurred_at
    first = {name: score for name, score in fact.scores.items() if at < care.baseline_at.get(name, NEVER)}
    care.baseline = {**care.baseline, **first}
    care.baseline_versions = {**care.baseline_versions, **dict.fromkeys(first, version)}
    care.baseline_at = {**care.baseline_at, **dict.fromkeys(first, at)}
    remember_usual_pain(care, fact)


def remember_usual_pain(care: CareMemory, fact: f.MeasuresRecorded) -> None:
    """The newest word on the usual pain counts; within a pause it is not raised, or the pause would end by it."""
    usual = usual_pain_of(fact.scores, fact.usual_pain, known=care.usual_pain is not None)
    newer = care.usual_pain_at is None or fact.occurred_at >= care.usual_pain_at
    raised_in_pause = care.paused_at is not None and care.usual_pain is not None and (usual or 0) > care.usual_pain
    if usual is not None and newer and not raised_in_pause:
        remember_rise(care, care.usual_pain, usual, entered=fact.timestamp, until=fact.occurred_at)
        care.usual_pain, care.usual_pain_version = usual, fact.originator_version
        care.usual_pain_at = fact.occurred_at


@on(f.ProgramDesigned)
def program_designed(care: CareMemory, fact: f.ProgramDesigned) -> None:
    """The exercises by name; how those were planned that it leaves out stays known."""
    if fact.raised:
        _raised(care, fact.occurred_at, fact.raised)
    named = {same_name(each.name) for each in fact.exercises}
    left = [(name, each) for name, each in care.planned_before.items() if name not in named]
    care.dropped = dict(left[-DROPPED_KEPT:])
    care.template, care.program = fact.template, {each.name: each for each in fact.exercises}


@on(f.ProgramChanged)
def program_changed(care: CareMemory, fact: f.ProgramChanged) -> None:
    """The changed exercises replace their former selves."""
    if fact.rule == "PRG-01":
        _raised(care, fact.occurred_at, (each.name for each in fact.exercises))
    care.program = {**care.program, **{each.name: each for each in fact.exercises}}


def _raised(care: CareMemory, at: datetime, exercises: Iterable[str]) -> None:
    """A raise, which is earned: the share after a resume before it ends for what was raised, and for nothing else."""
    care.raised_at, share = at, care.share
    if share is not None and at >= share.since:
        share.raised = {**share.raised, **{same_name(each): at for each in exercises}}
        if not any(each.amount is not None and share.of(each.exercise) for each in share.tolerated):
            share.until = at


@on(f.SessionRecorded)
def session_recorded(care: CareMemory, fact: f.SessionRecorded) -> None:
    """What the next session, the next morning and the next step of the programme ask about it."""
    session = fact.session
    remember_told(care, session, fact.occurred_at)
    care.sessions.append(SessionMemo(
        version=fact.originator_version, at=fact.occurred_at, pain_worst=worst_pain(session),
        pain_ten_minutes_later=session.pain_ten_minutes_later, done=session.done, signed=session.signed,
        free_of_stop_signs=free_of_stop_signs(session), volumes=volumes_performed(fact.planned, session),
        beyond_share=bool(session_beyond_share(care, session, fact.occurred_at))))
    if len(care.sessions) > 1 and care.sessions[-2].at > care.sessions[-1].at:  # entered late
        care.sessions.sort(key=lambda each: (each.at, each.version))
    del care.sessions[:-SESSIONS_KEPT]


@on(f.SessionStarted)
def session_started(care: CareMemory, fact: f.SessionStarted) -> None:
    """Which decision says whether a session may begin. A start that training admits settles a pause from before."""
    care.started_version = fact.originator_version
    if care.phase in IN_TRAINING and care.unsettled_since is not None:
        care.unsettled_since, care.follow_ups = None, ()
    remember_told(care, fact.readings, fact.occurred_at)
