"""Who only reads holds no lock and changes no byte; and no cache ever stops anybody."""

from __future__ import annotations

from contextlib import closing
from hashlib import sha256
from pathlib import Path

import pytest

from tests.cli.support import met
from tests.cli.test_what_vouches_for_the_log import told


def test_the_doctor_and_other_readers_change_no_byte(home: Path) -> None:
    def content() -> dict[str, str]:
        return {str(path): sha256(path.read_bytes()).hexdigest() for path in sorted(home.rglob("*")) if path.is_file()}

    before = content()
    for arguments in (("doctor",), ("verify",), ("clients",), ("keys",), ("keys", "check")):
        assert met(*arguments, home=home).code == 0
        assert content() == before, arguments


def test_readers_need_no_lock(home: Path) -> None:
    from workflow.bootstrap import open_office
    from workflow.settings import settings
    with closing(open_office(settings(home, {}))):
        for command in ("verify", "clients", "doctor", "keys"):
            assert met(command, home=home).code == 0


JUNK = ("not a database at all, " * 40).encode()


@pytest.mark.parametrize("damage", ["no database", "another table", "a directory"])
def test_views_that_can_not_be_read_stop_nothing_and_are_made_new(home: Path, damage: str) -> None:
    (home / "views.db").unlink()
    if damage == "no database":
        (home / "views.db").write_bytes(JUNK)
    elif damage == "another table":
        told(home / "views.db", "CREATE TABLE snapshots (something TEXT)")
    else:
        (home / "views.db").mkdir()
    said = met("show", "elm-1", "--as", "ben", home=home)
    assert said.code == 0
    assert said.sentence.startswith("views")
    if damage != "a directory":
        assert "only a cache and were made new" in said.sentence
        assert met("show", "elm-1", "--as", "ben", home=home).err == ""
    assert met("erase", "elm-1", "--reason", "x", "--basis", "consent withdrawn", "--as", "ada", "--yes",
               home=home).code == 0


def test_readers_work_on_postgresql_too(postgres_url: str, tmp_path: Path) -> None:
    given = {"MET_LOG_URL": postgres_url, "MET_KEYS_URL": postgres_url, "MET_VIEWS_URL": postgres_url}
    home = tmp_path / "data"
    assert met("init", "--practice", "elm", "--name", "Elm", "--timezone", "Europe/Berlin", "--owner", "ada",
               "--owner-name", "Ada", home=home, **given).code == 0
    for arguments in (("verify",), ("doctor",), ("clients",), ("keys",), ("keys", "check")):
        ran = met(*arguments, home=home, **given)
        assert (ran.code, ran.err) == (0, ""), arguments
    assert met("backup", str(tmp_path / "log"), home=home, **given).code == 0
    over = met("restore", str(tmp_path / "log"), home=home, **given)
    assert (over.code, "there is a log already" in over.sentence) == (2, True)
