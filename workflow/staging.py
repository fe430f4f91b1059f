"""A directory is made ready beside the one that it is to be, and put in place as a whole."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp

from aggregates.kernel.errors import StoreUnavailable
from workflow.directory_lock import DirectoryLock

STAGE = ".restore-"


@contextmanager
def stage_for(home: Path) -> Iterator[Path]:
    """A directory beside what is to be made, on the same disk; gone again whatever happens."""
    try:
        home.parent.mkdir(parents=True, exist_ok=True)
        lock = DirectoryLock(home) if home.exists() else None
        if lock is not None:
            lock.take()
            for left in home.glob(f"{STAGE}*"):  # of a restore that was killed: this lock says that none is running
                shutil.rmtree(left)
        stage = Path(mkdtemp(prefix=STAGE, dir=home if home.exists() else home.parent))
    except OSError as error:
        raise StoreUnavailable(f"restore: can't write to {home}: {error.strerror}") from None
    try:
        yield stage
    except OSError as error:
        raise StoreUnavailable(f"restore: {error.strerror}; nothing was restored") from None
    finally:
        shutil.rmtree(stage, ignore_errors=True)
        if lock is not None:
            lock.release()


def put_in_place(stage: Path, home: Path, last: str) -> None:
    """Move everything to where it belongs; as long as the file *last* is not there, nothing opens."""
    if not home.exists():
        stage.rename(home)
        return
    former = stage / "former"
    former.mkdir()
    for path in sorted(set(stage.iterdir()) - {former}, key=lambda each: each.name == last):
        target = home / path.name
        if path.name == "lock":
            continue
        if target.is_dir():
            target.rename(former / path.name)
        path.replace(target)
