"""A directory is made ready beside the one that it is to be, and put in place as a whole."""

from __future__ import annotations

import fcntl
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp

from aggregates.kernel.errors import StoreUnavailable
from workflow.directory_lock import DirectoryLock

STAGE = ".restore-"
FORMER = "former"
CHANCE = re.compile(r"[a-z0-9_]{8}")  # what mkdtemp puts behind a prefix
SIDECARS = ("-wal", "-shm")


@contextmanager
def stage_for(home: Path) -> Iterator[Path]:
    """A directory beside what is to be made, on the same disk; gone again whatever happens."""
    try:
        home.parent.mkdir(parents=True, exist_ok=True)
        lock = DirectoryLock(home) if home.exists() else None
        if lock is not None:
            lock.take()
        clear_away(home)
        stage = Path(mkdtemp(prefix=STAGE, dir=home) if home.exists() else
                     mkdtemp(prefix=f"{STAGE}{home.name}-", dir=home.parent))
        held = _held(stage)
    except OSError as error:
        raise StoreUnavailable(f"restore: can't write to {home}: {error.strerror}") from None
    try:
        yield stage
    except OSError as error:
        raise StoreUnavailable(f"restore: {error.strerror}; nothing was restored") from None
    finally:
        shutil.rmtree(stage, ignore_errors=True)
        if held is not None:
            os.close(held)
        if lock is not None:
            lock.release()


def left_behind(home: Path) -> list[Path]:
    """What killed restores left, in the directory or beside it; copies of keys may be in it."""
    inside = [path for path in _in(home) if path.name.startswith(STAGE)]
    prefix = f"{STAGE}{home.name}-"
    beside = [path for path in _in(home.parent)
              if path.name.startswith(prefix) and CHANCE.fullmatch(path.name[len(prefix):])]
    return [path for path in sorted(inside + beside) if path.is_dir() and not _in_use(path)]


def clear_away(home: Path) -> list[Path]:
    """Remove what killed restores left. What they had moved out of the way and not replaced yet goes back first."""
    found = left_behind(home)
    for left in found:
        for each in _in(left / FORMER):
            not_replaced = (left / each.name.removesuffix("-wal").removesuffix("-shm")).exists()
            if not_replaced and not (home / each.name).exists():
                each.rename(home / each.name)
        shutil.rmtree(left)
    return found


def put_in_place(stage: Path, home: Path, last: str) -> None:
    """Move everything to where it belongs; as long as the file *last* is not there, nothing opens."""
    if not home.exists():
        stage.rename(home)
        return
    former = stage / FORMER
    former.mkdir()
    for path in sorted(set(stage.iterdir()) - {former}, key=lambda each: each.name == last):
        target = home / path.name
        if path.name == "lock":
            continue
        for beside in (f"{path.name}{end}" for end in SIDECARS):  # another database's write-ahead log must not stay
            if (home / beside).exists():
                (home / beside).rename(former / beside)
        if target.is_dir():
            target.rename(former / path.name)
        path.replace(target)


def _in(directory: Path) -> list[Path]:
    return list(directory.iterdir()) if directory.is_dir() else []


def _in_use(stage: Path) -> bool:
    held = _held(stage)
    if held is None:
        return True
    os.close(held)
    return False


def _held(stage: Path) -> int | None:
    """The operating system lets go of it when the process dies; None if another process holds it."""
    try:
        handle = os.open(stage, os.O_RDONLY)
    except OSError:  # somebody else's
        return None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(handle)
        return None
    return handle
