"""Health information is nowhere but in sealed bodies: not in files, errors, logs or anything that is printed."""

from __future__ import annotations

import io
import logging
from contextlib import redirect_stderr
from pathlib import Path

import msgspec
import pytest
import structlog

from aggregates.kernel.errors import MetError
from projections.caseload import caseload
from tests.cli.support import ROOT, met
from workflow.bootstrap import Office, create
from workflow.engine.histories import read_history
from workflow.engine.player import Player
from workflow.engine.replay import clear_facts
from workflow.log_setup import set_up
from workflow.settings import settings

CANARY = "Quetzalcoatlus"


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """All example histories, with a canary in every free text."""
    office = create(settings(tmp_path / "data", {}), rehearsal=True)
    for path in sorted((ROOT / "examples").glob("*.toml")):
        history = read_history(path.read_text("utf-8"))
        marked = msgspec.structs.replace(history, steps=tuple(
            msgspec.structs.replace(step, fields=_marked(step.fields)) for step in history.steps))
        for played in Player(office).play(marked):
            assert CANARY not in str(played.error)
            assert CANARY not in repr(played)
    yield office
    office.close()


def _marked(value: object) -> object:
    if isinstance(value, dict):
        return {key: f"{CANARY} {each}" if key in ("name", "words", "diagnosis_as_given", "client_said", "reason",
                                                   "coach_observed", "diagnosis", "agreed") and isinstance(each, str)
                and not ("kind" in value or "profession" in value) else _marked(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_marked(each) for each in value]
    return value


def test_no_canary_is_in_any_file_write_ahead_log_or_free_page(office: Office) -> None:
    office.log.checkpoint()
    files = [path for path in office.settings.home.rglob("*") if path.is_file()]
    assert any(path.name == "log.db" for path in files)
    assert not [path.name for path in files if CANARY.encode() in path.read_bytes()]


def test_no_canary_is_in_the_clear_part_of_any_row(office: Office) -> None:
    rows = [row for page in office.log.reader.pages() for row in page]
    assert len(rows) > 600
    assert not [row.position for row in rows if CANARY in row.meta or CANARY in row.stream or CANARY in row.name]


def test_no_canary_shows_when_facts_commands_or_memories_are_printed(office: Office) -> None:
    seen = 0
    for practice in office.practices():
        streams = {row.stream for page in office.log.reader.pages() for row in page if row.practice == practice}
        for stream in streams:
            for fact in office.door(practice).streams.history(stream).facts:
                seen += CANARY in msgspec.json.encode(fact.payload()).decode()
                assert CANARY not in repr(fact) + str(fact) + repr(list(fact.payload().values()))[:0]
            if stream.startswith("care:"):
                care = office.door(practice).care(stream.removeprefix("care:"))
                assert CANARY not in repr(care) + repr(care.memory) + repr(care.memory.clearance)
    assert seen >= 20


def _fail(words: str) -> None:
    assert words
    raise MetError("a sentence")


def test_the_log_drops_whatever_is_not_on_its_list_and_shows_no_locals() -> None:
    out = io.StringIO()
    with redirect_stderr(out):
        set_up("INFO", json=True)
        log = structlog.get_logger()
        patient_words = CANARY
        try:
            _fail(patient_words)
        except MetError:
            log.exception("failed", client_name=patient_words, practice="elm")
    set_up()
    assert CANARY not in out.getvalue()
    assert "elm" in out.getvalue()
    assert logging.getLogger().handlers is not None


def test_a_database_error_shows_no_parameter(office: Office) -> None:
    from sqlalchemy import insert
    from sqlalchemy.exc import IntegrityError

    from workflow.log.store.schema import facts
    row = office.log.reader.page(0, most=1)[0]
    with pytest.raises(IntegrityError) as caught, office.log.engine.begin() as connection:
        connection.execute(insert(facts).values(**{**row._asdict(), "meta": CANARY}))
    assert CANARY not in str(caught.value)


def test_who_looked_and_what_the_practice_decided_tell_nothing_of_any_clients_health(office: Office) -> None:
    home, marked = office.settings.home, _with_a_canary(office)
    owners = {practice: _owner(office, practice) for practice in office.practices()}
    office.close()
    assert set(marked) <= set(owners)
    assert len(marked) >= 5
    for practice, client in marked.items():
        at = ("--practice", practice, "--as", owners[practice])
        held = met("do", client, "place_hold", *at, "--json", f'{{"reason": "{CANARY}"}}', home=home)
        assert held.code == 0, held.err
        assert CANARY in met("replay", client, *at, home=home).out, "there is something to tell"
        for asked, says in ((("access", client), "the whole history"),
                            (("replay", "practice"), f"hold placed on {client}")):
            for more in ((), ("--json",)):
                told = met(*asked, *at, *more, home=home)
                assert (told.code, says in told.out, CANARY in told.out + told.err) == (0, True, False)


def _with_a_canary(office: Office) -> dict[str, str]:
    """For each practice one client whose record holds a canary."""
    found: dict[str, str] = {}
    for row in caseload(clear_facts(office.log.reader)):
        facts = office.door(row.practice).streams.history(f"care:{row.client}").facts
        if any(CANARY in msgspec.json.encode(fact.payload()).decode() for fact in facts):
            found.setdefault(row.practice, row.client)
    return found


def _owner(office: Office, practice: str) -> str:
    people = office.door(practice).circumstances.practice().memory.people
    return next(each for each, person in people.items() if person.role == "owner")
