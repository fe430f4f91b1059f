"""Where the entries of a pack stand in its text."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping

HEADER = re.compile(r"^\s*\[\[\s*\w+\s*\]\]\s*(#.*)?$")
AT_LINE = re.compile(r"\(at line (\d+), column \d+\)")
MARK = "line of the entry"


def lines_of_entries(text: str) -> Mapping[str, list[int]]:
    """By kind of entry the line on which each begins, in the order of the text.

    The text is read with a mark behind each header; one that only looks like a header is inside a string.
    """
    marked = [f'{line}\n"{MARK}" = {number}' if HEADER.match(line) else line
              for number, line in enumerate(text.split("\n"), 1)]
    try:
        tables = tomllib.loads("\n".join(marked))
    except (tomllib.TOMLDecodeError, RecursionError):
        return {}
    return {name: [each.get(MARK, 1) for each in entries if isinstance(each, dict)]
            for name, entries in tables.items() if isinstance(entries, list)}


def line_of_error(sentence: str) -> int:
    """The line that an error in the TOML itself names; the first if it names none."""
    named = AT_LINE.search(sentence)
    return int(named.group(1)) if named else 1


def line_of_field(text: str, field: str) -> int:
    """The line on which a field of the pack itself is written; the first if it is missing."""
    wanted = re.compile(rf'^\s*\[*\s*"?{re.escape(field)}"?\s*(=|\])')
    return next((number for number, line in enumerate(text.split("\n"), 1) if wanted.match(line)), 1)
