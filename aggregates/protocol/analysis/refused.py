"""Everything for which reading a pack would refuse it, not only the first, each with its line."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any, NamedTuple

from msgspec import Struct
from msgspec.structs import fields

from aggregates.kernel.errors import InvalidInput
from aggregates.protocol.analysis.lines import line_of_error, line_of_field, lines_of_entries
from aggregates.protocol.checks import checks_of
from aggregates.protocol.conditions import inputs_of
from aggregates.protocol.entries import Declared, Row
from aggregates.protocol.model import Pack
from aggregates.protocol.read import (
    ENTRIES,
    FORMAT,
    check_begins,
    check_written,
    content_hash,
    read_entry,
    read_toml,
    read_whole,
)

NAMED_FIELD = re.compile(r"can't be read: .*?(?:field `|`\$\.)(\w+)")
MISSING = "Object missing required field"
AS_ATTRIBUTE = dict(zip(Pack.__struct_encode_fields__, Pack.__struct_fields__, strict=True))


class Refusal(NamedTuple):
    """One reason for which a pack is refused: the line of the entry, the entry, the sentence."""

    line: int
    entry: str
    reason: str


class Draft(NamedTuple):
    """A pack as far as it can be read: every refusal, the rows whose conditions can be analysed, and their lines."""

    refusals: tuple[Refusal, ...]
    rows: tuple[Row, ...]
    inputs: tuple[Declared, ...]
    lines: Mapping[int, int]

    def line_of(self, entry: Struct) -> int:
        """The line on which an entry of this draft begins."""
        return self.lines[id(entry)]


class Reading:
    """Reads the entries one by one and keeps what can't be read."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.raw = read_toml(text)
        self.at = lines_of_entries(text)
        self.refusals: list[Refusal] = []
        self.entries: dict[str, list[Struct]] = {name: [] for name in ENTRIES}
        self.lines: dict[int, int] = {}

    def read(self) -> None:
        """Read the pack's own fields, then every entry."""
        self._read_begin()
        own = {field: value for field, value in self.raw.items() if field not in (*ENTRIES, "hash")}
        nothing: dict[str, Any] = dict.fromkeys(ENTRIES, ())
        _, reasons = without_what_is_wrong(Pack, lambda raw: read_whole(
            {**raw, **nothing, "hash": "", "format": FORMAT}), own)
        for reason in reasons:
            self._refuse_own(reason, _field_in(reason))
        for name in ENTRIES:
            self._read_part(name, partial(check_written, name, self.raw.get(name, [])))
            for number, each in enumerate(self.written(name), 1):
                self._read_entry(name, each, number)

    def _read_begin(self) -> None:
        parts = {"format": {"format": self.raw.get("format")}, "hash": {**self.raw, "format": FORMAT}}
        for field, part in parts.items():
            self._read_part(field, partial(check_begins, part))

    def _read_part(self, field: str, check: Callable[[], None]) -> None:
        try:
            check()
        except InvalidInput as error:
            self._refuse_own(str(error), field)

    def _refuse_own(self, reason: str, field: str) -> None:
        self.refusals.append(Refusal(line_of_field(self.text, field), "", reason))

    def written(self, name: str) -> list[dict[str, Any]]:
        """The entries of one kind as they are written; none if they are written in another way."""
        raw = self.raw.get(name, [])
        return list(raw) if isinstance(raw, list) and all(isinstance(each, dict) for each in raw) else []

    def _read_entry(self, name: str, raw: dict[str, Any], number: int) -> None:
        line = dict(enumerate(self.at.get(name, ()), 1)).get(number, 1)
        entry, reasons = without_what_is_wrong(ENTRIES[name], lambda each: read_entry(name, each, number), raw)
        self.refusals += [Refusal(line, name_of_raw(raw), reason) for reason in reasons]
        if entry is not None:
            self.entries[name].append(entry)
            self.lines[id(entry)] = line

    def pack(self) -> Pack:
        """The entries that can be read, as a pack."""
        own: dict[str, Any] = {AS_ATTRIBUTE[name]: tuple(entries) for name, entries in self.entries.items()}
        return Pack(format=FORMAT, title="", version="", profile=(), hash=content_hash(self.text), **own)


def without_what_is_wrong(kind: type[Struct], read: Callable[[dict[str, Any]], Struct], raw: dict[str, Any]
                          ) -> tuple[Struct | None, list[str]]:
    """Read *raw*, leaving off one field after the other that is refused: what can be read, and every reason."""
    left, reasons = dict(raw), list[str]()
    while True:
        try:
            return read(left), reasons
        except InvalidInput as error:
            field = _field_in(str(error))
            if field not in left:
                return None, [*reasons, *_missing(kind, str(error), field, raw)]
            reasons.append(str(error))
            del left[field]


def _field_in(reason: str) -> str:
    if "has a condition that" in reason:
        return "when"
    named = NAMED_FIELD.search(reason)
    return named.group(1) if named else ""


def _missing(kind: type[Struct], reason: str, field: str, raw: dict[str, Any]) -> list[str]:
    """The sentence for every field that is not there at all; none for one that was left off."""
    if MISSING not in reason:
        return [reason]
    needed = [each.encode_name for each in fields(kind) if each.required and each.encode_name not in raw]
    return [reason.replace(f"`{field}`", f"`{name}`") for name in needed if name not in (*ENTRIES, "format", "hash")]


def name_of_raw(raw: Mapping[str, Any]) -> str:
    """The id of an entry as it is written, with its case."""
    words = raw.get("words")
    listed = ", ".join(map(str, words)) if isinstance(words, list | tuple) else ""
    name = str(raw.get("id") or raw.get("name") or listed)
    return f"{name} ({raw['case']})" if raw.get("case") else name


def read_draft(text: str) -> Draft:
    """Read *text* as far as it goes. A text that is no TOML is one refusal, on the line that is wrong."""
    text = text.replace("\r\n", "\n")
    try:
        reading = Reading(text)
    except InvalidInput as error:
        return Draft((Refusal(line_of_error(str(error)), "", str(error)),), (), (), {})
    reading.read()
    pack = reading.pack()
    spoilt = set(_checked(reading, pack))
    sound = {each.name for each in pack.inputs if id(each) not in spoilt}
    rows = tuple(row for row in pack.rows if id(row) not in spoilt and inputs_of(row.when) <= sound)
    return Draft(tuple(sorted(dict.fromkeys(reading.refusals))), rows, pack.inputs, reading.lines)


def _checked(reading: Reading, pack: Pack) -> Iterator[int]:
    """Note what the checks refuse; the `id` of every entry that the analysis can't read after that."""
    unreadable = {str(raw.get("name")) for raw in reading.written("input")} - {each.name for each in pack.inputs}
    for check in checks_of(pack):
        try:
            check.run()
        except InvalidInput as error:
            if check.of_condition or isinstance(check.entry, Declared):
                yield id(check.entry)
            follows = check.of_condition and any(f" reads {name}," in str(error) for name in unreadable)
            if not follows:
                name = name_of_raw({name: getattr(check.entry, name) for name in check.entry.__struct_fields__})
                reading.refusals.append(Refusal(reading.lines[id(check.entry)], name, str(error)))
