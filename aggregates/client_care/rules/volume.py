"""How much may be planned: a new programme raises no faster than a change, and a resume begins with a share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec.structs import replace

from aggregates.client_care.commands import ChangeProgram, DesignProgram, StartSession
from aggregates.client_care.contents import Exercise
from aggregates.client_care.context import CareContext
from aggregates.client_care.limits import Breach
from aggregates.client_care.memory import CareMemory
from aggregates.client_care.programme import Raise, changed_exercises, raises_in
from aggregates.client_care.rules.clearance import breached, no_newer_clearance_is_unclear
from aggregates.client_care.rules.training import raises, sessions_that_earn
from aggregates.client_care.volume import WHOLE, beyond_share, beyond_template, holds_for_new, units_of
from aggregates.kernel.messages import Plain
from aggregates.kernel.names import same_name
from aggregates.kernel.rules import Finding, finding, rule
from aggregates.protocol.entries import Template

DOSE = ("sets", "reps", "minutes")


@rule(unlock="two sessions in a row as planned, pain at most 2, and fine the next morning", supplier="the client")
def raises_of_a_new_programme_are_earned(care: CareMemory, command: DesignProgram, context: CareContext) -> Finding:
    """PRG-01: what a new programme raises of an exercise that was planned before is earned like any other raise."""
    raised = raises_in(care.planned_before, command.exercises)
    good, needed = sessions_that_earn(care, context)
    seen = {**_told(raised), "sessions_that_went_well": good, "needed": needed}
    return Finding(not raised or good == needed, seen)


@rule(unlock="the referral source's word to resume, given since", supplier="referral source")
def no_raise_while_a_clearance_is_unclear(care: CareMemory, command: ChangeProgram | DesignProgram,
                                          context: CareContext) -> Finding:
    """CLR-14: nothing is raised while a newer clearance is incomplete: it may allow less than the one before."""
    raised = (any(raises(care, command)) if isinstance(command, ChangeProgram)
              else bool(raises_in(care.planned_before, command.exercises)))
    asked: Any = command  # of the command the rule asks nothing
    return no_newer_clearance_is_unclear(care, asked, context) if raised else finding(True)


@rule(unlock="for each of them a raise of load between 2 and 10 percent, and the dose stated as before",
      supplier="the coach")
def raises_of_a_new_programme_are_small(care: CareMemory, command: DesignProgram, context: CareContext) -> Finding:
    """PRG-01: a new programme raises the load of an exercise that was planned before by 2 to 10 percent, or not.

    An exercise without a load begins with at most 2 kg.
    """
    least, most = context.pack.number("PRG-01.least_percent"), context.pack.number("PRG-01.most_percent")
    broken = [each for each in raises_in(care.planned_before, command.exercises)
              if each.percent is None or (each.what == "load_kg" and not least <= each.percent <= most)]
    return Finding(not broken, {**_told(broken), "least": least, "most": most})


@rule(unlock="a programme that raises one thing, and the rest later", supplier="the coach")
def a_new_programme_raises_one_thing(care: CareMemory, command: DesignProgram, context: CareContext) -> Finding:
    """PRG-02: a new programme raises no more than one thing of the exercises that were planned before."""
    raised = raises_in(care.planned_before, command.exercises)
    return Finding(len(raised) <= context.pack.number("PRG-02.changes"), _told(raised))


def _told(raised: list[Raise]) -> dict[str, Plain]:
    return {f"raise_{number}": each.said for number, each in enumerate(raised, 1)}


@rule(unlock="for each of them the dose of the template, or less", supplier="the coach")
def new_exercises_are_within_the_template(care: CareMemory, command: DesignProgram, context: CareContext) -> Finding:
    """DOS-01: an exercise that a later programme adds begins within the dose of its template.

    After a resume it begins within that share of it, until what is planned has been raised.
    """
    share = care.share
    if share is not None and not holds_for_new(share, care.program.values()):
        share = None
    before, template = care.planned_before, context.pack.template(command.template)
    added = [each for each in command.exercises if before and (
        same_name(each.name) not in before or _dose_is_first(before[same_name(each.name)], each)
        or (share is not None and not share.knows(each.name)))]
    percent = share.percent if share is not None else WHOLE
    return breached(tuple(breach for each in added for breach in beyond_template(template, percent, each)))


def _dose_is_first(was: Exercise, now: Exercise) -> bool:
    return not units_of(was) and bool(units_of(now))


@rule(unlock="the dose of the template, or less", supplier="the coach")
def a_first_dose_is_within_the_template(care: CareMemory, command: ChangeProgram, context: CareContext) -> Finding:
    """DOS-01: sets, repetitions or minutes that were never stated begin within the dose of the template."""
    changes = [each for each in command.changes if each.exercise in care.program and each.what in DOSE
               and getattr(care.program[each.exercise], each.what) is None]
    if not changes or not care.template:
        return finding(True)
    template = context.pack.template(care.template)
    found = (beyond_template(template, WHOLE, _filled(each, template))
             for each in changed_exercises(care.program, changes))
    return breached(tuple(breach for each in found for breach in each))


def _filled(exercise: Exercise, template: Template) -> Exercise:
    """The exercise, where only one of sets and repetitions is stated with the template's number for the other."""
    if (exercise.sets is None) == (exercise.reps is None):
        return exercise
    return replace(exercise, sets=exercise.sets or template.sets, reps=exercise.reps or template.reps)


@rule(unlock="for each of them the share of the last tolerated volume, or a raise that is earned within it",
      supplier="the coach")
def programme_keeps_the_resumed_volume(care: CareMemory, command: DesignProgram, context: CareContext) -> Finding:
    """EXA-02: after a resume a programme keeps to the share of the last tolerated volume until a raise is earned."""
    return breached(_beyond(care, {same_name(each.name): each for each in command.exercises}, context))


@rule(unlock="for each of them the share of the last tolerated volume, or a raise that is earned within it",
      supplier="the coach")
def change_keeps_the_resumed_volume(care: CareMemory, command: ChangeProgram, context: CareContext) -> Finding:
    """EXA-02: after a resume a raise stays within the share of the last tolerated volume until it is earned.

    A step down is always taken, also one that does not lead all the way.
    """
    if not any(raises(care, command)):
        return finding(True)
    after = {**care.program, **{each.name: each for each in changed_exercises(care.program, command.changes)}}
    return breached(_beyond(care, after, context))


@rule(unlock="a programme changed down to the share of the last tolerated volume", supplier="the coach")
def programme_is_within_the_resumed_volume(care: CareMemory, _command: StartSession, _context: CareContext) -> Finding:
    """EXA-02: after a resume a session does not begin on a programme beyond the share until a raise is earned."""
    return breached(() if care.share is None else beyond_share(care.share, care.program.values()))


def _beyond(care: CareMemory, after: Mapping[str, Exercise], context: CareContext) -> tuple[Breach, ...]:
    """What lies beyond the share; a raise that is earned goes beyond it where the exercise lay within it before."""
    share = care.share
    if share is None:
        return ()
    over = [each for each in after.values() if beyond_share(share, [each])]
    if _is_earned(care, context):
        before = {same_name(each.name): each for each in care.program.values()}
        over = [each for each in over if same_name(each.name) not in before
                or beyond_share(share, [before[same_name(each.name)]])]
    return beyond_share(share, over)


def _is_earned(care: CareMemory, context: CareContext) -> bool:
    good, needed = sessions_that_earn(care, context)
    return good == needed
