"""`met access` says who looked at a client's record, when, in which role, for what purpose, with which command."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.cli.support import Ran, founded, met

ERASE = ("erase", "elm-1", "--reason", "asked in writing", "--basis", "consent withdrawn", "--as", "ada", "--yes")


def access(home: Path, *more: str, actor: str = "ada") -> Ran:
    return met("access", "elm-1", "--as", actor, *more, home=home)


def looks(home: Path, *more: str) -> list[dict[str, Any]]:
    ran = access(home, "--json", *more)
    assert (ran.code, ran.err) == (0, "")
    return [json.loads(line) for line in ran.out.splitlines()]


@pytest.fixture
def read(home: Path) -> Path:
    """A practice where a coach and the owner have looked at a record."""
    assert met("show", "elm-1", "--as", "ben", "--purpose", "handover", home=home).code == 0
    assert met("replay", "elm-1", "--as", "ada", home=home).code == 0
    assert met("export", "elm-1", "--as", "ada", home=home).code == 0
    return home


def test_every_look_is_told_with_its_reader_and_the_newest_comes_last(read: Path) -> None:
    ran = access(read)
    assert (ran.code, ran.err) == (0, "")
    told = [line.strip() for line in ran.out.splitlines()]
    assert told[0] == "elm-1, 4 looks at the record, times in Europe/Berlin"
    assert [told[n].partition("met ")[2] for n in (1, 3, 5, 7)] == [
        "show: where the client stands", "replay: the whole history",
        "export: the whole record, to take away, 4 facts", "access: who looked at the record"]
    assert told[2].startswith("by Ben Ott, ben (coach), for handover, via cli, position ")
    assert told[8].startswith("by Ada Elm, ada (owner), for audit, via cli, position ")


def test_asking_who_looked_is_a_look_too(read: Path) -> None:
    assert [each["command"] for each in looks(read)] == ["show", "replay", "export", "access"]
    last = looks(read, "--purpose", "review")[-1]
    assert (last["command"], last["actor"], last["role"], last["purpose"]) == ("access", "ada", "owner", "review")
    assert [each["version"] for each in looks(read)] == [1, 2, 3, 4, 5, 6]


def test_for_machines_each_look_is_one_object_with_stable_keys(read: Path) -> None:
    first, *_, last = looks(read)
    assert set(first) == {"position", "version", "at", "command", "shown", "facts", "actor", "actor_kind", "role",
                          "purpose", "channel", "on_behalf_of"}
    assert (first["command"], first["actor"], first["role"], first["purpose"]) == ("show", "ben", "coach", "handover")
    assert last["position"] > first["position"]


def test_since_leaves_out_what_was_before(read: Path) -> None:
    third = looks(read)[2]
    assert [each["version"] for each in looks(read, "--since", third["at"])][:2] == [3, 4]
    assert looks(read, "--since", "2099-01-01") == []
    unread = met("access", "elm-1", "--as", "ada", "--since", "soon", home=read)
    assert (unread.code, "time: must be like" in unread.sentence) == (2, True)


def test_who_looked_outlives_the_client_and_holds_nothing_of_them(read: Path) -> None:
    assert met(*ERASE, home=read).code == 0
    ran = access(read)
    assert ran.code == 0
    assert "by Ben Ott, ben (coach), for handover" in ran.out
    assert not any(word in ran.out for word in ("Zelda", "knee", "Okafor", "1970"))
    assert [each["command"] for each in looks(read)] == ["show", "replay", "export", "access", "access"]


def test_who_may_not_read_the_record_may_not_see_who_did(read: Path) -> None:
    before = looks(read)
    refused = access(read, actor="nobody")
    assert (refused.code, "ACC-01" in refused.sentence, refused.out) == (1, True, "")
    assert len(looks(read)) == len(before) + 1, "the refused look is none"


def test_another_practices_client_has_no_readers_to_show(home: Path) -> None:
    founded(home, "oak")
    ran = met("access", "elm-1", "--practice", "oak", "--as", "ben", home=home)
    assert (ran.code, ran.sentence) == (3, "client: there is no client elm-1 in this practice")


def test_in_a_log_that_proves_nothing_the_look_is_told_to_be_unrecorded(read: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(read, tmp_path / "copy"))
    (copy / "checkpoints" / "latest.checkpoint").write_text("junk")
    ran = access(copy)
    assert ran.code == 0
    assert "reading it is not recorded" in ran.sentence
    assert "3 looks at the record" in ran.out


def test_a_look_with_a_letter_in_hand_is_a_look_at_its_client(home: Path) -> None:
    drafted = '{"client": "elm-1", "kind": "progress report", "to": "R. Okafor", "lines": ["As planned."]}'
    assert met("do", "elm-1-progress", "draft_letter", "--as", "ben", "--json", drafted, home=home).code == 0
    assert met("letter", "elm-1-progress", "--as", "ben", home=home).code == 0
    first, _ = looks(home)
    assert (first["command"], first["shown"]) == ("letter", "a letter")
