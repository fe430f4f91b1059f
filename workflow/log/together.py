"""Working together: whoever comes first works for all who come meanwhile, and each of them wakes once."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Hashable
from threading import Lock
from time import perf_counter, sleep
from typing import Generic, TypeVar

from aggregates.kernel.errors import StoreUnavailable

MOST_TOGETHER = 128
WAIT_SECONDS = 60.0
IN_TIME = "log: the wait limit was reached; nothing was stored"
NO_ANSWER = "log: no answer from the database; send the same command id again"
INTERRUPTED = "log: interrupted before the answer; send the same command id again"
EVERYTHING = "everything"
SLOW_SECONDS = 0.002  # work that takes longer is worth waiting a little for more hands to share it
GATHERING_SHARE = 0.25
MOST_GATHERING_SECONDS = 0.005
A_MOMENT = 0.00005


class Job:
    """Something to be done. Whoever works on it sets its *outcome*; an exception is for whoever asked.

    Of two jobs that touch the same, the later one waits until the earlier one is done; a job that touches
    `EVERYTHING` has nobody beside it.
    """

    __slots__ = ("leads", "outcome", "touches", "wake")

    def __init__(self, touches: tuple[Hashable, ...]) -> None:
        self.touches = touches
        self.outcome: object = None
        self.leads = False
        self.wake = Lock()
        self.wake.acquire()


J = TypeVar("J", bound=Job)


class Together(Generic[J]):
    """Hands jobs to *work*, which gives each its outcome, in one thread at a time.

    A job that comes alone is worked on at once by its own thread. Whoever comes meanwhile sleeps; the first of
    them works for all of them. An exception that stops the work is the outcome of every job that has none yet.
    """

    def __init__(self, work: Callable[[list[J]], None]) -> None:
        self._work = work
        self._guard = Lock()
        self._waiting: deque[J] = deque()
        self._busy = False
        self._expected, self._until = 0, 0.0

    def do(self, job: J) -> None:
        """Return once *job* has its outcome; `StoreUnavailable` if that takes longer than the wait limits."""
        try:
            with self._guard:
                job.leads = not self._busy
                self._busy = True
                if not job.leads:
                    self._waiting.append(job)
            if not job.leads:
                self._wait(job)
            if job.leads:
                self._lead(job)
        except BaseException:
            self._leave(job)
            raise

    def _wait(self, job: J) -> None:
        if job.wake.acquire(timeout=WAIT_SECONDS):
            return
        with self._guard:
            if job in self._waiting:
                self._waiting.remove(job)
                raise StoreUnavailable(IN_TIME)
        # Somebody works on it and has no answer yet: only the receipt can tell, and the caller may ask again.
        if not job.leads and not job.wake.acquire(timeout=WAIT_SECONDS):
            raise StoreUnavailable(NO_ANSWER)

    def _lead(self, first: J) -> None:
        batch = [first]
        try:
            self._gather()
            if self._waiting:
                self._add_those_who_wait(batch)
            began = perf_counter()
            self._work(batch)
            self._expect(batch, began)
        except Exception as error:  # noqa: BLE001  (whoever asked hears of it)
            _settle(batch, error)
        except BaseException:
            _settle(batch, StoreUnavailable(INTERRUPTED))
            raise
        finally:
            self._hand_over(first, batch)

    def _gather(self) -> None:
        """On a slow disk, let those who were just answered come back, or half of them always miss the next commit."""
        while len(self._waiting) < self._expected and perf_counter() < self._until:
            sleep(A_MOMENT)

    def _expect(self, batch: list[J], began: float) -> None:
        """How many may be waiting soon, and until when the next to lead gives them time."""
        now = perf_counter()
        patience = min((now - began) * GATHERING_SHARE, MOST_GATHERING_SECONDS)
        self._until = now + patience if now - began > SLOW_SECONDS else now
        self._expected = len(self._waiting) + len(batch) - 1  # whoever leads does not wait

    def _add_those_who_wait(self, batch: list[J]) -> None:
        touched, later = set(batch[0].touches), []
        with self._guard:
            while self._waiting and len(batch) < MOST_TOGETHER and EVERYTHING not in touched:
                job = self._waiting.popleft()
                if EVERYTHING in job.touches or not touched.isdisjoint(job.touches):
                    later.append(job)
                else:
                    touched.update(job.touches)
                    batch.append(job)
            self._waiting.extendleft(reversed(later))

    def _hand_over(self, leader: J, batch: list[J]) -> None:
        """The first of those who wait leads; those who were worked for wake up."""
        with self._guard:
            heir = self._waiting.popleft() if self._waiting else None
            self._busy, leader.leads = heir is not None, False
            if heir is not None:
                heir.leads = True
                heir.wake.release()
        for job in batch:
            if job is not leader:
                job.wake.release()

    def _leave(self, job: J) -> None:
        """Whoever is interrupted, waiting or leading, leaves nobody behind who waits for it."""
        with self._guard:
            if job in self._waiting:
                self._waiting.remove(job)
        if job.leads:
            self._hand_over(job, [])


def _settle(batch: list[J], error: BaseException) -> None:
    for job in batch:
        if job.outcome is None:
            job.outcome = error
