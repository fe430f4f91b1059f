"""The verifier that a stranger wrote from the page says the same as the engine's own."""

from __future__ import annotations

import ast
import random
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from tests.independent import verifier as stranger
from tests.proof.recorded import FACTS, Bench, Recorded, record
from workflow.log.proof.checkpoint import verifier_key
from workflow.log.proof.witness import Witness
from workflow.log.row import Row
from workflow.log.store.database import open_engine

FILE = Path(stranger.__file__)
HEAD = "SELECT log_id, epoch, clock, public_key, position, frontier FROM head"
RECEIPTS = "SELECT practice, command_id, position, facts FROM receipts"
ALLOWED = {"cryptography", *sys.stdlib_module_names}


def test_it_imports_nothing_of_the_engine() -> None:
    imported = set()
    for node in ast.walk(ast.parse(FILE.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            imported |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0
            imported.add(node.module or "")
    assert {name.partition(".")[0] for name in imported} <= ALLOWED


def strangers_word(recorded: Recorded, rows: Iterable[tuple[Any, ...]], head: Iterable[Any],
                   receipts: Iterable[Any]) -> int | None:
    """The position that the independent verifier names, None if all holds."""
    notes = [stranger.open_note(note, recorded.identity.origin, recorded.identity.public_key)
             for note in recorded.witness.history()]
    trouble = stranger.verify(rows, stranger.Head(*head), notes, receipts)
    return None if trouble is None else trouble.position


def alteration(chance: random.Random, rows: tuple[Row, ...]) -> tuple[str, tuple[Any, ...]]:
    """One statement that alters one row in one way."""
    row, other = chance.sample(rows, 2)
    column = chance.choice(Row._fields[1:])
    return chance.choice([
        (f"UPDATE facts SET {column} = ? WHERE position = ?", (getattr(other, column), row.position)),
        ("UPDATE facts SET recorded_at = recorded_at + ? WHERE position = ?", (chance.randint(-9, 9), row.position)),
        ("UPDATE facts SET body = ? WHERE position = ?", (chance.randbytes(40), row.position)),
        ("DELETE FROM facts WHERE position = ?", (row.position,)),
        ("DELETE FROM facts WHERE position > ?", (row.position,)),
        ("UPDATE facts SET position = position + 1000 WHERE position = ?", (row.position,)),
        ("DELETE FROM receipts WHERE command_id = ?", (row.command_id,)),
        ("UPDATE receipts SET facts = facts + 1 WHERE command_id = ?", (row.command_id,)),
        ("UPDATE head SET position = ?", (row.position,)),
        ("UPDATE head SET frontier = ?", (row.leaf,)),
    ])


def test_both_say_the_same_of_a_clean_log_and_of_six_hundred_altered_ones(bench: Bench) -> None:
    chance, alarms = random.Random(6962), 0
    for number in range(601):
        with bench.altered() as run:
            if number:
                run.execute(*alteration(chance, bench.recorded.rows))
            rows = run.execute("SELECT * FROM facts ORDER BY position")
            word = strangers_word(bench.recorded, rows, run.execute(HEAD).fetchone(), run.execute(RECEIPTS))
            assert word == bench.first_bad()
            alarms += word is not None
    assert alarms > 500


def test_both_place_a_change_with_all_hashes_computed_anew_behind_the_same_checkpoint(bench: Bench) -> None:
    for position in (1, 60, 61, 150, 239, 241, FACTS):
        with bench.altered() as run:
            run.execute("UPDATE facts SET body = x'00' WHERE position = ?", (position,))
            bench.hash_anew()
            rows = run.execute("SELECT * FROM facts ORDER BY position")
            word = strangers_word(bench.recorded, rows, run.execute(HEAD).fetchone(), run.execute(RECEIPTS))
            assert word == bench.first_bad() is not None


def test_both_say_the_same_of_a_log_on_postgresql(postgres_url: str, tmp_path: Path) -> None:
    log = record(open_engine(postgres_url), Witness(tmp_path))
    kept = Recorded(tmp_path, log.witness, log.identity, (), ())
    with log.engine.connect() as connection:
        for alter in (None, "UPDATE facts SET meta = '{}' WHERE position = 123",
                      "DELETE FROM facts WHERE position = 77"):
            if alter is not None:
                connection.exec_driver_sql("SET session_replication_role = replica")
                connection.exec_driver_sql(alter)
            rows = [tuple(row) for row in connection.exec_driver_sql("SELECT * FROM facts ORDER BY position")]
            head = tuple(connection.exec_driver_sql(HEAD).one())
            receipts = [tuple(row) for row in connection.exec_driver_sql(RECEIPTS)]
            problems = log.verify().problems
            assert strangers_word(kept, rows, head, receipts) == (problems[0].position if problems else None)
    assert problems[0].position == 77
    log.close()


def run(*arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-I", str(FILE), *map(str, arguments)], capture_output=True, text=True,
                          check=False, timeout=60)


def test_a_reviewer_runs_it_on_a_file_with_the_key_and_a_checkpoint(recorded: Recorded) -> None:
    key = verifier_key(recorded.identity.origin, recorded.identity.public_key)
    done = run(recorded.path, "--key", key, "--checkpoint", recorded.witness.directory / "latest.checkpoint")
    assert (done.returncode, done.stdout) == (0, f"holds: 300 facts, {recorded.identity.origin}\n")


@pytest.mark.parametrize("alter", ["UPDATE facts SET stream = 'care:other' WHERE position = 42",
                                   "DELETE FROM facts WHERE position = 42"])
def test_the_reviewer_is_told_the_position(bench: Bench, tmp_path: Path, alter: str) -> None:
    with bench.altered() as driver:
        driver.execute(alter)
        image = bytearray(driver.serialize())
        image[18:20] = b"\x01\x01"
        (tmp_path / "log.db").write_bytes(image)
    done = run(tmp_path / "log.db")
    assert done.returncode == 1
    assert done.stdout.endswith("(position 42)\n")


def test_the_reviewer_is_told_that_the_key_is_another_log_s(recorded: Recorded) -> None:
    done = run(recorded.path, "--key", verifier_key("met-workflow/other", recorded.identity.public_key))
    assert (done.returncode, done.stdout) == (1, "does not hold: the log is not the one that this key belongs to "
                                                 "(position 0)\n")


def test_a_file_that_is_no_log_can_t_be_read(tmp_path: Path) -> None:
    (tmp_path / "other").write_text("no database")
    assert run(tmp_path / "other").returncode == 2
    assert run(tmp_path / "nowhere").returncode == 2
