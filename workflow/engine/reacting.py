"""Letting policies react: at once after a command, and after a crash the next time the stream is touched."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from uuid import UUID, uuid5

from aggregates.client_care.facts import ProtocolPinned
from aggregates.kernel.messages import Fact
from aggregates.protocol.model import Pack
from policies.base import Policy, Reaction, reactions
from workflow.engine.requests import Answer, Request, Who
from workflow.engine.streams import History, Streams
from workflow.log.read import Reader

NAMESPACE = UUID("6f1f2c9e-3a55-4c0b-9d44-0d7c5b6e8a01")  # of command ids that policies derive; never changes


class Reacting:
    """Works out which commands follow from a stream's facts. Their ids are derived, so none acts twice."""

    def __init__(self, streams: Streams, reader: Reader, policies: Iterable[type[Policy]],
                 pack: Callable[[str], Pack]) -> None:
        self._streams, self._reader, self._pack = streams, reader, pack
        self._policies = tuple(policies)
        self._react_to = tuple({kind for policy in self._policies for kind in policy.REACTS_TO})

    def after(self, answer: Answer) -> list[Request]:
        """What follows from the facts of an answer."""
        if not any(isinstance(fact, self._react_to) for fact in answer.facts):
            return []
        new = {fact.originator_version for fact in answer.facts}
        return [request for version, request in self._following(answer.stream) if version in new]

    def owed(self, stream: str) -> list[Request]:
        """What should have followed and was never asked for, because a crash came in between."""
        return [request for _, request in self._following(stream)
                if self._reader.receipt(request.practice, request.command_id.bytes) is None]

    def _following(self, stream: str) -> list[tuple[int, Request]]:
        history = self._streams.history(stream)
        pinned = next((fact.pack for fact in history.facts if isinstance(fact, ProtocolPinned)), "")
        by_position = {row.position: index for index, row in enumerate(history.rows)}
        return [
            (history.rows[by_position[position]].version, self._request(kind, history, by_position[position], reaction))
            for kind in self._policies
            for position, reaction in reactions(kind.under(self._pack(pinned)), history.numbered())]

    def _request(self, kind: type[Policy], history: History, index: int, reaction: Reaction) -> Request:
        row, fact, practice = history.rows[index], history.facts[index], self._streams.practice
        name = "/".join((kind.NAME, str(kind.VERSION), practice, str(row.position), reaction.stream,
                         type(reaction.command).__name__))
        return Request(
            practice, reaction.stream, reaction.command, Who("policy", f"policy:{kind.NAME}", "engine", "protocol"),
            uuid5(NAMESPACE, name), _so_at(fact, reaction),
            correlation_id=fact.meta.correlation_id or UUID(bytes=row.command_id), causation=row.position)


def _so_at(fact: Fact, reaction: Reaction) -> datetime | None:
    """What follows in a client's care was so when its cause was, also when the cause was entered late."""
    return fact.occurred_at if reaction.stream.startswith("care:") else None
