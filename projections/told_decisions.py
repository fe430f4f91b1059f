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
from aggregates.protocol.verdict import Verdict
from projections.filled import asked
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
          "session_unanswered": "what the record of the session leaves open", "above_usual": "above usual pain",
          "pain_before_above_usual": "pain before is above usual", "morning_pain": "pain in the morning"}
NUMBERED = re.compile(r"^(condition|of|value|at_most)_(\d+)$")
LOCAL = re.compile(r"\b(\d{4}-\d\d-\d\d)T(\d\d:\d\d)\b")


def decision(fact: f.DecisionMade, _around: Around) -> Told:
    """The receipt of a decision."""
    verdict = fact.verdict
    again = f" (made again on v{fact.of_version} after a correction)" if fact.again else ""
    return Told(f"Decision: {verdict.outcome.value}{again}", tuple(inputs_of(verdict)), verdict.rules,
                (f"the question: {verdict.question}", *to_do(verdict), verdict.clinician))


def to_do(verdict: Verdict) -> Iterator[str]:
    """What each row that matched asks for, the weightiest first."""
    done: dict[str, list[str]] = {}
    for each in verdict.matched:
        rules = done.setdefault(each.does, [])
        rules += [each.rule] if each.rule not in rules else []
    for does, rules in done.items():
        yield f"to do: {does} ({', '.join(rules)})"


def inputs_of(verdict: Verdict) -> Iterable[str]:
    """What the decision looked at, with its sources, and what was unknown."""
    by_source: dict[str, list[str]] = {}
    for each in verdict.inputs:
        unit = UNITS.get(each.unit, each.unit) if each.unit else ""
        said = f"{input_name(each.name)} {plain(each.value)} {unit}".rstrip()
        by_source.setdefault(each.source, []).append(said)
    for source, values in by_source.items():
        yield f"{SOURCES[source]}: {', '.join(values)}"
    if verdict.unknown:
        yield f"not known, and could have weighed more: {', '.join(map(input_name, verdict.unknown))}"


def input_name(name: str) -> str:
    """The name of an input as people write it."""
    return INPUTS.get(name, name.replace(".", " ").replace("_", " "))


def refusal(fact: Any, around: Around) -> Told:
    """The receipt of a refusal: what was asked for, every broken rule, what it saw, what would unlock it."""
    wanted = asked(COMMANDS.get(fact.command), fact.asked)
    details = [f"asked for: {wanted}"] if wanted else []
    for each in fact.broken:
        details += broken_lines(each, around.zone)
    return Told(f"Refused: {command_name(fact.command)}", tuple(details), tuple(each.rule for each in fact.broken))


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
