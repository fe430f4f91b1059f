"""Signed notes: what is accepted, what is refused, and that no two ever contradict each other."""

from __future__ import annotations

import shutil
import sqlite3
from base64 import b64decode, b64encode
from contextlib import closing
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from aggregates.kernel.errors import NotVerified, StoreUnavailable
from tests.proof.recorded import SIGNED, SIGNING_KEY, Bench, Recorded, record
from workflow.log.event_log import EventLog
from workflow.log.proof.checkpoint import Checkpoint, check, parse, raw_public_key, sign, verifier_key
from workflow.log.proof.keeper import Keeper
from workflow.log.proof.witness import Witness
from workflow.log.store.database import open_engine, sqlite_url

PUBLIC = raw_public_key(SIGNING_KEY.public_key())
OTHER_KEY = Ed25519PrivateKey.from_private_bytes(bytes(32))
CHECKPOINT = Checkpoint("met-workflow/0123", 7, bytes(range(32)))
NOTE = sign(CHECKPOINT, SIGNING_KEY)


@given(st.integers(0, 2**62), st.binary(min_size=32, max_size=32))
def test_what_was_signed_is_read_back(size: int, root: bytes) -> None:
    given_note = Checkpoint("met-workflow/0123", size, root)
    assert check(sign(given_note, SIGNING_KEY), PUBLIC) == given_note


def test_every_change_of_one_character_is_refused() -> None:
    for place in range(len(NOTE.rstrip("\n"))):
        forged = NOTE[:place] + ("B" if NOTE[place] != "B" else "C") + NOTE[place + 1:]
        with pytest.raises(NotVerified):
            check(forged, PUBLIC)


def test_every_truncated_note_is_refused() -> None:
    for length in range(len(NOTE) - 1):
        with pytest.raises(NotVerified):
            check(NOTE[:length], PUBLIC)


@pytest.mark.parametrize("note", ["", "\n\n", "a\n1\n\n", "a\n-1\nAA==\n\n", "a\n\u0661\nAA==\n\n", "a\n1\n!\n\n",
                                  "a\n1\nAA==\n\n"])
def test_what_is_no_note_is_refused(note: str) -> None:
    with pytest.raises(NotVerified):
        parse(note)


def test_another_key_s_signature_is_refused_also_under_this_key_s_name() -> None:
    with pytest.raises(NotVerified, match="not signed by this log's key"):
        check(sign(CHECKPOINT, OTHER_KEY), PUBLIC)
    body = CHECKPOINT.body()
    hint = NOTE.rpartition(" ")[2][:5]
    forged = f"{body}\n\u2014 {CHECKPOINT.origin} {hint}{b64encode(bytes(68)).decode()[5:]}\n"
    with pytest.raises(NotVerified):
        check(forged, PUBLIC)


def test_lines_of_an_extension_and_signatures_of_witnesses_are_tolerated() -> None:
    body = f"{CHECKPOINT.body()}an extension\nanother one\n"
    own = sign(CHECKPOINT, SIGNING_KEY).rpartition(" ")[2]
    raw = b64encode(b64decode(own)[:4] + SIGNING_KEY.sign(body.encode())).decode()
    witness = "\u2014 witness.example AAAAAAAA\n"
    assert check(f"{body}\n{witness}\u2014 {CHECKPOINT.origin} {raw}\n", PUBLIC) == CHECKPOINT
    assert check(NOTE + witness, PUBLIC) == CHECKPOINT


def test_a_note_of_another_log_is_not_taken_for_this_one_s(recorded: Recorded, tmp_path: Path) -> None:
    log = EventLog(open_engine(sqlite_url(Path(shutil.copy(recorded.path, tmp_path)))), recorded.witness, SIGNING_KEY)
    with pytest.raises(NotVerified, match="another log"):
        log.check_note(NOTE)
    assert log.verifier_key() == verifier_key(recorded.identity.origin, PUBLIC)
    log.close()


def test_a_log_in_made_up_time_signs_under_another_name(tmp_path: Path) -> None:
    engine, witness = open_engine(sqlite_url(tmp_path / "log.db")), Witness(tmp_path)
    log = EventLog.create(engine, witness, SIGNING_KEY, "virtual")
    assert log.identity.origin == f"met-workflow/{log.identity.log_id.hex()}/virtual"
    log.close()


def keeper(bench: Bench, directory: Path) -> Keeper:
    """A signer of the log as it is on the bench, with its own copy of the checkpoints outside."""
    identity = bench.recorded.identity
    if not directory.exists():
        shutil.copytree(bench.recorded.witness.directory, directory)
    return Keeper(bench.engine, bench.reader, Witness(directory), SIGNING_KEY, identity.origin, identity.epoch)


@pytest.fixture
def unsigned(recorded: Recorded, tmp_path: Path) -> Bench:
    """A log of 300 facts whose newest checkpoint, inside and outside, covers 240."""
    witness = Witness(tmp_path / "checkpoints")
    for note in list(recorded.witness.history())[:-1]:
        witness.keep(note)
    bench = Bench(recorded._replace(witness=witness))
    bench.driver.execute("DELETE FROM checkpoints WHERE size = 300")
    return bench


def test_the_next_checkpoint_follows_from_the_one_before(unsigned: Bench, tmp_path: Path) -> None:
    note = keeper(unsigned, tmp_path / "mine").sign()
    assert note is not None
    assert check(note, PUBLIC) == unsigned.recorded.notes[-1]
    unsigned.close()


@pytest.mark.parametrize("alter", [
    "UPDATE facts SET leaf = zeroblob(32) WHERE position = 270", "DELETE FROM facts WHERE position = 241",
    "DELETE FROM facts WHERE position = 300", "UPDATE head SET frontier = zeroblob(128)",
    "UPDATE head SET position = 239"])
def test_it_does_not_sign_what_does_not_follow_from_what_it_signed(unsigned: Bench, tmp_path: Path, alter: str
                                                                   ) -> None:
    unsigned.driver.execute(alter)
    signer = keeper(unsigned, tmp_path / "mine")
    with pytest.raises(NotVerified):
        signer.sign()
    assert check(Witness(tmp_path / "mine").latest() or "", PUBLIC).size == 240
    unsigned.close()


def test_it_does_not_sign_again_for_a_history_that_was_rewritten_before_its_last_checkpoint(
        unsigned: Bench, tmp_path: Path) -> None:
    unsigned.driver.execute("UPDATE facts SET body = x'00' WHERE position = 100")
    unsigned.hash_anew()
    unsigned.driver.execute("DELETE FROM checkpoints")
    with pytest.raises(NotVerified, match="not the one that signed for 240 facts"):
        keeper(unsigned, tmp_path / "mine").sign()
    unsigned.close()


def test_two_processes_that_sign_the_same_size_agree(unsigned: Bench, tmp_path: Path) -> None:
    notes = {keeper(unsigned, tmp_path / name).sign() for name in ("one", "other")}
    assert len(notes) == 1
    assert unsigned.driver.execute("SELECT count(*) FROM checkpoints").fetchone() == (len(SIGNED),)
    unsigned.close()


def test_a_size_that_was_signed_for_with_another_root_is_not_signed_for(unsigned: Bench, tmp_path: Path) -> None:
    other = sign(Checkpoint(unsigned.recorded.identity.origin, 300, bytes(32)), SIGNING_KEY)
    unsigned.driver.execute("INSERT INTO checkpoints VALUES (1, 300, ?, x'')", (other,))
    with pytest.raises(NotVerified, match="another root was signed"):
        keeper(unsigned, tmp_path / "mine").sign()
    assert check(Witness(tmp_path / "mine").latest() or "", PUBLIC).size == 240
    unsigned.close()


@pytest.mark.parametrize("damage", ["DELETE FROM checkpoints", "UPDATE checkpoints SET frontier = x''"])
def test_missing_checkpoint_rows_are_made_up_for_from_the_facts(unsigned: Bench, tmp_path: Path, damage: str) -> None:
    unsigned.driver.execute(damage)
    note = keeper(unsigned, tmp_path / "mine").sign()
    assert note is not None
    assert check(note, PUBLIC) == unsigned.recorded.notes[-1]
    unsigned.close()


def test_if_the_notes_outside_were_lost_those_inside_are_gone_by(unsigned: Bench, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    unsigned.driver.execute("UPDATE facts SET body = x'00' WHERE position = 100")
    unsigned.hash_anew()
    with pytest.raises(NotVerified, match="the facts behind 240 do not lead to the log's own tree"):
        keeper(unsigned, tmp_path / "empty").sign()
    unsigned.close()


def test_a_leaf_altered_behind_the_engine_s_back_turns_the_log_read_only(tmp_path: Path) -> None:
    path = tmp_path / "log.db"
    log = record(open_engine(sqlite_url(path)), Witness(tmp_path / "checkpoints"), 70)
    with closing(sqlite3.connect(path)) as attacker, attacker:
        attacker.execute("DROP TRIGGER facts_no_update")
        attacker.execute("UPDATE facts SET leaf = zeroblob(32) WHERE position = 65")
    with pytest.raises(NotVerified):
        log.checkpoint()
    assert log.verify().problems[0].position == 65
    assert log.why_read_only == "the row is not the one that was recorded there (position 65)"
    log.close()
    again = EventLog(open_engine(sqlite_url(path)), Witness(tmp_path / "checkpoints"), SIGNING_KEY)
    assert again.why_read_only is not None
    assert check(again.witness.latest() or "", PUBLIC).size == 60
    again.close()


def test_checkpoints_that_can_t_be_written_outside_say_so(unsigned: Bench, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    shutil.copytree(unsigned.recorded.witness.directory, tmp_path / "mine", dirs_exist_ok=True)
    signer = keeper(unsigned, tmp_path / "mine")
    (tmp_path / "mine" / "checkpoints.txt").unlink()
    (tmp_path / "mine" / "checkpoints.txt").mkdir()
    with pytest.raises(StoreUnavailable, match="can't be written outside"):
        signer.sign()
    unsigned.close()
