"""Opening every sealed body: without keys the tree can't tell a row that was hashed well but never sealed here."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from aggregates.kernel.errors import MetError
from workflow.log.codec import Registry
from workflow.log.event_log import EventLog
from workflow.log.proof.verify import MOST_PROBLEMS, Problem
from workflow.log.seal.keys import Destroyed, KeyStore
from workflow.log.sealing import Sealer


class Opened(NamedTuple):
    """How many bodies opened, how many are erased for ever, and which should have opened and did not."""

    opened: int
    erased: int
    problems: tuple[Problem, ...]


def open_all(log: EventLog, keys: KeyStore, registry: Registry, progress: Callable[[int], None] = lambda _: None
             ) -> Opened:
    """Open and read every fact of the log with the keys that are here."""
    sealers: dict[str, Sealer] = {}
    opened = erased = 0
    problems: list[Problem] = []
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
                problems.append(Problem(row.position, f"its content does not open: {error}"))
        if len(problems) >= MOST_PROBLEMS:
            break
        progress(page[-1].position)
    return Opened(opened, erased, tuple(problems[:MOST_PROBLEMS]))
