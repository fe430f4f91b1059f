"""`met receipt`: a decision or refusal on one page, for whoever may read, and nothing where there is none."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.support import Ran, met
from workflow.bootstrap import open_office
from workflow.settings import settings

SCREENED = '{"answers": {"SCR-02": "no", "SCR-13": "yes"}, "medicines": [], "red_flags": []}'


def do(home: Path, command: str, fields: str = "{}", *more: str) -> dict[str, object]:
    """The answer to a command of the coach."""
    ran = met("do", "elm-1", command, "--as", "ben", "--json", fields, "--print-json", *more, home=home)
    assert ran.code in (0, 1), ran.err
    told: dict[str, object] = json.loads(ran.out)
    return told


def receipt(home: Path, position: object, *more: str, who: str = "ada") -> Ran:
    return met("receipt", str(position), "--as", who, *more, home=home)


def looks(home: Path) -> list[tuple[str, str]]:
    """Who looked at receipts of the client's record; other tests may have looked at other things before."""
    office = open_office(settings(home, {}))
    try:
        return [(fact.meta.actor, fact.payload()["what"])
                for fact in office.door("elm").streams.history("access:elm-1").facts
                if fact.payload()["what"] == "receipt"]
    finally:
        office.close()


def test_a_decision_has_its_page_and_reading_it_is_recorded(home: Path) -> None:
    position = int(str(do(home, "record_screening", SCREENED)["position"])) + 1
    shown = receipt(home, position, "--rerun")
    assert shown.code == 0, shown.err
    for words in ("Receipt of a decision", "the question: May training begin?", "for: the client elm-1",
                  "asked by: Ben Ott, ben (coach), for care, via cli", "decided on: v",
                  "the client said:", "SCR-13: yes  (Can you manage about 30 minutes",
                  "worked out from these:", "unanswered questions: 10", "SCR-00", "Default protocol for Medical",
                  "to the client: ", "to the clinician: ", "the same"):
        assert words in shown.out, words
    assert looks(home) == [("ada", "receipt")]
    told = json.loads(receipt(home, position, "--rerun", "--json").out)
    assert (told["client"], told["rerun"]) == ("elm-1", {"same": True, "differences": []})
    assert told["asked_by"]["actor"] == "ben"


def test_a_refusal_has_its_page_with_what_would_unlock_it(home: Path) -> None:
    refused = do(home, "start_session")
    shown = receipt(home, refused["position"], who="ben")
    assert shown.code == 0
    for words in ("Receipt of a refusal", "Refused: start session", "SCR-00: nothing begins before every screening",
                  "would unlock it: a complete screening (from the coach, with the client)"):
        assert words in shown.out, words
    again = receipt(home, refused["position"], "--rerun")
    assert (again.code, "only a decision" in again.sentence) == (2, True)


@pytest.mark.parametrize("position", ["1", "0", "999999"])
def test_where_no_decision_stands_there_is_no_receipt(home: Path, position: str) -> None:
    ran = receipt(home, position)
    assert (ran.code, ran.out) == (3, "")
    assert ran.sentence.startswith(f"receipt: at position {position} there is no decision and no refusal")
    assert looks(home) == []


def test_an_erased_clients_receipt_is_gone_with_the_client(home: Path) -> None:
    position = do(home, "start_session")["position"]
    assert met("erase", "elm-1", "--reason", "asked", "--basis", "consent withdrawn", "--as", "ada", "--yes",
               home=home).code == 0
    ran = receipt(home, position)
    assert (ran.code, ran.out) == (3, "")
    assert "was erased; only the skeleton of the record is left" in ran.sentence


def test_who_may_not_read_clients_reads_no_receipt(home: Path) -> None:
    position = do(home, "start_session")["position"]
    ran = receipt(home, position, who="eve")
    assert (ran.code, ran.out) == (1, "")
    assert ran.sentence.startswith("ACC-01")
    assert looks(home) == []


def test_a_refusal_of_the_practices_own_is_read_by_whoever_works_there(home: Path) -> None:
    ran = met("do", "practice", "add_person", "--as", "ben", "--print-json", "--json",
              '{"person": "eve", "name": "Eve", "role": "owner"}', home=home)
    assert ran.code == 1
    position = json.loads(ran.out)["position"]
    shown = receipt(home, position, who="ben")
    assert shown.code == 0, shown.err
    assert "for: the practice itself" in shown.out
    assert "ACC-01" in shown.out
    assert receipt(home, position, who="eve").code == 1


def test_a_decision_whose_pack_is_gone_is_shown_and_not_called_the_same(home: Path) -> None:
    pack = home / "packs" / "own.toml"
    pack.parent.mkdir()
    text = (Path(__file__).parents[2] / "aggregates/protocol/packs/met-default-2.toml").read_text("utf-8")
    pack.write_text(text.replace('title = "Default protocol', 'title = "Own protocol'), "utf-8")
    office = open_office(settings(home, {}))
    own = next(each.hash for each in office.packs.values() if each.title.startswith("Own"))
    office.close()
    adopted = met("do", "practice", "adopt_protocol", "--as", "ada", "--json",
                  json.dumps({"pack": own, "title": "Own protocol"}), home=home)
    assert adopted.code == 0, adopted.err
    client = ('{"name": "A", "born": "1970-02-03", "referred_by": {"name": "R. O", "profession": "physician"}, '
              '"diagnosis_as_given": "x", "onset": "2020-01-01", "stage": "chronic"}')
    assert met("do", "elm-2", "register_client", "--as", "ben", "--json", client, home=home).code == 0
    ran = met("do", "elm-2", "record_screening", "--as", "ben", "--json", SCREENED, "--print-json", home=home)
    position = json.loads(ran.out)["position"] + 1
    assert receipt(home, position, "--rerun").code == 0
    pack.unlink()
    gone = receipt(home, position, "--rerun")
    assert gone.code == 6
    assert "not the same: the pack" in gone.out
    assert "is not installed" in gone.out
