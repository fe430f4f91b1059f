"""Who knows the practice and not the code can follow a replay: what turned the care, what was asked, what is due."""

from __future__ import annotations

import re
from datetime import UTC
from itertools import pairwise

import pytest

from aggregates.client_care import facts as f
from aggregates.kernel.rules import BrokenRule, Unlock
from projections.codes import codes
from projections.told_decisions import broken_lines
from projections.words import span
from tests.reading.conftest import Reading
from workflow.engine.packs_at_hand import shipped_pack
from workflow.engine.replay import known_by

Readings = dict[str, Reading]
RAW_DEADLINE = re.compile(r"\b(DL|OUT)-\d\d/")
TIME_WITHOUT_ZONE = re.compile(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d(?! (?:[A-Z]{3,4}|[+-]\d\d)\b)")


@pytest.mark.parametrize(("client", "version", "told", "before", "phase"), [
    ("client-two", 6, "Decision: REQUIRE_CLEARANCE", "screening", "medical_clearance"),
    ("client-two", 8, "Clearance granted", "medical_clearance", "active_training"),
    ("client-two", 19, "Training paused", "active_training", "exacerbation_pause"),
    ("client-two", 44, "Training resumed", "exacerbation_pause", "active_training"),
    ("client-three", 7, "Referred back", "screening", "referral_back"),
    ("client-three", 18, "Clearance granted", "referral_back", "screening"),
])
def test_the_phase_changes_on_the_fact_that_turned_the_care(
        readings: Readings, client: str, version: int, told: str, before: str, phase: str) -> None:
    step = readings[client].step(version)
    assert step.told.what.startswith(told)
    assert (step.moved_from, step.meta.phase) == (before, phase)


def test_every_phase_change_is_told_once_and_each_begins_where_the_last_one_ended(readings: Readings) -> None:
    for client, reading in readings.items():
        care = [step for step in reading.steps if step.is_care]
        changes = sum(a.meta.phase != b.meta.phase for a, b in pairwise(care))
        moves = [step for step in care if step.moved]
        assert len(moves) == 1 + changes, client
        assert all(b.moved_from == a.meta.phase for a, b in pairwise(moves)), client


def test_a_pause_names_the_decision_that_it_follows_from(readings: Readings) -> None:
    for client, version, decision in (("client-two", 19, 18), ("client-six", 20, 19)):
        pause = readings[client].step(version)
        assert isinstance(pause.fact, f.ExacerbationOpened)
        assert f"in the decision in v{decision}" in pause.told.what
        assert isinstance(readings[client].step(decision).fact, f.DecisionMade)
    assert not any("above" in line for line in readings["client-two"].lines if "Training paused" in line)


def test_a_referral_back_names_the_decision_that_it_follows_from(readings: Readings) -> None:
    assert readings["client-three"].step(7).told.what == "Referred back: the decision in v6 is EMERGENCY"


def test_deadlines_go_by_their_names_and_never_by_their_ids(readings: Readings) -> None:
    for client, reading in readings.items():
        assert not [line for line in reading.lines if RAW_DEADLINE.search(line)], client
    assert "Done: client follow-up (24 hours after the pause began)  [DL-08]" in " ".join(readings["client-two"].lines)


def test_a_reminder_that_nobody_had_to_send_is_not_called_done(readings: Readings) -> None:
    lines = readings["client-one"].lines
    assert any("No longer needed: first reminder to the referral source (3 days after the request), because the form "
               "arrived" in line for line in lines)
    assert not any("Done: first reminder" in line for line in lines)


def test_a_refusal_says_what_was_asked_what_was_seen_and_who_unlocks_it(readings: Readings) -> None:
    refused = readings["client-two"].first("Refused: resume training")
    assert refused.told.details == (
        "asked for: volume: 40 percent of the last tolerated",
        "EXA-02: pain has been back to usual for 48 hours without a break.",
        "   it saw usual since: 2026-03-05 08:00 CET",
        "   would unlock it: wait until 2026-03-07 08:00 CET with usual pain (from the client)")


def test_a_condition_that_was_passed_is_told_with_its_words_and_numbers(readings: Readings) -> None:
    refused = next(step for step in readings["client-one"].steps if "CLR-08" in step.told.rules)
    assert ('   it saw the condition "no loaded knee flexion beyond 90 degrees": seated knee extension at 110, at most '
            '90 is allowed') in refused.told.details
    assert refused.told.details[0] == "asked for: changes: seated knee extension, range to 0-110 degrees"


def test_an_earlier_screening_is_not_said_to_be_missing_and_there_at_once() -> None:
    broken = BrokenRule(rule="SCR-00", name="screening_is_complete", sentence="nothing begins before.",
                        seen={"screened": True, "open_flags": 0}, unlock=(Unlock(what="x", supplier="the coach"),))
    told = broken_lines(broken, UTC)
    assert "screened: yes" not in " ".join(told)
    assert "an earlier screening is on record; it does not count here" in told[1]


def test_an_answer_of_no_is_as_visible_as_a_yes(readings: Readings) -> None:
    assert "back to usual: no" in readings["client-two"].step(17).told.details
    assert "back to usual: yes" in readings["client-two"].step(33).told.details


def test_asked_and_none_found_differs_from_never_asked(readings: Readings) -> None:
    details = readings["client-two"].step(5).told.details
    assert "red flags: all asked about, none found" in details
    assert "medicines: none taken" in details


def test_every_time_names_its_zone(readings: Readings) -> None:
    for client, reading in readings.items():
        assert not [line for line in reading.lines if TIME_WITHOUT_ZONE.search(line)], client


@pytest.mark.parametrize(("hours", "told"), [
    (0.5, "30 minutes"), (1, "1 hour"), (25, "25 hours"), (48, "48 hours"), (49, "2 days"), (1300, "54 days")])
def test_a_delay_is_told_in_hours_up_to_two_days_and_then_in_days(hours: float, told: str) -> None:
    assert span(hours) == told


def test_a_late_entry_says_how_late_it_came(readings: Readings) -> None:
    assert any("entered 25 hours late" in line for line in readings["client-six"].lines)


def test_letters_go_by_their_ids_and_name_the_fact_that_they_are_a_reaction_to(readings: Readings) -> None:
    drafted = readings["client-two"].first("Drafted")
    assert drafted.name == f"letter {drafted.row.stream.partition(':')[2]} v1"
    assert drafted.because_of == "v19, training paused"


def test_every_rule_that_is_named_is_explained_at_the_end(readings: Readings) -> None:
    known = codes(shipped_pack())
    for client, reading in readings.items():
        named = {rule for step in reading.steps for rule in step.told.rules}
        assert named <= set(known), f"{client}: {sorted(named - set(known))}"
        assert all(any(line.startswith(f"  {rule} ") for line in reading.lines) for rule in named), client


def test_who_did_it_is_told_with_the_person_behind_what_followed_by_rule(readings: Readings) -> None:
    lines = readings["client-two"].lines
    assert any(line.strip().startswith("by Jon Vik, jon (coach), for care, via cli") for line in lines)
    assert any(line.strip().startswith("by the protocol, following Jon Vik, jon") for line in lines)
    assert any(line.strip().startswith("by the calendar, for deadlines") for line in lines)
    assert any("by the policy DL-06" in line and "because of v19, training paused" in line for line in lines)


def test_for_machines_every_key_of_a_step_stays(readings: Readings) -> None:
    keys = {"position", "stream", "version", "name", "schema_version", "recorded_at", "occurred_at", "meta", "phase",
            "phase_before", "erased", "what", "details", "rules", "why", "amended_by", "content"}
    assert all(keys <= set(step.as_dict()) for step in readings["client-two"].steps)


def test_what_was_known_then_shows_no_correction_that_came_later(readings: Readings) -> None:
    steps = readings["client-six"].steps
    corrected = next(step for step in steps if step.amended_by is not None)
    correction = next(step for step in steps if step.is_care and step.row.version == corrected.amended_by)
    before, after = known_by(steps, corrected.recorded_at), known_by(steps, correction.recorded_at)
    assert not [step for step in before if step.amended_by is not None]
    assert [step.amended_by for step in after if step.row.position == corrected.row.position] == [corrected.amended_by]
