"""What hashing alone does not tell is told by the seal; and erasing a client breaks no proof."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from uuid import UUID

import pytest

from aggregates.kernel.errors import Conflict, Unreadable
from tests.frozen.make import EXAMPLES
from tests.independent.verifier import verify_file
from workflow.bootstrap import create, open_office
from workflow.engine.histories import read_history
from workflow.engine.player import Player
from workflow.engine.requests import Who
from workflow.log.proof.checkpoint import check
from workflow.log.row import NO_LEAF, header, leaf_hash, stream_prefix
from workflow.settings import Settings, settings

HISTORY = read_history((EXAMPLES / "03-red-flag-at-screening.toml").read_text("utf-8"))
OWNER = Who("person", "grace")


@pytest.fixture
def place(tmp_path: Path) -> Settings:
    """The data directory of a practice with one client, closed."""
    place = settings(tmp_path / "home", {})
    office = create(place, rehearsal=True)
    assert not [played.unmet for played in Player(office).play(HISTORY) if played.unmet]
    office.close()
    return place


def attacked(place: Settings, *statements: tuple[str, tuple[object, ...]]) -> None:
    with closing(sqlite3.connect(place.home / "log.db")) as attacker, attacker:
        for trigger in attacker.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            attacker.execute(f"DROP TRIGGER {trigger[0]}")
        for statement, values in statements:
            attacker.execute(statement, values)


def test_a_forged_fact_at_the_end_can_hash_well_but_it_can_t_be_opened(place: Settings) -> None:
    office = open_office(place)
    row = next(row for page in office.log.reader.pages() for row in page if row.stream.startswith("care:"))
    key = office.keys.by_id(row.key_id)
    bound = header(stream_prefix(office.log.identity.log_id, row.practice, "care:forged"), 1, row.name,
                   row.schema_version, row.recorded_at, bytes(16), row.meta, row.key_id)
    size = office.log.reader.head()[0]
    forged = row._replace(position=size + 1, stream="care:forged", version=1, command_id=bytes(16),
                          leaf=leaf_hash(bound, size + 1, NO_LEAF, row.body))
    sealer = office.door(row.practice).streams.sealer
    assert sealer.unseal(row, key).originator_version == row.version
    with pytest.raises(Unreadable, match="not what was sealed there"):
        sealer.unseal(forged, key)
    office.close()


def test_an_altered_receipt_digest_lets_nobody_pass_another_command_off_as_the_first(place: Settings) -> None:
    attacked(place, ("UPDATE receipts SET digest = zeroblob(16)", ()))
    office = open_office(place)
    assert office.log.verify().holds
    with pytest.raises(Conflict, match="was used already, with another body"):
        list(Player(office).play(HISTORY))
    office.close()


def test_after_a_client_was_erased_everything_still_verifies_for_the_engine_and_for_a_stranger(place: Settings) -> None:
    office = open_office(place)
    before = check(office.log.checkpoint() or "", office.log.identity.public_key)
    answer = office.erasure().erase("thames", "client-three", "asked to be erased", "consent withdrawn", OWNER,
                                    UUID(int=7))
    assert not answer.refused
    assert office.log.verify(also=(before,)).holds
    office.close()
    note = (place.checkpoints / "latest.checkpoint").read_text("utf-8")
    trouble, head = verify_file(place.home / "log.db", None, [note])
    assert trouble is None
    assert head.position > before.size
    again = open_office(place)
    assert again.log.why_read_only is None
    again.close()


def test_a_rehearsal_can_t_be_passed_off_as_a_real_log(place: Settings) -> None:
    attacked(place, ("UPDATE head SET clock = 'real'", ()))
    office = open_office(place)
    assert office.log.why_read_only is not None
    assert "belongs to another log" in office.log.why_read_only
    office.close()
