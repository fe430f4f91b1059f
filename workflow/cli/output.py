"""Standard output and standard error that say what happened when nobody reads them or nothing can be written."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO, cast


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
            raise NotWritten(error.strerror or type(error).__name__) from None


def guard() -> None:
    """Put both streams of this process under guard."""
    for name in ("stdout", "stderr"):
        given = getattr(sys, name)
        if isinstance(given, io.TextIOWrapper) and not isinstance(given, Output):
            setattr(sys, name, Output(cast(BinaryIO, given.buffer), given.encoding, "backslashreplace",
                                      line_buffering=given.line_buffering or name == "stderr"))
