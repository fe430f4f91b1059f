"""Checking a protocol pack that is to be: what refuses it, and what its rows leave open, hide or contradict."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NamedTuple

from rich.markup import escape

from aggregates.protocol.analysis.findings import analyse
from aggregates.protocol.analysis.refused import read_draft
from aggregates.protocol.entries import named
from aggregates.protocol.read import content_hash
from projections.protocol_findings import sentence, units_of
from workflow.cli.exits import OK, USAGE, one_line_errors
from workflow.cli.show import console, one_line
from workflow.packs_by_name import PackText, pack_text
from workflow.settings import settings

REFUSED = "refused"


class Said(NamedTuple):
    """One thing that the check says: where, about which rule, of which kind, in words."""

    line: int
    rule: str
    kind: str
    sound: bool
    reason: str


def check_protocol(wanted: str, home: Path | None, as_json: bool) -> None:
    """Print everything that is to be said about a pack; exit code 2 where it must not decide."""
    with one_line_errors():
        given = pack_text(wanted, settings(home).home)
        found = check(given)
        sound = all(each.sound for each in found)
        if as_json:
            print(json.dumps(_as_dict(given, found, sound)))
        else:
            _print(given, found, sound)
    raise SystemExit(OK if sound else USAGE)


def check(given: PackText) -> list[Said]:
    """Everything for which the pack is refused, then what the analysis of its rows finds."""
    draft = read_draft(given.text)
    found = [Said(each.line, each.entry, REFUSED, False, each.reason) for each in draft.refusals]
    units = units_of(draft.inputs)
    for each in analyse(draft.rows, draft.inputs):
        row = each.rows[-1]
        found.append(Said(draft.line_of(row), named(row), each.kind.value, not each.kind.is_unsound,
                          sentence(each, units)))
    return found


def _print(given: PackText, found: list[Said], sound: bool) -> None:
    out = console()
    for each in found:
        colour, kind = "cyan" if each.sound else "bold red", each.kind.replace("_", " ")
        rule = f" {escape(each.rule)}" if each.rule else ""
        out.print(f"{escape(given.name)}:{each.line}:{rule} [{colour}]{kind}[/]: {escape(one_line(each.reason))}")
    faults = sum(not each.sound for each in found)
    noted = len(found) - faults
    told = "sound" if sound else f"not to be used: {faults} to put right"
    out.print(f"{escape(given.name)} is {told}" + (f"; {noted} for your information" if noted else ""))


def _as_dict(given: PackText, found: list[Said], sound: bool) -> dict[str, Any]:
    return {"file": given.name, "hash": content_hash(given.text), "sound": sound,
            "findings": [each._asdict() for each in found]}
