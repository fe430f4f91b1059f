"""One process writes to an embedded data directory at a time; another one waits a little and then hears who it is."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from time import monotonic, sleep

from aggregates.kernel.errors import StoreUnavailable

WAIT_SECONDS = 5.0


class DirectoryLock:
    """Held from `take` to `release`; the operating system lets go of it when the process dies."""

    def __init__(self, directory: Path) -> None:
        self._path = directory / "lock"
        self._handle: int | None = None

    def take(self) -> None:
        """Hold the directory, or raise `StoreUnavailable` naming the process that does."""
        try:
            handle = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise _not_writable(error.strerror) from None
        if not os.access(self._path.parent, os.W_OK):
            os.close(handle)
            raise _not_writable("Permission denied")
        until = monotonic() + WAIT_SECONDS
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except OSError:
                if monotonic() > until:
                    holder = os.read(handle, 20).decode(errors="replace").strip() or "unknown"
                    os.close(handle)
                    raise StoreUnavailable(
                        f"data directory: process {holder} is using it; one process writes to it at a time") from None
                sleep(0.02)
        os.ftruncate(handle, 0)
        os.pwrite(handle, str(os.getpid()).encode(), 0)
        self._handle = handle

    def release(self) -> None:
        """Let the next process in."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None


def _not_writable(why: str | None) -> StoreUnavailable:
    return StoreUnavailable(f"data directory: can't be written ({why}), and this command writes down what it does; "
                            "met verify, doctor and clients only read")
