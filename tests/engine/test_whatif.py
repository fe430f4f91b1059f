"""What is imagined is what would really follow, and no store notices anything of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest

from aggregates.kernel.errors import InvalidInput, NotFound
from aggregates.kernel.messages import Fact
from policies.when_exacerbations_repeat import WhenExacerbationsRepeatThenReferBack
from tests.care import examples as e
from tests.care.office import OWNER, PRACTICE, Desk, a_desk
from tests.care.scenario import At
from workflow.bootstrap import POLICIES, open_reading
from workflow.engine.parsing import parse_command
from workflow.engine.requests import Answer
from workflow.engine.whatif import Outlook, every_answer, outlook, read_steps

OSLO = ZoneInfo("Europe/Oslo")
CLIENT = "client-a"
SESSION = {"pain_before": 1, "pain_worst": 7, "pain_ten_minutes_later": 6, "pain_after": 6, "stop_signs": [],
           "asked_to_stop": False, "done": "stopped early"}
GETTING_WORSE: list[dict[str, Any]] = [
    {"do": "record_session", "with": SESSION}, {"do": "record_morning", "with": {"pain": 7, "usual": False}},
    {"do": "start_session"}, {"do": "report_exacerbation"},
    {"do": "record_answer", "with": {"source": "S. Berg", "answer": "resume"}},
    {"do": "resume_training", "with": {"volume_percent": 50}}, {"do": "sign_letter"}, {"do": "send_letter", "with": {
        "means": "post"}}, {"do": "report_adverse_response", "with": {"grade": 3}},
    {"do": "let_time_pass", "by": "clock"}]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A client in training."""
    with a_desk(tmp_path / "data") as found:
        for step in e.TRAINING:
            assert not found.ask(step.command if isinstance(step, At) else step, client=CLIENT).refused
        yield found


def spread(desk: Desk, steps: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The steps a day apart, from tomorrow on."""
    return [{"at": (desk.now + timedelta(days=number)).isoformat(), **step} for number, step in enumerate(steps, 1)]


def imagined(desk: Desk, steps: list[dict[str, Any]]) -> Outlook:
    return outlook(desk.office.door(PRACTICE), POLICIES, CLIENT, json.dumps(steps), OWNER.id, desk.now, OSLO)


def told(facts: tuple[Fact, ...]) -> list[tuple[str, str | None, Any]]:
    """What facts say, without positions that another log would number otherwise."""
    return [(fact.TOPIC, fact.meta.phase, msgspec.to_builtins(fact.payload())) for fact in facts
            if not fact.TOPIC.startswith("letter.")] + [
        (fact.TOPIC, None, getattr(fact, "lines", None)) for fact in facts if fact.TOPIC.startswith("letter.")]


def come_true(desk: Desk, step: dict[str, Any]) -> Answer:
    """The same step, really asked for at its time."""
    who = OWNER._replace(kind="clock", id="calendar") if step.get("by") == "clock" else OWNER
    stream = ""
    if step["do"].endswith("letter"):
        reader = desk.office.log.reader
        stream = reader.streams_between(PRACTICE, f"letter:{CLIENT}-", f"letter:{CLIENT}.")[-1]
    return desk.ask(parse_command(step["do"], step.get("with", {})), client=CLIENT, stream=stream, who=who,
                    at=datetime.fromisoformat(step["at"]))


def test_what_is_imagined_is_what_follows_when_it_really_happens(desk: Desk) -> None:
    steps = spread(desk, GETTING_WORSE)
    found = imagined(desk, steps)
    assert {"active_training", "exacerbation_pause", "referral_back"} <= {each.answer.phase for each in found.steps}
    assert any(each.answer.refused for each in found.steps)
    assert any(part.stream.startswith("letter:") for each in found.steps for part in each.answer.follow_ups)
    for expected, step in zip(found.steps, steps, strict=True):
        real = come_true(desk, step)
        assert [told(part.facts) for part in every_answer(expected.answer)] == [
            told(part.facts) for part in every_answer(real)], step["do"]
    memory = desk.office.door(PRACTICE).care(CLIENT).memory
    assert found.care.phase is memory.phase
    assert found.care.deadlines == memory.deadlines


def test_a_third_worsening_leads_to_the_referral_source_through_the_policy(desk: Desk) -> None:
    worse = [{"do": "report_exacerbation"}] * 3
    pauses = [step for each in worse for step in (
        each, {"do": "record_follow_up", "with": {"pain": 2, "usual": True}},
        {"do": "record_answer", "with": {"source": "S. Berg", "answer": "resume"}}, {"do": "record_statement", "with": {
            "source": "client_said", "words": "fine"}}, {"do": "resume_training", "with": {"volume_percent": 50}})]
    found = imagined(desk, spread(desk, pauses[:11]))
    last = found.steps[-1].answer
    assert [part.facts[0].meta.actor for part in every_answer(last)][1:]
    assert f"policy:{WhenExacerbationsRepeatThenReferBack.NAME}" in {
        part.facts[0].meta.actor for part in every_answer(last)}
    assert found.care.phase.value == "referral_back"


def test_no_store_is_touched_byte_for_byte(desk: Desk) -> None:
    steps = spread(desk, GETTING_WORSE)
    desk.office.close()

    def content() -> dict[str, str]:
        home = desk.where.home
        return {str(path): sha256(path.read_bytes()).hexdigest() for path in sorted(home.rglob("*")) if path.is_file()}

    before = content()
    office = open_reading(desk.where)
    found = outlook(office.door(PRACTICE), POLICIES, CLIENT, json.dumps(steps), OWNER.id, desk.now, OSLO)
    office.close()
    assert len(found.steps) == len(steps)
    assert content() == before
    desk.reopen()


def test_the_real_client_in_memory_stays_where_it_was(desk: Desk) -> None:
    door = desk.office.door(PRACTICE)
    version, head = door.care(CLIENT).version, desk.office.log.reader.head()
    imagined(desk, spread(desk, GETTING_WORSE))
    assert (door.care(CLIENT).version, desk.office.log.reader.head()) == (version, head)
    assert not desk.ask(e.FINE, client=CLIENT).facts[0].originator_version > version + 1


@pytest.mark.parametrize(("steps", "words"), [
    ([{"do": "start_session", "at": "2026-01-01T09:00"}], "does not lie before now"),
    ([{"do": "start_session", "at": "2026-03-02T09:00"}, {"do": "start_session", "at": "2026-03-01T09:00"}],
     "step 2 (start_session): an imagined step does not lie before now or before the step in front of it"),
    ([{"do": "start_session", "at": "soon"}], "step 1: at must be a time like"),
    ([{"do": "start_session", "whit": {}}], "step 1: whit is not a field of it"),
    ([{"do": "start_sesion"}], "did you mean start_session?"),
    ([{"do": "start_session", "client": "client-b"}], "is about another client"),
    ([{"do": "record_morning", "with": {"pain": 11, "usual": True}}], "pain must be a whole number from 0 to 10"),
    ([{"do": "add_person", "with": {"person": "x", "name": "X", "role": "coach"}}], "the practice stays as it is"),
    ([{"do": "sign_letter"}], "no letter about this client was drafted"),
    ([{"do": "amend_fact", "amends": "that", "with": {"corrected": {}, "reason": "x"}}], "is called that"),
    ([{"do": "record_session", "occurred_at": "2027-01-01T09:00"}], "occurred_at: lies in the future"),
])
def test_a_step_that_can_not_be_imagined_is_named(desk: Desk, steps: list[dict[str, Any]], words: str) -> None:
    with pytest.raises(InvalidInput, match="step") as caught:
        imagined(desk, steps)
    assert words in str(caught.value)


def test_another_clients_letter_is_never_looked_at(desk: Desk) -> None:
    other = f"{CLIENT}-b"
    for step in e.PAUSED:
        assert not desk.ask(step.command if isinstance(step, At) else step, client=other).refused
    theirs = desk.office.log.reader.streams_between(PRACTICE, f"letter:{other}-", f"letter:{other}.")
    assert theirs
    with pytest.raises(InvalidInput, match="no letter about this client was drafted"):
        imagined(desk, [{"do": "sign_letter"}])
    drafted = {"do": "draft_letter", "letter": f"{CLIENT}-own", "with": {
        "client": CLIENT, "kind": "progress report", "to": "S. Berg", "lines": ["All is well."]}}
    with pytest.raises(NotFound, match="no such letter about this client"):
        imagined(desk, [drafted, {"do": "sign_letter", "letter": theirs[0].partition(":")[2]}])
    found = imagined(desk, [drafted, {"do": "sign_letter"}])
    assert found.steps[1].answer.phase == "signed"
    with pytest.raises(InvalidInput, match="is another client"):
        imagined(desk, [{**drafted, "letter": f"{other}-own", "with": {
            "client": other, "kind": "progress report", "to": "S. Berg", "lines": ["x"]}}])


def test_a_step_without_a_time_comes_with_the_one_before_it_and_by_whoever_asks(desk: Desk) -> None:
    later = (desk.now + timedelta(days=3)).isoformat()
    found = imagined(desk, [{"do": "start_session"}, {"do": "record_session", "at": later, "with": SESSION},
                            {"do": "report_exacerbation"}])
    assert [each.at for each in found.steps] == [desk.now, *[desk.now + timedelta(days=3)] * 2]
    assert {each.step.by for each in found.steps} == {"olivia"}


def test_what_somebody_may_not_ask_for_is_refused_in_imagination_too(desk: Desk) -> None:
    found = imagined(desk, [{"do": "resume_training", "by": "mia", "with": {"volume_percent": 50}}])
    assert found.steps[0].answer.rules == ("ACC-01",)


def test_an_imagined_step_can_be_corrected_by_its_name(desk: Desk) -> None:
    found = imagined(desk, [{"do": "record_session", "id": "first", "with": SESSION},
                            {"do": "amend_fact", "amends": "first", "with": {
                                "corrected": {"pain_worst": 2, "pain_ten_minutes_later": 1}, "reason": "typed wrong"}}])
    assert [verdict.outcome for verdict in found.steps[1].answer.verdicts] != [
        verdict.outcome for verdict in found.steps[0].answer.verdicts]


def test_of_a_history_only_the_steps_about_this_client_are_imagined(desk: Desk) -> None:
    at = desk.now.astimezone(OSLO).replace(tzinfo=None) + timedelta(days=1)
    history = f"""
format = "met-history/1"
title = "what if"
[practice]
id = "{PRACTICE}"
name = "Oslo Trening"
timezone = "Europe/Oslo"
people = [{{ id = "olivia", name = "Olivia", role = "owner" }}]
[[step]]
at = {at.isoformat()}
by = "olivia"
client = "{CLIENT}"
do = "report_exacerbation"
[[step]]
at = {at.isoformat()}
by = "olivia"
client = "client-b"
do = "report_exacerbation"
"""
    door = desk.office.door(PRACTICE)
    found = outlook(door, POLICIES, CLIENT, history, OWNER.id, desk.now, OSLO)
    assert (len(found.steps), found.left_out, found.care.phase.value) == (1, 1, "exacerbation_pause")
    with pytest.raises(InvalidInput, match="about another practice"):
        read_steps(history, CLIENT, "elsewhere", OWNER.id, desk.now)
    with pytest.raises(InvalidInput, match="no step of the history is about client-z"):
        read_steps(history, "client-z", PRACTICE, OWNER.id, desk.now)


def test_there_is_no_imagining_about_nobody(desk: Desk) -> None:
    with pytest.raises(NotFound, match="there is no client client-z"):
        outlook(desk.office.door(PRACTICE), POLICIES, "client-z", '[{"do": "start_session"}]', OWNER.id, desk.now, OSLO)
