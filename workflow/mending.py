"""What can be put right in a data directory without looking into it: who may read its files, and what a kill left."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from aggregates.kernel.errors import StoreUnavailable
from workflow.directory_lock import DirectoryLock
from workflow.log.database_files import file_of, is_there
from workflow.settings import Settings
from workflow.staging import clear_away, left_behind

OTHERS = stat.S_IRWXG | stat.S_IRWXO


def private_files(where: Settings) -> Iterator[tuple[Path, int]]:
    """The files that are for their owner's eyes alone, with their modes."""
    databases = [file_of(url) for url in (where.log_url, where.keys_url, where.views_url)
                 if url.startswith("sqlite") and is_there(url)]
    for path in (where.master_key, where.signing_key, *databases):
        if path.exists():
            yield path, stat.S_IMODE(path.stat().st_mode)


def mend(where: Settings) -> list[str]:
    """Take from others what they may read, and clear away what killed restores left; says what was done."""
    with _alone(where.home):
        gone = [f"{path}, which a killed restore left, is gone" for path in clear_away(where.home)]
        return [*_tightened(where), *gone]


def clear_first(where: Settings) -> None:
    """Before anything is restored: what a killed restore had moved out of the way is where it belongs again."""
    if left_behind(where.home):
        with _alone(where.home):
            clear_away(where.home)


@contextmanager
def _alone(home: Path) -> Iterator[None]:
    lock = DirectoryLock(home) if home.is_dir() else None
    if lock is not None:
        lock.take()
    try:
        yield
    except OSError as error:
        raise StoreUnavailable(f"data directory: can't be put right: {error.strerror}") from None
    finally:
        if lock is not None:
            lock.release()


def _tightened(where: Settings) -> Iterator[str]:
    for path, mode in private_files(where):
        if mode & OTHERS:
            path.chmod(mode & ~OTHERS)
            yield f"{path.name}: mode {mode:04o} is now {mode & ~OTHERS:04o}"
