"""What if: requests decided on copies of real streams in memory. The log is read, and nothing is ever stored."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from aggregates.kernel.errors import InvalidInput
from aggregates.kernel.messages import Fact
from policies.base import Policy
from workflow.access.clear import check_clear
from workflow.engine.deciding import Deciding
from workflow.engine.door import SKEW, Door
from workflow.engine.names import FACTS
from workflow.engine.reacting import Reacting
from workflow.engine.requests import Answer, Request
from workflow.engine.streams import History, Loaded, Streams
from workflow.log.codec import Registry, to_micros
from workflow.log.row import NO_LEAF, Row

NO_BODY = b""


class ImaginedStreams(Streams):
    """The real streams, each with what was imagined after it. The real facts are only ever read."""

    def __init__(self, door: Door) -> None:
        super().__init__(door.log, door.keys, Registry(FACTS), door.practice, None)
        self._position = door.log.reader.head()[0]
        self._imagined: dict[str, History] = {}

    def history(self, stream: str, after: int = 0) -> History:
        """What is stored, then what was imagined."""
        stored, more = super().history(stream, after), self._imagined.get(stream, History([], []))
        newer = [(row, fact) for row, fact in zip(more.rows, more.facts, strict=True) if row.version > after]
        return History([*stored.rows, *(row for row, _ in newer)], [*stored.facts, *(fact for _, fact in newer)])

    def fact(self, stream: str, version: int) -> Fact | None:
        """One fact, stored or imagined."""
        more = self._imagined.get(stream, History([], []))
        found = next((fact for fact in more.facts if fact.originator_version == version), None)
        return found or super().fact(stream, version)

    def imagine(self, stream: str, loaded: Loaded, facts: Iterable[Fact], command_id: UUID) -> int:
        """Remember imagined facts; says at which position the first would stand."""
        first, more = self._position + 1, self._imagined.setdefault(stream, History([], []))
        self.keep(stream, loaded)
        for fact in facts:
            self._position += 1
            more.rows.append(Row(
                self._position, self.practice, stream, fact.originator_version, fact.TOPIC, fact.SCHEMA,
                to_micros(fact.timestamp), command_id.bytes, "", NO_BODY, NO_BODY, NO_LEAF))
            more.facts.append(fact)
        return first

    def letters_about(self, client: str) -> list[str]:
        """The letters about a client, stored or imagined, in the order in which they were drafted.

        Another client's id may begin like this one's; what is stored about this one is sealed under the same key.
        """
        own = {NO_BODY, *(row.key_id for row in self._log.reader.stream(self.practice, f"care:{client}", 0, 1))}
        names = self._log.reader.streams_between(self.practice, f"letter:{client}-", f"letter:{client}.")
        names += [each for each in self._imagined if each.startswith(f"letter:{client}-") and each not in names]
        begun = {name: rows[0] for name in names if (rows := [*self._log.reader.stream(
            self.practice, name, 0, 1), *self._imagined.get(name, History([], [])).rows])}
        first = {name: row.position for name, row in begun.items() if row.key_id in own}
        return sorted(first, key=first.__getitem__)


class Imagining(Deciding):
    """Decides and reacts as the door does, on copies and on a clock that only moves forward."""

    def __init__(self, door: Door, policies: Iterable[type[Policy]], now: datetime) -> None:
        self.copies = ImaginedStreams(door)
        circumstances = door.circumstances.over(self.copies)
        super().__init__(door.log, door.keys, self.copies, circumstances)
        self.circumstances, self.now = circumstances, now
        self._reacting = Reacting(self.copies, door.log.reader, policies, circumstances.pack)

    def on(self, request: Request, now: datetime) -> Answer:
        """What *request* would come to at *now*, with what would follow from it.

        Raises what the door would raise, and `InvalidInput` for a time before what was imagined already; then it is
        of no more use.
        """
        check_clear(request.who)
        if now < self.now:
            raise InvalidInput("whatif: an imagined step does not lie before now or before the step in front of it")
        if request.occurred_at is not None and request.occurred_at > now + SKEW:
            raise InvalidInput("occurred_at: lies in the future")
        self.now = now
        loaded = self._load(request, now)
        facts = self._facts(request, loaded, now)
        version = loaded.aggregate.version
        if not facts:
            return Answer(request.command_id, request.stream, version, 0, ())
        position = self.copies.imagine(request.stream, loaded, facts, request.command_id)
        answer = Answer(request.command_id, request.stream, version, position, facts)
        following = tuple(self.on(each, now) for each in self._reacting.after(answer))
        return answer._replace(follow_ups=following)
