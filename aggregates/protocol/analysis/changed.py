"""What differs between two packs, entry by entry and field by field."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from msgspec import Struct

from aggregates.protocol.entries import Word
from aggregates.protocol.model import Pack


class Change(NamedTuple):
    """An entry that is in one pack only (the other is None) or differs, and the fields that do."""

    kind: str
    name: str
    before: Struct | None
    after: Struct | None
    fields: tuple[str, ...] = ()


def changes(before: Pack, after: Pack) -> Iterator[Change]:
    """Every entry that was added, removed or changed, in the order of the new pack, then what is gone."""
    for kind in after.__struct_fields__:
        old, new = getattr(before, kind, ()), getattr(after, kind)
        if isinstance(new, tuple) and all(isinstance(each, Struct) for each in (*old, *new)):
            yield from _of_kind(kind, _by_name(old), _by_name(new))
        elif old != new and kind not in ("hash", "format"):
            yield Change("pack", kind, before, after, (kind,))


def _by_name(entries: Sequence[Any]) -> dict[str, Any]:
    return {name_of(each): each for each in entries}


def name_of(entry: Any) -> str:
    """What an entry is known by: its id with its case, its name, its words."""
    if isinstance(entry, Word):
        return ", ".join(entry.words)
    name, case = str(getattr(entry, "id", None) or entry.name), getattr(entry, "case", "")
    return f"{name} ({case})" if case else name


def _of_kind(kind: str, old: Mapping[str, Struct], new: Mapping[str, Struct]) -> Iterator[Change]:
    for name, entry in new.items():
        was = old.get(name)
        differing = () if was is None else tuple(
            field for field in entry.__struct_fields__ if getattr(entry, field) != getattr(was, field, None))
        if was is None or differing:
            yield Change(kind, name, was, entry, differing)
    yield from (Change(kind, name, entry, None) for name, entry in old.items() if name not in new)
