"""Opening every sealed body: without keys the tree can't tell a row that was hashed well but never sealed here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import NamedTuple

from aggregates.kernel.errors import MetError
from workflow.log.codec import Registry
from workflow.log.event_log import EventLog
from workflow.log.proof.verify import MOST_PROBLEMS, Problem
from workflow.log.row import Row
from workflow.log.seal.keys import Destroyed, KeyStore
from workflow.log.sealing import Sealer

# A practice's key also seals facts of other streams; the last name among them is the practice's own.
NAMED = """
SELECT practice, key_id, count(*), min(position), min(stream), max(stream) FROM facts
GROUP BY practice, key_id ORDER BY 4
"""


class Opened(NamedTuple):
    """How many bodies opened, how many are erased for ever, and which should have opened and did not."""

    opened: int
    erased: int
    problems: tuple[Problem, ...]


class KeyProblem(NamedTuple):
    """A key that the log needs and that can't be used: whose it is, and how many facts are lost without it."""

    practice: str
    subject: str
    facts: int
    position: int
    what: str

    @property
    def sentence(self) -> str:
        """Whose key it is and what is wrong with it."""
        return f"{self.subject} of practice {self.practice}, {self.facts} facts: {self.what}"


def open_all(log: EventLog, keys: KeyStore, registry: Registry, progress: Callable[[int], None] = lambda _: None
             ) -> Opened:
    """Open and read every fact of the log with the keys that are here; one problem for each cause, not for each fact.
    """
    sealers: dict[str, Sealer] = {}
    opened, erased, gone = 0, 0, log.erased_keys()
    failed: dict[tuple[str, bytes, str], list[Row]] = defaultdict(list)
    for page in log.reader.pages():
        for row in page:
            sealer = sealers.get(row.practice) or sealers.setdefault(
                row.practice, Sealer(registry, log.identity.log_id, row.practice))
            try:
                sealer.unseal(row, keys.by_id(row.key_id))
                opened += 1
            except Destroyed:
                erased += 1
            except MetError as error:
                if row.key_id in gone:
                    erased += 1
                    continue
                what = str(error).removeprefix(f"fact at position {row.position}: ")
                failed[row.practice, row.key_id, what].append(row._replace(body=b""))
        progress(page[-1].position)
    problems = [_told(what, rows) for (_, _, what), rows in failed.items()]
    return Opened(opened, erased, tuple(sorted(problems)[:MOST_PROBLEMS]))


def key_problems(log: EventLog, keys: KeyStore) -> list[KeyProblem]:
    """Every key that the log names, was not erased, and is missing or does not open."""
    found, gone = [], log.erased_keys()
    for practice, key_id, facts, position, first, last in log.reader.run(NAMED):
        if bytes(key_id) in gone:
            continue
        try:
            keys.by_id(bytes(key_id))
        except Destroyed:
            continue
        except MetError as error:
            found.append(KeyProblem(practice, _subject(last if last.startswith("practice:") else first), facts,
                                    position, str(error)))
    return found


def _told(what: str, rows: list[Row]) -> Problem:
    more = f" (and {len(rows) - 1} more of {_subject(rows[0].stream)})" if len(rows) > 1 else ""
    return Problem(rows[0].position, f"its content does not open: {what}{more}")


def _subject(stream: str) -> str:
    """Whom a stream is about, in words: the practice, a client, or a letter."""
    kind, _, name = stream.partition(":")
    return f"practice {name}" if kind == "practice" else f"{'letter' if kind == 'letter' else 'client'} {name}"
