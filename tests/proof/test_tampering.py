"""Every alteration of a log's facts is found, and the first bad position is named. Exhaustive, on 300 facts."""

from __future__ import annotations

import random
from itertools import pairwise
from typing import Any

import pytest

from tests.proof.recorded import FACTS, SIGNED, Bench
from workflow.log.proof import verify
from workflow.log.row import Row

EVERY = range(1, FACTS + 1)
NUMBERS = ("version", "schema_version", "recorded_at")


def flipped(value: Any, column: str, chance: random.Random) -> Any:
    """*value* with one bit changed; a position only into one that no row has, as the table holds each once."""
    if column == "position":
        return value ^ 1 << chance.randrange(9, 40)
    if isinstance(value, int):
        return value ^ 1 << chance.randrange(40)
    stored = bytearray(value.encode() if isinstance(value, str) else value)
    stored[chance.randrange(len(stored))] ^= 1 << chance.randrange(8)
    return bytes(stored)


def last_signed_before(position: int) -> int:
    """The largest size under a checkpoint that does not cover *position*."""
    return max((size for size in SIGNED if size < position), default=0)


@pytest.mark.parametrize("column", Row._fields)
def test_one_changed_bit_in_any_column_of_any_fact_is_found_and_its_position_named(bench: Bench, column: str) -> None:
    chance = random.Random(column)
    as_text = "CAST(? AS TEXT)" if column in ("practice", "stream", "name", "meta") else "?"
    for row in bench.recorded.rows:
        new = flipped(getattr(row, column), column, chance)
        with bench.altered() as run:
            run.execute(f"UPDATE facts SET {column} = {as_text} WHERE position = ?", (new, row.position))
            assert bench.first_bad() == row.position, f"{column} of {row.position}"


@pytest.mark.parametrize("column", Row._fields[1:])
def test_a_value_of_another_kind_is_found_and_its_position_named(bench: Bench, column: str) -> None:
    for position in (1, 77, FACTS):
        for other in (b"\xff\xfe", "no such thing", 1.5, 2**62, -(2**63), ""):
            with bench.altered() as run:
                run.execute(f"UPDATE facts SET {column} = ? WHERE position = ?", (other, position))
                assert bench.first_bad() == position, f"{column} = {other!r}"


def test_each_deleted_fact_is_missed(bench: Bench) -> None:
    for position in EVERY:
        with bench.altered() as run:
            run.execute("DELETE FROM facts WHERE position = ?", (position,))
            assert bench.first_bad() == position


def test_each_deleted_fact_is_missed_also_when_those_behind_it_are_renumbered(bench: Bench) -> None:
    for position in EVERY:
        with bench.altered() as run:
            run.execute("DELETE FROM facts WHERE position = ?", (position,))
            bench.shift(position, -1)
            assert bench.first_bad() == position


def test_a_forged_fact_is_found_wherever_it_is_pushed_in(bench: Bench) -> None:
    chance = random.Random(1)
    for position in EVERY:
        row = chance.choice(bench.recorded.rows)
        with bench.altered():
            bench.shift(position - 1, 1)
            bench.put(row._replace(position=position, body=chance.randbytes(60), leaf=chance.randbytes(32),
                                   command_id=chance.randbytes(16)))
            assert bench.first_bad() == position


def test_a_fact_that_is_there_twice_is_found(bench: Bench) -> None:
    for row in bench.recorded.rows:
        with bench.altered():
            bench.shift(row.position, 1)
            bench.put(row._replace(position=row.position + 1))
            assert bench.first_bad() == row.position + 1


@pytest.mark.parametrize("apart", ["neighbours", "far apart"])
def test_two_facts_that_changed_places_are_found(bench: Bench, apart: str) -> None:
    chance, rows = random.Random(2), bench.recorded.rows
    pairs = list(pairwise(rows)) if apart == "neighbours" else [
        sorted(chance.sample(rows, 2)) for _ in range(300)]
    for one, other in pairs:
        with bench.altered() as run:
            run.execute("DELETE FROM facts WHERE position IN (?, ?)", (one.position, other.position))
            bench.put(one._replace(position=other.position))
            bench.put(other._replace(position=one.position))
            assert bench.first_bad() == one.position


def test_two_sealed_contents_that_changed_places_are_found(bench: Bench) -> None:
    chance = random.Random(3)
    for one, other in (sorted(chance.sample(bench.recorded.rows, 2)) for _ in range(300)):
        with bench.altered() as run:
            run.execute("UPDATE facts SET body = ? WHERE position = ?", (other.body, one.position))
            run.execute("UPDATE facts SET body = ? WHERE position = ?", (one.body, other.position))
            assert bench.first_bad() == one.position


@pytest.mark.parametrize(("column", "others"), [("stream", ["care:client-1", "care:client-2"]),
                                               ("practice", ["lakeside", "fjord"])])
def test_a_fact_moved_to_another_client_or_practice_is_found(bench: Bench, column: str, others: list[str]) -> None:
    for row in bench.recorded.rows:
        other = next(each for each in others if each != getattr(row, column))
        moved = row._replace(**{column: other})
        before = [r.version for r in bench.recorded.rows[:row.position - 1]
                  if (r.practice, r.stream) == (moved.practice, moved.stream)]
        with bench.altered() as run:
            run.execute(f"UPDATE facts SET {column} = ?, version = ? WHERE position = ?",
                        (other, max(before, default=0) + 1, row.position))
            assert bench.first_bad() == row.position


def test_a_log_cut_off_anywhere_with_everything_made_to_fit_is_found_by_the_checkpoint_outside(bench: Bench) -> None:
    for position in range(FACTS):
        with bench.altered() as run:
            run.execute("DELETE FROM facts WHERE position > ?", (position,))
            bench.hash_anew()
            run.execute("DELETE FROM checkpoints WHERE size > ?", (position,))
            assert bench.first_bad() == position + 1


def test_a_change_with_all_hashes_computed_anew_is_placed_between_two_checkpoints(bench: Bench) -> None:
    chance = random.Random(4)
    for position in range(1, FACTS + 1, 3):
        with bench.altered() as run:
            run.execute("UPDATE facts SET body = ? WHERE position = ?", (chance.randbytes(50), position))
            bench.hash_anew()
            assert bench.first_bad() == last_signed_before(position) + 1


def test_a_fact_removed_with_all_hashes_computed_anew_is_placed_between_two_checkpoints(bench: Bench) -> None:
    for position in range(2, FACTS + 1, 3):
        with bench.altered() as run:
            run.execute("DELETE FROM facts WHERE position = ?", (position,))
            bench.shift(position, -1)
            bench.hash_anew()
            assert bench.first_bad() == (last_signed_before(position) + 1 if position <= SIGNED[-2] else FACTS)


@pytest.mark.parametrize("position", [0, -1, -(2**40)])
def test_a_row_hidden_before_the_first_position_is_found(bench: Bench, position: int) -> None:
    with bench.altered():
        bench.put(bench.recorded.rows[0]._replace(position=position, stream="care:hidden"))
        assert bench.first_bad() == 0


def test_a_table_rebuilt_without_its_key_can_t_hold_one_position_twice(bench: Bench) -> None:
    for position in (1, 150, FACTS):
        with bench.altered() as run:
            run.execute("CREATE TABLE other AS SELECT * FROM facts")
            run.execute("DROP TABLE facts")
            run.execute("ALTER TABLE other RENAME TO facts")
            bench.put(bench.recorded.rows[position - 1]._replace(body=b"forged"))
            assert bench.first_bad() == position


@pytest.mark.parametrize(("alter", "what"), [
    ("UPDATE facts SET recorded_at = 0 WHERE position = 200", "recorded before the fact that precedes it"),
    ("UPDATE facts SET version = version + 1 WHERE position = 200", "is missing or out of order"),
    ("UPDATE facts SET version = 1 WHERE position = 200", "is missing or out of order")])
@pytest.mark.parametrize("memory", [50_000, 0])
def test_versions_and_times_that_can_t_be_are_found_even_where_every_hash_fits_and_nothing_was_signed(
        bench: Bench, monkeypatch: pytest.MonkeyPatch, memory: int, alter: str, what: str) -> None:
    monkeypatch.setattr(verify, "STREAMS_IN_MEMORY", memory)
    with bench.altered() as run:
        run.execute(alter)
        bench.hash_anew(renumber=False)
        first = bench.report(signed=False).problems[0]
        assert first.position == 200
        assert what in first.what
