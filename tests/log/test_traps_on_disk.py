"""The measured traps of event stores that lie in files (M11, M12, M14): we don't fall into them."""

from __future__ import annotations

import random
import re
import shutil
import sqlite3
import subprocess
import sys
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import Any
from uuid import uuid4

import msgspec
import pytest
from sqlalchemy import text

from aggregates.kernel.errors import MetError
from tests.log.support import PRACTICE, office_at, open_desk, open_log, play
from tests.support.postgres import PostgresServer
from workflow.bootstrap import Office
from workflow.engine.requests import Who
from workflow.log.store.database import open_engine

NOTES, FLIPS, CUTS = 40, 250, 60
WRITER = """
import os, sys
from pathlib import Path
from tests.log.support import open_desk
with open_desk(sys.argv[1], Path(sys.argv[2])) as desk:
    desk.key("care:a")
    for n in range(40):
        os.write(1, b"begin\\n")
        desk.write("care:a", f"note {n}")
        os.write(1, b"acknowledged\\n")
"""


def test_m11_nothing_is_acknowledged_before_it_is_on_the_disk(tmp_path: Path) -> None:
    """Every connection is durable by its settings; where system calls can be traced, the order is seen, too.

    Between the beginning of each command and its acknowledgement the write-ahead log is written, and after
    its last write it is flushed. Where tracing is not possible, only the settings are shown.
    """
    url = f"sqlite:///{tmp_path / 'log.db'}"
    with closing(open_log(url, tmp_path)) as log:
        for connection in [log.engine.connect() for _ in range(3)]:
            with connection:
                assert connection.execute(text("PRAGMA journal_mode")).scalar() == "wal"
                assert connection.execute(text("PRAGMA synchronous")).scalar() == 2
    trace, strace = tmp_path / "trace", shutil.which("strace")
    command = [sys.executable, "-c", WRITER, url, str(tmp_path)]
    if strace is None or subprocess.run([strace, "-f", "true"], capture_output=True, check=False).returncode:
        assert subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout.count(b"acknowledged") == NOTES
        return
    subprocess.run([strace, "-f", "-y", "-o", str(trace), "-e", "trace=write,pwrite64,fsync,fdatasync", *command],
                   stdout=subprocess.DEVNULL, check=True)
    assert acknowledged_after_flush(trace.read_text(errors="replace")) == [True] * NOTES


def acknowledged_after_flush(trace: str) -> list[bool]:
    """For each acknowledgement: was the write-ahead log written since the command began, and then flushed?"""
    found, written, flushed = [], False, False
    for line in trace.splitlines():
        if '"begin\\n"' in line:
            written = flushed = False
        elif "pwrite64(" in line and "log.db-wal>" in line:
            written, flushed = True, False
        elif re.search(r"f(data)?sync\(\d+<[^>]*log\.db-wal>\)\s+= 0", line):
            flushed = written
        elif '"acknowledged\\n"' in line:
            found.append(written and flushed)
    return found


def test_m11_the_check_of_the_trace_sees_an_early_acknowledgement() -> None:
    write, flush = "1 pwrite64(7</x/log.db-wal>, ...) = 24", "1 fdatasync(7</x/log.db-wal>) = 0"
    begin, answer = r'1 write(1<pipe>, "begin\n", 6) = 6', r'1 write(1<pipe>, "acknowledged\n", 13) = 13'
    for lines, good in (((begin, write, flush, answer), True), ((begin, write, answer, flush), False),
                        ((begin, flush, write, answer), False), ((write, flush, begin, answer), False)):
        assert acknowledged_after_flush("\n".join(lines)) == [good]


def test_m11_postgresql_acknowledges_only_what_it_flushed(postgres_url: str, tmp_path: Path) -> None:
    with closing(open_log(postgres_url, tmp_path)) as log, log.engine.connect() as connection:
        for name in ("fsync", "synchronous_commit", "full_page_writes"):
            assert connection.execute(text(f"SHOW {name}")).scalar() == "on"


class Original:
    """A log whose every fact is covered by a checkpoint outside, with its files as they are while it is open."""

    def __init__(self, home: Path, *, in_wal: bool) -> None:
        self.home = home / "original"
        with open_desk(f"sqlite:///{home / 'log.db'}", home) as desk:
            for n in range(NOTES):
                desk.write(f"care:{n % 4}", f"note {n}")
            desk.log.checkpoint()
            if in_wal:
                self._copy(home)
            self.truth = told(desk.log)
        if not in_wal:
            self._copy(home)

    def _copy(self, home: Path) -> None:
        self.home.mkdir()
        for name in ("log.db", "log.db-wal"):
            if (home / name).exists():
                shutil.copy(home / name, self.home / name)
        shutil.copytree(home / "checkpoints", self.home / "checkpoints")

    def outcome(self, damaged: Path) -> str:
        """What comes of opening a damaged copy; `silent` is what must never be."""
        try:
            log = open_log(f"sqlite:///{damaged / 'log.db'}", damaged)
        except MetError:
            return "refused at the start"
        with closing(log):
            if log.why_read_only is not None:
                return "read-only"
            try:
                same = told(log) == self.truth
                if same:
                    return "no effect on any fact"
                return "silent" if log.verify().holds else "found by verification"
            except MetError:
                return "an error when read"


def told(log: Any) -> list[Any]:
    """Everything a log tells: in order of positions, stream by stream, and where each command id is stored.

    A damaged receipt may cost the repeated answer (the digest no longer fits, which is a conflict), never a fact.
    """
    rows = [row for page in log.reader.pages() for row in page]
    by_stream = [log.reader.stream(PRACTICE, f"care:{n}") for n in range(4)]
    receipts = [log.reader.receipt(PRACTICE, row.command_id) for row in rows]
    return [rows, by_stream, [receipt and receipt[:2] for receipt in receipts]]


def copy_of(original: Original, target: Path) -> Path:
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(original.home, target)
    return target


@pytest.mark.parametrize("name", ["log.db", "log.db-wal"])
def test_m12_a_flipped_bit_is_refused_or_found_and_never_silent(name: str, tmp_path: Path) -> None:
    original, cases = Original(tmp_path, in_wal=name.endswith("wal")), random.Random(12)
    outcomes: Counter[str] = Counter()
    for _ in range(FLIPS):
        damaged = copy_of(original, tmp_path / "damaged")
        content = bytearray((damaged / name).read_bytes())
        place, bit = cases.randrange(len(content)), cases.randrange(8)
        content[place] ^= 1 << bit
        (damaged / name).write_bytes(content)
        outcome = original.outcome(damaged)
        assert outcome != "silent", (place, bit)
        outcomes[outcome] += 1
    assert outcomes["read-only"] + outcomes["refused at the start"] > FLIPS // 10, outcomes


def test_m12_a_write_ahead_log_cut_short_is_never_a_shorter_history(tmp_path: Path) -> None:
    original, cases = Original(tmp_path, in_wal=True), random.Random(13)
    size = (original.home / "log.db-wal").stat().st_size
    outcomes: Counter[str] = Counter()
    for length in [0, *sorted(cases.randrange(size) for _ in range(CUTS))]:
        damaged = copy_of(original, tmp_path / "damaged")
        with (damaged / "log.db-wal").open("r+b") as file:
            file.truncate(length)
        outcome = original.outcome(damaged)
        assert outcome != "silent", length
        outcomes[outcome] += 1
    assert outcomes["read-only"] + outcomes["refused at the start"] > CUTS // 2, outcomes


def test_m12_the_undamaged_copy_opens_and_tells_everything(tmp_path: Path) -> None:
    original = Original(tmp_path, in_wal=True)
    assert original.outcome(copy_of(original, tmp_path / "copy")) == "no effect on any fact"


def secrets_of(office: Office) -> dict[str, bytes]:
    """What must be gone: every sentence and name of the client, its wrapped key, and the sealed snapshot."""
    door = office.door("fjord")
    words: set[str] = set()
    for fact in door.streams.history("care:client-two").facts:
        collect(msgspec.to_builtins(fact.payload()), words)
    shared: set[str] = set()
    for fact in door.streams.history("practice:fjord").facts:
        collect(msgspec.to_builtins(fact.payload()), shared)
    found = {word: word.encode() for word in words - shared if " " in word and len(word) > 12}
    with office.keys.engine.connect() as connection:
        found["the wrapped key"] = bytes(connection.execute(
            text("SELECT wrapped FROM keys WHERE subject = 'client:client-two'")).scalar_one())
    with office.snapshots._engine.connect() as connection:
        found["the snapshot"] = bytes(connection.execute(
            text("SELECT body FROM snapshots WHERE stream = 'care:client-two'")).scalar_one())[:64]
    return found


def collect(value: Any, words: set[str]) -> None:
    if isinstance(value, str):
        words.add(value)
    elif isinstance(value, dict):
        for each in value.values():
            collect(each, words)
    elif isinstance(value, list | tuple):
        for each in value:
            collect(each, words)


def readable(directory: Path, secrets: dict[str, bytes]) -> set[str]:
    """Which of the secrets can be read in any byte of any file."""
    contents = [path.read_bytes() for path in directory.rglob("*") if path.is_file()]
    return {name for name, secret in secrets.items() if any(secret in content for content in contents)}


def erase_client_two(office: Office) -> None:
    answer = office.erasure().erase("fjord", "client-two", "left the practice", "consent withdrawn",
                                    Who("person", "ole"), uuid4())
    assert not answer.refused


@pytest.fixture
def with_snapshots(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workflow.engine.streams.SNAPSHOT_EVERY", 1)


@pytest.mark.usefixtures("with_snapshots")
def test_m14_after_erasing_a_client_no_file_holds_a_byte_of_them(tmp_path: Path) -> None:
    office = office_at("sqlite://", tmp_path)
    play(office, "02")
    secrets = secrets_of(office)
    assert len(secrets) > 10
    assert readable(tmp_path, secrets) == {"the wrapped key", "the snapshot"}
    erase_client_two(office)
    assert readable(tmp_path, secrets) == set()
    office.close()
    assert readable(tmp_path, secrets) == set()
    with closing(office_at("sqlite://", tmp_path)) as again:
        assert again.log.verify().holds
    with closing(sqlite3.connect(tmp_path / "keys.db")) as keys:
        assert keys.execute("SELECT count(*) FROM keys WHERE wrapped IS NULL").fetchall() == [(1,)]


@pytest.mark.usefixtures("with_snapshots")
def test_m14_after_erasing_a_client_no_table_of_postgresql_holds_a_byte_of_them(
        postgres: PostgresServer, postgres_url: str, tmp_path: Path) -> None:
    """The server's own write-ahead log is recycled later; it holds the key only as the master key wrapped it."""
    office = office_at(postgres_url, tmp_path)
    play(office, "02")
    secrets, tables = secrets_of(office), postgres.home / "data" / "base"
    assert checkpointed(postgres_url, tables, secrets) == {"the wrapped key", "the snapshot"}
    erase_client_two(office)
    assert checkpointed(postgres_url, tables, secrets) == set()
    assert readable(tmp_path, secrets) == set()
    office.close()


def checkpointed(url: str, tables: Path, secrets: dict[str, bytes]) -> set[str]:
    engine = open_engine(url)
    with engine.connect() as connection:
        connection.execute(text("CHECKPOINT"))
    engine.dispose()
    return readable(tables, secrets)
