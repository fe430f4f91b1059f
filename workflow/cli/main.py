"""`met`: the command line. Nothing is imported before an interruption would be answered by its exit code."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line; whatever nobody foresaw is still one line and an exit code."""
    try:
        from workflow.cli import output
        output.guard()
        try:
            _run()
        except output.ReaderGone:
            said = output.unread()
            if said is not None:
                print(f"met: {said}", file=sys.stderr)
            raise SystemExit(141) from None
        except output.NotWritten as error:
            print(f"met: {output.lost(str(error))}", file=sys.stderr)
            raise SystemExit(7) from None
    except KeyboardInterrupt:
        raise SystemExit(130) from None


def _run() -> None:
    from workflow.cli.app import app
    from workflow.cli.exits import UNAVAILABLE, USAGE
    try:
        try:
            app()
        finally:
            sys.stdout.flush()
    except (OSError, UnicodeError, RecursionError, OverflowError, ImportError) as error:
        reason = getattr(error, "strerror", None) or type(error).__name__
        print(f"met: the system or the input does not allow it: {reason}", file=sys.stderr)
        raise SystemExit(UNAVAILABLE if isinstance(error, OSError | ImportError) else USAGE) from None


if __name__ == "__main__":
    main()
