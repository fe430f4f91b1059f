"""The driver's diary: one line of JSON for each thing it asked and heard, on the disk before it goes on."""

from __future__ import annotations

import json
import os
from pathlib import Path
from time import monotonic
from typing import Any

Entry = dict[str, Any]
ANSWERS = ("ok", "refused")


class Diary:
    """A file that several threads of several processes may write; a line is there whole or not at all."""

    def __init__(self, path: Path, process: str) -> None:
        self.process = process
        self._file = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
        size = os.fstat(self._file).st_size
        if size and os.pread(self._file, 1, size - 1) != b"\n":
            self._put(b"\n")  # whoever wrote before was killed in the middle of a line

    def note(self, kind: str, **entry: Any) -> None:
        """Write one line and wait until the disk has it."""
        line = {"kind": kind, "at": monotonic(), "process": self.process, **entry}
        self._put(json.dumps(line).encode() + b"\n")

    def close(self) -> None:
        os.close(self._file)

    def _put(self, line: bytes) -> None:
        os.write(self._file, line)
        os.fsync(self._file)


def read_diary(*paths: Path) -> list[Entry]:
    """Every whole line; a line that a kill tore was neither asked nor heard."""
    found: list[Entry] = []
    for path in paths:
        for line in path.read_bytes().splitlines() if path.exists() else ():
            try:
                found.append(json.loads(line))
            except ValueError:
                continue
    return sorted(found, key=lambda entry: float(entry["at"]))


def in_doubt(history: list[Entry]) -> list[Entry]:
    """The first request of every command id that was asked and never answered for certain."""
    certain = {e["command_id"] for e in history if e["kind"] in (*ANSWERS, "error")}
    asked: dict[str, Entry] = {}
    for entry in history:
        if entry["kind"] == "invoke" and entry["command_id"] not in certain:
            asked.setdefault(entry["command_id"], entry)
    return list(asked.values())
