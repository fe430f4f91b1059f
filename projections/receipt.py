"""One decision or refusal on one page: what was asked, on what it rests, what it came to, in words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import tzinfo
from typing import Any

from aggregates.client_care.facts import DecisionMade
from aggregates.client_care.judging.tables import TABLES
from aggregates.kernel.messages import Fact, Meta
from aggregates.protocol.decisions import Decision
from aggregates.protocol.entries import Row
from aggregates.protocol.model import Pack
from aggregates.protocol.verdict import Input, Matched, Verdict
from projections.narrative import tell
from projections.told import Around
from projections.told_decisions import SOURCES, input_name, input_words, refusal

OUTCOMES = {
    Decision.EMERGENCY: "an emergency: everything stops, and help is called now",
    Decision.REFER_SAME_DAY: "no training; the referral source is told on the same day",
    Decision.PAUSE: "training is paused until the referral source answers",
    Decision.REQUIRE_CLEARANCE: "a clearance is needed before training goes on",
    Decision.STOP_SESSION: "the session ends for today",
    Decision.HOLD_SESSION: "the session does not begin for now",
    Decision.MODIFY: "go on, with something changed",
    Decision.NOTE: "go on, and take note",
    Decision.PROCEED: "nothing stands in the way",
}
CODED = re.compile(r"^[A-Z]+-[A-Z]?\d")
BASIS = {"C": "read in the source", "S": "read in a secondary page", "U": "unconfirmed", "P": "a product choice"}


def asker_words(meta: Meta, people: Mapping[str, Any]) -> str:
    """Who asked, in which role, for whom, for which purpose, by which way."""
    if meta.actor_kind == "policy":
        who = f"the policy {meta.actor.removeprefix('policy:')}"
    elif meta.actor_kind == "clock":
        who = "nobody; the calendar"
    else:
        who = f"{_named(meta.actor, people)} ({meta.role or meta.actor_kind})"
    behalf = f", on behalf of {_named(meta.on_behalf_of, people)}" if meta.on_behalf_of else ""
    return f"{who}{behalf}, for {meta.purpose}, via {meta.channel}"


def _named(actor: str, people: Mapping[str, Any]) -> str:
    person = people.get(actor)
    return f"{person.name}, {actor}" if person is not None else actor


def decided_on(about: Fact, fact: DecisionMade, corrected_by: int | None, zone: tzinfo) -> str:
    """The fact that a decision is about, and whether somebody corrected it."""
    what = tell(about, zone).what
    again = ", made again because the fact was corrected" if fact.again else ""
    later = f"; v{corrected_by} corrects it" if corrected_by is not None and not fact.again else ""
    return f"v{about.originator_version}, {what[:1].lower()}{what[1:]}{again}{later}"


def input_lines(verdict: Verdict, pack: Pack | None) -> Iterator[str]:
    """Every input with its unit, put together by where it came from; a coded one with the question behind it."""
    asks = {each.name: f"  ({each.asks})" for each in (pack.inputs if pack else ()) if CODED.match(each.name)}
    by_source: dict[str, list[Input]] = {}
    for each in verdict.inputs:
        by_source.setdefault(each.source, []).append(each)
    for source, inputs in by_source.items():
        yield f"{SOURCES[source]}:"
        yield from (f"  {input_words(each, ':')}{asks.get(each.name, '')}" for each in inputs)
    if not verdict.inputs:
        yield "nothing that a row reads"


def row_of(each: Matched, question: str, pack: Pack | None) -> Row | None:
    """The pack's row that a receipt names."""
    tables = TABLES.get(question, ())
    rows = pack.rows if pack is not None else ()
    return next((row for row in rows if (row.id, row.case) == (each.rule, each.case) and row.table in tables), None)


def row_lines(verdict: Verdict, pack: Pack | None) -> Iterator[str]:
    """Every row that matched, the weightiest first: what it decides, what it asks, and where it comes from."""
    for each in verdict.matched:
        case = f" ({each.case.replace('_', ' ')})" if each.case else ""
        yield f"{each.rule}{case}: {each.decision.value}; {each.does}"
        row = row_of(each, verdict.question, pack)
        if row is not None:
            yield f"  it asks: {row.asks}"
            yield f"  {citation(row)}"
    if not verdict.matched:
        yield "none"


def citation(row: Row) -> str:
    """Where a row comes from and how sure that is."""
    trigger, _, action = row.basis.partition("/")
    basis = f"the trigger {_basis(trigger)}, the action {_basis(action)}" if action else _basis(trigger)
    return f"source: {', '.join(row.source) or 'none'}; basis {row.basis}: {basis}"


def _basis(letter: str) -> str:
    return BASIS.get(letter, letter)


def unknown_words(verdict: Verdict) -> str:
    """What was not known and could still have raised the outcome."""
    return ", ".join(map(input_name, verdict.unknown)) or "nothing"


def pack_words(pack: Pack | None, name: str | None) -> str:
    """The pack's title, version and hash; its hash alone where it is not installed any more."""
    if pack is not None:
        return f"{pack.title}, version {pack.version}, {pack.hash}"
    return f"{name}, which is not installed here" if name else "none was looked at"


def refusal_lines(fact: Any, zone: tzinfo) -> tuple[str, ...]:
    """What was asked for, every broken rule with its sentence, what it saw, what would unlock it and who can."""
    return refusal(fact, Around(zone)).details
