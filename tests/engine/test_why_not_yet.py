"""What is named as missing is enough, and nothing of it is too much: leaving any one thing out does not do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from copy import deepcopy
from datetime import date, datetime, timedelta

import msgspec
import pytest
from hypothesis import given as any_of
from hypothesis import settings
from hypothesis import strategies as st

from aggregates.client_care import commands as c
from aggregates.client_care.care import ClientCare
from aggregates.client_care.commands import AmendFact, LetTimePass
from aggregates.client_care.contents import Limit
from aggregates.client_care.context import CareContext
from aggregates.client_care.facts import CommandRefused
from aggregates.client_care.pathway import PATHWAY, WAITS
from aggregates.kernel.errors import InvalidInput
from aggregates.kernel.messages import Command
from tests.care import examples as e
from tests.care.model import KNOWN, WALK
from tests.care.scenario import HOUSE, NAMES, Scenario, given, plain
from tests.protocol.example import PACK
from workflow.engine.asking import all_wishes
from workflow.engine.missing import Missing, Why
from workflow.engine.remedies import NEVER, OF_THE_REQUEST, REMEDIES
from workflow.engine.ways import Ask
from workflow.engine.why import Asking
from workflow.engine.wishes import ABOUT_CONTENT, wishes

HOUR = timedelta(hours=1)


def context_of(scenario: Scenario, at: datetime) -> CareContext:
    return CareContext(command_id=NAMES, actor_kind="person", actor="anna", role="coach", channel="test",
                       purpose="care", now=at, occurred_at=at, house=HOUSE, pack=PACK)


def asking(scenario: Scenario, ignored: frozenset[str] = frozenset()) -> Asking:
    now = scenario.now + HOUR
    return Asking(scenario.care, context_of(scenario, now),
                  lambda version: scenario.history[version - 1] if 0 < version <= len(scenario.history) else None,
                  ignored)


def why(scenario: Scenario, command: Command) -> Why:
    return asking(scenario).why(command)


def refused(scenario: Scenario, asks: Iterable[Ask], command: Command, ignored: Iterable[str] = ()) -> set[str]:
    """The rules that refuse *command* after all that is asked before it, done on a copy by hand."""
    care, now = deepcopy(scenario.care), scenario.now + HOUR
    for ask in asks:
        now = max(now, ask.at)
        broken_by(scenario, care, ask.command or LetTimePass(), now)
    return broken_by(scenario, care, command, now) - set(ignored)


def broken_by(scenario: Scenario, care: ClientCare, command: Command, now: datetime) -> set[str]:
    context = context_of(scenario, now)
    if isinstance(command, AmendFact):
        context = msgspec.structs.replace(context, original=scenario.history[command.version - 1])
    with suppress(InvalidInput):
        care.handle(command, context)
    return {each.name for fact in care.collect_events() if isinstance(fact, CommandRefused) for each in fact.broken}


def steps(scenario: Scenario, missing: Iterable[Missing], without: Missing | None = None) -> Iterator[Ask]:
    """Everything that is asked for, one thing behind the other; what is left out takes no time either."""
    since, saved = scenario.now + HOUR, timedelta()
    for each in missing:
        until = max(since, each.asks[-1].at)
        if each is without:
            saved = until - since
        else:
            yield from (Ask(dated(ask.command, ask.at - saved), ask.at - saved) for ask in each.asks)
        since = until


def dated(command: Command | None, at: datetime) -> Command | None:
    if not isinstance(command, c.RecordClearance):
        return command
    return msgspec.structs.replace(command, dated=HOUSE.today(at))


def held_to_its_word(scenario: Scenario, command: Command, found: Why, ignored: frozenset[str] = OF_THE_REQUEST
                     ) -> bool:
    """Exactly what is named makes the command legal, and leaving any one thing out does not."""
    done = [each for each in found.missing if each.asks]
    if not found.missing:
        return False
    assert refused(scenario, steps(scenario, done), command, ignored) == set(), [each.what for each in done]
    for left_out in done:
        assert refused(scenario, steps(scenario, done, left_out), command, ignored), left_out.what
    return bool(done)


BEGINNINGS = {"screened": e.SCREENED, "training": e.TRAINING, "paused": e.PAUSED, "gated": e.GATED,
              "referred": e.REFERRED, "maintained": e.MAINTAINED, "discharged": e.DISCHARGED, "waiting": e.WAITING,
              "new": e.SCREENED[:1]}


@settings(max_examples=500, deadline=None)
@any_of(st.sampled_from(sorted(BEGINNINGS)), st.lists(st.tuples(
    st.sampled_from(sorted(WALK)), st.sampled_from([1, 1, 5, 20, 50, 100, 400])), max_size=6))
def test_after_any_walk_what_is_named_unlocks_and_leaving_any_one_out_does_not(
        beginning: str, walk: list[tuple[str, int]]) -> None:
    scenario = given(*BEGINNINGS[beginning])
    for step, hours in walk:
        scenario.now += timedelta(hours=hours)
        command = WALK[step][0]
        if step in ("cleared", "half cleared", "declined"):
            command = msgspec.structs.replace(command, dated=HOUSE.today(scenario.now + HOUR),
                                              expires=date(2028, 1, 1), issuer=f"Dr {scenario.now:%j %H}")
        scenario.when(command)
    now = context_of(scenario, scenario.now + HOUR)
    for wish in wishes(scenario.memory, now):
        found = asking(scenario, ABOUT_CONTENT).why(wish.command)
        assert found.allowed is (refused(scenario, (), wish.command, ABOUT_CONTENT) == set()), wish.words
        held_to_its_word(scenario, wish.command, found, OF_THE_REQUEST | ABOUT_CONTENT)


@pytest.mark.parametrize(("beginning", "command", "names"), [
    ("new", c.StartSession(), ["SCR-00", "CLR-00"]),
    ("screened", c.StartSession(), ["CLR-00"]),
    ("paused", e.RESUME, ["EXA-02", "EXA-02"]),
    ("paused", c.StartSession(), ["EXA-02", "EXA-02", "EXA-00", "EXA-02"]),
    ("gated", e.RESUME, ["EXA-02"]),
    ("gated", c.StartSession(), ["EXA-02", "EXA-00", "EXA-02"]),
    ("referred", c.StartSession(), ["REF-00", "SCR-00"]),
    ("discharged", c.StartSession(), ["CARE-03", "SCR-00", "CLR-00"]),
    ("waiting", c.StartSession(), ["CLR-00", "SCR-16"]),
    ("training", e.change("load_kg", 21), ["PRG-01"]),
    ("training", c.Discharge(reason="goals met"), ["DSC-01"]),
    ("training", e.FINE, ["SES-02"]),
])
def test_each_phase_names_what_is_missing(beginning: str, command: Command, names: list[str]) -> None:
    scenario = given(*BEGINNINGS[beginning])
    found = why(scenario, command)
    assert not found.allowed
    assert [each.rule for each in found.missing] == names
    assert held_to_its_word(scenario, command, found)
    assert all(each.what and each.supplier for each in found.missing)


def test_a_wait_says_until_when_and_a_deadline_when_it_is_due() -> None:
    waiting = why(given(*e.GATED), e.RESUME).missing[0]
    assert HOUSE.local(waiting.asks[-1].at).isoformat(timespec="minutes") == "2026-01-15T09:00+01:00"
    release = next(each for each in why(given(*e.PAUSED), e.RESUME).missing if "answer" in each.what)
    assert release.supplier == "the referral source, S. Berg"
    assert [each.deadline for each in release.until] == ["DL-07/first", "DL-07/second", "DL-07/book", None]
    assert "lasted too long" in release.until[-1].what


def test_what_only_another_request_would_change_is_named_with_the_rest() -> None:
    found = why(given(*e.PAUSED), c.ResumeTraining(volume_percent=80))
    assert [each.what for each in found.missing if not each.asks] == ["a volume of at most half of the last tolerated"]
    assert len(found.missing) == 3


def test_where_nothing_helps_nothing_is_named_and_the_rule_says_why() -> None:
    found = why(given(*e.TRAINING), e.RESUME)
    assert (found.allowed, found.missing) == (False, ())
    assert [each.rule for each in found.broken] == ["CARE-02"]


def test_a_permission_says_when_it_ends_by_itself() -> None:
    scenario = given(*e.TRAINING)
    found = why(scenario, c.StartSession())
    assert found.allowed
    assert found.until is not None
    assert HOUSE.local(found.until.at).isoformat() == "2027-01-01T00:00:00+01:00"
    assert found.verdict is not None
    assert why(scenario, c.ReportHealthChange(what="x")).until is None


@pytest.mark.parametrize(("limits", "supplier"), [
    ((Limit(of="ban", words="no rowing", exercise="cable row"),), "the coach"),
    ((Limit(of="ban", words="no rowing", exercise="cable row"), Limit(of="ban", words="no bike", exercise="bike")),
     "the referral source or another"),
])
def test_a_programme_outside_of_the_clearance_asks_for_another_programme_if_one_is_left_and_else_for_a_clearance(
        limits: tuple[Limit, ...], supplier: str) -> None:
    scenario = given(*e.TRAINING, e.limited(*limits, dated=date(2026, 1, 5)))
    found = why(scenario, c.StartSession())
    assert [each.rule for each in found.missing] == ["CLR-08"]
    assert found.missing[0].supplier.startswith(supplier)
    assert held_to_its_word(scenario, c.StartSession(), found)


def test_trying_changes_nothing() -> None:
    scenario = given(*e.PAUSED)
    before = (scenario.care.version, plain(scenario.memory))
    why(scenario, e.RESUME)
    assert (scenario.care.version, plain(scenario.memory)) == before
    assert scenario.care.collect_events() == []


def test_of_every_rule_of_the_pathway_it_is_settled_what_helps_against_it() -> None:
    known = {each.__name__ for move in PATHWAY.moves for each in move.given}
    known |= {each.__name__ for wait in WAITS.values() for each in (wait.stands, *wait.until)}
    assert set(REMEDIES) | OF_THE_REQUEST | NEVER == known
    assert len(REMEDIES) + len(OF_THE_REQUEST) + len(NEVER) == len(known), "each of them only once"


def test_every_move_of_the_pathway_is_listed_once_except_those_about_one_recorded_fact() -> None:
    for beginning in BEGINNINGS.values():
        scenario = given(*beginning)
        listed = {type(each.command).__name__ for each in all_wishes(
            scenario.memory, context_of(scenario, scenario.now + HOUR))}
        assert set(KNOWN) - listed <= {"RegisterClient", "AmendFact", "ResolveContradiction", "NoteLetter",
                                       "LetTimePass", "DesignProgram", "ChangeProgram", *AFTER_CARE}
        if scenario.memory.phase.value != "discharged":
            assert not (set(KNOWN) - listed) & set(AFTER_CARE)


AFTER_CARE = ("RequestClearance", "RecordClearance", "RecordMeasures", "RecordSession", "ReportAdverseResponse",
              "ReportRedFlags", "ReportHealthChange", "ContactReferralSource", "RecordAnswer", "RecordRelease",
              "Discharge")
"""What belongs to a care that goes on; after discharge only the way back is listed."""
