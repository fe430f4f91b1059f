"""Two protocol packs side by side: what differs, and for whom."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rich.markup import escape

from aggregates.protocol.analysis.changed import Change, changes
from aggregates.protocol.analysis.effects import Effect, effects
from aggregates.protocol.model import Pack
from projections.protocol_changes import change_lines, effect_words, headline
from projections.protocol_findings import Units, units_of
from workflow.cli.exits import one_line_errors
from workflow.cli.show import console, one_line
from workflow.packs_by_name import pack_text
from workflow.settings import settings


def compare_protocols(one: str, other: str, home: Path | None, as_json: bool) -> None:
    """Print every entry that differs, and for each changed row inputs that lead to another decision."""
    with one_line_errors():
        where = settings(home).home
        before, after = pack_text(one, where).read(), pack_text(other, where).read()
        found = [(change, list(effects(change, before, after))) for change in changes(before, after)]
        units = units_of((*before.inputs, *after.inputs))
        if as_json:
            print(json.dumps({"from": _named(before), "to": _named(after),
                              "changes": [_as_dict(change, of, units) for change, of in found]}))
            return
        out = console()
        out.print(f"From {_title(before)}")
        out.print(f"to   {_title(after)}")
        for line in _lines(found, units):
            out.print(line)


def _title(pack: Pack) -> str:
    return f"[bold]{escape(pack.title)}[/], version {pack.version}, pack {pack.hash[:16]}"


def _lines(found: list[tuple[Change, list[Effect]]], units: Units) -> Iterator[str]:
    if not found:
        yield "Nothing differs."
    for change, of in found:
        yield f"[bold]{escape(headline(change))}[/]"
        yield from (f"    {escape(one_line(each))}" for each in change_lines(change))
        yield from (f"    [yellow]{escape(effect_words(each, units))}[/]" for each in of)


def _named(pack: Pack) -> dict[str, str]:
    return {"title": pack.title, "version": pack.version, "hash": pack.hash}


def _as_dict(change: Change, of: list[Effect], units: Units) -> dict[str, Any]:
    """For machines; keys are stable."""
    how = "added" if change.before is None else "removed" if change.after is None else "changed"
    return {"kind": change.kind, "name": change.name, "change": how, "fields": list(change.fields),
            "says": list(change_lines(change)),
            "for_example": [{"inputs": dict(each.example), "before": each.before.value, "after": each.after.value,
                             "says": effect_words(each, units)} for each in of]}
