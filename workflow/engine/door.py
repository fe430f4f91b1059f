"""The door: who asks, load, decide, seal, append, answer; then whatever policies say has to follow."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta

import msgspec

from aggregates.client_care.care import ClientCare
from aggregates.client_care.commands import RegisterClient
from aggregates.kernel.errors import Conflict, InvalidInput, NotFound, NotVerified
from aggregates.kernel.event_sourced import EventSourced
from aggregates.kernel.messages import Command, Fact
from aggregates.letter.letter import Letter
from aggregates.letter.messages import DraftLetter
from aggregates.practice.commands import FoundPractice
from aggregates.practice.practice import Practice
from aggregates.protocol.model import Pack
from policies.base import Policy
from workflow.access.authority import refuse_unless_allowed
from workflow.access.clear import check_clear
from workflow.engine.changes import what_changed
from workflow.engine.circumstances import Circumstances
from workflow.engine.reacting import Reacting
from workflow.engine.requests import Answer, Request
from workflow.engine.streams import Loaded, Streams
from workflow.log.append import AlreadyDone, Append, Receipt
from workflow.log.codec import Registry, field_of
from workflow.log.event_log import EventLog
from workflow.log.row import NO_LEAF
from workflow.log.seal.keys import Destroyed, Key, KeyStore
from workflow.log.snapshots import Snapshots

SKEW = timedelta(seconds=2)
TRIES = 4
KINDS: dict[str, tuple[type[EventSourced], type[Command]]] = {
    "care": (ClientCare, RegisterClient), "letter": (Letter, DraftLetter), "practice": (Practice, FoundPractice)}

_canonical = msgspec.json.Encoder(order="sorted").encode


class Door:
    """Handles requests of one practice."""

    def __init__(self, log: EventLog, keys: KeyStore, registry: Registry, practice: str, *,
                 packs: Mapping[str, Pack], default_pack: str, policies: Iterable[type[Policy]],
                 clock: Callable[[], datetime], snapshots: Snapshots | None = None) -> None:
        self.log, self.keys, self.practice, self.clock = log, keys, practice, clock
        self.streams = Streams(log, keys, registry, practice, snapshots)
        self.circumstances = Circumstances(self.streams, packs, default_pack)
        self._reacting = Reacting(self.streams, log.reader, policies, self.circumstances.pack)

    def handle(self, request: Request) -> Answer:
        """Decide on *request* and store what it came to; then let policies react.

        Raises `InvalidInput`, `NotFound`, `Conflict`, `StoreUnavailable` or `NotVerified`. A refusal is an answer.
        """
        if self.log.why_read_only is not None:
            raise NotVerified(f"log: read-only, because {self.log.why_read_only}")
        check_clear(request.who)
        now = self.clock()
        if request.occurred_at is not None and request.occurred_at > now + SKEW:
            raise InvalidInput("occurred_at: lies in the future")
        try:
            self._settle(request.stream)
            answer = self._answer(request, now)
        except Destroyed:
            raise NotFound("client: was erased; only the skeleton of the record is left") from None
        if answer.repeated:
            self._settle(request.stream)  # the first time may have been cut off before anything followed
        return answer

    def _answer(self, request: Request, now: datetime) -> Answer:
        answer = self._decide(request, now)
        following = [] if answer.repeated else self._reacting.after(answer)
        return answer._replace(follow_ups=tuple(map(self.handle, following))) if following else answer

    def care(self, client: str) -> ClientCare:
        """A client's care; `NotFound` if there is no such client in this practice."""
        loaded = self.streams.load(ClientCare, f"care:{client}")
        if loaded is None:
            raise NotFound(f"client: there is no client {client} in this practice")
        assert isinstance(loaded.aggregate, ClientCare)
        return loaded.aggregate

    def _settle(self, stream: str) -> None:
        """Once after loading a stream: make up for reactions that a crash prevented."""
        kind = KINDS[stream.partition(":")[0]][0]
        if kind is Practice or self.streams.settled(stream):
            return
        with self.streams.alone(stream):
            loaded = self.streams.load(kind, stream)
            if loaded is None or not loaded.fresh:
                return
            loaded.fresh = False
        try:
            for request in self._reacting.owed(stream):
                self._answer(request, self.clock())
        except BaseException:
            self.streams.drop(stream)  # still owed: look again the next time
            raise

    def _decide(self, request: Request, now: datetime) -> Answer:
        for _ in range(TRIES):
            with self.streams.alone(request.stream):
                try:
                    return self._once(request, now)
                except AlreadyDone as done:
                    return self._first_answer(request, done.receipt)
                except Conflict:  # decided on a state that another process moved on: decide anew, or let the asker look
                    self.streams.drop(request.stream)
                    if request.expected_version is not None:
                        raise
        raise Conflict("version: others changed this again and again; try once more")

    def _once(self, request: Request, now: datetime) -> Answer:
        loaded = self._load(request, now)
        if request.expected_version not in (None, loaded.aggregate.version):
            self._stale(request, loaded)
        key = self._key(request, loaded, now)
        try:
            facts = self._facts(request, loaded, now)
            if not facts:
                return Answer(request.command_id, request.stream, loaded.aggregate.version, 0, ())
            return self._store(request, loaded, facts, key)
        except BaseException:
            self.streams.drop(request.stream)
            raise

    def _load(self, request: Request, now: datetime) -> Loaded:
        what, _, name = request.stream.partition(":")
        kind, beginning = KINDS[what]
        loaded = self.streams.load(kind, request.stream)
        if isinstance(request.command, DraftLetter) and not name.startswith(f"{request.command.client}-"):
            raise InvalidInput("letter: its id must begin with the client's id and a dash")
        if loaded is None and not isinstance(request.command, beginning):
            noun = "client" if what == "care" else what
            raise NotFound(f"{noun}: there is no {noun} {name} in this practice")
        return loaded or Loaded(kind.begin(request.stream, now), NO_LEAF)

    def _facts(self, request: Request, loaded: Loaded, now: datetime) -> list[Fact]:
        aggregate = loaded.aggregate
        context = self.circumstances.of(request, aggregate, now)
        try:
            if not refuse_unless_allowed(request.command, aggregate, context):
                aggregate.handle(request.command, context)  # type: ignore[attr-defined]
        except msgspec.ValidationError as error:
            raise InvalidInput(f"corrected: {field_of(error)} does not fit the fact that is corrected") from None
        return list(aggregate.collect_events())  # type: ignore[arg-type]

    def _store(self, request: Request, loaded: Loaded, facts: list[Fact], key: Key) -> Answer:
        seal, base = self.streams.sealer.seal, facts[0].originator_version - 1
        drafts = tuple([seal(fact, key, request.command_id) for fact in facts])
        done = self.log.append(Append(self.practice, request.stream, base, loaded.leaf, drafts,
                                      request.command_id.bytes, key.digest(body_of(request))))
        loaded.leaf = done.leaf
        if base == 0:
            loaded.fresh = False
            self.streams.keep(request.stream, loaded)
        self.streams.remember(request.stream, loaded, key)
        return Answer(request.command_id, request.stream, loaded.aggregate.version, done.position, tuple(facts))

    def _key(self, request: Request, loaded: Loaded, now: datetime) -> Key:
        kind, _, name = request.stream.partition(":")
        if kind == "practice":
            return self.keys.make(self.practice, "practice", now)
        subject = f"client:{name if kind == 'care' else _client_of_letter(request, loaded)}"
        if kind == "care" and loaded.aggregate.version == 0:
            return self.keys.make(self.practice, subject, now)
        found = self.keys.of(self.practice, subject)
        if found is None:
            raise NotFound("key store: this client's key is missing")
        return found

    def _first_answer(self, request: Request, receipt: Receipt) -> Answer:
        """The answer that this command id got the first time, read back from its facts."""
        self.streams.drop(request.stream)
        rows = self.log.reader.page(receipt.position - 1, receipt.position + receipt.facts - 1)
        key = self.keys.by_id(rows[0].key_id)
        if rows[0].stream != request.stream or key.digest(body_of(request)) != receipt.digest:
            raise Conflict("command_id: was used already, with another body")
        facts = tuple(self.streams.sealer.unseal(row, self.keys.by_id(row.key_id)) for row in rows)
        return Answer(request.command_id, request.stream, rows[-1].version, receipt.position, facts, repeated=True)

    def _stale(self, request: Request, loaded: Loaded) -> None:
        receipt = self.log.reader.receipt(self.practice, request.command_id.bytes)
        if receipt is not None:
            raise AlreadyDone(receipt)
        expected = max(request.expected_version or 0, 0)
        changed = what_changed(self.streams.history(request.stream, expected).facts)
        raise Conflict(f"expected_version: changed since you looked (version {expected}, now version "
                       f"{loaded.aggregate.version}): {changed or 'that version does not exist yet'}")


def _client_of_letter(request: Request, loaded: Loaded) -> str:
    if isinstance(request.command, DraftLetter) and loaded.aggregate.version == 0:
        return request.command.client
    assert isinstance(loaded.aggregate, Letter)
    return loaded.aggregate.memory.client


def body_of(request: Request) -> bytes:
    """What makes a command the same when its id comes again."""
    occurred = request.occurred_at.isoformat() if request.occurred_at else None
    return _canonical((request.stream, type(request.command).__name__, request.command, request.who.kind,
                       request.who.id, request.who.on_behalf_of, occurred))
