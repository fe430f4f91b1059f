"""Exit codes, and how an error becomes one line and one of them."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

OK, REFUSED, USAGE, NOT_FOUND, CONFLICT, UNAVAILABLE, NOT_VERIFIED = range(7)
INTERRUPTED = 130


@contextmanager
def one_line_errors() -> Iterator[None]:
    """Print an error as one sentence on stderr and leave with its exit code."""
    from aggregates.kernel import errors as e
    from workflow.access.reading import NotAllowed
    from workflow.log.seal.keys import Destroyed
    codes = (
        (e.InvalidInput, USAGE), (e.NotFound, NOT_FOUND), (Destroyed, NOT_FOUND), (e.Conflict, CONFLICT),
        (e.NotVerified, NOT_VERIFIED), (e.StoreUnavailable, UNAVAILABLE), (e.Unreadable, UNAVAILABLE),
        (NotAllowed, REFUSED))
    try:
        yield
    except (e.MetError, NotAllowed) as error:
        sys.stdout.flush()
        print(f"met: {error}", file=sys.stderr)
        raise SystemExit(next(code for kind, code in codes if isinstance(error, kind))) from None
    except KeyboardInterrupt:
        raise SystemExit(INTERRUPTED) from None
    except BrokenPipeError:
        sys.stderr.close()
        raise SystemExit(OK) from None
