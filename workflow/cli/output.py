"""Standard output and standard error that say what happened when nobody reads them or nothing can be written."""

from __future__ import annotations

import errno
import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO, TextIO, cast

STANDARD = {"stdin": os.O_RDONLY, "stdout": os.O_RDONLY, "stderr": os.O_WRONLY}
"""How a stream that came closed is opened on nothing, in the order of its number. What is written to standard output
then fails and is told, and no database is opened under its number."""

_recorded: list[str] = []  # what this run has recorded, should its answer be lost
_asked: list[str] = []  # and what it says has to be done at once


class ReaderGone(BaseException):
    """Whoever read the output went away, as `head` does. Not an `Exception`: nobody else handles it."""


class NotWritten(Exception):
    """The output can't be written, and why."""


class Output(io.TextIOWrapper):
    """Text for a terminal, a pipe or a file. What an encoding can't show is written as an escape."""

    def write(self, text: str) -> int:
        """Write *text*."""
        with self._told():
            return super().write(text)

    def flush(self) -> None:
        """Hand on what was written."""
        with self._told():
            super().flush()

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, self.fileno())  # what is still to be written goes there, silently
            os.close(nowhere)
            if isinstance(error, BrokenPipeError):
                raise ReaderGone from None
            raise NotWritten(_reason(error)) from None


class Errors(Output):
    """Standard error: if it can't be written there is nobody left to tell, and the exit code stays what it is."""

    def write(self, text: str) -> int:
        """Write *text* if that is possible."""
        try:
            return super().write(text)
        except (ReaderGone, NotWritten):
            return len(text)

    def flush(self) -> None:
        """Hand on what was written if that is possible."""
        try:
            super().flush()
        except (ReaderGone, NotWritten):
            return


def guard() -> None:
    """Put the standard streams of this process under guard, also those that came closed."""
    for number, (name, way) in enumerate(STANDARD.items()):
        if getattr(sys, name) is None:
            _open_on_nothing(number, way)
    if sys.stdin is None:
        sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stdout = _guarded(Output, 1, sys.stdout)
    sys.stderr = _guarded(Errors, 2, sys.stderr)


def _open_on_nothing(number: int, way: int) -> None:
    opened = os.open(os.devnull, way)
    if opened != number:
        os.dup2(opened, number)
        os.close(opened)


def _guarded(kind: type[Output], number: int, given: TextIO | None) -> TextIO:
    errors = kind is Errors
    if given is None:
        return kind(cast(BinaryIO, io.BufferedWriter(io.FileIO(number, "w", closefd=False))), "utf-8",
                    "backslashreplace", line_buffering=errors)
    if isinstance(given, io.TextIOWrapper) and not isinstance(given, Output):
        return kind(cast(BinaryIO, given.buffer), given.encoding, "backslashreplace",
                    line_buffering=given.line_buffering or errors)
    return given


def _reason(error: OSError) -> str:
    return "standard output is closed" if error.errno == errno.EBADF else error.strerror or type(error).__name__


def now_recorded(position: int, *, refused: bool = False, up_to: bool = False, asked: str = "") -> None:
    """Remember what to say if the answer can't be written: what is stored stays stored, and what is *asked* at once."""
    _asked[:] = [f"; to do now: {asked}"] if asked else []
    if position:
        _recorded[:] = [f"{'refused, and that is ' if refused else ''}recorded {'up to' if up_to else 'as'} "
                        f"position {position}; the answer could not be written"]


def lost(reason: str) -> str:
    """One sentence for an answer that can't be written."""
    if _recorded:
        return f"{_recorded[0]}: {reason}{''.join(_asked)}"
    return f"output: can't be written: {reason}; what was recorded before stays recorded"


def unread() -> str | None:
    """One sentence for an answer that nobody reads, if there is something to say about it."""
    return f"{_recorded[0]}: nobody reads it any more" if _recorded else None


def flushed() -> str | None:
    """Hand on what was written; one sentence if that was not possible."""
    try:
        sys.stdout.flush()
    except NotWritten as error:
        return lost(str(error))
    except ReaderGone:
        return unread()
    return None
