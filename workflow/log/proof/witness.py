"""Checkpoints and erasures written down outside the database: what a restored or rolled-back file can't undo."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

from aggregates.kernel.errors import StoreUnavailable

LATEST = "latest.checkpoint"
HISTORY = "checkpoints.txt"
ERASED = "erased-keys.txt"
TOMBSTONES = "tombstones.txt"
KEY_ID = re.compile(r"[0-9a-f]{32}")
NOTE = re.compile(r"^[^\n]+\n\d+\n[^\n]+\n(?:[^\n]+\n)*\n(?:\u2014 [^\n]+\n)+", re.MULTILINE)


class Witness:
    """A directory that the database can't write, best on another disk under another person."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    def latest(self) -> str | None:
        """The newest signed note, if there is one."""
        return self._text(LATEST)

    def history(self) -> Iterator[str]:
        """Every signed note that was ever kept here, the oldest first."""
        return self._notes(HISTORY)

    def tombstones(self) -> Iterator[str]:
        """Every signed note of an erasure, the oldest first."""
        return self._notes(TOMBSTONES)

    def bury(self, tombstone: str) -> None:
        """Keep a signed note of an erasure, once."""
        if tombstone in self.tombstones():
            return
        try:
            self.directory.mkdir(parents=True, exist_ok=True)
            torn = not (self._text(TOMBSTONES) or "\n").endswith("\n")
            _append(self.directory / TOMBSTONES, ("\n\n" if torn else "") + tombstone + "\n")
        except OSError as error:
            raise StoreUnavailable(f"tombstone: can't be written: {error.strerror}") from None

    def keep(self, note: str) -> None:
        """Store a signed note durably, as the newest and in the history."""
        try:
            self.directory.mkdir(parents=True, exist_ok=True)
            _append(self.directory / HISTORY, note + "\n")
            fresh = self.directory / f".{LATEST}.{uuid4().hex}"  # of this process alone: several may sign
            with fresh.open("w", encoding="utf-8") as file:
                file.write(note)
                file.flush()
                os.fsync(file.fileno())
            fresh.replace(self.directory / LATEST)
        except OSError as error:
            raise NotKept(f"checkpoint: can't be written outside the database: {error.strerror}") from None

    def erased(self) -> tuple[bytes, ...]:
        """The ids of all keys that were destroyed; they hold no personal data."""
        return tuple(bytes.fromhex(line) for line in self._ledger() if KEY_ID.fullmatch(line))

    def unreadable_erasures(self) -> int:
        """How many lines of the ledger of erasures hold no key's id: a crash cut them short, or somebody did."""
        return sum(KEY_ID.fullmatch(line) is None for line in self._ledger())

    def note_erasure(self, key_id: bytes) -> None:
        """Write down, before it happens, that a key is destroyed; a restored key store loses it again."""
        if key_id in self.erased():
            return
        try:
            self.directory.mkdir(parents=True, exist_ok=True)
            torn = not (self._text(ERASED) or "\n").endswith("\n")
            _append(self.directory / ERASED, ("\n" if torn else "") + key_id.hex() + "\n")
        except OSError as error:
            raise StoreUnavailable(f"erasure ledger: can't be written: {error.strerror}") from None

    def _notes(self, name: str) -> Iterator[str]:
        for found in NOTE.finditer(self._text(name) or ""):
            yield found[0]

    def _ledger(self) -> list[str]:
        return (self._text(ERASED) or "").split()

    def _text(self, name: str) -> str | None:
        """A file's text, whatever bytes are in it; None if it is not there."""
        try:
            return (self.directory / name).read_text("utf-8", errors="replace")
        except FileNotFoundError:
            return None
        except OSError as error:
            raise StoreUnavailable(f"checkpoint: {name} can't be read outside the database: {error.strerror}"
                                   ) from None


class NotKept(StoreUnavailable):
    """A checkpoint was signed and could not be written outside the database; the facts are stored."""


def _append(path: Path, text: str) -> None:
    with path.open("a", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
