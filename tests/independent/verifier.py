"""Checks a MET Workflow log. Written from docs/formats.md alone: it imports nothing of the engine.

    python verifier.py log.db --key VERIFIER_KEY --checkpoint latest.checkpoint [--checkpoint more]

Needs Python and, for signatures, the package `cryptography`.
Exit code 0: the log holds; 1: it doesn't; 2: it can't be read.
"""

from __future__ import annotations

import argparse
import base64
import binascii
import hashlib
import sqlite3
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

FACTS = ("position", "practice", "stream", "version", "name", "schema_version", "recorded_at", "command_id", "meta",
         "key_id", "body", "leaf")
KINDS = (int, str, str, int, str, int, int, bytes, str, bytes, bytes, bytes)


class Trouble(NamedTuple):
    """The first thing that does not hold, and its position; 0 if it is not about one position."""

    position: int
    what: str


class LogError(Exception):
    """Something does not hold."""

    def __init__(self, position: int, what: str) -> None:
        super().__init__(what)
        self.trouble = Trouble(position, what)


class Head(NamedTuple):
    """The counter row."""

    log_id: bytes
    epoch: int
    clock: str
    public_key: bytes
    position: int
    frontier: bytes


class Note(NamedTuple):
    """A signed note, opened."""

    origin: str
    size: int
    root: bytes


def field(content: bytes) -> bytes:
    return len(content).to_bytes(4, "big") + content


def number(value: int) -> bytes:
    return field(value.to_bytes(8, "big", signed=True))


def leaf_of(log_id: bytes, row: tuple[Any, ...], previous: bytes) -> bytes:
    """Sections 3 and 4."""
    position, practice, stream, version, name, schema, recorded, command_id, meta, key_id, body, _ = row
    header = b"".join((
        field(b"met-fact-v1"), field(log_id), field(practice.encode()), field(stream.encode()), number(version),
        field(name.encode()), number(schema), number(recorded), field(command_id), field(meta.encode()), field(key_id)))
    return hashlib.sha256(b"\x00" + header + number(position) + field(previous) + field(body)).digest()


class Tree:
    """Section 4: complete subtrees, largest first, as (number of leaves, root)."""

    def __init__(self) -> None:
        self.parts: list[tuple[int, bytes]] = []

    def push(self, leaf: bytes) -> None:
        self.parts.append((1, leaf))
        while len(self.parts) > 1 and self.parts[-1][0] == self.parts[-2][0]:
            (size, right), (_, left) = self.parts.pop(), self.parts.pop()
            self.parts.append((2 * size, hashlib.sha256(b"\x01" + left + right).digest()))

    def root(self) -> bytes:
        if not self.parts:
            return hashlib.sha256(b"").digest()
        root = self.parts[-1][1]
        for _, part in reversed(self.parts[:-1]):
            root = hashlib.sha256(b"\x01" + part + root).digest()
        return root

    def frontier(self) -> bytes:
        return b"".join(part for _, part in self.parts)


def origin_of(head: Head, epoch: int) -> str:
    """Section 5."""
    clock = "" if head.clock == "real" else f"/{head.clock}"
    return f"met-workflow/{head.log_id.hex()}{clock}" + ("" if epoch == 1 else f"/epoch-{epoch}")


def open_note(text: str, origin: str, public_key: bytes) -> Note:
    """Section 5: the note that *public_key* signed under *origin*."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    body, gap, signatures = text.partition("\n\n")
    lines = body.split("\n")
    if not gap or len(lines) < 3 or lines[0] != origin:
        raise LogError(0, "a checkpoint is not one of this log")
    known_by = hashlib.sha256(origin.encode() + b"\n\x01" + public_key).digest()[:4]
    for line in signatures.split("\n"):
        name, _, stored = line.removeprefix("\u2014 ").rpartition(" ")
        try:
            raw = base64.b64decode(stored, validate=True)
            if not line.startswith("\u2014 ") or name != origin or raw[:4] != known_by:
                continue
            Ed25519PublicKey.from_public_bytes(public_key).verify(raw[4:], f"{body}\n".encode())
            return Note(lines[0], int(lines[1]), base64.b64decode(lines[2], validate=True))
        except (InvalidSignature, binascii.Error, ValueError):
            continue
    raise LogError(0, "a checkpoint is not signed by the log's key")


def key_of(verifier_key: str) -> tuple[str, bytes]:
    """Section 5: origin and public key of a verifier key."""
    origin, known_by, stored = verifier_key.strip().split("+", 2)
    raw = base64.b64decode(stored, validate=True)
    if raw[:1] != b"\x01" or hashlib.sha256(origin.encode() + b"\n" + raw).digest()[:4].hex() != known_by:
        raise LogError(0, "the verifier key is not one")
    return origin, raw[1:]


def verify(rows: Iterable[tuple[Any, ...]], head: Head, notes: Iterable[Note] = (),
           receipts: Iterable[tuple[Any, ...]] | None = None) -> Trouble | None:
    """Section 12. *rows* are facts in order of position; *receipts* are (practice, command_id, position, facts)."""
    try:
        _walk(rows, head, sorted(notes, key=lambda note: note.size),
              None if receipts is None else {(r[0], bytes(r[1])): (r[2], r[3]) for r in receipts})
    except LogError as wrong:
        return wrong.trouble
    return None


def _walk(rows: Iterable[tuple[Any, ...]], head: Head, notes: list[Note],
          receipts: dict[tuple[str, bytes], tuple[int, int]] | None) -> None:
    tree, streams, position, fits = Tree(), {}, 0, 0
    commands: dict[tuple[str, bytes], list[int]] = {}
    for row in rows:
        if row[0] != position + 1:
            raise LogError(position + 1 if row[0] > position else row[0], "a fact is missing, or there twice")
        position += 1
        _check(row, head.log_id, streams)
        tree.push(row[11])
        first = commands.setdefault((row[1], row[7]), [position, 0])
        if first[0] + first[1] != position:
            raise LogError(position, "its command's facts do not stand together")
        first[1] += 1
        while notes and notes[0].size <= position:
            note = notes.pop(0)
            if note.size == position and note.root != tree.root():
                raise LogError(fits + 1, f"between here and {position} something is not what was signed")
            fits = position
    if notes and notes[-1].size > position:
        raise LogError(position + 1, f"missing: a checkpoint covers {notes[-1].size} facts")
    if head.position != position:
        raise LogError(min(position, head.position) + 1, "the counter says something else than the facts")
    if head.frontier != tree.frontier():
        raise LogError(0, "the counter's tree is not that of the facts")
    if receipts is not None:
        _compare(commands, receipts)


def _check(row: tuple[Any, ...], log_id: bytes, streams: dict[tuple[str, str], tuple[int, bytes, int]]) -> None:
    position = row[0]
    if any(type(value) is not kind for value, kind in zip(row, KINDS, strict=True)):
        raise LogError(position, "a column holds another type")
    version, previous, recorded = streams.get((row[1], row[2]), (0, bytes(32), row[6]))
    if row[3] != version + 1:
        raise LogError(position, "not the next version of its stream")
    if row[6] < recorded:
        raise LogError(position, "recorded before the version that precedes it")
    try:
        leaf = leaf_of(log_id, row, previous)
    except (OverflowError, UnicodeEncodeError):
        leaf = b""
    if leaf != row[11]:
        raise LogError(position, "the row is not the one that was recorded")
    streams[row[1], row[2]] = version + 1, row[11], row[6]


def _compare(commands: Mapping[tuple[str, bytes], list[int]], receipts: dict[tuple[str, bytes], tuple[int, int]]
             ) -> None:
    for command, (first, facts) in commands.items():
        if receipts.pop(command, None) != (first, facts):
            raise LogError(first, "its command's receipt is missing or says something else")
    if receipts:
        raise LogError(min(first for first, _ in receipts.values()), "a receipt without facts")


def read_head(connection: sqlite3.Connection) -> Head:
    """Section 2."""
    row = connection.execute(
        "SELECT format, log_id, epoch, clock, public_key, position, frontier FROM head").fetchone()
    if row is None or row[0] != 1:
        raise LogError(0, "the log's counter row is missing, or its format is not 1")
    return Head(*row[1:])


def read_notes(connection: sqlite3.Connection, head: Head) -> Iterator[Note]:
    """The signed notes of the present epoch inside the database."""
    for epoch, size, text in connection.execute("SELECT epoch, size, note FROM checkpoints"):
        note = open_note(text, origin_of(head, epoch), head.public_key)
        if note.size != size or epoch > head.epoch:
            raise LogError(0, "a checkpoint row says something else than its note")
        if epoch == head.epoch:
            yield note


def verify_file(path: Path, verifier_key: str | None, texts: Iterable[str]) -> tuple[Trouble | None, Head]:
    """Check a SQLite log, with notes from outside."""
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
    try:
        head = read_head(connection)
        if verifier_key is not None and key_of(verifier_key) != (origin_of(head, head.epoch), head.public_key):
            return Trouble(0, "the log is not the one that this key belongs to"), head
        try:
            notes = list(read_notes(connection, head))
            notes += [open_note(text, origin_of(head, head.epoch), head.public_key) for text in texts]
        except LogError as wrong:
            return wrong.trouble, head
        rows = connection.execute(f"SELECT {', '.join(FACTS)} FROM facts ORDER BY position")
        receipts = connection.execute("SELECT practice, command_id, position, facts FROM receipts")
        return verify(rows, head, notes, receipts), head
    finally:
        connection.close()


def main() -> int:
    parser = argparse.ArgumentParser(description="Checks a MET Workflow log (docs/formats.md).")
    parser.add_argument("log", type=Path, help="the SQLite file")
    parser.add_argument("--key", help="the verifier key that you were given")
    parser.add_argument("--checkpoint", type=Path, action="append", default=[], help="a signed note from outside")
    given = parser.parse_args()
    try:
        trouble, head = verify_file(given.log, given.key, [p.read_text("utf-8") for p in given.checkpoint])
    except (OSError, sqlite3.Error, LogError, ValueError) as error:
        print(f"can't be read: {error}")
        return 2
    if trouble is not None:
        print(f"does not hold: {trouble.what} (position {trouble.position})")
        return 1
    print(f"holds: {head.position} facts, {origin_of(head, head.epoch)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
