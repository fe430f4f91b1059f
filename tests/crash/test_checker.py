"""The judge has teeth: every kind of broken history or database is named, and a sound one never is."""

from __future__ import annotations

import ast
from pathlib import Path
from random import Random

import pytest

from tests.crash import checker
from tests.crash.checker import judge
from tests.crash.forgeries import FORGERIES, Forgery, a_sound_story
from tests.crash.history import Diary, in_doubt, read_diary

ENGINE = {"workflow", "aggregates", "projections", "policies"}


def test_the_forger_knows_at_least_thirty_kinds_of_damage() -> None:
    assert len(FORGERIES) >= 30


@pytest.mark.parametrize("forge", FORGERIES, ids=lambda forge: forge.__name__)
def test_every_kind_of_damage_is_named(forge: Forgery) -> None:
    flagged = 0
    for seed in range(40):
        chance = Random(seed)
        history, stored = a_sound_story(chance, 20 + chance.randrange(40))
        forged = forge(history, stored, chance)
        if forged is not None:
            assert judge(history, forged), f"{forge.__name__} with seed {seed} was not noticed"
            flagged += 1
    assert flagged >= 10


def test_a_thousand_sound_stories_are_found_sound() -> None:
    for seed in range(1000):
        chance = Random(seed)
        assert judge(*a_sound_story(chance, chance.randrange(60))) == []


def test_the_judge_knows_nothing_of_the_engine() -> None:
    tree = ast.parse(Path(checker.__file__).read_text())
    imported = {name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names}
    imported |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert "sqlite3" in imported
    assert not {name.partition(".")[0] for name in imported} & (ENGINE | {"tests", "importlib"})


def test_a_line_that_a_kill_tore_is_neither_asked_nor_heard(tmp_path: Path) -> None:
    path = tmp_path / "diary"
    Diary(path, "one").note("invoke", command_id="a", stream="care:a")
    with path.open("a") as file:
        file.write('{"kind": "ok", "command_id": "a", "at"')
    Diary(path, "two").note("invoke", command_id="b", stream="care:b")
    assert [entry["command_id"] for entry in read_diary(path)] == ["a", "b"]
    assert [entry["command_id"] for entry in in_doubt(read_diary(path))] == ["a", "b"]
