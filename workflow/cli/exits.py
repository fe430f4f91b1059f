"""Exit codes, and how an error becomes one line and one of them."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from workflow.cli.output import flushed

OK, REFUSED, USAGE, NOT_FOUND, CONFLICT, UNAVAILABLE, NOT_VERIFIED, NOT_WRITTEN = range(8)
INTERRUPTED, UNREAD = 130, 141


def say(sentence: str) -> None:
    """One sentence for the person at the terminal, apart from the answer itself."""
    print(f"met: {sentence}", file=sys.stderr)


def pointing(error: Exception, client: str = "") -> str:
    """The sentence of an error; where something stored is damaged, with the command that says what."""
    from aggregates.kernel.errors import Damaged
    known = not isinstance(error, Damaged) or "; met verify" in str(error)
    return str(error) if known else f"{error}; met verify{client and f' {client}'} says what is damaged"


@contextmanager
def one_line_errors() -> Iterator[None]:
    """Print an error as one sentence on stderr and leave with its exit code."""
    from aggregates.kernel import errors as e
    from workflow.access.reading import NotAllowed
    from workflow.log.seal.keys import Destroyed
    codes = (
        (e.InvalidInput, USAGE), (e.NotFound, NOT_FOUND), (Destroyed, NOT_FOUND), (e.Conflict, CONFLICT),
        (e.NotVerified, NOT_VERIFIED), (e.Damaged, NOT_VERIFIED), (e.StoreUnavailable, UNAVAILABLE),
        (e.Unreadable, UNAVAILABLE), (NotAllowed, REFUSED))
    try:
        yield
    except (e.MetError, NotAllowed) as error:
        for sentence in (getattr(error, "help_now", ""), flushed(), pointing(error)):
            if sentence:
                say(sentence)
        raise SystemExit(next(code for kind, code in codes if isinstance(error, kind))) from None
    except KeyboardInterrupt:
        raise SystemExit(INTERRUPTED) from None
