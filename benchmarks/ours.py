"""Our side: a practice with clients, a command that comes to one fact of about 400 bytes, and sessions of that size."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

from msgspec.structs import replace

from aggregates.client_care.care import ClientCare
from aggregates.client_care.commands import RecordStatement, RegisterClient
from aggregates.client_care.contents import Clinician, Effort, Exercise, Session
from aggregates.client_care.facts import SessionRecorded
from aggregates.practice.commands import FoundPractice
from benchmarks.databases import Place
from workflow.bootstrap import Office, create
from workflow.engine.requests import Answer, Request, Who, new_command_id
from workflow.log.append import Append
from workflow.log.row import NO_LEAF, Draft
from workflow.settings import settings

PRACTICE = "lakeside"
OWNER = Who("person", "olivia")
WORDS = ("The left knee felt stiff for about twenty minutes after getting up, then eased with walking to the shop "
         "and back. Stairs are all right going up and still sore coming down, three out of ten at the most. Slept "
         "through. Did the home exercises on Monday and Wednesday, twelve each, without the band on the second day "
         "because it had snapped at the handle. No swelling seen.")
STATEMENT = RecordStatement(source="client_said", words=WORDS)
SESSION = Session(
    bp=((128, 82),), heart_rate=72, pain_before=3, pain_worst=4, pain_after=3,
    effort=Effort(value=12, scale="borg_6_20"), done="as planned", client_said="Stairs are easier.", signed=True,
    performed=(Exercise(name="leg raise", kind="LOCAL", sets=3, reps=12, load_kg=4.5),
               Exercise(name="sit to stand", kind="GLOBAL", sets=3, reps=10, load_kg=20),
               Exercise(name="clamshell", kind="LOCAL", sets=2, reps=15, load_kg=2)))
CLIENT = RegisterClient(
    name="Client One", born=date(1961, 4, 12), referred_by=Clinician(name="R. Okafor", profession="physician"),
    diagnosis_as_given="osteoarthritis of the left knee, ICD-10 M17.12", onset=date(2023, 8, 1), stage="chronic")


def new_office(place: Place) -> Office:
    """An office on fresh databases, with one practice."""
    home = place.directory()
    where = {} if place.kind == "sqlite" else {
        "MET_LOG_URL": place.database(), "MET_KEYS_URL": place.database(), "MET_VIEWS_URL": place.database()}
    office = create(settings(home, where))
    found(office)
    return office


def found(office: Office) -> None:
    """Found the practice."""
    office.door(PRACTICE).handle(Request(PRACTICE, f"practice:{PRACTICE}", FoundPractice(
        name="Lakeside", timezone="America/Chicago", owner=OWNER.id, owner_name="Olivia Lake"), OWNER, uuid4()))


def register(office: Office, client: str, facts: int = 10) -> str:
    """A client with a history of *facts* facts; returns the stream."""
    stream = f"care:{client}"
    door = office.door(PRACTICE)
    version = door.handle(Request(PRACTICE, stream, CLIENT, OWNER, uuid4())).version
    for _ in range(facts - version):
        say(office, stream)
    return stream


def say(office: Office, stream: str) -> Answer:
    """One command that comes to one fact: who said what."""
    return office.door(PRACTICE).handle(Request(PRACTICE, stream, STATEMENT, OWNER, new_command_id()))


def load(office: Office, stream: str) -> ClientCare:
    """The aggregate, from what is stored and not from memory."""
    streams = office.door(PRACTICE).streams
    streams.drop(stream)
    loaded = streams.load(ClientCare, stream)
    assert loaded is not None
    assert isinstance(loaded.aggregate, ClientCare)
    return loaded.aggregate


def row_size(office: Office) -> int:
    """The bytes of one stored fact and its receipt, without what the database adds."""
    row = office.log.reader.page(office.log.reader.head()[0] - 1)[-1]
    numbers = 8 + 4 + 2 + 8 + 8 + 2
    texts = 2 * len(row.practice) + len(row.stream) + len(row.name) + len(row.meta)
    return numbers + texts + 2 * len(row.command_id) + len(row.key_id) + len(row.body) + len(row.leaf) + 16


def fill(office: Office, stream: str, facts: int, together: int = 500) -> None:
    """More facts for a stream, fast: sessions of about 400 bytes, sealed and true but for their haste.

    Each has a moment of its own, so nothing about one can be taken from the one before.
    """
    door = office.door(PRACTICE)
    loaded = door.streams.load(ClientCare, stream)
    assert loaded is not None
    key, care, now = door.keys.of(PRACTICE, f"client:{stream.partition(':')[2]}"), loaded.aggregate, door.clock()
    assert key is not None
    for done in range(0, facts, together):
        command_id = uuid4()
        context = door.circumstances.of(Request(PRACTICE, stream, STATEMENT, OWNER, command_id), care, now)
        for _ in range(min(together, facts - done)):
            now += timedelta(milliseconds=1)
            care._record(SessionRecorded(session=SESSION, **care._stamp(
                replace(context, now=now, occurred_at=now), phase="active_training", protocol=context.pack.hash[:32])))
        drafts = tuple(door.streams.sealer.seal(fact, key, command_id)  # type: ignore[arg-type]
                       for fact in care.collect_events())
        loaded.leaf = office.log.append(Append(PRACTICE, stream, drafts[0].version - 1, loaded.leaf, drafts,
                                               command_id.bytes, bytes(16))).leaf


def multiply(office: Office, facts: int, together: int = 500) -> None:
    """Many facts for whoever reads every row: what they say is copied, and every row is bound anew."""
    sealer = office.door(PRACTICE).streams.sealer
    row = office.log.reader.page(office.log.reader.head()[0] - 1)[-1]
    for _ in range(facts // together):
        stream, command_id = f"care:many-{uuid4()}", uuid4().bytes
        copies = [row._replace(stream=stream, version=number + 1, command_id=command_id)
                  for number in range(together)]
        drafts = tuple(Draft(*copy[2:11], sealer.header_of(copy)) for copy in copies)
        office.log.append(Append(PRACTICE, stream, 0, NO_LEAF, drafts, command_id, bytes(16)))


def open_content(office: Office) -> bytes:
    """What the newest fact says, as it would be stored without a seal."""
    row = office.log.reader.page(office.log.reader.head()[0] - 1)[-1]
    fact = office.door(PRACTICE).streams.sealer.unseal(row, office.keys.by_id(row.key_id))
    return office.registry.of(fact).encode(fact)
