"""A letter takes one step after the other, and is not signed with words that are not ours to use."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec
import pytest

from aggregates.kernel.messages import Command
from aggregates.letter import messages as m
from aggregates.letter.letter import LETTER_PATHWAY, Letter, LetterContext
from aggregates.letter.messages import LetterState as S
from aggregates.practice.commands import AddReferralSource
from tests.protocol.example import PACK

NOW = datetime(2026, 3, 3, 9, tzinfo=UTC)
DRAFT = m.DraftLetter(client="a", kind="change in status letter", to="S. Berg", lines=("Training is paused.",))
STEPS: dict[str, Command] = {
    "draft": DRAFT, "check": m.CheckLetter(), "sign": m.SignLetter(), "send": m.SendLetter(means="post"),
    "deliver": m.RecordDelivery(), "answer": m.RecordLetterAnswer(words="seen"), "cancel": m.CancelLetter(reason="no")}
PATHS: dict[S, tuple[str, ...]] = {
    S.BLANK: (), S.DRAFTED: ("draft",), S.CHECKED: ("draft", "check"), S.SIGNED: ("draft", "sign"),
    S.SENT: ("draft", "sign", "send"), S.DELIVERED: ("draft", "sign", "send", "deliver"),
    S.ANSWERED: ("draft", "sign", "send", "answer"), S.CANCELLED: ("draft", "cancel")}
LEADS: dict[S, dict[str, S]] = {
    S.BLANK: {"draft": S.DRAFTED},
    S.DRAFTED: {"check": S.CHECKED, "sign": S.SIGNED, "cancel": S.CANCELLED},
    S.CHECKED: {"check": S.CHECKED, "sign": S.SIGNED, "cancel": S.CANCELLED},
    S.SIGNED: {"send": S.SENT, "cancel": S.CANCELLED},
    S.SENT: {"deliver": S.DELIVERED, "answer": S.ANSWERED}, S.DELIVERED: {"answer": S.ANSWERED},
    S.ANSWERED: {}, S.CANCELLED: {}}


def context(profile: str = "training", **known: Any) -> LetterContext:
    known = {"released_to": ("S. Berg",), **known}
    return LetterContext(command_id=UUID(int=1), actor_kind="person", actor="jon", role="coach", channel="test",
                         purpose="care", now=NOW, occurred_at=NOW, pack=PACK, profile=profile, **known)


def a_letter(*steps: Command, profile: str = "training") -> Letter:
    letter = Letter.begin("letter:a-1", NOW)
    for step in steps:
        letter.handle(step, context(profile))
    return letter


def last(letter: Letter) -> object:
    return list(letter.collect_events())[-1]


@pytest.mark.parametrize("state", list(S))
@pytest.mark.parametrize("step", STEPS)
def test_a_step_leads_where_the_table_says_and_is_refused_anywhere_else(state: S, step: str) -> None:
    letter = a_letter(*(STEPS[each] for each in PATHS[state]))
    assert letter.memory.state is state
    before = msgspec.to_builtins(letter.memory)
    letter.handle(STEPS[step], context())
    if step in LEADS[state]:
        assert letter.memory.state is LEADS[state][step]
        return
    refused = last(letter)
    assert isinstance(refused, m.LetterCommandRefused)
    assert [each.name for each in refused.broken] == ["letter_is_at_this_step"]
    assert refused.broken[0].seen == {"state": state.value, "command": type(STEPS[step]).__name__}
    assert msgspec.to_builtins(letter.memory) == before


def test_the_table_names_every_state_and_every_command() -> None:
    assert set(PATHS) == set(LEADS) == set(S)
    assert {move.command for move in LETTER_PATHWAY.moves} == {type(each) for each in STEPS.values()}


def test_words_that_are_not_ours_forbid_signing_and_each_is_named_with_what_to_write_instead() -> None:
    letter = a_letter(DRAFT, m.SignLetter(added_text="The patient's therapy caused a strain."))
    refused = last(letter)
    assert isinstance(refused, m.LetterCommandRefused)
    assert refused.broken[0].seen == {"words": "patient, therapy, strain"}
    assert [each.what.partition(":")[0] for each in refused.broken[0].unlock] == [
        'instead of "patient"', 'instead of "therapy"', 'instead of "strain"']
    assert letter.memory.state is S.DRAFTED


@pytest.mark.parametrize("text", [
    'The client said: "my therapy caused a strain".', "S. Berg, physical therapist, was called.",
    "The client completed physical therapy in March."])
def test_words_of_others_may_be_signed(text: str) -> None:
    assert a_letter(DRAFT, m.SignLetter(added_text=text)).memory.state is S.SIGNED


def test_words_in_the_drafted_lines_count_as_much_as_those_the_signer_adds() -> None:
    drafted = msgspec.structs.replace(DRAFT, lines=("The patient rests.",))
    assert a_letter(drafted, m.SignLetter()).memory.state is S.DRAFTED


def test_a_practice_of_the_therapy_profile_uses_its_own_words() -> None:
    signed = a_letter(DRAFT, m.SignLetter(added_text="The patient's therapy."), profile="therapy")
    assert signed.memory.state is S.SIGNED


def test_a_check_names_what_blocks_and_what_asks_for_a_second_look_and_forbids_nothing() -> None:
    found = last(a_letter(DRAFT, m.CheckLetter(added_text="The patient came to the clinic.")))
    assert isinstance(found, m.LetterChecked)
    assert (found.blocked, found.warned) == (("patient",), ("clinic",))


def test_what_was_signed_is_what_was_drafted_and_what_was_added() -> None:
    letter = a_letter(DRAFT, m.SignLetter(added_text="Symptoms began in set 2."))
    signed = last(letter)
    assert isinstance(signed, m.LetterSigned)
    assert signed.lines == ("Training is paused.", "Symptoms began in set 2.") == letter.memory.lines


def test_what_was_sent_says_to_whom_about_whom_and_by_which_means() -> None:
    sent = last(a_letter(DRAFT, m.SignLetter(), m.SendLetter(means="fax")))
    assert isinstance(sent, m.LetterSent)
    assert (sent.client, sent.kind, sent.to, sent.means) == ("a", "change in status letter", "S. Berg", "fax")


def test_reading_a_letter_again_remembers_the_same() -> None:
    letter = a_letter(*(STEPS[each] for each in PATHS[S.DELIVERED]))
    again = Letter.replay(None, list(letter.collect_events()))
    assert again is not None
    assert msgspec.to_builtins(again.memory) == msgspec.to_builtins(letter.memory)


def test_a_command_to_somebody_else_is_not_a_letters() -> None:
    letter = a_letter(DRAFT)
    letter.handle(AddReferralSource(name="S. Berg", profession="physician"), context())
    assert isinstance(last(letter), m.LetterCommandRefused)


def test_no_letter_leaves_without_the_clients_release_to_its_recipient() -> None:
    for released in ((), ("R. Okafor",)):
        letter = a_letter(DRAFT, m.SignLetter())
        letter.handle(m.SendLetter(means="post"), context(released_to=released))
        refused = last(letter)
        assert isinstance(refused, m.LetterCommandRefused)
        assert [each.rule for each in refused.broken] == ["PRV-01"]
        assert letter.memory.state is S.SIGNED


def test_in_an_emergency_the_referral_back_letter_leaves_without_a_release_and_says_so() -> None:
    back = m.DraftLetter(client="a", kind="referral back letter", to="s. berg", lines=("Referred back today.",))
    letter = a_letter(back, m.SignLetter())
    letter.handle(m.SendLetter(means="fax"), context(released_to=(), emergency_to=("S. Berg",)))
    sent = last(letter)
    assert isinstance(sent, m.LetterSent)
    assert sent.allowed_by == "emergency"
    for draft, told_of in ((DRAFT, ("S. Berg",)), (back, ()), (back, ("R. Okafor",))):
        other = a_letter(draft, m.SignLetter())
        other.handle(m.SendLetter(means="fax"), context(released_to=(), emergency_to=told_of))
        assert isinstance(last(other), m.LetterCommandRefused)
    told = last(a_letter(DRAFT, m.SignLetter(), m.SendLetter(means="fax")))
    assert isinstance(told, m.LetterSent)
    assert told.allowed_by == "release"
