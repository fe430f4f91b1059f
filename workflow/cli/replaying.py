"""How a replay looks on a terminal: each fact, who caused it and why, and what the rules named in it say."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import tzinfo
from typing import Any

from rich.markup import escape

from aggregates.client_care.facts import DecisionMade
from aggregates.client_care.phases import words
from aggregates.kernel.messages import Meta
from aggregates.protocol.model import Pack
from projections.codes import codes, legend
from projections.told_decisions import input_name
from projections.words import span, when
from workflow.cli.show import styled, weighed
from workflow.engine.replay import StepTold

CODED = re.compile(r"^[A-Z]+-[A-Z]?\d")
SYSTEM = {"engine": "the protocol", "clock": "the calendar"}
BY_ITSELF = {"restore": "met restore"}  # what the system does that is no calendar's doing


def step_lines(step: StepTold, zone: tzinfo, people: dict[str, Any]) -> list[str]:
    """One fact of a replay."""
    meta = step.meta
    late = f", entered {span(step.hours_late)} late" if step.hours_late > 0 else ""
    if late and meta.actor_kind == "clock":
        late = f", noticed {span(step.hours_late)} later"
    erased = " [dim](content erased)[/]" if step.erased else ""
    rules = f"  [dim]\\[{', '.join(step.told.rules)}][/]" if step.told.rules else ""
    lines = [f"[bold]{step.name}[/]  {when(meta.occurred_at or step.recorded_at, zone)}{late}  "
             f"{styled(step.told.what)}{erased}{rules}",
             f"      [dim]{escape(_who(step, people))}[/]"]
    lines += [f"      {weighed(each)}" for each in (*step.told.why, *step.told.details)]
    if step.amended_by is not None:
        lines.append(f"      [yellow]corrected by v{step.amended_by}[/]")
    lines += [f"      [yellow]{escape(step.note)}[/]"] if step.note else []
    if step.moved_from is not None:
        before = f"{words(step.moved_from)} -> " if step.moved_from else ""
        lines.append(f"      [bold cyan]phase: {before}{words(meta.phase or '')}[/]")
    return lines


def _who(step: StepTold, people: dict[str, Any]) -> str:
    """Who did it, where it stands in the log, and what it is a reaction to."""
    reaction = f", because of {step.because_of}" if step.because_of else ""
    return f"{who_line(step.meta, people)}, position {step.row.position}{reaction}"


def who_line(meta: Meta, people: dict[str, Any]) -> str:
    """Who did it, in which role, for whom, for which purpose, by which way."""
    if meta.actor_kind == "policy":
        doer = f"by the policy {meta.actor.removeprefix('policy:')}"
    elif meta.actor_kind in SYSTEM:
        doer = f"by {BY_ITSELF.get(meta.actor, SYSTEM[meta.actor_kind])}"
    else:
        doer = f"by {_named(meta.actor, people)} ({meta.role or meta.actor_kind})"
    if meta.on_behalf_of:
        said = "following" if meta.actor_kind == "engine" else "on behalf of"
        doer += f", {said} {_named(meta.on_behalf_of, people)}"
    return f"{doer}, for {meta.purpose}, via {meta.channel}"


def _named(actor: str, people: dict[str, Any]) -> str:
    person = people.get(actor)
    return f"{person.name}, {actor}" if person is not None else actor


def legend_lines(steps: list[StepTold], pack: Pack | None) -> Iterator[str]:
    """What the codes stand for that these steps name: rules, then the screening questions that were answered."""
    named = [rule for step in steps for rule in step.told.rules]
    told = legend(named, codes(pack))
    if told:
        yield "[bold]What the rules named above say[/]"
        yield from (f"  {code:9s} {escape(sentence)}" for code, sentence in told)
    asked = {each.name for step in steps if isinstance(step.fact, DecisionMade) for each in step.fact.verdict.inputs}
    inputs = pack.inputs if pack is not None else ()
    coded = [each for each in inputs if each.name in asked and CODED.match(each.name)]
    if coded:
        yield "[bold]What the questions named above ask[/]"
        yield from (f"  {input_name(each.name):16s} {escape(each.asks)}" for each in coded)
