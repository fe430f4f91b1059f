"""Rules around medical clearance."""

from __future__ import annotations

from datetime import date, timedelta

from aggregates.client_care.commands import ChangeProgram, DesignProgram, RecordAnswer, RecordClearance, StartSession
from aggregates.client_care.contents import ClearanceForm, Exercise
from aggregates.client_care.context import CareContext
from aggregates.client_care.limits import Breach, exercise_breaches, reading_breaches
from aggregates.client_care.memory import CareMemory
from aggregates.client_care.memos import UnclearPaper
from aggregates.client_care.programme import changed_exercises
from aggregates.kernel.house import months_later
from aggregates.kernel.messages import Command, Plain
from aggregates.kernel.names import same_name
from aggregates.kernel.rules import Finding, Unlock, finding, rule

GRANTING = ("resume", "new clearance")
"""The answers of a referral source with which a clearance that came along is granted."""

NO_RESTRICTION = ("", "none", "no", "no restrictions", "no restriction", "none known", "unrestricted")


@rule(unlock="clearance from a physician, physical therapist or chiropractor", supplier="referral source")
def clearance_is_in_force(care: CareMemory, _command: Command, context: CareContext) -> Finding:
    """CLR-00: training needs a clearance that is granted, not suspended and not past its last day."""
    held = care.clearance_on(context.today)
    holds = care.clearance_in_force(context.today, context.occurred_at)
    if held is None and not care.clearance_required and care.unanswered_since is not None:
        return finding(holds, clearance="none", unanswered_since=context.house.local(
            care.unanswered_since).isoformat(timespec="minutes"), unlock=(
            Unlock(what="clearance from a physician, physical therapist or chiropractor", supplier="referral source"),
            Unlock(what="the referral source's word to resume, given since", supplier="referral source")))
    if held is None:
        return finding(holds, clearance="none", required=care.clearance_required)
    return finding(holds, valid_from=held.valid_from.isoformat(), valid_until=held.valid_until.isoformat(),
                   suspended_by=held.suspended_by, today=context.today.isoformat())


@rule(unlock="clearance from an accepted profession", supplier="referral source")
def issuer_is_accepted(_care: CareMemory, command: RecordClearance, context: CareContext) -> Finding:
    """CLR-02: only a profession on the practice's list issues a clearance."""
    return _accepted(command, context)


@rule(unlock="clearance from an accepted profession", supplier="referral source")
def answer_comes_from_an_accepted_issuer(_care: CareMemory, command: RecordAnswer, context: CareContext) -> Finding:
    """CLR-02: only a profession on the practice's list issues a clearance."""
    return finding(True) if command.clearance is None else _accepted(command.clearance, context)


def _accepted(form: ClearanceForm, context: CareContext) -> Finding:
    return finding(form.profession.strip().casefold() in context.house.accepted_issuers, profession=form.profession,
                   accepted=", ".join(context.house.accepted_issuers))


@rule(unlock="an answer that agrees with the clearance it brings", supplier="referral source")
def answer_agrees_with_its_clearance(_care: CareMemory, command: RecordAnswer, _context: CareContext) -> Finding:
    """CLR-13: a clearance that says no is recorded as declined, never as a release."""
    decision = command.clearance.decision if command.clearance else None
    return finding(decision != "declined", answer=command.answer, clearance=decision)


@rule(unlock="a clearance dated today or earlier", supplier="referral source")
def answer_is_not_dated_ahead(_care: CareMemory, command: RecordAnswer, context: CareContext) -> Finding:
    """CLR-10: a clearance is not dated in the future."""
    return finding(True) if command.clearance is None else _not_ahead(command.clearance, context)


@rule(unlock="a clearance that is still valid", supplier="referral source")
def answer_has_not_expired(care: CareMemory, command: RecordAnswer, context: CareContext) -> Finding:
    """CLR-11: a clearance that arrives has not expired already."""
    return finding(True) if command.clearance is None else _not_expired(care, command.clearance, context)


@rule(unlock="the referral source's word to resume, given since", supplier="referral source")
def no_newer_clearance_is_unclear(care: CareMemory, _command: StartSession, context: CareContext) -> Finding:
    """CLR-14: no session begins while a newer clearance is incomplete: it may allow less than the one before."""
    unclear = care.unclear_at(context.occurred_at)
    seen: dict[str, Plain] = {f"clearance_{number}": _told(each, context) for number, each in enumerate(unclear, 1)}
    unlock = (*(Unlock(what=f"of the clearance from {each.issuer}: {part}", supplier="whoever issued it")
                for each in unclear for part in each.missing),
              Unlock(what="the referral source's word to resume, given since", supplier="referral source"))
    return Finding(not unclear, seen, unlock)


def _told(paper: UnclearPaper, context: CareContext) -> str:
    dated = f"dated {paper.dated}" if paper.dated is not None else "without a date"
    return (f"from {paper.issuer}, {dated}, received on {context.house.today(paper.at)}; "
            f"it lacks: {', '.join(paper.missing)}")


@rule(unlock="a clearance dated since then", supplier="referral source")
def answer_is_newer_than_the_suspension(care: CareMemory, command: RecordAnswer, context: CareContext) -> Finding:
    """CLR-12: what suspended a clearance is only answered by a clearance given since."""
    return finding(True) if command.clearance is None else _newer(care, command.clearance, context)


@rule(unlock="a clearance dated since then", supplier="referral source")
def clearance_is_newer_than_the_suspension(care: CareMemory, command: RecordClearance, context: CareContext
                                           ) -> Finding:
    """CLR-12: what suspended a clearance is only answered by a clearance given since."""
    return _newer(care, command, context)


def _newer(care: CareMemory, form: ClearanceForm, context: CareContext) -> Finding:
    danger = care.danger_at
    if danger is None or form.dated is None or form.decision == "declined":
        return finding(True)
    since, known = context.house.today(danger), (same_name(form.issuer), form.dated) in care.spent_papers
    in_time = form.dated > since or (form.dated == since and context.occurred_at >= danger)
    return finding(in_time and not known, dated=form.dated.isoformat(), suspended_on=since.isoformat(),
                   on_record_before_it_was_told=known)


@rule(unlock="a clearance with every part", supplier="referral source")
def answer_brings_a_complete_clearance(_care: CareMemory, command: RecordAnswer, _context: CareContext) -> Finding:
    """CLR-01: a clearance names issuer, date, signature, diagnosis, decision and restrictions or none."""
    if command.clearance is None:
        return finding(command.answer != "new clearance", clearance="none")
    missing = missing_parts(command.clearance)
    return finding(not missing, missing=", ".join(missing),
                   unlock=tuple(Unlock(what=part, supplier=command.clearance.issuer) for part in missing))


@rule(unlock="a clearance dated today or earlier", supplier="referral source")
def clearance_is_not_dated_ahead(_care: CareMemory, command: RecordClearance, context: CareContext) -> Finding:
    """CLR-10: a clearance is not dated in the future."""
    return _not_ahead(command, context)


def _not_ahead(form: ClearanceForm, context: CareContext) -> Finding:
    return finding(form.dated is None or form.dated <= context.today,
                   dated=form.dated.isoformat() if form.dated else None, today=context.today.isoformat())


@rule(unlock="a clearance that is still valid", supplier="referral source")
def clearance_has_not_expired(care: CareMemory, command: RecordClearance, context: CareContext) -> Finding:
    """CLR-11: a clearance that arrives has not expired already."""
    return _not_expired(care, command, context)


def _not_expired(care: CareMemory, form: ClearanceForm, context: CareContext) -> Finding:
    if form.dated is None or form.dated > context.today or form.decision == "declined":
        return finding(True)
    until, _ = last_valid_day(care, form, context)
    return finding(until >= context.today, valid_until=until.isoformat(), today=context.today.isoformat())


@rule(unlock="a new clearance that names it", supplier="referral source")
def program_is_within_the_clearance(care: CareMemory, command: DesignProgram, context: CareContext) -> Finding:
    """CLR-08: an exercise outside a condition of the clearance is not planned; only a new clearance changes that."""
    return _within(care, command.exercises, context)


@rule(unlock="a new clearance that names it", supplier="referral source")
def change_is_within_the_clearance(care: CareMemory, command: ChangeProgram, context: CareContext) -> Finding:
    """CLR-08: an exercise outside a condition of the clearance is not planned; only a new clearance changes that."""
    return _within(care, changed_exercises(care.program, command.changes), context)


@rule(unlock="a reading within the clearance, or a new clearance", supplier="the client, or the referral source")
def readings_are_within_the_clearance(care: CareMemory, command: StartSession, context: CareContext) -> Finding:
    """CLR-08: a session does not begin outside a condition of the clearance."""
    return breached(reading_breaches(care.limits(context.today, context.occurred_at), command))


@rule(unlock="a programme within the clearance, or a new clearance", supplier="the coach, or the referral source")
def programme_is_still_within_the_clearance(care: CareMemory, _command: StartSession, context: CareContext
                                            ) -> Finding:
    """CLR-08: a session does not begin on a programme that a newer condition of the clearance forbids."""
    return _within(care, tuple(care.program.values()), context)


def _within(care: CareMemory, exercises: tuple[Exercise, ...], context: CareContext) -> Finding:
    return breached(exercise_breaches(care.limits(context.today, context.occurred_at), exercises))


def breached(breaches: tuple[Breach, ...]) -> Finding:
    """That nothing lies outside of a condition, or what does, with its numbers."""
    if not breaches:
        return finding(True)
    seen: dict[str, Plain] = {}
    for number, each in enumerate(breaches, 1):
        seen |= {f"condition_{number}": each.condition, f"of_{number}": each.subject,
                 f"value_{number}": each.value, f"at_most_{number}": each.at_most}
    return Finding(False, seen)


def missing_parts(form: ClearanceForm) -> tuple[str, ...]:
    """What CLR-01 asks for and the form does not say."""
    silent = form.restrictions is None and form.conditions is None
    parts = (
        ("date", form.dated is None), ("signature", not form.signed),
        ("diagnosis by the issuer", not form.diagnosis.strip()), ("decision", form.decision is None),
        ("restrictions, or none", silent and form.decision != "declined"),
        ("conditions", (form.decision == "conditional" or _names_a_restriction(form)) and not form.conditions),
        ("the number of each condition", any(each.of != "ban" and each.at_most is None
                                             for each in form.conditions or ())),
    )
    return tuple(part for part, missing in parts if missing)


def _names_a_restriction(form: ClearanceForm) -> bool:
    """Whether restrictions stand there in words only: a machine can't check them, so they don't count as none."""
    said = (form.restrictions or "").strip(" .").casefold()
    return form.decision == "full" and said not in NO_RESTRICTION


def last_valid_day(care: CareMemory, form: ClearanceForm, context: CareContext) -> tuple[date, str]:
    """The last valid day and the rule it comes from: the issuer's own date, else CLR-03 or CLR-04 by the onset."""
    assert form.dated is not None
    if form.expires is not None:
        return form.expires, "CLR-01"
    pack = context.pack
    if care.onset is not None and (form.dated - care.onset).days > pack.number("CLR-post_rehab_days"):
        return months_later(form.dated, int(pack.number("CLR-03.months"))), "CLR-03"
    return form.dated + timedelta(days=pack.number("CLR-04.days")), "CLR-04"
