"""How answers and replays look on a terminal."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo
from typing import Any

from rich.console import Console
from rich.markup import escape

from aggregates.client_care.phases import words
from projections.narrative import tell
from workflow.engine.player import Played
from workflow.engine.replay import StepTold
from workflow.engine.requests import Answer

COLOURS = {"EMERGENCY": "bold white on red", "REFER_SAME_DAY": "bold red", "PAUSE": "red",
           "REQUIRE_CLEARANCE": "magenta", "STOP_SESSION": "yellow", "HOLD_SESSION": "yellow", "MODIFY": "yellow",
           "NOTE": "cyan", "PROCEED": "green"}
QUIET_FACTS = ("deadline_set", "deadline_cancelled")


def console(*, stderr: bool = False) -> Console:
    """A console that honours NO_COLOR, TERM=dumb and pipes."""
    return Console(stderr=stderr, highlight=False, soft_wrap=True)


def when(moment: datetime, zone: tzinfo) -> str:
    """A moment on the practice's wall clock."""
    return moment.astimezone(zone).strftime("%Y-%m-%d %H:%M")


def lines_of(answer: Answer, zone: tzinfo = UTC) -> list[str]:
    """An answer in words: every decision, refusal and fact that it came to, follow-ups indented."""
    lines = []
    if not answer.facts:
        lines.append("  nothing changed")
    for fact in answer.facts:
        if fact.TOPIC.endswith(QUIET_FACTS):
            continue
        told = tell(fact, zone)
        by = f" [dim]({fact.meta.actor})[/]" if fact.meta.actor_kind in ("policy", "clock") else ""
        rules = f" [dim]\\[{', '.join(told.rules)}][/]" if told.rules else ""
        lines.append(f"  {styled(told.what)}{rules}{by}")
        if told.what.startswith("Refused"):
            lines += [f"      {escape(one_line(line))}" for line in told.details]
        elif told.why:
            lines.append(f"      {escape(one_line(told.why[-1]))}")
    for each in answer.follow_ups:
        lines += [f"  [dim]->[/]{line[1:]}" for line in lines_of(each, zone)]
    return lines


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


def played_lines(played: Played, zone: tzinfo) -> list[str]:
    """A step of a history: what was asked, what it came to, and what was expected and is not so."""
    step = played.step
    lines = [f"[bold]{when(played.at, zone)}[/]  {step.client or ''}  {step.by} asks: "
             f"{step.do.replace('_', ' ')}"]
    if played.error is not None:
        expected = step.expect.error is not None and not played.unmet
        lines.append(f"  [{'yellow' if expected else 'bold red'}]Not taken: {escape(str(played.error))}[/]")
    elif played.answer is not None and played.answer.repeated:
        lines.append("  the same command again: the first answer, nothing new")
    elif played.answer is not None:
        lines += lines_of(played.answer, zone)
        if played.answer.phase is not None:
            lines.append(f"  [dim]phase: {words(played.answer.phase)}[/]")
    lines += [f"  [bold red]NOT AS EXPECTED: {escape(each)}[/]" for each in played.unmet]
    return lines


def step_lines(step: StepTold, zone: tzinfo, people: dict[str, Any]) -> list[str]:
    """One fact of a replay."""
    meta = step.meta
    person = people.get(meta.actor)
    name = f"{person.name}, " if person is not None else ""
    who = f"{name}{meta.actor} ({meta.role or meta.actor_kind})"
    late = f", entered {step.hours_late:g} h late" if step.hours_late > 0 else ""
    erased = " [dim](content erased)[/]" if step.fact is None else ""
    rules = f"  [dim]\\[{', '.join(step.told.rules)}][/]" if step.told.rules else ""
    number = f"v{step.row.version}" if step.is_care else f"letter v{step.row.version}"
    lines = [f"[bold]{number}[/]  {when(meta.occurred_at or step.recorded_at, zone)}{late}  "
             f"{styled(step.told.what)}{erased}{rules}"]
    lines.append(f"      [dim]by {escape(who)}, for {escape(meta.purpose)}, via {meta.channel}, position "
                 f"{step.row.position}{f', because of position {meta.causation}' if meta.causation else ''}[/]")
    lines += [f"      {escape(one_line(each))}" for each in (*step.told.why, *step.told.details)]
    if step.amended_by is not None:
        lines.append(f"      [yellow]corrected by v{step.amended_by}[/]")
    if step.moved:
        before = f"{words(step.phase_before)} -> " if step.phase_before else ""
        lines.append(f"      [bold cyan]phase: {before}{words(meta.phase or '')}[/]")
    return lines
