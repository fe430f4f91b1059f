"""A log with its keys on either database, and a small fact to write into it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import NamedTuple
from uuid import UUID, uuid4

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from aggregates.kernel.messages import Fact, Meta
from workflow.bootstrap import Office, create, open_office
from workflow.engine.histories import read_history
from workflow.engine.player import Played, Player
from workflow.log.append import Append, Committed
from workflow.log.codec import Registry
from workflow.log.event_log import EventLog
from workflow.log.proof.witness import Witness
from workflow.log.row import NO_LEAF
from workflow.log.seal.keys import Key, KeyStore
from workflow.log.seal.master import LocalMasterKey
from workflow.log.sealing import Sealer
from workflow.log.store.database import open_engine
from workflow.settings import settings

PRACTICE = "lakeside"
SIGNING_KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
MASTER_KEY = LocalMasterKey(bytes(range(32, 64)))
EXAMPLES = Path(__file__).parents[2] / "examples"
NINE = datetime(2026, 3, 2, 9, tzinfo=UTC)


class NoteTaken(Fact):
    """Somebody wrote a line about a client."""

    TOPIC = "test.note_taken"

    text: str


REGISTRY = Registry([NoteTaken])


def open_log(url: str, directory: Path) -> EventLog:
    """The log at *url*, made if there is none yet; its checkpoints go to *directory*."""
    engine, witness = open_engine(url), Witness(directory / "checkpoints")
    make = EventLog if EventLog.exists(engine) else EventLog.create
    return make(engine, witness, SIGNING_KEY)


def open_keys(directory: Path, log: EventLog) -> KeyStore:
    """The log's key store, a SQLite file in *directory*, made if there is none yet."""
    path = directory / "keys.db"
    make = KeyStore.open if path.exists() else KeyStore.create
    return make(open_engine(f"sqlite:///{path}"), MASTER_KEY, log.identity.log_id)


class Desk(NamedTuple):
    """An open log, its key store, and the sealer of one practice: enough to write notes and read them."""

    log: EventLog
    keys: KeyStore
    sealer: Sealer

    def key(self, stream: str) -> Key:
        """The key of the client whose stream it is."""
        return self.keys.make(PRACTICE, f"client:{stream.partition(':')[2]}", NINE)

    def append(self, stream: str, texts: list[str], command_id: UUID | None = None) -> Append:
        """What writing *texts* behind the stream's newest fact would store."""
        rows = self.log.reader.stream(PRACTICE, stream)
        base, leaf = (rows[-1].version, rows[-1].leaf) if rows else (0, NO_LEAF)
        command_id, key = command_id or uuid4(), self.key(stream)
        drafts = tuple(self.sealer.seal(NoteTaken(
            originator_id=stream, originator_version=base + n, timestamp=NINE + timedelta(minutes=base + n),
            meta=Meta(actor_kind="person", actor="anna"), text=text), key, command_id)
            for n, text in enumerate(texts, 1))
        return Append(PRACTICE, stream, base, leaf, drafts, command_id.bytes, key.digest("|".join(texts).encode()))

    def write(self, stream: str, *texts: str, command_id: UUID | None = None) -> Committed:
        """Write notes into a stream, in one command."""
        return self.log.append(self.append(stream, list(texts), command_id))

    def read(self, stream: str) -> list[str]:
        """Every note of a stream."""
        facts = [self.sealer.unseal(row, self.keys.by_id(row.key_id)) for row in
                 self.log.reader.stream(PRACTICE, stream)]
        return [fact.text for fact in facts if isinstance(fact, NoteTaken)]

    def positions(self) -> list[int]:
        """The position of every fact, in the order of reading."""
        return [row.position for page in self.log.reader.pages() for row in page]


@contextmanager
def open_desk(url: str, directory: Path) -> Iterator[Desk]:
    """A desk at the log of *url*; everything is closed at the end."""
    directory.mkdir(parents=True, exist_ok=True)
    log = open_log(url, directory)
    keys = open_keys(directory, log)
    try:
        yield Desk(log, keys, Sealer(REGISTRY, log.identity.log_id, PRACTICE))
    finally:
        keys.close()
        log.close()


def office_at(url: str, home: Path) -> Office:
    """An office whose three stores are at *url*, or in files of *home* if that is SQLite."""
    stores = {} if url.startswith("sqlite") else dict.fromkeys(("MET_LOG_URL", "MET_KEYS_URL", "MET_VIEWS_URL"), url)
    given = settings(home, stores)
    return open_office(given) if (home / "signing.key").exists() else create(given, rehearsal=True)


def steps(office: Office, name: str) -> Iterator[Played]:
    """One of the care histories in `examples`, step by step."""
    return Player(office).play(read_history(next(EXAMPLES.glob(f"{name}*.toml")).read_text("utf-8")))


def play(office: Office, name: str, upto: int | None = None) -> list[Played]:
    """Play the first steps of one of the care histories in `examples`."""
    return list(islice(steps(office, name), upto))
