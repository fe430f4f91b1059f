"""Rules of active training: sessions, and one step of the programme at a time."""

from __future__ import annotations

from aggregates.client_care.commands import (
    ChangeProgram,
    DesignProgram,
    Discharge,
    RecordMorning,
    RecordSession,
    StartSession,
)
from aggregates.client_care.contents import Change, Exercise
from aggregates.client_care.context import CareContext
from aggregates.client_care.judging.readings import readings_inputs
from aggregates.client_care.memory import CareMemory
from aggregates.client_care.memos import SessionMemo
from aggregates.client_care.programme import fits_its_field, is_first_load, raised_percent
from aggregates.client_care.tolerated import was_tolerated
from aggregates.kernel.messages import Command
from aggregates.kernel.names import same_name
from aggregates.kernel.rules import Finding, finding, rule


@rule(unlock="the signature under the last session", supplier="the coach who led it")
def last_session_is_signed(care: CareMemory, _command: Command, context: CareContext) -> Finding:
    """DL-03: the log of a session is signed before the client's next session."""
    last = care.last_session_by(context.occurred_at)
    return finding(last is None or last.signed, last_session=last.version if last else None,
                   held_at=context.house.local(last.at).isoformat(timespec="minutes") if last else None)


@rule(unlock="at least one exercise, each by its own name", supplier="the coach")
def exercises_have_distinct_names(_care: CareMemory, command: DesignProgram, _context: CareContext) -> Finding:
    """PRG-05: a programme names at least one exercise, and each one once."""
    names = [same_name(each.name) for each in command.exercises]
    twice = ", ".join(sorted({each.name for each in command.exercises if names.count(same_name(each.name)) > 1}))
    return finding(not twice and bool(names), exercises=len(names), distinct=len(set(names)),
                   named_twice=twice or None)


@rule(unlock="a step with one change", supplier="the coach")
def one_change_per_step(_care: CareMemory, command: ChangeProgram, context: CareContext) -> Finding:
    """PRG-02: the programme changes one thing at a time."""
    return finding(len(command.changes) == context.pack.number("PRG-02.changes"), changes=len(command.changes))


@rule(unlock="an exercise of the programme, with a value that fits", supplier="the coach")
def change_fits_the_programme(care: CareMemory, command: ChangeProgram, _context: CareContext) -> Finding:
    """PRG-06: a change names an exercise of the programme and a value of its field's kind."""
    odd = [c.exercise for c in command.changes if c.exercise not in care.program or not fits_its_field(c)]
    return finding(not odd, not_in_programme=", ".join(odd) or None)


@rule(unlock="a session held while training went on", supplier="the coach")
def training_went_on_then(care: CareMemory, _command: RecordSession, context: CareContext) -> Finding:
    """SES-03: a session lies within a time of training, whenever it is entered."""
    newest = care.stretches[-1].since if care.stretches else None
    return finding(care.was_in_training(context.occurred_at),
                   training_since=context.house.local(newest).isoformat(timespec="minutes") if newest else None)


@rule(unlock="the question on the day of the session", supplier="the coach")
def it_is_asked_on_its_day(_care: CareMemory, _command: StartSession, context: CareContext) -> Finding:
    """SES-05: whether a session may begin is asked on its day; one that was held is recorded."""
    return finding(context.today == context.house.today(context.now), day=context.today.isoformat())


@rule(unlock="every reading and every answer that was taken when the session was held", supplier="the coach")
def what_held_the_session_is_measured_again(care: CareMemory, command: StartSession, context: CareContext) -> Finding:
    """VIT-00: after a session was held, all that was measured or asked is taken again before it begins that day."""
    holds = [(each.at, each.inputs) for each in care.refused_holds]
    holds += [(care.held_at, care.held_inputs)] if care.held_at is not None else []
    again = dict.fromkeys(name for at, names in holds if context.house.today(at) == context.today for name in names)
    measured = readings_inputs(care, command, context) if again else {}
    missing = [name for name in again if name not in measured]
    return finding(not missing, missing=", ".join(name.replace("_", " ") for name in missing))


@rule(unlock="the session that it follows, recorded first", supplier="the coach")
def a_session_came_before(care: CareMemory, _command: RecordMorning, context: CareContext) -> Finding:
    """SES-02: a next-morning answer follows a session of an earlier day."""
    return finding(care.session_before(context.day_began) is not None, sessions=len(care.sessions),
                   day=context.today.isoformat())


@rule(unlock="two sessions in a row as planned, pain at most 2, and fine the next morning", supplier="the client")
def raising_is_earned(care: CareMemory, command: ChangeProgram, context: CareContext) -> Finding:
    """PRG-01: a raise follows two sessions in a row as planned, with pain of at most 2 and a fine next morning.

    They are sessions since the last raise and the last worsening, none beyond the share after a resume. A session on
    which the protocol decided anything else than to go on holds the load.
    """
    if not any(raises(care, command)):
        return finding(True)
    good, needed = sessions_that_earn(care, context)
    return finding(good == needed, sessions_that_went_well=good, needed=needed)


def sessions_that_earn(care: CareMemory, context: CareContext) -> tuple[int, int]:
    """How many of the newest sessions since the last raise and the last worsening went well, and how many it takes."""
    needed = int(context.pack.number("PRG-01.sessions"))
    since = max((each for each in (care.newest_worsening, care.raised_at) if each is not None), default=None)
    latest = [each for each in care.sessions if since is None or each.at > since][-needed:]
    most = context.pack.number("PRG-01.pain_at_most")
    return sum(_went_well(care, each, most) for each in latest), needed


@rule(unlock="a raise between 2 and 10 percent", supplier="the coach")
def raise_is_small(care: CareMemory, command: ChangeProgram, context: CareContext) -> Finding:
    """PRG-01: load is raised by 2 to 10 percent; an exercise without one begins with at most 2 kg."""
    least, most = context.pack.number("PRG-01.least_percent"), context.pack.number("PRG-01.most_percent")
    loads = [p for p, c in zip(raises(care, command), command.changes, strict=True)
             if p and c.what == "load_kg" and not _begins_small(care.program[c.exercise], c)]
    return finding(all(least <= p <= most for p in loads),
                   percent=round(loads[0], 2) if loads else None, least=least, most=most)


def _begins_small(was: Exercise, change: Change) -> bool:
    return not isinstance(change.to, tuple) and is_first_load(was, change.to)


def raises(care: CareMemory, command: ChangeProgram) -> list[float | None]:
    """By how many percent each change raises its number; None for one that raises nothing."""
    return [raised_percent(care.program[c.exercise], c) if c.exercise in care.program and fits_its_field(c) else None
            for c in command.changes]


def _went_well(care: CareMemory, session: SessionMemo, pain_at_most: float) -> bool:
    planned = session.done == "as planned" and not session.beyond_share
    return planned and was_tolerated(care, session, pain_at_most)


@rule(unlock="a re-test that shows the gains", supplier="the coach, with the client")
def gains_are_kept_on_retest(care: CareMemory, command: Discharge, _context: CareContext) -> Finding:
    """DSC-01: goals count as met when a re-test shows the gains."""
    labels = list(care.retest.values())
    kept = "improved" in labels and "worse" not in labels
    return finding(command.reason != "goals met" or kept, measures_compared=len(labels),
                   improved=labels.count("improved"), worse=labels.count("worse"))
