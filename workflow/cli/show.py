"""How answers look on a terminal."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from datetime import UTC, tzinfo
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.text import Text

from aggregates.client_care.phases import words
from aggregates.kernel.messages import Fact
from aggregates.protocol.verdict import Verdict
from projections.deadline_names import deadline_names
from projections.narrative import tell
from projections.told import Around, Told
from projections.told_decisions import NOW, NOW_ALTHOUGH, QUESTION
from projections.words import when
from workflow.engine.packs_at_hand import shipped_pack
from workflow.engine.player import Played
from workflow.engine.replay import after
from workflow.engine.requests import Answer

COLOURS = {"EMERGENCY": "bold white on red", "REFER_SAME_DAY": "bold red", "PAUSE": "red",
           "REQUIRE_CLEARANCE": "magenta", "STOP_SESSION": "yellow", "HOLD_SESSION": "yellow", "MODIFY": "yellow",
           "NOTE": "cyan", "PROCEED": "green"}
NARROWEST, HANGS = 20, 4
QUIET_FACTS = ("deadline_set", "deadline_cancelled")


def console(*, stderr: bool = False) -> Console:
    """A console that honours NO_COLOR, TERM=dumb and pipes."""
    return Console(stderr=stderr, highlight=False, soft_wrap=True)


def columns() -> int | None:
    """How wide the output has to be, where COLUMNS says so; a terminal folds by itself."""
    given = os.environ.get("COLUMNS", "")
    return max(int(given), NARROWEST) if given.isascii() and given.isdigit() else None


def put(out: Console, line: str) -> None:
    """Print a line, folded where COLUMNS asks for it; what goes on stands further in than where it began."""
    width = columns()
    if width is None:
        out.print(line)
        return
    text = Text.from_markup(line)
    begins = min(len(text.plain) - len(text.plain.lstrip(" ")), width // 2)
    hangs = begins + HANGS
    for number, part in enumerate(text[begins:].wrap(out, width - hangs, overflow="fold")):
        part.rstrip()
        out.print(Text(" " * (hangs if number else begins)) + part)


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Rows under a header, each column as wide as what stands in it."""
    widths = [max(map(len, column)) for column in zip(header, *rows, strict=True)]
    for number, row in enumerate((header, *rows)):
        line = "  ".join(escape(cell.ljust(width)) for cell, width in zip(row, widths, strict=True)).rstrip()
        yield f"[bold]{line}[/]" if number == 0 else line


def lines_of(answer: Answer, zone: tzinfo = UTC, deadlines: dict[str, str] | None = None, *, full: bool = False
             ) -> list[str]:
    """An answer in words: every decision, refusal and fact that it came to, follow-ups indented.

    With *full* also what is due from now on, and what may be said to the client.
    """
    lines = [] if answer.facts else ["  nothing changed"]
    around = Around(zone, deadline_names(shipped_pack()) if deadlines is None else deadlines)
    for fact in answer.facts:
        if full or not fact.TOPIC.endswith(QUIET_FACTS):
            lines += _fact_lines(fact, tell(fact, zone, around), full=full)
        around = after(around, fact)
    for each in answer.follow_ups:
        lines += [f"  [dim]->[/]{line[1:]}" for line in lines_of(each, zone, deadlines, full=full)]
    return lines


def _fact_lines(fact: Fact, told: Told, *, full: bool) -> Iterator[str]:
    by = " [dim](by the calendar)[/]" if fact.meta.actor_kind == "clock" else ""
    by = f" [dim](by the policy {escape(fact.meta.actor.removeprefix('policy:'))})[/]" if (
        fact.meta.actor_kind == "policy") else by
    rules = f" [dim]\\[{', '.join(told.rules)}][/]" if told.rules else ""
    yield f"  {styled(told.what)}{rules}{by}"
    if told.what.startswith("Refused"):
        yield from (f"      {weighed(line)}" for line in told.details)
        if full and _to_the_client(fact):
            yield f"      [dim]what may be said to the client:[/] {escape(one_line(_to_the_client(fact)))}"
    elif told.why:
        yield from (f"      {weighed(line)}" for line in told.why if not line.startswith(QUESTION))
        if full:
            yield f"      [dim]what may be said to the client:[/] {escape(one_line(_to_the_client(fact)))}"
    elif fact.TOPIC.startswith(("letter.", "care.clearance")):
        yield from (f"      {escape(one_line(line))}" for line in told.details)


def weighed(line: str) -> str:
    """A line of a decision or refusal; what has to be done before anything else stands out."""
    shown = escape(one_line(line))
    return f"[bold red]{shown}[/]" if line.startswith((NOW, NOW_ALTHOUGH)) else shown


def _to_the_client(fact: Fact) -> str:
    verdict = getattr(fact, "verdict", None) or getattr(fact, "at_once", None)
    return str(verdict.client) if verdict is not None else ""


def help_in_words(verdict: Verdict | None) -> dict[str, Any] | None:
    """What has to be done at once, for machines; keys are stable."""
    if verdict is None:
        return None
    deciding = [each for each in verdict.matched if each.decision is verdict.outcome]
    return {"decision": verdict.outcome.value, "rules": list(dict.fromkeys(each.rule for each in deciding)),
            "to_do": list(dict.fromkeys(each.does for each in deciding)), "client": verdict.client}


def one_line(text: str) -> str:
    """Recorded text so that it can't look like a line of the record itself."""
    return "".join(c if c.isprintable() else " " for c in text)


def styled(what: str) -> str:
    """A title with its decision or refusal in colour."""
    what = one_line(what)
    if what.startswith("Refused"):
        return f"[bold red]{escape(what)}[/]"
    for decision, colour in COLOURS.items():
        if what.startswith(f"Decision: {decision}"):
            return f"Decision: [{colour}]{decision}[/]{escape(what[len(f'Decision: {decision}'):])}"
    return escape(what)


def played_lines(played: Played, zone: tzinfo, deadlines: dict[str, str] | None = None) -> list[str]:
    """A step of a history: what was asked, what it came to, and what was expected and is not so."""
    step = played.step
    who = "the client" if step.by == "client" else "the calendar" if step.by == "clock" else step.by
    entered = f", for {when(step.occurred_at.replace(tzinfo=step.occurred_at.tzinfo or zone), zone)}" if (
        step.occurred_at) else ""
    lines = [f"[bold]{when(played.at, zone)}[/]  {step.client or ''}  {who} asks: "
             f"{step.do.replace('_', ' ')}{entered}"]
    if played.error is not None:
        expected = step.expect.error is not None and not played.unmet
        lines.append(f"  [{'yellow' if expected else 'bold red'}]Not taken: {escape(str(played.error))}[/]")
    elif played.answer is not None and played.answer.repeated:
        lines.append("  the same command again: the first answer, nothing new")
    elif played.answer is not None:
        lines += lines_of(played.answer, zone, deadlines)
        lines += phase_line(played.answer)
    lines += [f"  [dim]note: {escape(each)}[/]" for each in played.notes]
    lines += [f"  [bold red]NOT AS EXPECTED: {escape(each)}[/]" for each in played.unmet]
    return lines


def phase_line(answer: Answer) -> Iterator[str]:
    """Where a client or a letter stands now: that of the last fact, follow-ups in the same stream included."""
    last = next((each for each in reversed((answer, *answer.follow_ups))
                 if each.stream == answer.stream and each.phase is not None), answer)
    if last.phase is not None:
        noun = "letter" if answer.stream.startswith("letter:") else "phase"
        yield f"  [dim]{noun}: {words(last.phase)}[/]"
