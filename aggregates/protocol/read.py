"""Reading a protocol pack: strict, in one sentence per error, and identified by the hash of its text."""

from __future__ import annotations

import tomllib
from hashlib import sha256
from typing import Any, TypeVar

import msgspec

from aggregates.kernel.errors import InvalidInput
from aggregates.protocol.checks import check_pack
from aggregates.protocol.conditions import read_condition
from aggregates.protocol.entries import Deadline, Declared, Measure, Number, Row, Template, Word
from aggregates.protocol.model import Pack

FORMAT = 1
T = TypeVar("T")

ENTRIES: dict[str, type[msgspec.Struct]] = {
    "input": Declared, "row": Row, "number": Number, "deadline": Deadline, "measure": Measure,
    "template": Template, "word": Word,
}


def read_pack(text: str) -> Pack:
    """The protocol pack written in *text* (TOML), checked.

    Raises `InvalidInput` with one sentence that names the entry and what is wrong with it.
    """
    text = text.replace("\r\n", "\n")
    raw = read_toml(text)
    check_begins(raw)
    entries = {name: _read_entries(name, raw.get(name, [])) for name in ENTRIES}
    pack = read_whole({**raw, **entries, "hash": content_hash(text)})
    check_pack(pack)
    return pack


def read_toml(text: str) -> dict[str, Any]:
    """The tables written in *text*; raises `InvalidInput` where it is no TOML."""
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise InvalidInput(f"The protocol pack can't be read as TOML: {error}.") from error


def check_begins(raw: dict[str, Any]) -> None:
    """Raise `InvalidInput` for a format that isn't known and for a hash that a pack can't state."""
    if raw.get("format") != FORMAT:
        raise InvalidInput(f"The protocol pack must say format = {FORMAT}; no other is known here.")
    if "hash" in raw:
        raise InvalidInput("A protocol pack can't state its own hash.")


def read_whole(raw: dict[str, Any]) -> Pack:
    """The pack of entries that are read already; raises `InvalidInput` for a field that is missing or unknown."""
    return _read(Pack, raw, "The protocol pack")


def content_hash(text: str) -> str:
    """The SHA-256 of *text* as UTF-8 with LF line ends, in hexadecimal: the identity of a pack."""
    return sha256(text.replace("\r\n", "\n").encode()).hexdigest()


def _read_entries(name: str, raw: Any) -> list[msgspec.Struct]:
    check_written(name, raw)
    return [read_entry(name, each, number) for number, each in enumerate(raw, 1)]


def check_written(name: str, raw: Any) -> None:
    """Raise `InvalidInput` where entries are not written as an array of tables."""
    if not isinstance(raw, list) or not all(isinstance(each, dict) for each in raw):
        raise InvalidInput(f"The protocol pack writes its {name} entries as [[{name}]].")


def read_entry(name: str, raw: dict[str, Any], number: int) -> msgspec.Struct:
    """The entry written as *raw*, the one of that *number*; raises `InvalidInput` naming it."""
    case = f" ({raw['case']})" if raw.get("case") else ""
    label = f"The {name} {raw.get('id') or raw.get('name') or f'number {number}'}{case}"
    if name == "row" and "when" in raw:
        try:
            raw = {**raw, "when": read_condition(raw["when"])}
        except InvalidInput as error:
            raise InvalidInput(f"{label} has a condition that can't be read: {error}.") from error
    return _read(ENTRIES[name], raw, label)


def _read(kind: type[T], raw: dict[str, Any], label: str) -> T:
    try:
        return msgspec.convert(raw, kind)
    except msgspec.ValidationError as error:
        raise InvalidInput(f"{label} can't be read: {error}.") from error
