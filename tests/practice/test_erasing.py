"""Erasing at the door: only the owner, never against a hold, and afterwards there is nothing left to ask."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

import pytest

from aggregates.client_care import commands as c
from aggregates.kernel.errors import NotFound
from tests.care import examples as e
from tests.care.office import OWNER, PRACTICE, Desk, a_desk
from workflow.engine.requests import Answer, Who


def erase(desk: Desk, basis: str = "consent withdrawn", who: Who = OWNER) -> Answer:
    """Ask for the erasure of the client."""
    return desk.office.erasure().erase(PRACTICE, "client-a", "asked for it", basis, who, uuid4())  # type: ignore[arg-type]


def test_an_erased_client_can_no_longer_be_asked_about(tmp_path: Path) -> None:
    with a_desk(tmp_path) as desk:
        desk.ask(e.register())
        assert not erase(desk).refused
        with pytest.raises(NotFound, match="was erased"):
            desk.ask(c.StartSession())
        assert desk.office.log.verify().problems == ()


def test_a_hold_keeps_the_client_until_it_is_lifted(tmp_path: Path) -> None:
    with a_desk(tmp_path) as desk:
        desk.ask(e.register())
        desk.ask(c.PlaceHold(reason="a claim"))
        assert [each.rule for each in erase(desk).broken] == ["PRV-07"]
        assert not desk.ask(e.screening()).refused
        desk.ask(c.LiftHold(reason="closed"))
        assert not erase(desk).refused


@pytest.mark.parametrize("person", ["anna", "mia", "ada", "rey", "stranger"])
def test_nobody_but_the_owner_erases(person: str, tmp_path: Path) -> None:
    with a_desk(tmp_path) as desk:
        desk.ask(e.register())
        assert [each.rule for each in erase(desk, who=Who("person", person)).broken] == ["ACC-01"]
        assert not desk.ask(e.screening()).refused


def test_a_client_who_was_here_yesterday_is_not_erased_because_retention_is_over(tmp_path: Path) -> None:
    with a_desk(tmp_path) as desk:
        desk.ask(e.register())
        assert [each.rule for each in erase(desk, "retention over").broken] == ["PRV-06"]
