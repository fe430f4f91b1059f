"""The circumstances of a command: who asks in which role, the practice's settings, the protocol in force."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from aggregates.client_care.amending import as_corrected
from aggregates.client_care.care import ClientCare
from aggregates.client_care.commands import AmendFact
from aggregates.client_care.context import CareContext
from aggregates.kernel.errors import NotFound
from aggregates.kernel.event_sourced import EventSourced
from aggregates.kernel.house import House
from aggregates.kernel.messages import Command, Context, Fact
from aggregates.letter.from_record import FromRecord
from aggregates.letter.letter import Letter, LetterContext
from aggregates.letter.messages import SendLetter, SignLetter
from aggregates.practice.commands import FoundPractice
from aggregates.practice.context import PracticeContext
from aggregates.practice.practice import Practice
from aggregates.protocol.model import Pack
from workflow.engine.letters_and_the_record import COMPARED, asked_source, from_record, source_of
from workflow.engine.requests import Request, Who
from workflow.engine.streams import Streams

ROLES = {"client": "client", "policy": "policy", "clock": "system"}


class Circumstances:
    """Knows the practice and the installed protocol packs."""

    def __init__(self, streams: Streams, packs: Mapping[str, Pack], default_pack: str) -> None:
        self._streams, self._packs, self._default = streams, packs, default_pack

    def practice(self) -> Practice:
        """The practice; `NotFound` if it was never founded."""
        slug = self._streams.practice
        loaded = self._streams.load(Practice, f"practice:{slug}")
        if loaded is None:
            raise NotFound(f"practice: there is no practice {slug} here")
        assert isinstance(loaded.aggregate, Practice)
        return loaded.aggregate

    def pack(self, pinned: str = "") -> Pack:
        """The pack that a client is pinned to; for a new client the one that the practice adopted."""
        name = pinned or self.practice().memory.pack or self._default
        found = self._packs.get(name)
        if found is None:
            raise NotFound(f"protocol: the pack {name[:12]} that decides here is not installed")
        return found

    def over(self, streams: Streams) -> Circumstances:
        """The same practice and packs, told by other streams."""
        return Circumstances(streams, self._packs, self._default)

    def installed(self) -> tuple[Pack, ...]:
        """Every protocol pack that is installed here."""
        return tuple(self._packs.values())

    def role(self, who: Who, command: Command) -> str:
        """The role in which *who* asks: what the practice has on record, never what they say."""
        if who.kind != "person":
            return ROLES.get(who.kind, "")
        if isinstance(command, FoundPractice):
            return "owner" if command.owner == who.id else ""
        return self.practice().memory.role_of(who.id) or ""

    def of(self, request: Request, aggregate: EventSourced, now: datetime) -> Context:
        """The context for this kind of aggregate."""
        who = request.who
        common: dict[str, Any] = {
            "command_id": request.command_id, "actor_kind": who.kind, "actor": who.id,
            "role": self.role(who, request.command), "channel": who.channel, "purpose": who.purpose,
            "now": now, "occurred_at": request.occurred_at or now, "correlation_id": request.correlation_id,
            "on_behalf_of": who.on_behalf_of, "causation": request.causation}
        if isinstance(aggregate, Practice):
            years = int(self._packs[self._default].number("PRV-06.years"))
            today = aggregate.house(request.practice).today(now)
            return PracticeContext(**common, today=today, retention_years=years,
                                   installed_packs=tuple(self._packs))
        house = self.practice().house(request.practice)
        if isinstance(aggregate, Letter):
            return self._of_letter(request, aggregate, house, common)
        assert isinstance(aggregate, ClientCare)
        return CareContext(**common, house=house, pack=self.pack(aggregate.memory.pack),
                           original=self._original(request))

    def original(self, stream: str, version: int) -> Fact | None:
        """The fact of that version as corrected so far, which a further correction is about."""
        facts = self._streams.history(stream).facts
        found = next((fact for fact in facts if fact.originator_version == version), None)
        return None if found is None else as_corrected(found, facts)

    def _of_letter(self, request: Request, letter: Letter, house: House, common: dict[str, Any]) -> LetterContext:
        client = letter.memory.client or getattr(request.command, "client", "")
        loaded = self._streams.load(ClientCare, f"care:{client}")
        if loaded is None:
            raise NotFound(f"client: there is no client {client} in this practice")
        care = loaded.aggregate.memory  # type: ignore[attr-defined]
        if not care.registered and not letter.memory.client:
            raise NotFound(f"client: {client} is not registered in this practice yet; register_client comes first")
        return LetterContext(**common, pack=self.pack(care.pack), profile=care.profile,
                             released_to=care.released_to(house.today(common["occurred_at"])),
                             emergency_to=care.emergency_to, record=self._record(request, client, house))

    def _record(self, request: Request, client: str, house: House) -> FromRecord | None:
        """What the letter took from the record and would take now, read from the facts as they are stored."""
        if not isinstance(request.command, COMPARED):
            return None
        source = source_of(self._streams.history(request.stream).facts) or asked_source(request)
        if source is None:
            return None
        at = request.occurred_at if isinstance(request.command, SignLetter | SendLetter) else None
        return from_record(source, self._streams.history(f"care:{client}"), house, at)

    def _original(self, request: Request) -> Fact | None:
        if not isinstance(request.command, AmendFact):
            return None
        return self.original(request.stream, request.command.version)
