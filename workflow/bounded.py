"""Text that somebody hands over in a file or a stream: never more of it is read than may be there."""

from __future__ import annotations

import io
import sys
from pathlib import Path

from aggregates.kernel.errors import InvalidInput

MOST_CHARACTERS = 200_000
"""Of one command's fields, and of a checkpoint."""

MOST_OF_A_HISTORY = 5_000_000
MOST_OF_A_SETTING = 4_096


def text_of(path: Path, what: str, most: int = MOST_CHARACTERS) -> str:
    """The text of a file; raises `OSError` or `UnicodeDecodeError` where there is none."""
    with path.open(encoding="utf-8") as file:
        return _bounded(file, what, most)


def text_of_stdin(what: str, most: int = MOST_CHARACTERS) -> str:
    """The text of standard input; whoever writes more than *most* characters into it is not heard to the end."""
    try:
        return _bounded(io.TextIOWrapper(sys.stdin.buffer, "utf-8"), what, most)
    except (OSError, UnicodeDecodeError):
        raise InvalidInput(f"{what}: standard input is not a text") from None


def _bounded(file: io.TextIOBase, what: str, most: int) -> str:
    text = file.read(most + 1)
    refuse_longer(text, what, most)
    return text


def refuse_longer(text: str, what: str, most: int = MOST_CHARACTERS) -> None:
    """Raise `InvalidInput` if *text* is longer than may be."""
    if len(text) > most:
        raise InvalidInput(f"{what}: is longer than {most:,} characters")
