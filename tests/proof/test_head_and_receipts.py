"""What stands beside the facts is proved too: the counter row, the checkpoint rows, the receipts."""

from __future__ import annotations

import random
import shutil
from pathlib import Path
from typing import Any

import pytest

from aggregates.kernel.errors import NotFound, NotVerified, Unreadable
from tests.proof.recorded import FACTS, SIGNED, SIGNING_KEY, Bench, Recorded, record
from workflow.log.event_log import EventLog
from workflow.log.proof.checkpoint import Checkpoint, check, sign
from workflow.log.proof.tree import Frontier
from workflow.log.proof.witness import Witness
from workflow.log.store.database import open_engine, sqlite_url


def refused(bench: Bench) -> bool:
    """Whether opening or verifying the log as it is now says that it does not hold."""
    try:
        with bench.opened() as log:
            return not log.verify().holds
    except (NotVerified, Unreadable, NotFound):
        return True


def test_a_log_that_nobody_altered_is_not_refused(bench: Bench) -> None:
    assert not refused(bench)


@pytest.mark.parametrize(("column", "values"), [
    ("format", [0, 2, -1]), ("log_id", [bytes(16), b""]), ("epoch", [0, 2, -1]), ("clock", ["virtual", "", "REAL"]),
    ("public_key", [bytes(32), b""]), ("position", [0, FACTS - 1, FACTS + 1, -1, 2**40]),
    ("frontier", [b"", bytes(32), bytes(32 * FACTS.bit_count())])])
def test_no_column_of_the_counter_row_can_be_altered_unseen(bench: Bench, column: str, values: list[Any]) -> None:
    for value in values:
        with bench.altered() as run:
            run.execute(f"UPDATE head SET {column} = ?", (value,))
            assert refused(bench), f"{column} = {value!r}"


def test_a_log_without_its_counter_row_is_refused(bench: Bench) -> None:
    with bench.altered() as run:
        run.execute("DELETE FROM head")
        assert refused(bench)


def test_a_new_epoch_that_the_signing_key_did_not_begin_does_not_excuse_another_history(bench: Bench) -> None:
    with bench.altered() as run:
        run.execute("DELETE FROM facts WHERE position > 100")
        bench.hash_anew()
        run.execute("DELETE FROM checkpoints")
        run.execute("UPDATE head SET epoch = 2")
        with bench.opened() as log:
            assert log.why_read_only == ("it does not verify: checkpoint: belongs to another log, "
                                         "or to this one before it was restored")


@pytest.mark.parametrize(("column", "value"), [
    ("epoch", 0), ("epoch", 2), ("size", 61), ("note", ""), ("note", "x\n1\nAA==\n\n"), ("frontier", b""),
    ("frontier", bytes(64)), ("note", b"\xff")])
def test_no_checkpoint_row_can_be_altered_unseen(bench: Bench, column: str, value: Any) -> None:
    for size in SIGNED:
        with bench.altered() as run:
            run.execute(f"UPDATE checkpoints SET {column} = ? WHERE size = ?", (value, size))
            assert refused(bench), f"{column} of {size}"


def test_two_checkpoint_rows_can_t_change_their_notes(bench: Bench) -> None:
    with bench.altered() as run:
        note = run.execute("SELECT note FROM checkpoints WHERE size = 60").fetchone()[0]
        run.execute("UPDATE checkpoints SET note = ? WHERE size = 150", (note,))
        assert refused(bench)


@pytest.mark.parametrize("column", ["practice", "command_id", "position", "facts"])
def test_an_altered_receipt_is_found_and_its_command_named(bench: Bench, column: str) -> None:
    chance = random.Random(column)
    receipts = bench.driver.execute("SELECT practice, command_id, position, facts FROM receipts").fetchall()
    for practice, command_id, position, facts in receipts:
        value = {"practice": "elsewhere", "command_id": chance.randbytes(16), "position": position + 1,
                 "facts": facts + 1}[column]
        with bench.altered() as run:
            run.execute(f"UPDATE receipts SET {column} = ? WHERE practice = ? AND command_id = ?",
                        (value, practice, command_id))
            assert bench.first_bad() == position


def test_a_missing_receipt_is_found_and_its_command_named(bench: Bench) -> None:
    for practice, command_id, position in bench.driver.execute(
            "SELECT practice, command_id, position FROM receipts").fetchall():
        with bench.altered() as run:
            run.execute("DELETE FROM receipts WHERE practice = ? AND command_id = ?", (practice, command_id))
            assert bench.first_bad() == position


@pytest.mark.parametrize("position", [1, 150, FACTS, FACTS + 1, 0, -7])
def test_a_forged_receipt_is_found_and_named_by_the_position_it_claims(bench: Bench, position: int) -> None:
    with bench.altered() as run:
        run.execute("INSERT INTO receipts VALUES ('lakeside', ?, ?, 1, ?)", (bytes(16), position, bytes(16)))
        assert bench.first_bad() == position


def test_two_receipts_that_changed_their_numbers_are_found(bench: Bench) -> None:
    with bench.altered() as run:
        (p1, c1, n1, f1), (p2, c2, n2, f2) = run.execute(
            "SELECT practice, command_id, position, facts FROM receipts ORDER BY position LIMIT 2").fetchall()
        for practice, command, number, facts in ((p1, c1, n2, f2), (p2, c2, n1, f1)):
            run.execute("UPDATE receipts SET position = ?, facts = ? WHERE practice = ? AND command_id = ?",
                        (number, facts, practice, command))
        assert bench.first_bad() == 1


def test_an_older_copy_of_the_database_is_not_taken_for_the_log(tmp_path: Path) -> None:
    path, witness = tmp_path / "log.db", Witness(tmp_path / "checkpoints")
    record(open_engine(sqlite_url(path)), witness, 90).close()
    shutil.copy(path, tmp_path / "old.db")
    path.unlink()
    shutil.rmtree(witness.directory)
    log = record(open_engine(sqlite_url(path)), witness, 120)
    log.close()
    shutil.copy(tmp_path / "old.db", path)
    put_back = EventLog(open_engine(sqlite_url(path)), witness, None)
    assert put_back.why_read_only is not None
    put_back.close()


def test_a_log_rolled_back_to_an_earlier_state_of_its_own_is_read_only_and_says_from_where_on_facts_are_missing(
        recorded: Recorded, tmp_path: Path) -> None:
    path = tmp_path / "log.db"
    shutil.copy(recorded.path, path)
    bench = Bench(recorded._replace(path=path))
    bench.driver.execute("DELETE FROM facts WHERE position > 240")
    bench.hash_anew()
    bench.driver.execute("DELETE FROM checkpoints WHERE size > 240")
    with bench.opened() as log:
        assert log.why_read_only == ("it does not verify: missing: a checkpoint signs for 300 facts, the log holds 240 "
                                     "(position 241)")
    bench.close()


def test_two_histories_of_one_log_both_rightly_signed_can_t_both_be_true(bench: Bench) -> None:
    with bench.altered() as run:
        run.execute("UPDATE facts SET body = x'00' WHERE position = 200")
        bench.hash_anew()
        size, peaks = bench.reader.head()
        other = Checkpoint(bench.recorded.identity.origin, size, Frontier.from_bytes(size, peaks).root())
        assert check(sign(other, SIGNING_KEY), bench.recorded.identity.public_key) == other
    with bench.opened() as log:
        assert log.verify().holds
        assert log.verify(also=(other,)).problems[0].position == 241


def test_a_receipt_of_no_practice_and_no_command_is_found(bench: Bench) -> None:
    with bench.altered() as run:
        run.execute("INSERT INTO receipts VALUES ('', x'', 1, 1, ?)", (bytes(16),))
        assert bench.first_bad() is not None


def test_a_counter_row_put_back_to_an_earlier_epoch_is_found(bench: Bench) -> None:
    later = Checkpoint(bench.recorded.identity.origin_of(2), 60, bench.recorded.notes[0].root)
    with bench.altered() as run:
        peaks = run.execute("SELECT frontier FROM checkpoints WHERE size = 60").fetchone()[0]
        run.execute("INSERT INTO checkpoints VALUES (2, 60, ?, ?)", (sign(later, SIGNING_KEY), peaks))
        with bench.opened() as log:
            assert [each.what for each in log.verify().problems] == [
                "the log was in epoch 2 already, its counter row says 1"]
