"""The fields of a command, however deep: what each must be, in which unit and range, with which words allowed."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from types import UnionType
from typing import Annotated, Any, Literal, NamedTuple, Union, get_args, get_origin, get_type_hints

import msgspec

from aggregates.client_care.judging.flags import COUNTED_FLAGS, FLAGS
from aggregates.kernel.messages import Command
from workflow.engine.packs_at_hand import shipped_pack

PLAIN = {"int": "a whole number", "float": "a number", "str": "text", "bool": "true or false", "Any": "any value",
         "date": "a date like 2026-01-31", "datetime": "a time like 2026-01-31T09:00:00Z"}


class FieldTold(NamedTuple):
    """A field by its path (`[]` stands for each of a list), what it must be, and whether it must be there."""

    path: str
    text: str
    required: bool

    @property
    def line(self) -> str:
        """One line, indented by depth."""
        depth = self.path.count(".")
        name = f"{'  ' * depth}{self.path.rpartition('.')[2]}"
        return f"{name:28s} {self.text}{' (required)' if self.required else ''}"


def describe(kind: type[Command]) -> list[FieldTold]:
    """Every field of a command and of what it is made of."""
    return list(_fields(kind, ""))


def _fields(kind: Any, path: str) -> Iterator[FieldTold]:
    hints = get_type_hints(kind, include_extras=True)
    for each in msgspec.structs.fields(kind):
        here = f"{path}{each.encode_name}"
        text = "; ".join(filter(None, (_text(hints[each.name]), notes().get(here.replace("[]", ""), ""))))
        nested = list(_structs(hints[each.name]))
        yield FieldTold(here, text, each.required)
        for number, (struct, step) in enumerate(nested):
            if number == 0 or struct is not nested[number - 1][0]:
                yield from _fields(struct, f"{here}{step}.")


def _parts(kind: Any) -> list[Any]:
    if get_origin(kind) in (Union, UnionType):
        return [part for each in get_args(kind) for part in _parts(each)]
    return [kind]


def _structs(kind: Any) -> Iterator[tuple[Any, str]]:
    """The groups of fields within a type, and how one gets there."""
    for each in _parts(kind):
        args = get_args(each)
        if get_origin(each) is tuple:
            yield from ((struct, "[]") for struct, _ in _structs(args[0]))
        elif get_origin(each) is dict:
            yield from ((struct, "") for struct, _ in _structs(args[1]))
        elif isinstance(each, type) and issubclass(each, msgspec.Struct):
            yield each, ""


def _text(kind: Any) -> str:
    return " or ".join(dict.fromkeys(_word(each) for each in _parts(kind) if each is not type(None)))


def _word(kind: Any) -> str:
    args, origin = get_args(kind), get_origin(kind)
    if origin is Annotated:
        said = [each.description for each in args[1:] if isinstance(each, msgspec.Meta) and each.description]
        return said[0] if said else _text(args[0])
    if origin is Literal:
        return f"one of: {', '.join(map(str, args))}"
    if origin is tuple and Ellipsis in args:
        return f"a list, each: {_text(args[0])}"
    if origin is tuple:
        return f"[{', '.join(map(_text, args))}]"
    if origin is dict:
        return f"a group by name, each: {_text(args[1])}"
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        return "a group of fields"
    return PLAIN.get(getattr(kind, "__name__", str(kind)), "any value")


@cache
def notes() -> dict[str, str]:
    """What a type alone does not say."""
    pack = shipped_pack()
    measures = ", ".join(f"{each.id} {each.low:g} to {f'{each.high:g}' if each.high is not None else 'any'}"
                         for each in pack.measures)
    asks = {each.name: each.asks.rstrip("?").lower() for each in pack.inputs}
    signs = "; ".join(f"{sign} {asks[sign]}" for sign in ("STOP-01", "STOP-02", "STOP-03", "STOP-06", "STOP-09"))
    grades = "; ".join(dict.fromkeys(row.asks.rstrip("?").removeprefix("Grade ") for row in pack.rows_of("adverse")
                                     if row.asks.startswith("Grade")))
    flags = f"met questions says what they are: {', '.join((*FLAGS, *COUNTED_FLAGS))}"
    return {
        "scores": f"by measure: {measures}", "answers": "by question id; met questions lists them",
        "red_flags": "[] says that all were asked about and there is none", "red_flags.id": flags,
        "red_flags.features": f"must be named for {' and '.join(COUNTED_FLAGS)}",
        "medicines": "[] says that none is taken", "bp": "systolic first; after five minutes of rest",
        "stop_signs": "[] says that there was none", "stop_signs.id": signs, "adverse.grade": grades, "grade": grades,
        "stop_signs.lasting": "not gone within 5 minutes of rest, or the first ever; of a fall: serious",
        "changes": "one change in each step",
        "conditions.at_most": "in the unit below", "new_limits.at_most": "in the unit below",
        "clearance.conditions.at_most": "in the unit below", "version": "the number behind v in met replay",
        "statement": "the number behind v in met replay", "born": "within a lifetime",
        "corrected": "the fields that were wrong, named as in the command that recorded them",
        "pack": "the whole hash of an installed pack; met questions --json names it", "lines": "the text, line by line",
        "timezone": "such as Europe/Berlin", "rule": "the rule or the reason's short name",
    }
