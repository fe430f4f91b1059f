"""The entries of a protocol pack that are no rows, in words: numbers, deadlines, measures, templates, vocabulary."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import msgspec

from aggregates.protocol.entries import Deadline, Measure, Number, Template, Word
from projections.condition_words import measured
from projections.deadline_names import STARTS
from projections.words import counted, plain

Labelled = tuple[str, str]
Told = tuple[str, list[Labelled], tuple[str, ...]]
"""The title of an entry, its labelled lines, and the names of the fields that these have told."""

BASIS: Mapping[str, str] = {"C": "read in the source", "S": "from a secondary source", "U": "unconfirmed",
                            "P": "a product choice"}
FIELDS: Mapping[str, str] = {"held": "after it was held", "does": "asks for", "client": "to the client",
                             "clinician": "to the clinician"}


def basis_words(basis: str) -> str:
    """What the letters of a basis stand for."""
    trigger, _, action = basis.partition("/")
    if not action:
        return f"{basis}: {BASIS.get(basis, basis)}"
    said = f"the trigger is {BASIS.get(trigger, trigger)}, the action or its timing is {BASIS.get(action, action)}"
    return f"{basis}: {said}"


def cited(entry: Any) -> Iterator[Labelled]:
    """Where an entry comes from, and what that rests on."""
    if hasattr(entry, "source"):
        yield "source", ", ".join(entry.source) or "none named"
    if hasattr(entry, "basis"):
        yield "basis", basis_words(entry.basis)


def fields_left(entry: msgspec.Struct, known: tuple[str, ...]) -> Iterator[Labelled]:
    """Fields that nothing else has told, so that nothing in a pack is left out of its book."""
    for field in msgspec.structs.fields(entry):
        value = getattr(entry, field.name)
        if field.name in known or value is None or value == field.default:
            continue
        label = FIELDS.get(field.name, field.name.replace("_", " "))
        if isinstance(value, msgspec.Struct):
            yield from ((f"{label}, {inner}", text) for inner, text in fields_left(value, ()))
        else:
            yield label, _plainly(value)


def _plainly(value: Any) -> str:
    if isinstance(value, tuple | list):
        return ", ".join(map(_plainly, value))
    if isinstance(value, msgspec.Struct):
        return "; ".join(f"{label} {text}" for label, text in fields_left(value, ()))
    return plain(value)


def _number(each: Number) -> Told:
    return each.says, [("value", measured(each.value, each.unit))], ("value", "unit", "says")


def _deadline(each: Deadline) -> Told:
    begins = STARTS.get(each.starts, each.starts.replace("_", " "))
    lines = [("due", f"{_length(each)} {begins}"), ("whose", each.owner)]
    return each.what, lines, ("what", "owner", "starts", "hours", "days", "working_days", "end_of_day")


def _length(each: Deadline) -> str:
    if each.end_of_day:
        return "by the end of the day of"
    for length, noun in ((each.hours, "hour"), (each.days, "day"), (each.working_days, "working day")):
        if length is not None:
            return f"{counted(length, noun)} after"
    return "after"


def _measure(each: Measure) -> Told:
    top = "with no upper end" if each.high is None else f"to {plain(each.high)}"
    changed = "no number: reported without a word" if each.changed is None else (
        f"from a change of {measured(each.changed, each.unit)} on")
    lines = [("range", f"from {plain(each.low)} {top}"), ("unit", each.unit),
             ("better", f"{each.better} is better"), ("called a change", changed)]
    if each.high_baseline is not None and each.changed_from_high is not None:
        lines.append(("from a high baseline", f"above {plain(each.high_baseline)} from a change of "
                                              f"{measured(each.changed_from_high, each.unit)} on"))
    lines += [("detectable change", each.mdc), ("important difference", each.mcid)]
    return "Outcome measure", lines, ("low", "high", "unit", "better", "changed", "high_baseline",
                                      "changed_from_high", "mdc", "mcid")


def _template(each: Template) -> Told:
    lines = [("exercises", plain(each.exercises)), ("sets and repetitions", f"{each.sets} x {each.reps}"),
             ("minutes", f"{each.minutes[0]} to {each.minutes[1]}"), ("sessions per week", plain(each.per_week)),
             ("weeks", plain(each.weeks))]
    if each.rest_seconds is not None:
        lines.append(("rest between sets", f"{each.rest_seconds[0]} to {each.rest_seconds[1]} seconds"))
    if each.global_minutes:
        lines.append(("minutes of global exercises", " + ".join(map(plain, each.global_minutes))))
    if each.default:
        lines.append(("chosen", "unless another is"))
    return each.says, lines, ("says", "exercises", "sets", "reps", "minutes", "per_week", "weeks", "rest_seconds",
                              "global_minutes", "default")


def _word(each: Word) -> Told:
    level = {"block": "a document with it can't be issued", "warn": "it has to be confirmed first"}[each.level]
    lines = [("write instead", each.preferred), ("level", f"{each.level}: {level}")]
    if each.exact:
        lines.append(("found", "in this spelling only"))
    if each.introduced_by:
        lines.append(("allowed after", each.introduced_by))
    return "Not as our own act, person or service", lines, ("words", "preferred", "level", "exact", "introduced_by")


OTHER_SECTIONS: Mapping[str, tuple[str, Callable[[Any], Told]]] = {
    "numbers": ("Numbers that the rules use", _number),
    "deadlines": ("Deadlines", _deadline),
    "measures": ("Outcome measures", _measure),
    "templates": ("Dose templates", _template),
    "words": ("Words", _word),
}
