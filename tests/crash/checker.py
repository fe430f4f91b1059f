"""A judge that knows nothing of the engine: it compares what drivers heard with what the database holds.

Durable (W1), atomic (W2), no phantom (W3), once (W4), streams (W5), log (W6), real time (W7); receipts = facts.
"""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from pathlib import Path
from typing import Any, NamedTuple

import psycopg

Entry = dict[str, Any]

FACTS = "SELECT position, practice, stream, version, command_id, recorded_at, meta FROM facts ORDER BY position"
RECEIPTS = "SELECT practice, command_id, position, facts FROM receipts"
HEAD = "SELECT position FROM head"


class Row(NamedTuple):
    """One stored fact, as far as a judge without keys can read it."""

    position: int
    practice: str
    stream: str
    version: int
    command_id: str
    recorded_at: int
    by: str
    cause: int | None


class Receipt(NamedTuple):
    """What the database says a command id came to."""

    practice: str
    command_id: str
    position: int
    facts: int


class Stored(NamedTuple):
    """All that a database holds, read at one moment."""

    rows: list[Row]
    receipts: list[Receipt]
    head: int


class Batch(NamedTuple):
    """The facts of one command id."""

    rows: list[Row]

    @property
    def place(self) -> tuple[str, int, int, int]:
        """Stream, first position, number of facts and last version: what an answer must have said."""
        last = self.rows[-1]
        return last.stream, self.rows[0].position, len(self.rows), last.version


def read_sqlite(path: Path) -> Stored:
    """Read a SQLite log without changing its files."""
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True, isolation_level=None)
    try:
        connection.execute("BEGIN")
        return _stored(connection)
    finally:
        connection.close()


def read_postgres(url: str) -> Stored:
    """Read a PostgreSQL log in one snapshot."""
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        return _stored(connection)


def _stored(connection: Any) -> Stored:
    rows = [_row(*found) for found in connection.execute(FACTS).fetchall()]
    receipts = [Receipt(r[0], bytes(r[1]).hex(), *r[2:]) for r in connection.execute(RECEIPTS).fetchall()]
    return Stored(rows, receipts, connection.execute(HEAD).fetchone()[0])


def _row(position: int, practice: str, stream: str, version: int, command_id: bytes, recorded_at: int, meta: str
         ) -> Row:
    clear = json.loads(meta)
    return Row(position, practice, stream, version, bytes(command_id).hex(), recorded_at, clear.get("kind", ""),
               clear.get("cause"))


def judge(history: list[Entry], stored: Stored) -> list[str]:
    """Every violation in words; none if what is stored is what was asked and answered."""
    batches = _batches(stored.rows)
    return [
        *_log_is_gapless(stored), *_streams_are_gapless(stored.rows), *_batches_are_whole(batches, stored.receipts),
        *_nothing_is_a_phantom(history, batches, stored.rows), *_answers_are_durable(history, batches),
        *_answers_never_change(history), *_real_time_is_kept(history, batches),
    ]


def _batches(rows: list[Row]) -> dict[str, Batch]:
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[row.command_id].append(row)
    return {command_id: Batch(of_it) for command_id, of_it in found.items()}


def _log_is_gapless(stored: Stored) -> list[str]:
    positions = [row.position for row in stored.rows]
    found = [f"W6: position {number} is missing or doubled" for number, position in enumerate(positions, 1)
             if position != number][:1]
    if stored.head != len(positions):
        found.append(f"W6: the counter says {stored.head}, the log holds {len(positions)} facts")
    return found


def _streams_are_gapless(rows: list[Row]) -> list[str]:
    found: list[str] = []
    last: dict[tuple[str, str], tuple[int, int]] = {}
    for row in rows:
        version, recorded = last.get((row.practice, row.stream), (0, row.recorded_at))
        if row.version != version + 1:
            found.append(f"W5: {row.stream} goes from version {version} to {row.version} at position {row.position}")
        if row.recorded_at < recorded:
            found.append(f"W5: {row.stream} runs back in time at version {row.version}")
        last[row.practice, row.stream] = row.version, row.recorded_at
    return found


def _batches_are_whole(batches: dict[str, Batch], receipts: list[Receipt]) -> list[str]:
    found: list[str] = []
    for command_id, (rows,) in batches.items():
        first = rows[0]
        if [row.position for row in rows] != list(range(first.position, first.position + len(rows))):
            found.append(f"W4: {command_id} owns more than one batch")
        if len({(row.practice, row.stream) for row in rows}) > 1:
            found.append(f"W2: {command_id} wrote into more than one stream")
    expected = {(rows[0].practice, command_id, rows[0].position, len(rows))
                for command_id, (rows,) in batches.items()}
    found += [f"W2: {r.command_id} has a receipt for {r.facts} facts at {r.position} that are not there so"
              for r in receipts if r not in expected]
    found += [f"W2: {command_id} has facts without its receipt"
              for _, command_id, *_ in expected - {tuple(r) for r in receipts}]
    if len({(r.practice, r.command_id) for r in receipts}) != len(receipts):
        found.append("W4: a command id has two receipts")
    return found


def _nothing_is_a_phantom(history: list[Entry], batches: dict[str, Batch], rows: list[Row]) -> list[str]:
    """A policy's command was asked by nobody, but names the earlier fact that led to it."""
    open_calls: dict[str, int] = defaultdict(int)
    asked: dict[str, set[str]] = defaultdict(set)
    for entry in history:
        if entry["kind"] == "invoke":
            asked[entry["command_id"]].add(entry["stream"])
            open_calls[entry["command_id"]] += 1
        elif entry["kind"] == "error":
            open_calls[entry["command_id"]] -= 1
    practice_at = {row.position: row.practice for row in rows}
    found: list[str] = []
    for command_id, (of_it,) in batches.items():
        first = of_it[0]
        if command_id in asked:
            if open_calls[command_id] < 1:
                found.append(f"W3: {command_id} was answered with an error, and is stored")
            if asked[command_id] != {first.stream}:
                found.append(f"W3: {command_id} was asked of {asked[command_id]} and is stored in {first.stream}")
        elif first.by != "policy":
            found.append(f"W3: {command_id} is stored, and nobody asked for it")
        elif first.cause is None or first.cause >= first.position or practice_at.get(first.cause) != first.practice:
            found.append(f"W3: {command_id} of a policy names no earlier fact of its practice as its cause")
    return found


def _answers_are_durable(history: list[Entry], batches: dict[str, Batch]) -> list[str]:
    found: list[str] = []
    for entry in history:
        if entry["kind"] not in ("ok", "refused") or not entry["facts"]:
            continue
        batch = batches.get(entry["command_id"])
        told = (entry["stream"], entry["position"], entry["facts"], entry["version"])
        if batch is None:
            found.append(f"W1: {entry['command_id']} was acknowledged and is lost")
        elif batch.place != told:
            found.append(f"W1: {entry['command_id']} was acknowledged as {told} and is stored as {batch.place}")
    return found


def _answers_never_change(history: list[Entry]) -> list[str]:
    found: list[str] = []
    answers: dict[str, Entry] = {}
    fresh: set[str] = set()
    for entry in history:
        name, command_id = entry["kind"], entry["command_id"]
        if name == "bug":
            found.append(f"W0: {command_id} met an exception that is no answer: {entry['text']}")
        if name == "error" and command_id in answers:
            found.append(f"W4: {command_id} was answered, and then met an error: {entry['text']}")
        if name not in ("ok", "refused"):
            continue
        first = answers.setdefault(command_id, entry)
        if any(first[part] != entry[part] for part in ("kind", "stream", "position", "facts", "version")):
            found.append(f"W4: {command_id} was answered twice, and not the same")
        if entry["facts"] and not entry["repeated"]:
            if command_id in fresh:
                found.append(f"W4: {command_id} was decided twice")
            fresh.add(command_id)
    return found


def _real_time_is_kept(history: list[Entry], batches: dict[str, Batch]) -> list[str]:
    """What was answered before another thing was asked lies before it in the log."""
    asked: dict[str, float] = {}
    answered: dict[str, float] = {}
    for entry in history:
        known = asked if entry["kind"] == "invoke" else answered if entry["kind"] in ("ok", "refused") else None
        if known is not None and entry["command_id"] in batches:
            known[entry["command_id"]] = min(entry["at"], known.get(entry["command_id"], entry["at"]))
    moments = sorted([(at, 0, command_id) for command_id, at in asked.items()]
                     + [(at, 1, command_id) for command_id, at in answered.items()])
    found: list[str] = []
    newest = 0
    for _, is_answer, command_id in moments:
        rows = batches[command_id].rows
        if is_answer:
            newest = max(newest, rows[-1].position)
        elif rows[0].position <= newest:
            found.append(f"W7: {command_id} was asked after position {newest} was answered, and lies before it")
    return found
