"""A letter takes one step after the other, and is not signed with words that are not ours to use."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec
import pytest

from aggregates.kernel.messages import Command
from aggregates.letter import messages as m
from aggregates.letter.from_record import Account, FromRecord, differing
from aggregates.letter.letter import LETTER_PATHWAY, Letter, LetterContext
from aggregates.letter.messages import LetterState as S
from aggregates.practice.commands import AddReferralSource
from tests.protocol.example import PACK

NOW = datetime(2026, 3, 3, 9, tzinfo=UTC)
DRAFT = m.DraftLetter(client="a", kind="change in status letter", to="S. Berg", lines=("Training is paused.",))
SAYS = Account(to="S. Berg", lines=("Training is paused.",))
AGREES = FromRecord(says=SAYS, as_of=9, took=SAYS)
STEPS: dict[str, Command] = {
    "draft": DRAFT, "redraft": m.RedraftLetter(), "check": m.CheckLetter(), "sign": m.SignLetter(),
    "send": m.SendLetter(means="post"), "deliver": m.RecordDelivery(), "answer": m.RecordLetterAnswer(words="seen"),
    "cancel": m.CancelLetter(reason="no")}
PATHS: dict[S, tuple[str, ...]] = {
    S.BLANK: (), S.DRAFTED: ("draft",), S.CHECKED: ("draft", "check"), S.SIGNED: ("draft", "sign"),
    S.SENT: ("draft", "sign", "send"), S.DELIVERED: ("draft", "sign", "send", "deliver"),
    S.ANSWERED: ("draft", "sign", "send", "answer"), S.CANCELLED: ("draft", "cancel")}
LEADS: dict[S, dict[str, S]] = {
    S.BLANK: {"draft": S.DRAFTED},
    S.DRAFTED: {"redraft": S.DRAFTED, "check": S.CHECKED, "sign": S.SIGNED, "cancel": S.CANCELLED},
    S.CHECKED: {"redraft": S.DRAFTED, "check": S.CHECKED, "sign": S.SIGNED, "cancel": S.CANCELLED},
    S.SIGNED: {"redraft": S.DRAFTED, "send": S.SENT, "cancel": S.CANCELLED},
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
    letter.handle(STEPS[step], context(record=AGREES))
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


NOW_SAYS = Account(to="S. Berg", lines=("Training was paused on 2026-03-02.", "Pain on a scale of 0 to 10: 8 after."))
OUTDATED = FromRecord(says=NOW_SAYS, as_of=12, took=SAYS)


@pytest.mark.parametrize("path", [S.DRAFTED, S.CHECKED, S.SIGNED])
def test_a_letter_that_says_otherwise_than_the_record_is_neither_signed_nor_sent(path: S) -> None:
    letter = a_letter(*(STEPS[each] for each in PATHS[path]))
    letter.handle(STEPS["send" if path is S.SIGNED else "sign"], context(record=OUTDATED))
    refused = last(letter)
    assert isinstance(refused, m.LetterCommandRefused)
    assert [each.rule for each in refused.broken] == ["LET-02"]
    assert refused.broken[0].seen == {"lines": "where training stands, pain"}
    assert refused.broken[0].unlock[0].what.startswith("redraft_letter")
    assert letter.memory.state is path


def test_a_refusal_for_the_record_names_lines_and_repeats_nothing_of_them() -> None:
    letter = a_letter(DRAFT)
    letter.handle(m.SignLetter(), context(record=OUTDATED))
    refused = last(letter)
    assert isinstance(refused, m.LetterCommandRefused)
    stored = msgspec.json.encode(refused.broken).decode()
    assert not [line for line in (*SAYS.lines, *NOW_SAYS.lines) if line in stored]
    assert "8 after" not in stored


def test_a_letter_that_agrees_with_the_record_is_signed_and_sent() -> None:
    letter = a_letter(DRAFT)
    letter.handle(m.SignLetter(added_text="Symptoms began in set 2."), context(record=AGREES))
    letter.handle(m.SendLetter(means="fax"), context(record=AGREES))
    assert letter.memory.state is S.SENT


def test_drafting_again_takes_the_records_words_and_leaves_out_what_the_signer_had_added() -> None:
    letter = a_letter(DRAFT, m.SignLetter(added_text="Symptoms began in set 2."))
    letter.handle(m.RedraftLetter(), context(record=OUTDATED))
    redrafted = last(letter)
    assert isinstance(redrafted, m.LetterRedrafted)
    assert (redrafted.to, redrafted.lines, redrafted.as_of) == (NOW_SAYS.to, NOW_SAYS.lines, 12)
    assert redrafted.left_out == ("Symptoms began in set 2.",)
    assert (letter.memory.state, letter.memory.lines) == (S.DRAFTED, NOW_SAYS.lines)


def test_only_a_letter_that_was_drafted_from_the_record_is_drafted_from_it_again() -> None:
    refused = last(a_letter(DRAFT, m.RedraftLetter()))
    assert isinstance(refused, m.LetterCommandRefused)
    assert [each.rule for each in refused.broken] == ["LET-03"]


def test_a_letter_that_is_drafted_from_the_record_takes_its_words_and_remembers_up_to_where() -> None:
    letter = Letter.begin("letter:a-1", NOW)
    letter.handle(msgspec.structs.replace(DRAFT, to="K. Diaz", lines=()), context(record=FromRecord(
        says=NOW_SAYS, as_of=12)))
    drafted = last(letter)
    assert isinstance(drafted, m.LetterDrafted)
    assert (drafted.to, drafted.lines, drafted.as_of) == (NOW_SAYS.to, NOW_SAYS.lines, 12)
    typed = last(a_letter(DRAFT))
    assert isinstance(typed, m.LetterDrafted)
    assert (typed.lines, typed.as_of) == (DRAFT.lines, 0)


@pytest.mark.parametrize(("to", "lines", "topics"), [
    ("S. Berg", ("Training is paused.",), ()),
    ("K. Diaz", ("Training is paused.",), ("to whom it goes",)),
    ("S. Berg", (), ("where training stands",)),
    ("S. Berg", ("Training is paused.", "Exercise: row."), ("exercise",)),
    ("S. Berg", ("Something else.", "Training is paused."), ("another line",)),
    ("S. Berg", ("Training is paused.", "Training is paused."), ("the order of its lines",)),
])
def test_what_differs_is_told_by_topic(to: str, lines: tuple[str, ...], topics: tuple[str, ...]) -> None:
    assert differing(SAYS, Account(to=to, lines=lines)) == topics
