"""The role table: what is not written there is refused, by the table and at the door, and the refusal is recorded."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

import pytest

from aggregates.client_care import commands as c
from aggregates.client_care import facts as f
from aggregates.kernel.errors import NotFound
from aggregates.letter.messages import DraftLetter
from aggregates.practice.commands import AddPerson, FoundPractice, RemovePerson
from aggregates.practice.facts import PracticeCommandRefused
from aggregates.practice.roles import MAY, may
from tests.care import examples as e
from tests.care.office import PRACTICE, a_desk
from workflow.access.authority import role_is_missing
from workflow.access.reading import NotAllowed, note_reading
from workflow.engine.names import COMMANDS
from workflow.engine.requests import Request, Who

# The table once more, by hand.
LETTERS = {"o": "owner", "c": "coach", "f": "front desk", "m": "medical adviser", "r": "reviewer", "k": "client",
           "p": "policy", "s": "system"}
TABLE = {
    "register_client": "ocf", "record_release": "ocf", "withdraw_release": "ocfk", "record_screening": "oc",
    "request_clearance": "ocf", "record_clearance": "ocf", "record_measures": "oc", "design_program": "oc",
    "change_program": "oc", "start_session": "oc", "record_session": "oc", "record_morning": "ocfk",
    "record_follow_up": "ocfk", "report_exacerbation": "ock", "report_adverse_response": "oc",
    "report_red_flags": "ocfk", "report_health_change": "ocfk", "contact_referral_source": "oc", "record_answer": "ocf",
    "resume_training": "oc", "refer_back": "ocp", "override_decision": "oc", "record_statement": "ocfk",
    "resolve_contradiction": "oc", "amend_fact": "oc", "move_to_maintenance": "oc", "discharge": "oc",
    "withdraw_consent": "ocfk", "readmit": "oc", "place_hold": "o", "lift_hold": "o", "note_letter": "p",
    "let_time_pass": "ocfs", "draft_letter": "ocp", "redraft_letter": "oc", "check_letter": "oc", "sign_letter": "oc",
    "send_letter": "ocf", "record_delivery": "ocf", "record_letter_answer": "ocf", "cancel_letter": "oc",
    "found_practice": "", "add_person": "o", "give_role": "o", "remove_person": "o", "add_referral_source": "ocf",
    "set_calendar": "o", "adopt_protocol": "om", "erase_client": "o", "complete_erasure": "os", "accept_loss": "s"}


def test_the_table_by_hand_names_every_command_and_every_role() -> None:
    assert set(TABLE) == set(COMMANDS)
    assert set(MAY) == set(LETTERS.values())


@pytest.mark.parametrize("command", sorted(TABLE))
def test_a_role_may_ask_for_what_the_table_says_and_for_nothing_else(command: str) -> None:
    allowed = {LETTERS[letter] for letter in TABLE[command]}
    assert {role for role in MAY if may(role, COMMANDS[command].__name__)} == allowed


@pytest.mark.parametrize("role", ["", "none", "Owner", "admin", "coach "])
def test_an_unknown_role_may_nothing(role: str) -> None:
    assert not any(may(role, each.__name__) for each in COMMANDS.values())
    assert not may("owner", "DropEverything")


@pytest.mark.parametrize(("who", "role"), [
    (Who("person", "mia"), "front desk"), (Who("person", "ada"), "medical adviser"), (Who("person", "rey"), "reviewer"),
    (Who("person", "stranger"), "none"), (Who("robot", "olivia"), "none"), (Who("client", "client-a"), "client")])
def test_who_may_not_ask_is_refused_at_the_door_and_the_refusal_is_recorded(
        who: Who, role: str, tmp_path: Path) -> None:
    with a_desk(tmp_path) as desk:
        desk.ask(e.register())
        phase = desk.office.door(PRACTICE).care("client-a").memory.phase
        answer = desk.ask(e.screening(), who=who)
        (refused,) = answer.facts
        assert isinstance(refused, f.CommandRefused)
        (broken,) = refused.broken
        assert (broken.rule, broken.seen) == ("ACC-01", {"role": role, "command": "RecordScreening"})
        assert {each.what for each in broken.unlock} == {"the role owner", "the role coach"}
        assert (refused.meta.actor_kind, refused.meta.actor) == (who.kind, who.id)
        assert isinstance(desk.facts("care:client-a")[-1], f.CommandRefused)
        assert desk.office.door(PRACTICE).care("client-a").memory.phase is phase


@pytest.mark.parametrize(("role", "command", "sentence", "unlock"), [
    ("front desk", "RecordScreening",
     "the role front desk may not ask for record screening; only owner or coach may.",
     ["the role coach", "the role owner"]),
    ("", "PlaceHold", "somebody without a role here may not ask for place hold; only owner may.", ["the role owner"]),
    ("reviewer", "ReportExacerbation",
     "the role reviewer may not ask for report exacerbation; only owner, coach or the client may.",
     ["the role coach", "the role owner"]),
    ("", "FoundPractice", "somebody without a role here may not ask for found practice; only owner may.",
     ["the role owner"]),
    ("owner", "NoteLetter", "the role owner may not ask for note letter; only the engine itself may.",
     ["nothing: only the engine itself asks for this"])])
def test_a_refusal_by_role_says_in_one_sentence_who_may(role: str, command: str, sentence: str, unlock: list[str]
                                                        ) -> None:
    broken = role_is_missing(role, command)
    assert (broken.rule, broken.sentence) == ("ACC-01", sentence)
    assert [each.what for each in broken.unlock] == unlock


@pytest.mark.parametrize("command", sorted(TABLE))
def test_no_refusal_by_role_names_a_role_that_nobody_can_be_given(command: str) -> None:
    unlock = [each.what for each in role_is_missing("", COMMANDS[command].__name__).unlock]
    assert not {"the role policy", "the role system", "the role client"} & set(unlock)
    assert unlock


@pytest.mark.parametrize(("person", "exported", "sentence"), [
    ("mia", 1, "ACC-01: the role front desk may not export a client's record; only owner, coach or reviewer may"),
    ("stranger", None, "ACC-01: somebody without a role here may not read a client's record; only owner, coach, "
                       "front desk, medical adviser or reviewer may")])
def test_whoever_may_not_read_or_export_hears_the_rule_and_who_may(person: str, exported: int | None, sentence: str,
                                                                   tmp_path: Path) -> None:
    with a_desk(tmp_path) as desk:
        desk.ask(e.register())
        with pytest.raises(NotAllowed) as refused:
            note_reading(desk.office.door(PRACTICE), "client-a", Who("person", person), "replay", exported=exported)
        assert str(refused.value) == sentence


def test_nothing_is_recorded_about_a_client_whose_registration_was_refused(tmp_path: Path) -> None:
    with a_desk(tmp_path) as desk:
        assert desk.ask(e.register(), who=Who("person", "rey")).refused
        refused = desk.ask(c.RecordStatement(source="client_said", words="hello"))
        assert [each.name for each in refused.broken] == ["client_is_registered"]
        letter = DraftLetter(client="client-a", kind="progress report", to="S. Berg", lines=("As planned.",))
        with pytest.raises(NotFound, match="is not registered in this practice yet; register_client comes first"):
            desk.ask(letter, stream="letter:client-a-one")
        assert not desk.ask(e.register()).refused
        assert not desk.ask(letter, stream="letter:client-a-one").refused


def test_whoever_left_may_ask_for_nothing_any_more(tmp_path: Path) -> None:
    with a_desk(tmp_path) as desk:
        desk.ask(e.register())
        assert not desk.ask(e.screening(), who=Who("person", "anna")).refused
        desk.ask(RemovePerson(person="anna"), stream=f"practice:{PRACTICE}")
        assert desk.ask(e.clearance(), who=Who("person", "anna")).refused


def test_a_coach_does_not_let_somebody_in(tmp_path: Path) -> None:
    with a_desk(tmp_path) as desk:
        answer = desk.ask(AddPerson(person="eve", name="Eve", role="owner"), stream=f"practice:{PRACTICE}",
                          who=Who("person", "anna"))
        assert [type(each) for each in answer.facts] == [PracticeCommandRefused]
        assert desk.office.door(PRACTICE).circumstances.practice().memory.role_of("eve") is None


def test_a_client_of_another_practice_is_not_found(tmp_path: Path) -> None:
    with a_desk(tmp_path) as desk:
        desk.ask(e.register())
        door, other = desk.office.door("bergen"), FoundPractice(
            name="Bergen", timezone="Europe/Oslo", owner="olivia", owner_name="Olivia")
        door.handle(Request("bergen", "practice:bergen", other, Who("person", "olivia"), uuid4()))
        with pytest.raises(NotFound, match="there is no client client-a in this practice"):
            door.care("client-a")
        with pytest.raises(NotFound, match="there is no client client-a in this practice"):
            door.handle(Request("bergen", "care:client-a", c.StartSession(), Who("person", "olivia"), uuid4()))


def test_a_client_speaks_for_nobody_else(tmp_path: Path) -> None:
    with a_desk(tmp_path) as desk:
        desk.ask(e.register())
        said = c.RecordStatement(source="client_said", words="slept well")
        assert not desk.ask(said, who=Who("client", "client-a")).refused
        answer = desk.ask(said, who=Who("client", "client-b"))
        assert [each.rule for each in answer.broken] == ["ACC-02"]
