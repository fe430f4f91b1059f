"""What somebody filled in, field by field, as people write it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import msgspec

from aggregates.client_care import contents as c
from aggregates.kernel.messages import Command
from projections.words import plain, quoted

LABELS = {
    "bp": ("blood pressure", "mmHg"), "heart_rate": ("heart rate", "beats per minute"),
    "highest_heart_rate": ("highest heart rate", "beats per minute"),
    "temperature_c": ("temperature", "degrees Celsius"),
    "spo2": ("oxygen saturation", "percent"), "spo2_lowest": ("lowest oxygen saturation", "percent"),
    "weight_gain_kg": ("weight gained within 3 days", "kg"),
    "standing_drop": ("fall of pressure on standing", "mmHg"),
    "systolic_fall": ("fall of systolic pressure", "mmHg"), "exercise_bp": ("blood pressure during exercise", "mmHg"),
    "pain_worst": ("worst pain", ""), "adverse": ("adverse response", ""), "usual": ("back to usual", ""),
    "done": ("how it was done", ""), "volume_percent": ("volume", "percent of the last tolerated"),
    "asked_to_stop": ("the client asked to stop", ""), "stop_signs": ("reasons to stop", ""),
    "bp_symptoms": ("symptoms with the blood pressure", ""), "standing_symptoms": ("symptoms on standing", ""),
}
EMPTY = {"medicines": "none taken", "red_flags": "all asked about, none found", "stop_signs": "none seen",
         "conditions": "none", "glucose_symptoms": "none"}
STEPS = {"load_kg": ("load", "kg"), "reps": ("repetitions", ""), "sets": ("sets", ""), "minutes": ("time", "minutes"),
         "range_degrees": ("range", "degrees")}
EFFORT = {"borg_6_20": "Borg 6 to 20", "cr10": "CR10"}


def exercise(each: c.Exercise) -> str:
    """An exercise with its class and dose."""
    parts = [each.name]
    if each.sets and each.reps:
        parts.append(f"{each.sets} x {each.reps}")
    parts += [f"{each.load_kg:g} kg"] if each.load_kg is not None else []
    parts += [f"{each.minutes:g} min"] if each.minutes is not None else []
    parts += [f"{each.range_degrees[0]} to {each.range_degrees[1]} degrees"] if each.range_degrees else []
    return f"{' '.join(parts)} ({each.kind.replace('_', ' ').lower()})"


def fields(content: Any, skip: tuple[str, ...] = ()) -> tuple[str, ...]:
    """The fields of a content that somebody filled in, one sentence each."""
    return tuple(_field(each.name, value) for each in msgspec.structs.fields(type(content))
                 if each.name not in skip and (value := getattr(content, each.name)) is not None
                 and value != _default(each))


def _default(field: Any) -> Any:
    if field.default_factory is not msgspec.NODEFAULT:
        return field.default_factory()
    return field.default


def label(name: str) -> tuple[str, str]:
    """What a field is called, and its unit."""
    return LABELS.get(name, (name.replace("_", " "), ""))


def _field(name: str, value: Any) -> str:
    called, unit = label(name)
    if value in ((), {}):
        return f"{called}: {EMPTY.get(name, 'none')}"
    shown = _pressures(value) if name in ("bp", "exercise_bp") else said(value)
    return f"{called}: {shown}{f' {unit}' if unit else ''}"


def _pressures(readings: Iterable[Any]) -> str:
    pairs = [readings] if readings and isinstance(next(iter(readings)), int) else readings
    return ", ".join(f"{systolic}/{diastolic}" for systolic, diastolic in pairs)


def said(value: Any) -> str:
    """Any value of a content, however deep, as people write it."""
    known = NESTED.get(type(value))
    if known is not None:
        return known(value)
    if isinstance(value, tuple | list):
        return ("; " if any(isinstance(each, c.Change) for each in value) else ", ").join(map(said, value))
    if isinstance(value, dict):
        return ", ".join(f"{key} {said(each)}" for key, each in sorted(value.items()))
    if isinstance(value, msgspec.Struct):
        return "; ".join(fields(value))
    return plain(value)


def _worded(first: str, *rest: str) -> str:
    """Something with what was said about it in brackets."""
    return f"{first} ({'; '.join(filter(None, rest))})" if any(rest) else first


NESTED: dict[type, Callable[[Any], str]] = {
    c.Exercise: exercise,
    c.Limit: lambda x: x.words,
    c.Answer: lambda x: _worded(x.answer, "now" if x.now else "", quoted(x.words)),
    c.RedFlag: lambda x: _worded(x.id, ", ".join(x.features), quoted(x.words)),
    c.StopSign: lambda x: _worded(x.id, f"lasting: {plain(x.lasting)}" if x.lasting is not None else "",
                                  quoted(x.words)),
    c.AdverseResponse: lambda x: _worded(f"grade {x.grade}", quoted(x.words)),
    c.Glucose: lambda x: f"{x.value:g} {x.unit}",
    c.Effort: lambda x: f"{x.value:g} on {EFFORT[x.scale]}",
    c.Clinician: lambda x: f"{x.name}, {x.profession}",
    c.Change: lambda x: change(x),
}


def change(each: c.Change) -> str:
    """One step of a programme."""
    what, unit = STEPS[each.what]
    to = f"{each.to[0]}-{each.to[1]}" if isinstance(each.to, tuple) else plain(each.to)
    return f"{each.exercise}, {what} to {to} {unit}".rstrip()


def asked(kind: type[Command] | None, content: dict[str, Any]) -> str:
    """What was asked for, from the stored request; in plain fields where this version can't read it as it was."""
    try:
        if kind is not None:
            return "; ".join(fields(msgspec.convert(content, kind)))
    except msgspec.ValidationError:
        pass
    return "; ".join(f"{key.replace('_', ' ')}: {said(value)}" for key, value in content.items())
