"""Policies at the real door: who acts, because of what, once, and also when a crash came in between."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from aggregates.client_care import commands as c
from aggregates.client_care import facts as f
from aggregates.letter import messages as m
from tests.care import examples as e
from tests.care.office import PRACTICE, Desk, a_desk
from tests.care.scenario import At, Scenario
from workflow.engine.reacting import Reacting
from workflow.engine.requests import Answer

THIRD = (*e.GATED, At("2026-01-15T09:00", e.RESUME), At("2026-02-01T09:00", e.WORSE),
         At("2026-02-02T09:00", e.USUAL), e.RELEASE, At("2026-02-05T09:00", e.RESUME))


def live(desk: Desk, *steps: object) -> None:
    """Let a history happen at the door."""
    for step in steps:
        given = step if isinstance(step, At) else At("", step)  # type: ignore[arg-type]
        answer = desk.ask(given.command, at=Scenario.utc(given.when) if given.when else None)
        assert not answer.refused, answer.broken


def letters(desk: Desk) -> list[str]:
    """The ids of every letter in the log."""
    rows = [row for page in desk.office.log.reader.pages() for row in page]
    return [row.stream for row in rows if row.name == m.LetterDrafted.TOPIC]


class Crash(BaseException):
    """Stands for a process that dies."""


def crash_on(command: c.Command, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The process dies after the command was stored and before any policy reacts; then it starts again."""
    def die(_self: Reacting, _answer: Answer) -> None:
        raise Crash

    with monkeypatch.context() as broken:
        broken.setattr(Reacting, "after", die)
        with pytest.raises(Crash):
            desk.ask(command)
    desk.reopen()


def test_the_third_exacerbation_is_referred_back_by_the_policy_because_of_that_fact(tmp_path: Path) -> None:
    with a_desk(tmp_path) as desk:
        live(desk, *THIRD)
        answer = desk.ask(e.WORSE)
        opened = next(n for n, each in enumerate(answer.facts) if isinstance(each, f.ExacerbationOpened))
        told = [each for follow_up in answer.follow_ups for each in follow_up.facts]
        referred = next(each for each in told if isinstance(each, f.ReferredBack))
        assert (referred.meta.actor_kind, referred.meta.actor) == ("policy", "policy:EXA-03")
        assert referred.meta.causation == answer.position + opened
        assert referred.meta.correlation_id == answer.command_id
        assert desk.office.door(PRACTICE).care("client-a").memory.phase.value == "referral_back"


def test_what_a_crash_prevented_is_made_up_for_once_when_the_client_is_next_touched(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with a_desk(tmp_path) as desk:
        live(desk, *THIRD)
        before = len(letters(desk))
        crash_on(e.WORSE, desk, monkeypatch)
        assert len(letters(desk)) == before
        assert [type(each) for each in desk.facts("care:client-a")].count(f.ReferredBack) == 0
        refused = desk.ask(c.StartSession())
        assert [each.name for each in refused.broken] == ["client_is_not_referred_back"]
        for _ in range(2):
            desk.reopen()
            desk.ask(c.LetTimePass())
        assert [type(each) for each in desk.facts("care:client-a")].count(f.ReferredBack) == 1
        assert len(letters(desk)) == before + 1


def test_policies_never_act_twice_however_often_the_log_is_opened(tmp_path: Path) -> None:
    with a_desk(tmp_path) as desk:
        live(desk, *THIRD, e.WORSE)
        facts, drafted = len(desk.facts("care:client-a")), letters(desk)
        for _ in range(3):
            desk.reopen()
            desk.ask(c.LetTimePass(), at=desk.now)
        assert (len(desk.facts("care:client-a")), letters(desk)) == (facts, drafted)
        assert len(drafted) == len(set(drafted)) == 3


RELEASE = c.RecordRelease(to="S. Berg", what="progress and changes", until=date(2026, 12, 31),
                          signed_on=date(2026, 1, 5))


def test_a_letter_waits_for_the_clients_release(tmp_path: Path) -> None:
    with a_desk(tmp_path) as desk:
        live(desk, *e.PAUSED)
        letter = letters(desk)[0]
        desk.ask(m.SignLetter(), stream=letter)
        assert [each.rule for each in desk.ask(m.SendLetter(means="post"), stream=letter).broken] == ["PRV-01"]
        desk.ask(RELEASE)
        assert not desk.ask(m.SendLetter(means="post"), stream=letter).refused


def test_a_letter_that_went_out_is_noted_in_the_clients_care_and_meets_its_deadline(tmp_path: Path) -> None:
    with a_desk(tmp_path) as desk:
        live(desk, *e.PAUSED, RELEASE)
        letter = letters(desk)[0]
        desk.ask(m.SignLetter(), stream=letter)
        assert "DL-06/letter" in desk.office.door(PRACTICE).care("client-a").memory.deadlines
        answer = desk.ask(m.SendLetter(means="secure message"), stream=letter)
        noted = [each for follow_up in answer.follow_ups for each in follow_up.facts]
        assert [type(each) for each in noted] == [f.LetterNoted, f.DeadlineMet]
        assert noted[0].meta.actor == "policy:PRV-02"
        assert "DL-06/letter" not in desk.office.door(PRACTICE).care("client-a").memory.deadlines


def test_a_letter_sent_just_before_a_crash_is_noted_when_the_letter_is_next_touched(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with a_desk(tmp_path) as desk:
        live(desk, *e.PAUSED, RELEASE)
        letter = letters(desk)[0]
        desk.ask(m.SignLetter(), stream=letter)

        def die(_self: Reacting, _answer: Answer) -> None:
            raise Crash

        with monkeypatch.context() as broken:
            broken.setattr(Reacting, "after", die)
            with pytest.raises(Crash):
                desk.ask(m.SendLetter(means="post"), stream=letter)
        desk.reopen()
        desk.ask(m.RecordDelivery(), stream=letter)
        desk.reopen()
        desk.ask(m.RecordLetterAnswer(), stream=letter)
        assert [type(each) for each in desk.facts("care:client-a")].count(f.LetterNoted) == 1


def test_a_second_correction_at_the_door_builds_on_the_first(tmp_path: Path) -> None:
    with a_desk(tmp_path) as desk:
        live(desk, *e.TRAINING, At("2026-01-06T10:00", e.session(pain_worst=2)))
        care = desk.office.door(PRACTICE).care("client-a")
        version = care.memory.sessions[-1].version
        live(desk, c.AmendFact(version=version, corrected={"pain_worst": 9}, reason="typed wrong"),
             c.AmendFact(version=version, corrected={"client_said": "fine really"}, reason="their own words"))
        assert care.memory.session(version).pain_worst == 9  # type: ignore[union-attr]
