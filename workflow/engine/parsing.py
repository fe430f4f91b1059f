"""From what somebody typed to a command. An error names the field and the rule, never the value."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping
from typing import Any, TypeVar

import msgspec

from aggregates.kernel.errors import InvalidInput
from aggregates.kernel.messages import Command
from workflow.engine.explaining import explain, nearest
from workflow.engine.names import COMMANDS, INTERNAL

RESERVED = ("practice", "letter", "care", "access")
CLIENT_ID = re.compile(r"[a-z0-9][a-z0-9-]{1,39}")
NO_COMMAND = "command: is not one of this version's commands"
C = TypeVar("C", bound=Command)


def parse_command(name: str, given: Mapping[str, Any]) -> Command:
    """The command called *name* with the fields *given*; `InvalidInput` names the field and what it must be."""
    known = name.replace("-", "_")
    kind = COMMANDS.get(known)
    if kind is None or known in INTERNAL:
        near = nearest(known, [each for each in COMMANDS if each not in INTERNAL])
        raise InvalidInput(f"{NO_COMMAND}; did you mean {near}?" if near else f"{NO_COMMAND}; met commands lists them")
    return read_fields(name, kind, given)


def read_fields(name: str, kind: type[C], given: Mapping[str, Any]) -> C:
    """A command of this *kind*; *name* is what whoever typed it calls it."""
    try:
        _refuse_unprintable(name, given)
        return msgspec.convert(given, kind)
    except RecursionError:
        raise InvalidInput(f"{name}: a field is nested too deeply") from None
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
    if not CLIENT_ID.fullmatch(client):
        raise InvalidInput("client: an id is 2 to 40 small letters, digits and dashes, and never a name")
    return client
