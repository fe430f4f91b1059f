"""The protocol as a book: on the terminal, as JSON, or as a page to print and sign."""

from __future__ import annotations

import json
from collections.abc import Iterator
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from rich.markup import escape

from aggregates.kernel.errors import InvalidInput, NotFound
from projections.protocol_book import Book, Entry, Section, book
from projections.protocol_page import page
from workflow.cli.exits import one_line_errors
from workflow.cli.show import COLOURS, console, one_line
from workflow.cli.writing import refuse_to_replace, write_private
from workflow.packs_by_name import pack_text
from workflow.settings import settings

NEAR = 5


def show_protocol(rule: str | None, wanted: str | None, html: Path | None, overwrite: bool, home: Path | None,
                  as_json: bool) -> None:
    """Print the book, or what it says about one rule; with *html* write it as a page."""
    with one_line_errors():
        if rule is not None and html is not None:
            raise InvalidInput("html: the page to sign holds the whole protocol; leave the rule out")
        refuse_to_replace(html, overwrite)
        whole = book(pack_text(wanted, settings(home).home).read())
        told = whole if rule is None else about(whole, rule)
        if html is not None:
            write_private(html, page(told), overwrite=overwrite)
            console(stderr=True).print(f"{escape(told.title)}, version {told.version}, written to {html}")
        elif as_json:
            print(json.dumps(as_dict(told)))
        else:
            out = console()
            for line in lines(told):
                out.print(line)


def about(whole: Book, rule: str) -> Book:
    """What *whole* says about one rule: every entry of that id; raises `NotFound` with ids that look alike."""
    wanted = rule.casefold()
    found = [Section(each.heading, tuple(entry for entry in each.entries if _is_about(entry, wanted)))
             for each in whole.sections]
    if any(each.entries for each in found):
        return whole._replace(how_to_read=(), sections=tuple(each for each in found if each.entries))
    ids = {entry.id.casefold(): entry.id for section in whole.sections for entry in section.entries}
    near = [ids[each] for each in get_close_matches(wanted, ids, NEAR, 0.5)]
    raise NotFound(f"rule: this protocol has no {rule}" + (f"; near it are {', '.join(near)}" if near else ""))


def _is_about(entry: Entry, wanted: str) -> bool:
    name = entry.id.casefold()
    return name == wanted or name.startswith(f"{wanted}.") or entry.name.casefold() == wanted


def lines(told: Book) -> Iterator[str]:
    """The book for a terminal."""
    yield f"[bold]{escape(told.title)}[/], version {told.version}, for the profiles {' and '.join(told.profiles)}"
    yield f"[dim]pack {told.hash}[/]"
    yield from (f"[dim]{escape(each)}[/]" for each in told.how_to_read)
    for section in told.sections:
        yield ""
        yield f"[bold underline]{escape(section.heading)}[/]"
        for entry in section.entries:
            yield from _entry_lines(entry)


def _entry_lines(entry: Entry) -> Iterator[str]:
    decided = f"  [{COLOURS[entry.decision]}]{entry.decision}[/]" if entry.decision else ""
    yield ""
    yield f"[bold]{escape(entry.name)}[/]  {escape(one_line(entry.title))}{decided}"
    width = max(map(len, (line.label for line in entry.lines)), default=0)
    yield from (f"    [dim]{escape(line.label):{width}s}[/]  {escape(one_line(line.text))}" for line in entry.lines)


def as_dict(told: Book) -> dict[str, Any]:
    """For machines; keys are stable, labels are words."""
    return {"title": told.title, "version": told.version, "hash": told.hash, "profiles": told.profiles,
            "how_to_read": told.how_to_read,
            "sections": [{"heading": section.heading, "entries": [
                {"id": each.id, "case": each.case, "title": each.title, "decision": each.decision or None,
                 "lines": [line._asdict() for line in each.lines]} for each in section.entries]}
                for section in told.sections]}
