"""From what somebody typed to a command. An error names the field and the rule, never the value."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping
from difflib import get_close_matches
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

import msgspec

from aggregates.kernel.errors import InvalidInput
from aggregates.kernel.messages import Command
from workflow.engine.names import COMMANDS, INTERNAL

RESERVED = ("practice", "letter", "care", "access")
CLIENT_ID = re.compile(r"^[a-z0-9][a-z0-9-]{1,39}$")
KIND_WORDS = {"int": "a whole number", "float": "a number", "str": "text", "bool": "true or false",
              "array": "a list", "object": "a group of fields", "null": "nothing"}


def parse_command(name: str, given: Mapping[str, Any]) -> Command:
    """The command called *name* with the fields *given*; `InvalidInput` names the field and what it must be."""
    kind = COMMANDS.get(name.replace("-", "_"))
    if kind is None or name in INTERNAL:
        near = get_close_matches(name, [n for n in COMMANDS if n not in INTERNAL], 1)
        raise InvalidInput("command: is not one of this version's commands" + (f"; did you mean {near[0]}?" if near else
                           "; met commands lists them"))
    _refuse_unprintable(name, given)
    try:
        return msgspec.convert(given, kind)
    except msgspec.ValidationError as error:
        raise InvalidInput(f"{name}: {explain(error, kind)}") from None


def parse_object(text: str, what: str) -> dict[str, Any]:
    """The JSON object in *text*; a field that stands there twice is refused, because one of the two would be lost."""
    try:
        fields = json.loads(text, object_pairs_hook=_each_once)
    except InvalidInput:
        raise
    except (ValueError, RecursionError) as error:
        raise InvalidInput(f"{what}: is not JSON (line {getattr(error, 'lineno', 1)})") from None
    if not isinstance(fields, dict):
        raise InvalidInput(f"{what}: must be an object with the command's fields")
    return fields


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise InvalidInput(f"json: the field {twice} stands there twice")
    return fields


def _refuse_unprintable(name: str, value: Any, where: str = "") -> None:
    """No control, bidirectional or surrogate character: it could forge a line where the record is read."""
    if isinstance(value, str):
        if value and not value.strip():
            raise InvalidInput(f"{name}: {where or 'a text'} holds nothing but spaces")
        if any(unicodedata.category(c) in ("Cc", "Cf", "Cs", "Co") and c not in "\n\t\u200d" for c in value):
            raise InvalidInput(f"{name}: {where or 'a text'} holds a character that can't be printed")
    elif isinstance(value, Mapping):
        for key, each in value.items():
            _refuse_unprintable(name, str(key), "a field name")
            _refuse_unprintable(name, each, f"{where}.{key}" if where else str(key))
    elif isinstance(value, list | tuple):
        for each in value:
            _refuse_unprintable(name, each, where)


def check_client(client: str) -> str:
    """A client id that is a pseudonym: small letters, digits, dashes; not a word that means something else here."""
    if client in RESERVED:
        raise InvalidInput(f"client: {client} is a reserved word and no client's id")
    if not CLIENT_ID.match(client):
        raise InvalidInput("client: an id is 2 to 40 small letters, digits and dashes, and never a name")
    return client


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
    near = get_close_matches(name, known, 1)
    return f"; did you mean {near[0]}?" if near else ""


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
