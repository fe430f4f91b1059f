"""Whether an answer is the expected one; each check says what is not so."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import msgspec

from aggregates.client_care import facts as f
from aggregates.client_care.contents import Deadline
from aggregates.client_care.memory import CareMemory
from aggregates.kernel.errors import MetError
from aggregates.kernel.messages import Fact
from aggregates.letter.messages import LetterDrafted, LetterSigned
from workflow.bootstrap import Office
from workflow.engine.expected import Due, Expect
from workflow.engine.histories import History, Step
from workflow.engine.replay import StepTold, happened_by, known_by, replay
from workflow.engine.requests import Answer


def unmet(office: Office, history: History, step: Step, answer: Answer | None, error: MetError | None
          ) -> tuple[str, ...]:
    """Everything that was expected of *step* and is not so."""
    expect = step.expect
    if error is not None:
        return tuple(_error(expect, error))
    assert answer is not None
    if expect.error is not None:
        return (f"expected an error about: {expect.error}",)
    found = list(_answer(expect, answer))
    if step.client is not None:
        care = office.door(history.practice.id).care(step.client).memory
        found += _care(expect, care, history)
        found += _facts(expect, answer)
        found += _record(expect, step, office, history)
    return tuple(found)


def _error(expect: Expect, error: MetError) -> Iterator[str]:
    if expect.error is None or expect.error not in str(error):
        yield f"unexpected error: {error}"


def _answer(expect: Expect, answer: Answer) -> Iterator[str]:
    outcome = answer.verdicts[0].outcome.value if answer.verdicts else None
    if expect.decision is not None and outcome != expect.decision:
        yield f"decision {outcome}, expected {expect.decision}"
    everything = [answer, *answer.follow_ups]
    rules = [rule for each in everything for rule in each.rules]
    for rule in expect.rules:
        if rule not in rules:
            yield f"rule {rule} did not fire (fired: {', '.join(rules) or 'none'})"
    broken = [each.rule for each in answer.broken] + [each.name for each in answer.broken]
    if answer.refused and not expect.refused:
        yield f"refused by {', '.join(broken)}, expected to be accepted"
    for rule in expect.refused:
        if rule not in broken:
            yield f"not refused by {rule} (refused by: {', '.join(broken) or 'nothing'})"
    unlocks = [u.what for each in answer.broken for u in each.unlock]
    for what in expect.unlock:
        if not any(what in each for each in unlocks):
            yield f"unlock {what!r} is not named (named: {', '.join(unlocks) or 'nothing'})"
    if expect.same_answer is not None and answer.repeated != expect.same_answer:
        yield "expected the first answer again"
    if expect.by is not None and expect.by not in {fact.meta.actor for each in everything for fact in each.facts}:
        yield f"nothing was done by {expect.by}"
    if expect.caused_by_this and not any(
            answer.position <= (fact.meta.causation or 0) < answer.position + len(answer.facts)
            for each in answer.follow_ups for fact in each.facts):
        yield "no follow-up names this fact as its cause"


def _care(expect: Expect, care: CareMemory, history: History) -> Iterator[str]:
    if expect.phase is not None and care.phase.value != expect.phase:
        yield f"phase {care.phase.value}, expected {expect.phase}"
    held = care.clearance
    if expect.clearance_until is not None and (held is None or held.valid_until != expect.clearance_until):
        yield f"clearance until {held.valid_until if held else 'none'}, expected {expect.clearance_until}"
    if expect.clearance_suspended is not None and (
            (held is not None and held.suspended_by is not None) != expect.clearance_suspended):
        yield f"clearance suspended: {not expect.clearance_suspended}"
    for due in expect.due:
        if not any(_is_due(due, each, history) for each in care.deadlines.values()):
            yield f"not due: {due.rule} {due.what or ''} {due.by or ''}".rstrip()
    for closed in expect.closed:
        if closed in care.deadlines:
            yield f"still due: {closed}"


def _is_due(due: Due, deadline: Deadline, history: History) -> bool:
    local = deadline.due_at.astimezone(history.zone).isoformat(timespec="minutes")
    return (deadline.rule == due.rule and due.what in (None, deadline.what)
            and (due.by is None or local.startswith(due.by)))


def _facts(expect: Expect, answer: Answer) -> Iterator[str]:
    facts = [fact for each in (answer, *answer.follow_ups) for fact in each.facts]
    for part in expect.missing:
        if not any(isinstance(x, f.ClearanceReceived) and part in x.missing for x in facts):
            yield f"not reported missing: {part}"
    for measure, label in expect.labels.items():
        if not any(isinstance(x, f.MeasuresRecorded) and x.labels.get(measure) == label for x in facts):
            yield f"{measure} is not labelled {label}"
    if expect.warned_days is not None and not any(
            isinstance(x, f.ClearanceExpiryWarned) and x.days == expect.warned_days for x in facts):
        yield f"no warning {expect.warned_days} days before"
    if expect.drafted is not None and not any(
            isinstance(x, LetterDrafted) and f"{x.kind} to {x.to}" == expect.drafted for x in facts):
        yield f"not drafted: {expect.drafted}"
    text = " ".join(line for x in facts if isinstance(x, LetterSigned) for line in x.lines)
    for words in expect.letter_states:
        if words not in text:
            yield f"the letter does not state: {words}"
    if expect.contradiction is not None and not any(
            isinstance(x, f.ContradictionOpened) and expect.contradiction in x.against for x in facts):
        yield f"no contradiction: {expect.contradiction}"
    if expect.late_hours is not None and not any(
            (x.timestamp - x.occurred_at).total_seconds() == expect.late_hours * 3600 for x in facts):
        yield f"not {expect.late_hours} h late"


def _record(expect: Expect, step: Step, office: Office, history: History) -> Iterator[str]:
    if not (expect.original or expect.corrected or expect.known_at or expect.happened_at):
        return
    door = office.door(history.practice.id)
    record = door.streams.history(f"care:{step.client}")
    facts, steps = record.facts, replay(record.rows, door.streams, door.keys)
    for name, view in (("known_at", known_by), ("happened_at", happened_by)):
        wanted = getattr(expect, name)
        if wanted is not None:
            yield from _there(name, view(steps, history.utc(wanted[0], name)), wanted, facts[-1])
    amended = next((x for x in reversed(facts) if isinstance(x, f.FactAmended)), None)
    if amended is not None:
        original = next(x for x in facts if x.originator_version == amended.of_version)
        yield from _compare("original", expect.original, original.payload())
        yield from _compare("corrected", expect.corrected, amended.content)


def _there(name: str, seen: list[StepTold], wanted: tuple[datetime, bool], newest: Fact) -> Iterator[str]:
    there = any(x.row.version >= newest.originator_version - 1 for x in seen)
    if there != wanted[1]:
        yield f"{name}: the newest fact is {'' if there else 'not '}there"


def _compare(name: str, wanted: dict[str, Any], content: dict[str, Any]) -> Iterator[str]:
    inner = msgspec.to_builtins(next(iter(content.values())))
    for field, value in wanted.items():
        if inner.get(field) != value:
            yield f"{name}: {field} is not {value}"
