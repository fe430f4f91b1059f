"""Deciding: load, decide, seal, append, for every command that came at the same time; whoever leads does it for all."""

from __future__ import annotations

from datetime import datetime

import msgspec

from aggregates.client_care.care import ClientCare
from aggregates.client_care.commands import RegisterClient
from aggregates.kernel.errors import Conflict, InvalidInput, NotFound, StoreUnavailable, Unreadable
from aggregates.kernel.event_sourced import EventSourced
from aggregates.kernel.messages import Command, Fact
from aggregates.letter.letter import Letter
from aggregates.letter.messages import DraftLetter, SendLetter, SignLetter
from aggregates.practice.commands import FoundPractice
from aggregates.practice.practice import Practice
from workflow.access.authority import refuse_unless_allowed
from workflow.engine.changes import what_changed
from workflow.engine.circumstances import Circumstances
from workflow.engine.requests import Answer, Request
from workflow.engine.streams import Loaded, Streams, Turn
from workflow.log.append import AlreadyDone, Append, Committed, Outcome
from workflow.log.codec import field_of
from workflow.log.event_log import EventLog
from workflow.log.row import NO_LEAF
from workflow.log.seal.keys import Key, KeyStore
from workflow.log.shared import Wanted
from workflow.log.together import EVERYTHING, IN_TIME, WAIT_SECONDS

KINDS: dict[str, tuple[type[EventSourced], type[Command]]] = {
    "care": (ClientCare, RegisterClient), "letter": (Letter, DraftLetter), "practice": (Practice, FoundPractice)}

_canonical = msgspec.json.Encoder(order="sorted").encode


class Asked(Wanted):
    """A request on its way to an answer. Its stream's turn is held from deciding until what it came to is stored."""

    __slots__ = ("deciding", "facts", "key", "loaded", "now", "request", "turn")
    facts: tuple[Fact, ...]
    key: Key

    def __init__(self, deciding: Deciding, request: Request, now: datetime) -> None:
        # What a practice settles about itself is stored before anybody is allowed anything by it. What a letter says is
        # held against the record as it is stored, so no correction may be on its way at the same time.
        stream, practice = request.stream, deciding.practice
        alone = stream.startswith("practice:") or isinstance(request.command, SignLetter | SendLetter)
        super().__init__((EVERYTHING,) if alone else ((practice, stream),))
        self.deciding, self.request, self.now = deciding, request, now
        self.turn: Turn | None = None
        self.loaded: Loaded | None = None  # from when its memory may be ahead of what is stored

    def prepare(self) -> Append | None:
        turn = self.deciding.streams.alone(self.request.stream)
        if not turn.acquire(blocking=False) and not turn.acquire(timeout=WAIT_SECONDS):  # somebody is loading it
            raise StoreUnavailable(IN_TIME)
        self.turn = turn
        return self.deciding.decide(self, self.request, self.now)

    def stored(self, outcome: Outcome) -> None:
        self.outcome = self.deciding.answer(self, outcome) if isinstance(outcome, Committed) else outcome

    def finish(self) -> None:
        if self.turn is not None:
            if self.loaded is not None and not isinstance(self.outcome, Answer):
                self.deciding.streams.drop(self.request.stream)
            self.turn.release()


class Deciding:
    """Decides on the commands of one practice."""

    def __init__(self, log: EventLog, keys: KeyStore, streams: Streams, circumstances: Circumstances) -> None:
        self._log, self._keys, self.streams, self._circumstances = log, keys, streams, circumstances
        self.practice = streams.practice

    def on(self, request: Request, now: datetime) -> Answer:
        """Decide on *request* and store what it came to, together with whoever asks meanwhile."""
        asked = Asked(self, request, now)
        self._log.writable().do(asked)
        if isinstance(asked.outcome, Answer):
            return asked.outcome
        assert isinstance(asked.outcome, BaseException)
        raise asked.outcome

    def decide(self, asked: Asked, request: Request, now: datetime) -> Append | None:
        """Load, decide, seal."""
        loaded = self._load(request, now)
        version = loaded.aggregate.version
        if request.expected_version is not None and request.expected_version != version:
            self._stale(request, loaded)
        key = asked.key = self._key(request, loaded, now)
        asked.loaded = loaded
        facts = asked.facts = self._facts(request, loaded, now)
        if not facts:
            asked.outcome = Answer(request.command_id, request.stream, version, 0, ())
            return None
        seal, command_id = self.streams.sealer.seal, request.command_id
        return Append(self.practice, request.stream, version, loaded.leaf,
                      tuple([seal(fact, key, command_id) for fact in facts]), command_id.bytes,
                      key.digest(body_of(request)))

    def answer(self, asked: Asked, stored: Committed) -> Answer:
        """What was stored becomes the answer, and the aggregate stays in memory."""
        request, loaded, facts = asked.request, asked.loaded, asked.facts
        assert loaded is not None
        loaded.leaf = stored.leaf
        if facts[0].originator_version == 1:
            loaded.fresh = False
            self.streams.keep(request.stream, loaded)
        self.streams.remember(request.stream, loaded, asked.key)
        return Answer(request.command_id, request.stream, facts[-1].originator_version, stored.position, facts)

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

    def _facts(self, request: Request, loaded: Loaded, now: datetime) -> tuple[Fact, ...]:
        aggregate = loaded.aggregate
        context = self._circumstances.of(request, aggregate, now)
        try:
            if not refuse_unless_allowed(request.command, aggregate, context):
                aggregate.handle(request.command, context)  # type: ignore[attr-defined]
        except msgspec.ValidationError as error:
            raise InvalidInput(f"corrected: {field_of(error)} does not fit the fact that is corrected") from None
        return tuple(aggregate.collect_events())  # type: ignore[arg-type]

    def _key(self, request: Request, loaded: Loaded, now: datetime) -> Key:
        practice, (kind, _, name) = self.practice, request.stream.partition(":")
        if kind == "practice":
            return self._keys.make(practice, "practice", now)
        subject = f"client:{name if kind == 'care' else _client_of_letter(request, loaded)}"
        if kind == "care" and loaded.aggregate.version == 0:
            return self._keys.make(practice, subject, now)
        found = self._keys.of(practice, subject)
        if found is None:
            client = subject.removeprefix("client:")
            if self._log.reader.last(practice, f"care:{client}") is None:
                raise NotFound(f"client: there is no client {client} in this practice")
            raise Unreadable("key store: this client's key is missing")
        return found

    def _stale(self, request: Request, loaded: Loaded) -> None:
        receipt = self._log.reader.receipt(self.practice, request.command_id.bytes)
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
