"""What a field of a command must be, in words: to explain an error, and to describe a command."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import get_close_matches
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

import msgspec

from aggregates.kernel.messages import Command

KIND_WORDS = {"int": "a whole number", "float": "a number", "str": "text", "bool": "true or false",
              "array": "a list", "object": "a group of fields", "null": "nothing"}
CLOSE = 0.8
"""How alike two names must be for one to be offered instead of the other: another word with the same ending is not."""


def explain(error: msgspec.ValidationError, kind: type[Any]) -> str:
    """A validation error as a sentence about a field."""
    text = str(error)
    path = re.search(r"at `\$\.?([^`]*)`$", text)
    steps = re.findall(r"[^.\[\]]+|\[[^\]]*\]", path[1]) if path else []
    where = "".join(s if s.startswith("[") or not i else f".{s}" for i, s in enumerate(steps))
    if unknown := re.search(r"unknown field `([^`]*)`", text):
        return f"{_field(where, unknown[1])} is not a field of it{_near(unknown[1], steps, kind)}"
    if missing := re.search(r"missing required field `([^`]*)`", text):
        return f"{_field(where, missing[1])} is missing"
    return f"{where or 'the whole'} must be {_expected(text, steps, kind)}"


def _field(where: str, name: str) -> str:
    return f"{where}.{name}" if where else name


def _near(name: str, steps: list[str], kind: type[Any]) -> str:
    holder = _walk(kind, steps)
    known = getattr(holder, "__struct_fields__", ())
    near = nearest(name, known)
    return f"; did you mean {near}?" if near else ""


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The one of the *known* names that *name* is a slip of the hand away from, if there is one."""
    return next(iter(get_close_matches(name, list(known), 1, CLOSE)), None)


def _expected(text: str, steps: list[str], kind: type[Any]) -> str:
    described = _describe(_walk(kind, steps))
    if described:
        return described
    if said := re.search(r"Expected `([^`]*)`", text):
        words = [KIND_WORDS.get(each.strip(), each.strip()) for each in said[1].split("|")]
        return " or ".join(words)
    return "of another kind"


def _walk(kind: Any, steps: list[str]) -> Any:
    """The type of the field that *steps* lead to."""
    for step in steps:
        options = _options(kind)
        if step.startswith("["):
            found = [_inside(each, step) for each in options]
        else:
            found = [get_type_hints(each, include_extras=True).get(step) for each in options
                     if hasattr(each, "__struct_fields__")]
        kind = next((each for each in found if each is not None), None)
        if kind is None:
            return None
    return kind


def _options(kind: Any) -> list[Any]:
    if get_origin(kind) in (Union, UnionType):
        return [part for each in get_args(kind) for part in _options(each)]
    return [kind]


def _inside(kind: Any, step: str) -> Any:
    args = get_args(kind)
    if get_origin(kind) is dict:
        return args[1]
    if get_origin(kind) is tuple and args:
        index = step.strip("[]")
        fixed = len(args) < 2 or args[1] is not Ellipsis
        return args[int(index)] if fixed and index.isdigit() and int(index) < len(args) else args[0]
    return None


def _describe(kind: Any) -> str:
    parts = []
    for each in _options(kind):
        if get_origin(each) is Annotated:
            parts += [m.description for m in get_args(each)[1:] if isinstance(m, msgspec.Meta) and m.description]
        elif get_origin(each) is Literal:
            parts.append("one of " + ", ".join(map(str, get_args(each))))
        elif each.__class__ is type and each.__name__ in ("date", "datetime"):
            parts.append("a date like 2026-01-31" if each.__name__ == "date" else "a time like 2026-01-31T09:00:00Z")
    return " or ".join(parts)


def describe_fields(kind: type[Command]) -> dict[str, str]:
    """Each field of a command with what it must be."""
    hints = get_type_hints(kind, include_extras=True)
    required = {f.name for f in msgspec.structs.fields(kind) if f.required}
    return {name: f"{_words(hints[name])}{' (required)' if name in required else ''}"
            for name in kind.__struct_fields__}


def _words(kind: Any) -> str:
    if described := _describe(kind):
        return described
    parts = []
    for each in _options(kind):
        if each is type(None):
            continue
        args = get_args(each)
        if get_origin(each) is tuple:
            parts.append(f"a list of: {_words(args[0])}" if Ellipsis in args else
                         f"a list of {len(args)}: {', '.join(map(_words, args))}")
        elif get_origin(each) is dict:
            parts.append(f"a group of: {_words(args[1])}")
        elif hasattr(each, "__struct_fields__"):
            parts.append("{" + ", ".join(each.__struct_fields__) + "}")
        else:
            parts.append(KIND_WORDS.get(getattr(each, "__name__", ""), "anything"))
    return " or ".join(dict.fromkeys(parts))
