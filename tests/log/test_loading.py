"""Loading a client's care proves every row: whatever was changed in one, nothing is decided on it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from eventsourcing.domain import OriginatorIDError, OriginatorVersionError

from aggregates.client_care.care import ClientCare
from aggregates.kernel.errors import Unreadable
from tests.log.hands import meddle
from tests.log.support import PRACTICE, office_at, play
from workflow.bootstrap import Office
from workflow.engine.streams import Streams
from workflow.log.row import header

CLIENT, CARE = "client-one", "care:client-one"
OF_THE_FACT = f"WHERE stream = '{CARE}' AND version = 5"

CHANGES = {
    "another name": "name = 'care.morning_answered'",
    "another schema": "schema_version = 2",
    "another moment": "recorded_at = recorded_at + 1",
    "another command": "command_id = :sixteen",
    "a shorter command id": "command_id = :fifteen",
    "another actor": "meta = replace(meta, '\"kind\"', '\"kinds\"')",
    "another client's key": f"key_id = (SELECT key_id FROM facts WHERE stream = 'practice:{PRACTICE}' LIMIT 1)",
    "another body": "body = :long",
    "no body": "body = :empty",
}
OTHER_KINDS = ("command_id = 'sixteen letters.'", "meta = CAST(meta AS BLOB)", "body = 'text and not bytes'",
               "recorded_at = recorded_at + 0.5", "schema_version = 'one'", "name = CAST(name AS BLOB)")


@pytest.fixture
def office(database_url: str, tmp_path: Path) -> Iterator[Office]:
    """A practice with one client, whom nobody has in memory."""
    opened = office_at(database_url, tmp_path)
    play(opened, "01", upto=6)
    yield opened
    opened.close()


def streams_of(office: Office) -> Streams:
    streams = office.door(PRACTICE).streams
    streams.drop(CARE)
    return streams


def refused(office: Office) -> None:
    with pytest.raises(Unreadable) as found:
        streams_of(office).load(ClientCare, CARE)
    assert "client-one" not in str(found.value)
    with pytest.raises(Unreadable):
        streams_of(office).history(CARE)


def change(office: Office, what: str) -> None:
    everything = {"sixteen": b"s" * 16, "fifteen": b"s" * 15, "long": b"b" * 300, "empty": b""}
    meddle(str(office.settings.log_url), f"UPDATE facts SET {what} {OF_THE_FACT}",
           **{name: value for name, value in everything.items() if f":{name}" in what})


@pytest.mark.parametrize("what", CHANGES)
def test_a_client_of_whom_one_column_was_changed_is_not_loaded(office: Office, what: str) -> None:
    before = streams_of(office).load(ClientCare, CARE)
    assert before is not None
    assert before.aggregate.version > 5
    change(office, CHANGES[what])
    refused(office)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("what", OTHER_KINDS)
def test_a_column_that_holds_another_kind_of_value_is_refused_in_one_sentence(office: Office, what: str) -> None:
    change(office, what)
    refused(office)


def test_a_load_and_a_history_tell_the_same_facts(office: Office) -> None:
    streams = streams_of(office)
    rows, facts = streams.history(CARE)
    loaded = streams.load(ClientCare, CARE)
    opened = streams.sealer.opened(CARE, office.log.reader.behind(PRACTICE, CARE), 0, office.keys.by_id)
    assert [each.__dict__ for each in opened] == [each.__dict__ for each in facts]
    assert loaded is not None
    assert (loaded.leaf, loaded.aggregate.version, loaded.aggregate.modified_on) == (
        rows[-1].leaf, rows[-1].version, facts[-1].timestamp)


def test_facts_of_another_client_or_out_of_order_are_not_remembered(office: Office) -> None:
    facts = streams_of(office).history(CARE).facts
    with pytest.raises(OriginatorVersionError):
        ClientCare.replay(None, [*facts[:3], *facts[4:]])
    other = object.__new__(type(facts[1]))
    other.__dict__.update(facts[1].__dict__, originator_id="care:client-two")
    with pytest.raises(OriginatorIDError):
        ClientCare.replay(None, [facts[0], other])


def test_a_command_id_that_lost_a_zero_byte_is_bound_as_another_one() -> None:
    whole, cut = (header(b"", 1, "test.note_taken", 1, 0, command_id, "{}", b"k" * 16)
                  for command_id in (b"c" * 15 + b"\0", b"c" * 15))
    assert whole != cut
    assert len(whole) == len(cut) + 1
