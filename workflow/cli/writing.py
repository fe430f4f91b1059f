"""Writing an answer into a file that only its owner may read, and never over another one unasked."""

from __future__ import annotations

import os
from pathlib import Path

from aggregates.kernel.errors import InvalidInput, StoreUnavailable


def refuse_to_replace(path: Path | None, overwrite: bool) -> None:
    """Raise if there is such a file: asked before anything is recorded, and again when it is made."""
    if path is not None and not overwrite and (path.exists() or path.is_symlink()):
        raise InvalidInput(f"export: {path} is there already; --overwrite replaces it")


def write_private(path: Path, text: str, *, overwrite: bool) -> None:
    """Write *text* as a file of mode 0600."""
    refuse_to_replace(path, overwrite)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | (os.O_TRUNC if overwrite else os.O_EXCL), 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        raise StoreUnavailable(f"export: can't be written: {error.strerror}") from None
