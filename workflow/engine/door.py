"""The door: who asks, decide and answer; then whatever policies say has to follow."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta

from aggregates.client_care.care import ClientCare
from aggregates.kernel.errors import Conflict, InvalidInput, NotFound, NotVerified
from aggregates.practice.practice import Practice
from aggregates.protocol.model import Pack
from policies.base import Policy
from workflow.access.clear import check_clear
from workflow.engine.circumstances import Circumstances
from workflow.engine.deciding import KINDS, Deciding, body_of
from workflow.engine.reacting import Reacting
from workflow.engine.requests import Answer, Request
from workflow.engine.streams import Streams
from workflow.log.append import AlreadyDone, Receipt
from workflow.log.codec import Registry
from workflow.log.event_log import EventLog
from workflow.log.seal.keys import Destroyed, KeyStore
from workflow.log.snapshots import Snapshots

SKEW = timedelta(seconds=2)
TRIES = 4


class Door:
    """Handles requests of one practice."""

    def __init__(self, log: EventLog, keys: KeyStore, registry: Registry, practice: str, *,
                 packs: Mapping[str, Pack], default_pack: str, policies: Iterable[type[Policy]],
                 clock: Callable[[], datetime], snapshots: Snapshots | None = None) -> None:
        self.log, self.keys, self.practice, self.clock = log, keys, practice, clock
        self.streams = Streams(log, keys, registry, practice, snapshots)
        self.circumstances = Circumstances(self.streams, packs, default_pack)
        self._deciding = Deciding(log, keys, self.streams, self.circumstances)
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
            try:
                return self._deciding.on(request, now)
            except AlreadyDone as done:
                return self._first_answer(request, done.receipt)
            except Conflict:  # decided on a state that another process moved on: decide anew, or let the asker look
                if request.expected_version is not None:
                    raise
        raise Conflict("version: others changed this again and again; try once more")

    def _first_answer(self, request: Request, receipt: Receipt) -> Answer:
        """The answer that this command id got the first time, read back from its facts."""
        self.streams.drop(request.stream)
        rows = self.log.reader.page(receipt.position - 1, receipt.position + receipt.facts - 1)
        key = self.keys.by_id(rows[0].key_id)
        if rows[0].stream != request.stream or key.digest(body_of(request)) != receipt.digest:
            raise Conflict("command_id: was used already, with another body")
        facts = tuple(self.streams.sealer.unseal(row, self.keys.by_id(row.key_id)) for row in rows)
        return Answer(request.command_id, request.stream, rows[-1].version, receipt.position, facts, repeated=True)
