"""Decisions and refusals in words: what was asked, what was seen, what follows, what would unlock it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import datetime, tzinfo
from typing import Any

from aggregates.client_care import commands as care
from aggregates.client_care import facts as f
from aggregates.kernel.messages import Command, Plain
from aggregates.kernel.rules import BrokenRule
from aggregates.letter import messages as letter
from aggregates.practice import commands as practice
from aggregates.protocol.decisions import ACT_NOW, Decision
from aggregates.protocol.verdict import Input, Matched, Verdict
from projections.filled import asked, label
from projections.told import Around, Told
from projections.words import UNITS, command_name, plain, seen_value

SOURCES = {"client_said": "the client said", "referrer_wrote": "the referral source wrote",
           "coach_measured": "the coach measured", "coach_observed": "the coach observed",
           "record": "from the record", "derived": "worked out from these"}
COMMANDS = {name: kind for module in (care, letter, practice) for name, kind in vars(module).items()
            if isinstance(kind, type) and issubclass(kind, Command)}
SCREENED_BEFORE = "an earlier screening is on record; it does not count here, screening has to be done again"
INPUTS = {"after_pain_03": "after PAIN-03", "bp_readings": "blood pressure readings",
          "bp_symptoms": "symptoms with the blood pressure", "pain_worst": "worst pain",
          "spo2_rest": "oxygen saturation at rest",
          "spo2_exercise": "oxygen saturation during exercise", "second_in_a_row": "second morning in a row not usual",
          "training": "already training", "vital_missing": "a vital sign is missing",
          "beyond_clearance_limit": "beyond a limit of the clearance", "unanswered": "unanswered questions",
          "held_that_day": "the start was on hold",
          "session_unanswered": "what the record of the session leaves open", "above_usual": "above usual pain",
          "pain_before_above_usual": "pain before is above usual", "morning_pain": "pain in the morning"}
QUESTION, NOW = "the question: ", "to do now: "
NOW_ALTHOUGH = "to do now, although this is refused: "
BESIDE_HELP = (*ACT_NOW, Decision.PAUSE, Decision.REQUIRE_CLEARANCE)
BEHIND = {"unanswered": "not answered yet", "session_unanswered": "not stated", "vital_missing": "not measured",
          "beyond_clearance_limit": "beyond a limit of the clearance"}
NUMBERED = re.compile(r"^(condition|of|value|at_most)_(\d+)$")
LOCAL = re.compile(r"\b(\d{4}-\d\d-\d\d)T(\d\d:\d\d)\b")


def decision(fact: f.DecisionMade, _around: Around) -> Told:
    """The receipt of a decision."""
    verdict = fact.verdict
    again = f" (made again on v{fact.of_version} after a correction)" if fact.again else ""
    return Told(f"Decision: {verdict.outcome.value}{again}", tuple(inputs_of(verdict)), verdict.rules, (
        *to_do_now(verdict), f"{QUESTION}{verdict.question}", *to_do(verdict), *names_behind(verdict),
        verdict.clinician))


def to_do_now(verdict: Verdict) -> Iterator[str]:
    """What has to be done before anything else, where somebody is called today."""
    if verdict.outcome in ACT_NOW:
        yield from (f"{NOW}{each}" for each in _asked_for(
            each for each in verdict.matched if each.decision is verdict.outcome))


def to_do(verdict: Verdict) -> Iterator[str]:
    """What the rows that matched ask for, the weightiest first. Where somebody is called today, nothing that would
    let anybody wait, repeat or go on."""
    rows: Iterable[Matched] = verdict.matched
    if verdict.outcome in ACT_NOW:
        rows = (each for each in rows if each.decision in BESIDE_HELP and each.decision is not verdict.outcome)
    yield from (f"to do: {each}" for each in _asked_for(rows))


def _asked_for(rows: Iterable[Matched]) -> Iterator[str]:
    done: dict[str, list[str]] = {}
    for each in rows:
        rules = done.setdefault(each.does, [])
        rules += [each.rule] if each.rule not in rules else []
    yield from (f"{does} ({', '.join(rules)})" for does, rules in done.items())


def names_behind(verdict: Verdict) -> Iterator[str]:
    """Which questions are open and which limit was passed, where somebody has to act on it."""
    if verdict.outcome not in ACT_NOW:
        yield from (f"{BEHIND[each.name]}: {', '.join(map(_name, each.named))}" for each in verdict.inputs
                    if each.name in BEHIND and each.named)


def _name(behind: str) -> str:
    return label(behind)[0] if behind.isidentifier() else behind


def input_words(each: Input, behind_its_name: str = "") -> str:
    """An input with its value and unit; the names behind a count stand in brackets."""
    unit = UNITS.get(each.unit, each.unit) if each.unit else ""
    names = f" ({', '.join(map(_name, each.named))})" if each.named else ""
    return f"{input_name(each.name)}{behind_its_name} {plain(each.value)} {unit}".rstrip() + names


def inputs_of(verdict: Verdict) -> Iterable[str]:
    """What the decision looked at, with its sources, and what was unknown."""
    by_source: dict[str, list[str]] = {}
    for each in verdict.inputs:
        by_source.setdefault(each.source, []).append(input_words(each))
    for source, values in by_source.items():
        yield f"{SOURCES[source]}: {', '.join(values)}"
    if verdict.unknown:
        yield f"not known, and could have weighed more: {', '.join(map(input_name, verdict.unknown))}"


def input_name(name: str) -> str:
    """The name of an input as people write it."""
    return INPUTS.get(name, name.replace(".", " ").replace("_", " "))


def refusal(fact: Any, around: Around) -> Told:
    """The receipt of a refusal: what has to be done all the same, what was asked for, every broken rule, what it saw,
    what would unlock it."""
    wanted, urgent = asked(COMMANDS.get(fact.command), fact.asked), getattr(fact, "at_once", None)
    details = [each.replace(NOW, NOW_ALTHOUGH) for each in to_do_now(urgent)] if urgent is not None else []
    details += held_all_the_same(getattr(fact, "hold", None))
    details += [f"asked for: {wanted}"] if wanted else []
    for each in fact.broken:
        details += broken_lines(each, around.zone)
    return Told(f"Refused: {command_name(fact.command)}", tuple(details), tuple(each.rule for each in fact.broken))


def held_all_the_same(hold: Verdict | None) -> list[str]:
    """Which rows hold the day of a refused start, whatever else refused it."""
    if hold is None or hold.outcome is not Decision.HOLD_SESSION:
        return []
    return [f"holds that day all the same: {each.rule}: {each.does}" for each in hold.matched
            if each.decision is Decision.HOLD_SESSION]


def broken_lines(broken: BrokenRule, zone: tzinfo) -> list[str]:
    """A broken rule: its sentence, the values it saw, what would unlock it and who can supply that."""
    lines = [f"{broken.rule}: {broken.sentence}"]
    lines += [f"   it saw {each}" for each in seen(broken, zone)]
    return [*lines, f"   would unlock it: {unlock_words(broken, zone)}"]


def unlock_words(broken: BrokenRule, zone: tzinfo) -> str:
    """What would unlock it, each with who can supply it."""
    return "; ".join(_local(each.what, zone) + (f" (from {_the(each.supplier)})" if each.supplier != "nobody" else "")
                     for each in broken.unlock)


def _the(supplier: str) -> str:
    return supplier if supplier.startswith(("the ", "who", "that ")) else f"the {supplier}"


def _local(text: str, zone: tzinfo) -> str:
    """A wall-clock time that a rule wrote down is told like any other: it is the practice's own."""
    return LOCAL.sub(lambda m: datetime.fromisoformat(m[0]).replace(tzinfo=zone).strftime("%Y-%m-%d %H:%M %Z"), text)


def seen(broken: BrokenRule, zone: tzinfo) -> Iterator[str]:
    """The values that a rule saw: conditions that were passed one by one, everything else in one line."""
    if broken.rule == "SCR-00" and broken.seen.get("screened") is True:
        yield SCREENED_BEFORE
    numbered: dict[str, dict[str, Plain]] = {}
    others = []
    for key, value in broken.seen.items():
        match = NUMBERED.match(key)
        if match:
            numbered.setdefault(match[2], {})[match[1]] = value
        elif broken.rule != "SCR-00" or (key, value) not in (("screened", True), ("open_flags", 0)):
            others.append(f"{key.replace('_', ' ')}: {_stored(key, value, zone)}")
    yield from (_breach(each) for each in numbered.values())
    if others:
        yield ", ".join(others)


def _stored(key: str, value: Plain, zone: tzinfo) -> str:
    if key in ("command", "phase", "state") and isinstance(value, str):
        return command_name(value) if key == "command" else value.replace("_", " ")
    return seen_value(value, zone)


def _breach(each: dict[str, Plain]) -> str:
    """A condition of the clearance and what lies outside of it."""
    subject, value, most = each.get("of"), each.get("value"), each.get("at_most")
    if value == "planned":
        outside = f"{subject} is planned"
    elif value is None:
        outside = f"{subject} does not state its value, so it can't be checked"
    else:
        outside = f"{subject} at {plain(value)}, at most {plain(most)} is allowed"
    return f'the condition "{each.get("condition")}": {outside}'
