"""The screening questions of the protocol in force."""

from __future__ import annotations

import json
from pathlib import Path

from rich.markup import escape

from aggregates.protocol.model import Pack
from projections.questions import Question, questions
from workflow.cli.exits import one_line_errors
from workflow.cli.office import opened_to_read, practice_of
from workflow.cli.show import COLOURS, console
from workflow.engine.packs_at_hand import pack_of, shipped_pack

HOW = ("Every question needs an answer: yes or no under answers, by its id. A missing answer and unknown never count",
       "as no. medicines and red_flags are lists of what was found; [] says that all were asked and there is none.",
       "Example: met commands record_screening")


def list_questions(home: Path | None, practice: str | None, as_json: bool) -> None:
    """Print every screening question."""
    with one_line_errors():
        pack = _pack(home, practice)
        found = questions(pack)
        if as_json:
            print(json.dumps({"pack": pack.hash, "title": pack.title, "version": pack.version,
                              "questions": [_as_dict(each) for each in found]}))
            return
        out = console()
        out.print(f"[bold]{escape(pack.title)}[/], version {pack.version}, pack {pack.hash[:16]}")
        for line in HOW:
            out.print(f"[dim]{escape(line)}[/]")
        for each in found:
            for line in _lines(each):
                out.print(line)


def _pack(home: Path | None, practice: str | None) -> Pack:
    if practice is None:
        return shipped_pack()
    with opened_to_read(home) as office:
        return pack_of(office.door(practice_of(office, practice))) or shipped_pack()


def _lines(each: Question) -> list[str]:
    lines = [f"[bold]{each.id}[/]  {escape(each.asks)}", f"      [dim]entered as {escape(each.entered_as)}[/]"]
    for what in each.consequences:
        more = f", when: {escape(what.when)}" if what.when else ""
        decision = f"[{COLOURS[what.decision]}]{what.decision}[/]"
        lines.append(f"      if {escape(what.answer)}: {decision}, {escape(what.does)} ({what.rule}){more}")
    return lines


def _as_dict(each: Question) -> dict[str, object]:
    """For machines; keys are stable."""
    return {"id": each.id, "asks": each.asks, "entered_as": each.entered_as, "counts_against": each.counts_against,
            "decides": [what._asdict() for what in each.consequences]}
