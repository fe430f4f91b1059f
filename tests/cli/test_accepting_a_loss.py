"""Going on from an older backup takes somebody who says so, and the record says who, why, and what is gone."""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.cli.support import Ran, met
from workflow.bootstrap import open_office
from workflow.log.backup import LOG
from workflow.log.proof.checkpoint import parse
from workflow.settings import settings

ACCEPT = ("--accept-loss", "--as", "ada", "--reason", "the disk died")
ERASE = ("--reason", "asked", "--basis", "consent withdrawn", "--as", "ada", "--yes")
OUTSIDE = ("latest.checkpoint", "checkpoints.txt", "erased-keys.txt", "tombstones.txt")


class Saved(NamedTuple):
    """Backups of log and keys, both from before elm-1 was erased, and the practice itself."""

    home: Path
    log: Path
    keys: Path

    @property
    def checkpoints(self) -> Path:
        return self.home / "checkpoints"

    def facts(self) -> int:
        return int(json.loads((self.log / "manifest.json").read_text())["facts"])


@pytest.fixture
def saved(home: Path, tmp_path: Path) -> Saved:
    saved = Saved(home, tmp_path / "log", tmp_path / "keys")
    assert met("backup", str(saved.log), home=home).code == 0
    assert met("keys", "backup", "--to", str(saved.keys), home=home).code == 0
    assert met("erase", "elm-1", *ERASE, home=home).code == 0
    return saved


def beside(saved: Saved, new: Path, *files: str) -> Path:
    """A directory that waits for its log, with the master key and some of the files that were kept outside."""
    (new / "checkpoints").mkdir(parents=True)
    shutil.copy(saved.home / "master.key", new)
    for name in files:
        shutil.copy(saved.checkpoints / name, new / "checkpoints")
    return new


def restore(saved: Saved, new: Path, *more: str, **environment: str) -> Ran:
    return met("restore", str(saved.log), "--keys-from", str(saved.keys), *more, home=new, **environment)


def recorded(home: Path) -> list[dict[str, object]]:
    found: list[dict[str, object]] = json.loads(met("verify", "--json", home=home).out)["accepted_losses"]
    return found


def names(home: Path, stream: str = "care:elm-1") -> list[str]:
    with closing(sqlite3.connect(home / LOG)) as log:
        return [row[0] for row in log.execute("SELECT name FROM facts WHERE stream = ? ORDER BY version", (stream,))]


def test_without_anything_outside_a_restore_says_what_it_does_not_know_and_wants_to_be_told(
        saved: Saved, tmp_path: Path) -> None:
    new = beside(saved, tmp_path / "new")
    ran = restore(saved, new)
    assert ran.code == 6
    assert ran.sentence.startswith("restore: nothing outside vouches for this backup being the newest, no signed "
                                   f"checkpoint is in {new / 'checkpoints'}: erasures after 20")
    assert "UTC are not known to this backup" in ran.sentence
    assert not (new / LOG).exists()


@pytest.mark.parametrize("who", [(), ("--as", "ada"), ("--reason", "x"), ("--as", "ada", "--reason", "  "),
                                 ("--as", "Ada Elm", "--reason", "x"), ("--as", "ada", "--reason", "x" * 201)])
def test_a_loss_is_accepted_by_somebody_for_a_reason(saved: Saved, tmp_path: Path, who: tuple[str, ...]) -> None:
    new = beside(saved, tmp_path / "new")
    assert restore(saved, new, "--accept-loss", *who).code == 2
    assert not (new / LOG).exists()


@pytest.mark.parametrize("somebody", ["nobody", "ben"])
def test_a_loss_is_an_owners_to_accept(saved: Saved, tmp_path: Path, somebody: str) -> None:
    new = beside(saved, tmp_path / "new")
    ran = restore(saved, new, "--accept-loss", "--as", somebody, "--reason", "I say so")
    assert ran.code == 1
    assert ran.sentence == ("ACC-01: a loss may be accepted by an owner of a practice in this log only; nothing was "
                            "restored")
    assert not (new / LOG).exists()


def test_a_loss_that_nothing_outside_tells_of_is_recorded_as_unknown(saved: Saved, tmp_path: Path) -> None:
    new = beside(saved, tmp_path / "new")
    ran = restore(saved, new, *ACCEPT)
    assert ran.code == 0
    assert "what is lost is not known, a new epoch" in ran.out
    assert "has to be erased again by hand: met erase" in ran.out
    (loss,) = recorded(new)
    assert (loss["by"], loss["reason"], loss["kept"], loss["lost_until"], loss["epoch"]) == (
        "ada", "the disk died", saved.facts(), 0, 2)


def test_a_loss_that_was_signed_for_names_its_positions_and_its_head(saved: Saved, tmp_path: Path) -> None:
    new = beside(saved, tmp_path / "new", *OUTSIDE)
    assert restore(saved, new, *ACCEPT).code == 0
    lost = (saved.checkpoints / "latest.checkpoint").read_text()
    with closing(open_office(settings(new, {}))) as office:
        facts = office.door("elm").streams.history("practice:elm").facts
    (fact,) = [each for each in facts if each.TOPIC == "practice.loss_accepted"]
    assert (fact.kept, fact.lost_until, fact.heads) == (saved.facts(), parse(lost).size, (lost,))
    assert (fact.meta.actor, fact.meta.role, fact.meta.on_behalf_of) == ("restore", "system", "ada")
    sentence = f"positions {saved.facts() + 1} to {parse(lost).size}; accepted by ada on "
    assert sentence in met("verify", home=new).out
    doctor = met("doctor", home=new)
    assert (doctor.code, sentence in doctor.out) == (0, True)


@pytest.mark.parametrize("kept", ["erased-keys.txt", "tombstones.txt"])
def test_either_list_of_erasures_outside_erases_again_before_the_log_serves(
        saved: Saved, tmp_path: Path, kept: str) -> None:
    new = beside(saved, tmp_path / "new", kept)
    ran = restore(saved, new, *ACCEPT)
    assert ran.code == 0
    assert names(new)[-1] == "care.client_erased"
    assert met("show", "elm-1", "--as", "ada", home=new).code == 3
    assert "destroyed" in met("keys", home=new).out
    if kept == "tombstones.txt":
        assert "1 erased again: clients whom this backup did not know to be erased" in ran.out


def test_a_tombstone_goes_into_backups_and_to_where_checkpoints_are_kept_outside(saved: Saved, tmp_path: Path) -> None:
    assert met("backup", str(tmp_path / "later"), home=saved.home).code == 0
    stone = (saved.checkpoints / "tombstones.txt").read_text()
    assert (tmp_path / "later" / "tombstones.txt").read_text() == stone
    new = beside(saved, tmp_path / "new")
    outside = tmp_path / "outside"
    later = saved._replace(log=tmp_path / "later")
    assert restore(later, new, *ACCEPT, MET_CHECKPOINTS=str(outside)).code == 0
    assert (outside / "tombstones.txt").read_text() == stone


def test_a_tombstone_tells_nothing_of_the_client_and_nobody_is_erased_by_one_that_was_not_signed(
        saved: Saved, tmp_path: Path) -> None:
    stone = (saved.checkpoints / "tombstones.txt").read_text()
    assert "elm" not in stone
    new = beside(saved, tmp_path / "new")
    (new / "checkpoints" / "tombstones.txt").write_text(stone.replace("/erased\n", "/erased\n1"))
    assert restore(saved, new, *ACCEPT).code == 0
    assert names(new)[-1] != "care.client_erased"
    assert met("show", "elm-1", "--as", "ada", home=new).code == 0
    assert "1 in " in met("doctor", home=new).out


def test_the_old_checkpoint_is_accounted_for_by_the_loss_and_only_by_one_that_tells_of_it(
        saved: Saved, tmp_path: Path) -> None:
    old = str(shutil.copy(saved.checkpoints / "latest.checkpoint", tmp_path / "old.checkpoint"))
    told, unknown = beside(saved, tmp_path / "told", *OUTSIDE), beside(saved, tmp_path / "unknown")
    assert restore(saved, told, *ACCEPT).code == 0
    assert restore(saved, unknown, *ACCEPT).code == 0
    accounted = met("verify", "--checkpoint", old, home=told)
    position = recorded(told)[0]["position"]
    assert accounted.code == 0
    assert (f"warning: the checkpoint for {saved.facts() + 3} facts of epoch 1 diverged by an accepted loss recorded "
            f"at position {position}, which accounts for it") in accounted.out
    other = met("verify", "--checkpoint", old, home=unknown)
    assert other.code == 6
    assert "but that one does not tell of it: nothing outside told then how much was lost" in other.out


def test_what_was_signed_behind_the_head_that_was_lost_is_not_accounted_for(saved: Saved, tmp_path: Path) -> None:
    told = beside(saved, tmp_path / "told", *OUTSIDE)
    assert met("do", "practice", "add_person", "--as", "ada", "--json",
               '{"person": "cy", "name": "Cy Ott", "role": "coach"}', home=saved.home).code == 0
    assert restore(saved, told, *ACCEPT).code == 0
    ran = met("verify", "--checkpoint", str(saved.checkpoints / "latest.checkpoint"), home=told)
    assert ran.code == 6
    assert f"it names positions {saved.facts() + 1} to {saved.facts() + 3}" in ran.out


def test_a_checkpoint_from_before_the_loss_still_has_to_fit(saved: Saved, tmp_path: Path) -> None:
    told = beside(saved, tmp_path / "told", *OUTSIDE)
    assert restore(saved, told, *ACCEPT).code == 0
    assert met("verify", "--checkpoint", str(saved.log / "latest.checkpoint"), home=told).code == 0


def test_a_loss_that_is_accepted_on_a_server_is_recorded_there(
        saved: Saved, tmp_path: Path, postgres_url: str) -> None:
    new = beside(saved, tmp_path / "new", *OUTSIDE)
    where = {"MET_LOG_URL": postgres_url}
    assert restore(saved, new, **where).code == 6
    assert restore(saved, new, *ACCEPT, **where).code == 0
    (loss,) = json.loads(met("verify", "--json", home=new, **where).out)["accepted_losses"]
    assert (loss["by"], loss["kept"], loss["lost_until"]) == ("ada", saved.facts(), saved.facts() + 3)
    old = met("verify", "--checkpoint", str(saved.checkpoints / "latest.checkpoint"), home=new, **where)
    assert (old.code, "which accounts for it" in old.out) == (0, True)


def test_a_backup_that_goes_on_twice_accounts_for_both_lines_that_it_left(saved: Saved, tmp_path: Path) -> None:
    given = {"MET_CHECKPOINTS": str(shutil.copytree(saved.checkpoints, tmp_path / "outside"))}
    one, two = beside(saved, tmp_path / "one"), beside(saved, tmp_path / "two")
    assert restore(saved, one, *ACCEPT, **given).code == 0
    of_the_second = shutil.copy(tmp_path / "outside" / "latest.checkpoint", tmp_path / "second.checkpoint")
    assert restore(saved, two, *ACCEPT, **given).code == 0
    for note in (saved.checkpoints / "latest.checkpoint", of_the_second):
        ran = met("verify", "--checkpoint", str(note), home=two, **given)
        assert (ran.code, "which accounts for it" in ran.out) == (0, True)
