"""`met replay practice` tells who decided what about people, roles, holds and erasures, in a replay's words."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from tests.cli.support import Ran, met

ERASE = ("erase", "elm-1", "--reason", "asked in writing", "--basis", "consent withdrawn", "--as", "ada", "--yes")
CYNTHIA = '{"person": "cyn", "name": "Cynthia Ash", "role": "reviewer"}'


def replay(home: Path, *more: str, of: str = "practice", actor: str = "ada") -> Ran:
    return met("replay", of, "--as", actor, *more, home=home)


def steps(home: Path, *more: str, of: str = "practice") -> list[dict[str, Any]]:
    return [json.loads(line) for line in replay(home, "--json", *more, of=of).out.splitlines()]


def do(home: Path, whom: str, command: str, fields: str) -> None:
    ran = met("do", whom, command, "--as", "ada", "--json", fields, home=home)
    assert ran.code == 0, ran.err


@pytest.fixture
def decided(home: Path) -> Path:
    """A practice that decided about people, a role, a referral source, a hold and an erasure."""
    do(home, "practice", "add_person", CYNTHIA)
    do(home, "practice", "give_role", '{"person": "ben", "role": "front desk"}')
    do(home, "practice", "add_referral_source", '{"name": "R. Okafor", "profession": "physician"}')
    do(home, "elm-1", "place_hold", '{"reason": "Quetzalcoatlus broke a knee"}')
    assert met(*ERASE, home=home).code == 1
    do(home, "elm-1", "lift_hold", '{"reason": "settled"}')
    assert met(*ERASE, home=home).code == 0
    return home


def test_what_the_practice_decided_is_told_in_order_with_who_decided_it(decided: Path) -> None:
    ran = replay(decided)
    assert (ran.code, ran.err) == (0, "")
    order = ["Practice founded: Elm", "Ada Elm (ada) works here as owner", "Ben Ott (ben) works here as coach",
             "Client elm-1 registered", "Cynthia Ash (cyn) works here as reviewer", "ben is now front desk",
             "Referral source: R. Okafor, physician", "Retention hold placed on elm-1", "Refused: erase client",
             "Retention hold on elm-1 lifted", "Erasure of elm-1 decided: consent withdrawn",
             "Erasure of elm-1 certified: consent withdrawn"]
    assert [ran.out.index(words) for words in order] == sorted(ran.out.index(words) for words in order)
    assert ran.out.startswith("practice elm, 12 facts, times in Europe/Berlin")
    assert "by Ben Ott, ben (coach), for care, via cli, position 4" in ran.out, "in the role that he had then"
    assert "reason: asked in writing" in ran.out
    assert "checked: no hold, key destroyed" in ran.out
    assert "What the rules named above say" in ran.out
    assert "PRV-07" in ran.out


def test_no_content_of_a_client_is_in_it(decided: Path) -> None:
    told = replay(decided).out + replay(decided, "--json").out
    assert not any(word in told for word in ("Quetzalcoatlus", "Zelda", "osteoarthritis", "1970", "screening"))


def test_for_machines_each_decision_is_one_object_like_any_step_of_a_replay(decided: Path) -> None:
    told = steps(decided)
    ours, theirs = told[0], steps(decided, of="elm-1")[0]
    assert set(ours) == set(theirs)
    assert [each["name"] for each in told if each["stream"].startswith("care:")] == [
        "care.client_registered", "care.hold_placed", "care.hold_lifted"]
    assert all(each["content"] is None and not each["erased"] for each in told if each["stream"].startswith("care:"))
    decision = next(each for each in told if each["name"] == "practice.erasure_decided")
    assert (decision["content"]["basis"], decision["meta"]["actor"]) == ("consent withdrawn", "ada")


def test_it_ends_where_it_is_asked_to(decided: Path) -> None:
    told = steps(decided)
    assert [each["version"] for each in steps(decided, "--at", "3")] == [1, 2, 3]
    given = next(each for each in told if each["name"] == "practice.role_given")
    assert steps(decided, "--as-known", given["recorded_at"])[-1] == given


def test_reading_it_needs_a_role_and_changes_no_byte(decided: Path) -> None:
    def content() -> dict[str, str]:
        return {path.name: sha256(path.read_bytes()).hexdigest() for path in decided.rglob("*") if path.is_file()}

    before = content()
    assert replay(decided, actor="cyn").code == 0
    assert content() == before
    refused = replay(decided, actor="stranger")
    assert (refused.code, "ACC-01" in refused.sentence, refused.out) == (1, True, "")
    unsaid = met("replay", "practice", home=decided)
    assert (unsaid.code, "say who you are" in unsaid.sentence) == (2, True)
    wrong = replay(decided, "--purpose", "curiosity")
    assert (wrong.code, "purpose: must be one of" in wrong.sentence) == (2, True)


def test_the_replay_of_an_erased_client_says_who_decided_that_on_which_basis_and_why(decided: Path) -> None:
    out = replay(decided, of="elm-1").out
    assert "Client registered (content erased)" in out
    after = out[out.index("Erasure of elm-1 decided: consent withdrawn"):]
    assert "by Ada Elm, ada (owner), for erasure, via cli, position " in after
    assert after.index("reason: asked in writing") < after.index("Erased: the client's key was destroyed")
    assert "Erasure of elm-1 certified: consent withdrawn" in after
    skeleton = next(each for each in steps(decided, of="elm-1") if each["name"] == "care.client_erased")
    decision = next(each for each in steps(decided, of="elm-1") if each["name"] == "practice.erasure_decided")
    assert decision["position"] == skeleton["content"]["certificate"]


def test_the_page_of_an_erased_client_says_the_same_and_that_nothing_else_is_left(decided: Path) -> None:
    shown = met("show", "elm-1", "--as", "ada", home=decided)
    assert (shown.code, shown.sentence) == (3, "client: was erased; only the skeleton of the record is left")
    for words in ("Erasure of elm-1 decided: consent withdrawn", "by Ada Elm, ada (owner), for erasure, via cli",
                  "reason: asked in writing", "Erasure of elm-1 certified"):
        assert words in shown.out
    told = json.loads(met("show", "elm-1", "--as", "ada", "--json", home=decided).out)
    assert (told["erased"], [each["name"] for each in told["erasure"]]) == (
        True, ["practice.erasure_decided", "practice.erasure_certified"])


def test_the_replay_of_a_living_client_holds_no_fact_of_the_practice(home: Path) -> None:
    assert {each["stream"] for each in steps(home, of="elm-1")} == {"care:elm-1"}
