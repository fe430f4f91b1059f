"""Shared append: concurrent commands of one process are committed together; a lone one commits inline."""

from __future__ import annotations

from collections import deque
from threading import Lock

from aggregates.kernel.errors import StoreUnavailable
from workflow.log.append import Append, Committed, Outcome, Writer

MOST_TOGETHER = 128
WAIT_SECONDS = 60.0


class _Job:
    __slots__ = ("append", "outcome", "ready")

    def __init__(self, append: Append) -> None:
        self.append = append
        self.outcome: Outcome | BaseException | None = None
        self.ready = Lock()
        self.ready.acquire()


class SharedAppend:
    """Whoever comes first commits; whoever comes meanwhile waits, and the next of them commits for all.

    Deciding and sealing happen before `append`, outside every lock.
    """

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self._guard = Lock()
        self._waiting: deque[_Job] = deque()
        self._busy = False

    def append(self, append: Append) -> Committed:
        """Store *append* and return where, or raise why not (`Conflict`, `AlreadyDone`, `StoreUnavailable`)."""
        job = _Job(append)
        with self._guard:
            waits = self._busy
            if waits:
                self._waiting.append(job)
            self._busy = True
        if waits:
            self._wait(job)
        if job.outcome is None:
            self._lead(job)
        if isinstance(job.outcome, Committed):
            return job.outcome
        assert job.outcome is not None
        raise job.outcome

    def _wait(self, job: _Job) -> None:
        if job.ready.acquire(timeout=WAIT_SECONDS):
            return
        with self._guard:
            if job in self._waiting:
                self._waiting.remove(job)
                raise StoreUnavailable("log: the wait limit was reached; nothing was stored")
        # The commit has begun without an answer yet: only the receipt can tell, and the caller may ask again.
        if not job.ready.acquire(timeout=WAIT_SECONDS):
            raise StoreUnavailable("log: no answer from the database; send the same command id again")

    def _lead(self, first: _Job) -> None:
        batch = [first, *self._take()]
        try:
            self._commit(batch)
        except BaseException as error:
            for job in batch:
                job.outcome = job.outcome or error
            if not isinstance(error, Exception):
                raise
        finally:
            self._hand_over(batch)

    def _take(self) -> list[_Job]:
        with self._guard:
            return [self._waiting.popleft() for _ in range(min(len(self._waiting), MOST_TOGETHER - 1))]

    def _commit(self, batch: list[_Job]) -> None:
        if len(batch) == 1:
            batch[0].outcome = self._writer.commit([batch[0].append])[0]
            return
        fit: list[_Job] = []
        seen: set[tuple[str, str | bytes]] = set()
        for job in batch:
            keys: set[tuple[str, str | bytes]] = {
                (job.append.practice, job.append.stream), (job.append.practice, job.append.command_id),
                *[(job.append.practice, stream) for stream, _ in job.append.others]}
            if seen & keys:  # decided on the same state as another one of this batch: it goes alone, afterwards
                continue
            seen |= keys
            fit.append(job)
        together = set(map(id, fit))
        for job, outcome in zip(fit, self._writer.commit([j.append for j in fit]), strict=True):
            job.outcome = outcome
        for job in batch:
            if id(job) not in together:
                job.outcome = self._writer.commit([job.append])[0]

    def _hand_over(self, batch: list[_Job]) -> None:
        with self._guard:
            heir = self._waiting.popleft() if self._waiting else None
            self._busy = heir is not None
        for job in batch[1:]:
            job.ready.release()
        if heir is not None:
            heir.ready.release()
