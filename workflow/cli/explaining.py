"""One decision or refusal on one page, and deciding it again from that page alone."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import tzinfo
from pathlib import Path
from typing import Any

import msgspec
from rich.markup import escape

from aggregates.client_care.facts import DecisionMade
from projections.receipt import (
    OUTCOMES,
    asker_words,
    decided_on,
    input_lines,
    pack_words,
    refusal_lines,
    row_lines,
    row_of,
    unknown_words,
)
from projections.words import command_name, when
from workflow.access.reading import NotAllowed, note_reading
from workflow.cli.exits import NOT_VERIFIED
from workflow.cli.office import opened, practice_of, who
from workflow.cli.show import console, one_line
from workflow.cli.times import zone_of
from workflow.engine.door import Door
from workflow.engine.receipts import Receipt, receipt_at, run_again
from workflow.engine.requests import Who


def show_receipt(position: int, again: bool, home: Path | None, practice: str | None, actor: str | None, purpose: str,
                 as_json: bool) -> None:
    """Print the receipt at *position*; exit code 6 if it is to be run again and comes to something else."""
    with opened(home) as office:
        slug = practice_of(office, practice)
        door, asker = office.door(slug), who(office, slug, actor, purpose)
        receipt = receipt_at(door, position)
        differs = run_again(receipt) if again else None
        _note(door, receipt, asker)
        if as_json:
            print(json.dumps(as_dict(receipt) | ({} if differs is None else {
                "rerun": {"same": not differs, "differences": list(differs)}})))
        else:
            people = door.circumstances.practice().memory.people
            out = console()
            for line in (*page(receipt, zone_of(office, slug), people), *rerun_lines(differs)):
                out.print(line)
    if differs:
        raise SystemExit(NOT_VERIFIED)


def _note(door: Door, receipt: Receipt, asker: Who) -> None:
    """Reading a receipt is reading the client's record; a refusal of the practice's own is nobody's record."""
    if receipt.client:
        note_reading(door, receipt.client, asker, "receipt")
    elif not door.circumstances.practice().memory.role_of(asker.id):
        raise NotAllowed("ACC-01: only who works in this practice reads its refusals")


def page(receipt: Receipt, zone: tzinfo, people: Mapping[str, Any]) -> Iterator[str]:
    """The page, line by line."""
    decision = isinstance(receipt.fact, DecisionMade)
    yield (f"[bold]Receipt of a {'decision' if decision else 'refusal'}[/]  position {receipt.row.position}, "
           f"v{receipt.row.version} of {escape(receipt.row.stream.replace(':', ' '))}, practice {receipt.row.practice}")
    late = receipt.recorded_at != receipt.occurred_at
    yield f"  so at: {when(receipt.occurred_at, zone)}"
    yield f"  recorded at: {when(receipt.recorded_at, zone)}{', later than it was so' if late else ''}"
    yield f"  asked by: {escape(asker_words(receipt.asker, people))}"
    for line in _decision(receipt, zone) if isinstance(receipt.fact, DecisionMade) else _refusal(receipt, zone):
        yield line if line.startswith("[bold]") else f"  {escape(one_line(line))}"


def _decision(receipt: Receipt, zone: tzinfo) -> Iterator[str]:
    fact = receipt.fact
    assert isinstance(fact, DecisionMade)
    verdict = fact.verdict
    yield f"the question: {verdict.question}"
    yield f"for: the client {receipt.client}"
    if receipt.about is not None:
        yield f"decided on: {decided_on(receipt.about, fact, receipt.corrected_by, zone)}"
    yield f"[bold]Outcome: {verdict.outcome.value}[/]"
    yield OUTCOMES[verdict.outcome]
    yield f"to the client: {verdict.client}"
    yield f"to the clinician: {verdict.clinician}"
    yield "[bold]What it rests on[/]"
    yield from input_lines(verdict, receipt.pack)
    yield f"not known, and could have raised the outcome: {unknown_words(verdict)}"
    yield "[bold]Rows that matched, the weightiest first[/]"
    yield from row_lines(verdict, receipt.pack)
    yield "[bold]Protocol[/]"
    yield pack_words(receipt.pack, verdict.pack)


def _refusal(receipt: Receipt, zone: tzinfo) -> Iterator[str]:
    fact: Any = receipt.fact
    yield f"for: {f'the client {receipt.client}' if receipt.client else 'the practice itself'}"
    yield f"[bold]Refused: {command_name(fact.command)}[/]"
    yield from refusal_lines(fact, zone)
    yield "[bold]Protocol[/]"
    yield pack_words(receipt.pack, receipt.meta.protocol)


def rerun_lines(differs: tuple[str, ...] | None) -> Iterator[str]:
    """What came of deciding again."""
    if differs is None:
        return
    yield "[bold]Decided again from this receipt alone[/]"
    if not differs:
        yield "  [green]the same[/]"
    yield from (f"  [bold red]not the same:[/] {escape(one_line(each))}" for each in differs)


def as_dict(receipt: Receipt) -> dict[str, Any]:
    """A receipt for machines; keys are stable."""
    row, pack = receipt.row, receipt.pack
    told: dict[str, Any] = {
        "position": row.position, "practice": row.practice, "stream": row.stream, "version": row.version,
        "name": row.name, "client": receipt.client or None, "occurred_at": receipt.occurred_at.isoformat(),
        "recorded_at": receipt.recorded_at.isoformat(), "asked_by": msgspec.to_builtins(receipt.asker),
        "pack": None if pack is None else {"title": pack.title, "version": pack.version, "hash": pack.hash},
        **msgspec.to_builtins(receipt.fact.payload())}
    if isinstance(receipt.fact, DecisionMade):
        rows = [row_of(each, receipt.fact.verdict.question, pack) for each in receipt.fact.verdict.matched]
        told |= {"decided_on": None if receipt.about is None else receipt.about.TOPIC,
                 "corrected_by": receipt.corrected_by,
                 "citations": [None if each is None else {"rule": each.id, "case": each.case, "asks": each.asks,
                                                          "source": list(each.source), "basis": each.basis}
                               for each in rows]}
    return told
