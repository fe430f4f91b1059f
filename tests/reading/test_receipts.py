"""Every decision that was ever stored is made again from its receipt alone, and a receipt that was tampered is not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from msgspec.structs import replace

from aggregates.client_care.facts import DecisionMade
from aggregates.client_care.judging.rerun import differences, rerun
from aggregates.client_care.judging.tables import TABLES, tables_for
from aggregates.kernel.errors import InvalidInput, NotFound
from aggregates.protocol.decisions import Decision
from aggregates.protocol.verdict import Given, Input, Verdict
from projections.receipt import OUTCOMES, citation, input_lines, row_lines, row_of, unknown_words
from projections.told_decisions import input_words
from tests.proof.test_frozen_formats import unpacked
from workflow.bootstrap import Office, open_office
from workflow.engine.packs_at_hand import shipped_pack
from workflow.engine.receipts import RECEIPTS, Receipt, receipt_at, run_again
from workflow.settings import settings


def receipts(office: Office) -> Iterator[Receipt]:
    """Every decision and refusal of a log."""
    for page in office.log.reader.pages():
        yield from (receipt_at(office.door(row.practice), row.position) for row in page if row.name in RECEIPTS)


def decisions(office: Office) -> list[Receipt]:
    return [each for each in receipts(office) if isinstance(each.fact, DecisionMade)]


def verdict_of(receipt: Receipt) -> Verdict:
    assert isinstance(receipt.fact, DecisionMade)
    return receipt.fact.verdict


@contextmanager
def frozen(directory: Path, name: str) -> Iterator[Office]:
    office = open_office(settings(unpacked(directory, name), {}))
    try:
        yield office
    finally:
        office.close()


def test_every_decision_of_the_seven_histories_is_made_again_from_its_receipt(office: Office) -> None:
    found = decisions(office)
    assert {f"client-{name}" for name in ("one", "two", "three", "five", "six", "seven")} <= {
        each.client for each in found}
    assert len(found) > 60
    assert [(each.row.position, run_again(each)) for each in found if run_again(each)] == []


@pytest.mark.parametrize("name", ["log-0.1", "log-0.1-schema-1"])
def test_every_decision_of_the_frozen_logs_is_made_again_from_its_receipt(tmp_path: Path, name: str) -> None:
    with frozen(tmp_path, name) as office:
        found = decisions(office)
        assert len(found) > 40
        assert [(each.row.position, run_again(each)) for each in found if run_again(each)] == []


def test_each_question_is_asked_and_answered_by_the_tables_that_judging_asks(office: Office) -> None:
    asked = {verdict_of(each).question for each in decisions(office)}
    assert asked <= set(TABLES)
    assert len(asked) >= 5
    first = next(pack for pack in office.packs.values() if pack.version == "1")
    assert "session" in tables_for(shipped_pack(), "What follows from this session?")
    assert "session" not in tables_for(first, "What follows from this session?")
    with pytest.raises(InvalidInput, match="none that this version asks"):
        tables_for(first, "What is the weather?")


def other(outcome: Decision) -> Decision:
    return Decision.PROCEED if outcome is not Decision.PROCEED else Decision.PAUSE


TAMPERED: dict[str, Callable[[Verdict], Verdict]] = {
    "another outcome": lambda v: replace(v, outcome=other(v.outcome)),
    "a row left out": lambda v: replace(v, matched=v.matched[1:]),
    "a row that decides something else": lambda v: replace(v, matched=(
        *(replace(each, decision=other(each.decision)) for each in v.matched[:1]), *v.matched[1:])),
    "rows in another order": lambda v: replace(v, matched=v.matched[::-1]),
    "the deciding inputs left out": lambda v: replace(v, inputs=()),
    "an input that no row reads": lambda v: replace(v, inputs=(*v.inputs, Input(
        name="weather", value=True, unit=None, source="record"))),
    "something unknown more": lambda v: replace(v, unknown=(*v.unknown, "weather")),
    "another sentence for the client": lambda v: replace(v, client="All is well."),
    "another sentence for the clinician": lambda v: replace(v, clinician="All is well."),
    "another question": lambda v: replace(v, question="What is the weather?"),
    "another unit": lambda v: replace(v, inputs=tuple(replace(each, unit="mg/dL") for each in v.inputs)),
}


@pytest.mark.parametrize("how", sorted(TAMPERED))
def test_a_tampered_receipt_is_never_called_the_same(office: Office, how: str) -> None:
    tried = 0
    for receipt in decisions(office):
        stored = verdict_of(receipt)
        changed = TAMPERED[how](stored)
        if changed != stored and len(stored.matched) > 1:
            fact = DecisionMade(**{**receipt.fact.__dict__, "verdict": changed})
            assert run_again(receipt._replace(fact=fact)), (receipt.row.position, how)
            tried += 1
    assert tried > 20


def test_what_differs_is_said_exactly(office: Office) -> None:
    paused = next(each for each in decisions(office) if verdict_of(each).outcome is Decision.PAUSE)
    stored = verdict_of(paused)
    calm = replace(stored, outcome=Decision.PROCEED, matched=stored.matched[1:])
    first = stored.matched[0]
    assert paused.pack is not None
    assert differences(calm, rerun(calm, paused.pack)) == (
        "the receipt says PROCEED, and its inputs lead to PAUSE",
        f"the receipt does not name the row {first.rule} ({first.case}) with PAUSE, which follows from its inputs")


def test_a_pack_that_is_not_installed_can_decide_nothing_again(office: Office) -> None:
    receipt = decisions(office)[0]
    assert "is not installed" in run_again(receipt._replace(pack=None))[0]


def test_every_field_of_what_was_given_is_kept_in_the_receipt() -> None:
    assert set(Given.__struct_fields__) <= set(Input.__struct_fields__)


def test_every_outcome_and_every_row_has_its_words(office: Office) -> None:
    assert set(OUTCOMES) == set(Decision)
    for receipt in decisions(office):
        verdict = verdict_of(receipt)
        assert all(row_of(each, verdict.question, receipt.pack) for each in verdict.matched)
    assert all("basis" in citation(row) for row in shipped_pack().rows)


def test_an_input_is_told_with_its_unit_and_by_whom_it_was_said(office: Office) -> None:
    started = next(each for each in decisions(office) if verdict_of(each).question == "May this session begin?"
                   and any(i.name == "resting_systolic" for i in verdict_of(each).inputs))
    lines = list(input_lines(verdict_of(started), started.pack))
    assert "the coach measured:" in lines
    assert any(line.startswith("  resting systolic: ") and line.endswith(" mmHg") for line in lines)
    given = Input(name="pain_before", value=3, unit="NPRS", source="client_said")
    assert input_words(given, ":") == "pain before: 3 of 10"


def test_a_coded_question_is_told_with_its_words_and_a_row_with_its_source(office: Office) -> None:
    screened = next(each for each in decisions(office) if verdict_of(each).question == "May training begin?")
    assert any(line.startswith("  SCR-02: no  (Do you get chest discomfort")
               for line in input_lines(verdict_of(screened), screened.pack))
    rows = list(row_lines(verdict_of(screened), screened.pack))
    assert any(line.startswith("  source: M6, M3, M4; basis C/P: the trigger read in the source") for line in rows)


def test_nothing_unknown_is_said_to_be_nothing(office: Office) -> None:
    verdict = verdict_of(decisions(office)[0])
    assert unknown_words(replace(verdict, unknown=())) == "nothing"
    assert unknown_words(replace(verdict, unknown=("soreness_alarm",))) == "soreness alarm"


@pytest.mark.parametrize("position", [0, -3, 10**9, 1])
def test_where_there_is_no_receipt_it_says_so(office: Office, position: int) -> None:
    with pytest.raises(NotFound, match="there is no decision and no refusal"):
        receipt_at(office.door("fjord"), position)


def test_another_practices_receipt_is_as_good_as_none(office: Office) -> None:
    theirs = next(each for each in decisions(office) if each.row.practice != "fjord")
    with pytest.raises(NotFound, match="there is no decision and no refusal"):
        receipt_at(office.door("fjord"), theirs.row.position)


def test_who_asked_is_the_person_behind_what_followed_by_rule(office: Office) -> None:
    for receipt in decisions(office):
        assert receipt.asker.actor_kind in ("person", "client", "policy"), receipt.row.position
        assert receipt.about is not None, receipt.row.position


def test_a_refusal_can_not_be_made_again_from_itself(office: Office) -> None:
    refused = next(each for each in receipts(office) if not isinstance(each.fact, DecisionMade))
    with pytest.raises(InvalidInput, match="only a decision"):
        run_again(refused)
