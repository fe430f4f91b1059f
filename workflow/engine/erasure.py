"""Erasing a client: decide, write the key's id down outside, destroy the key, certify. Any crash is made up for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from datetime import datetime
from uuid import UUID, uuid5

from aggregates.client_care.facts import ClientErased
from aggregates.kernel.errors import MetError, Unreadable
from aggregates.kernel.messages import Meta
from aggregates.practice.commands import Basis, CompleteErasure, EraseClient
from workflow.engine.door import Door
from workflow.engine.requests import Answer, Request, Who
from workflow.log.append import AlreadyDone, Append
from workflow.log.codec import from_micros
from workflow.log.event_log import EventLog
from workflow.log.row import Row
from workflow.log.seal.keys import KeyStore
from workflow.log.snapshots import Snapshots

NAMESPACE = UUID("2a0d5a0e-7a61-4f5b-8c9e-5c1f0b9d7e02")  # of the command ids of erasures; never changes
BROUGHT_BACK = "restored backup"
Owed = tuple[str, str, bytes, str]  # practice, client, key id, basis
BACK = "was erased, and their key is back in the key store; it opens nothing, and the next command that writes " \
       "destroys it again"
CALENDAR = Who("clock", "erasure", "engine", "erasure")


class Erasure:
    """Erases clients of any practice of a log."""

    def __init__(self, log: EventLog, keys: KeyStore, snapshots: Snapshots, door: Callable[[str], Door],
                 now: Callable[[], datetime]) -> None:
        self._log, self._keys, self._snapshots, self._door, self._now = log, keys, snapshots, door, now

    def erase(self, practice: str, client: str, reason: str, basis: Basis, who: Who, command_id: UUID) -> Answer:
        """Decide on the erasure and, unless it is refused, carry it out. The answer is that of the decision."""
        door = self._door(practice)
        care = door.care(client).memory
        key = self._keys.of(practice, f"client:{client}")
        if key is None:
            raise Unreadable("key store: this client's key is missing")
        house = door.circumstances.practice().house(practice)
        last = house.today(care.last_contact_at) if care.last_contact_at else None
        answer = door.handle(Request(
            practice, f"practice:{practice}",
            EraseClient(client=client, reason=reason, basis=basis, key_id=key.key_id.hex(), holds=care.holds,
                        last_contact=last), who, command_id))
        if answer.refused:
            return answer
        self.finish(practice, client, key.key_id, basis)
        return answer

    def finish(self, practice: str, client: str, key_id: bytes, basis: str, *, again: bool = False) -> None:
        """Destroy the key and everything sealed under it that is not the log, then certify it."""
        door = self._door(practice)
        now = door.clock()
        self._log.bury(key_id, now)
        gone = self._snapshots.erase(key_id)
        self._mark_skeleton(door, client, basis, now)
        self._keys.destroy(key_id, now)
        door.streams.drop(f"care:{client}")
        checked = ("no hold", "key destroyed", "key store scrubbed", f"{gone} snapshots deleted",
                   "key id in the ledger outside the database", "signed tombstone beside it")
        name = f"{practice}/{client}/{key_id.hex()}/{self._log.reader.head()[0] if again else ''}"
        door.handle(Request(practice, f"practice:{practice}", CompleteErasure(
            client=client, basis=basis, checked=checked, again=again), CALENDAR, uuid5(NAMESPACE, name)))

    def owed(self, practices: Iterable[str]) -> list[Owed]:
        """What a crash interrupted, what a restored key store brought back, and what a restored log lost."""
        found = [*self._interrupted(practices), *self._brought_back(practices), *self._unmarked(practices)]
        return list({(each[0], each[1]): each for each in reversed(found)}.values())

    def withhold(self, practices: Callable[[], Iterable[str]]) -> list[Owed]:
        """Where nothing may be written: open nothing with a key that is to be destroyed, and say which are.

        A practice that can't be read is passed over; verification names it, and the stream of an erased client says so
        itself.
        """
        found: list[Owed] = []
        with suppress(MetError):
            readable = list(self._readable(practices))
            found += self._interrupted(readable)
            found += self._brought_back(readable)
        for _, _, key_id, _ in found:
            self._keys.withhold(key_id)
        return list({(each[0], each[1]): each for each in reversed(found)}.values())

    def _readable(self, practices: Callable[[], Iterable[str]]) -> Iterator[str]:
        with suppress(MetError):
            for practice in practices():
                with suppress(MetError):
                    self._door(practice).circumstances.practice()
                    yield practice

    def finish_all(self, practices: Iterable[str]) -> None:
        """Carry out whatever is owed.

        Keys are destroyed before anything else is served, also where the log is read-only; certificates follow
        where it is not.
        """
        owed = self.owed(practices)
        for _, _, key_id, _ in owed:
            self._snapshots.erase(key_id)
            self._keys.destroy(key_id, self._now())
        if self._log.why_read_only is None:
            for practice, client, key_id, basis in owed:
                self.finish(practice, client, key_id, basis, again=basis == BROUGHT_BACK)

    def _interrupted(self, practices: Iterable[str]) -> Iterator[Owed]:
        """Erasures that were decided and never certified."""
        for practice in practices:
            for client, (key_id, basis) in self._door(practice).circumstances.practice().memory.erasing.items():
                yield practice, client, bytes.fromhex(key_id), basis

    def _brought_back(self, practices: Iterable[str]) -> Iterator[Owed]:
        """Living keys of clients whom the ledger outside or this log itself calls erased."""
        erased = self._log.erased_keys()
        certified = {(practice, f"client:{client}") for practice in practices
                     for client in self._door(practice).circumstances.practice().memory.erased}
        for entry in self._keys.entries() if erased or certified else ():
            if entry.destroyed_at is None and (
                    entry.key_id in erased or (entry.practice, entry.subject) in certified):
                yield entry.practice, entry.subject.removeprefix("client:"), entry.key_id, BROUGHT_BACK

    def _unmarked(self, practices: Iterable[str]) -> Iterator[Owed]:
        """Clients whose key is destroyed, in a log that is older than their erasure and does not tell of it."""
        for entry in self._keys.destroyed():
            client = entry.subject.removeprefix("client:")
            if entry.practice not in practices or client == entry.subject:
                continue
            last = self._log.reader.last(entry.practice, f"care:{client}")
            erasing = self._door(entry.practice).circumstances.practice().memory.erasing
            if last is not None and last.name != ClientErased.TOPIC and client not in erasing:
                yield entry.practice, client, entry.key_id, BROUGHT_BACK

    def _mark_skeleton(self, door: Door, client: str, basis: str, now: datetime) -> None:
        """The last fact of the client's own stream, sealed under the practice's key."""
        stream = f"care:{client}"
        last = self._log.reader.last(door.practice, stream)
        if last is None or last.name == ClientErased.TOPIC:
            return
        key = self._keys.make(door.practice, "practice", now)
        version = last.version + 1
        command_id = uuid5(NAMESPACE, f"{door.practice}/{client}/{version}/skeleton")
        meta = Meta(actor_kind="clock", actor="erasure", role="system", channel="engine", purpose="erasure",
                    occurred_at=now)
        certificate = self._log.reader.head()[0]
        fact = ClientErased(originator_id=stream, originator_version=version, timestamp=_not_before(now, last),
                            meta=meta, basis=basis, certificate=certificate)
        draft = door.streams.sealer.seal(fact, key, command_id)
        try:
            self._log.append(Append(door.practice, stream, version - 1, last.leaf, (draft,),
                                    command_id.bytes, key.digest(b"skeleton")))
        except AlreadyDone:
            return


def revived(owed: Iterable[Owed]) -> list[str]:
    """A sentence for each erased client whose key an old key store brought back."""
    return [f"client {client} of practice {practice} {BACK}" for practice, client, _, basis in owed
            if basis == BROUGHT_BACK]


def _not_before(now: datetime, row: Row) -> datetime:
    return max(now, from_micros(row.recorded_at))
