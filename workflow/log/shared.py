"""Shared append: what is asked at the same time is decided by one thread and stored in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from workflow.log.append import Append, Committed, Outcome, Writer
from workflow.log.together import Job, Together


class Wanted(Job):
    """Something that comes to an append, or to none. Its three steps run in the thread that leads."""

    __slots__ = ()

    def prepare(self) -> Append | None:
        """What is to be stored; an exception is for whoever asked, and for nobody else."""
        raise NotImplementedError

    def stored(self, outcome: Outcome) -> None:
        """Hear where it was stored, or why not."""
        raise NotImplementedError

    def finish(self) -> None:
        """Called last, however it ended."""


class Ready(Wanted):
    """An append that was decided and sealed already."""

    __slots__ = ("append",)

    def __init__(self, append: Append) -> None:
        practice = append.practice
        super().__init__(((practice, append.stream), *[(practice, stream) for stream, _ in append.others]))
        self.append = append

    def prepare(self) -> Append:
        return self.append

    def stored(self, outcome: Outcome) -> None:
        self.outcome = outcome


class SharedAppend:
    """Decides and commits for all who ask at the same time; *told* hears of the newest position after each commit."""

    def __init__(self, writer: Writer, told: Callable[[int], None] = lambda _: None) -> None:
        self._writer, self._told = writer, told
        self.do = Together(self._work).do

    def append(self, append: Append) -> Committed:
        """Store *append* and return where, or raise why not (`Conflict`, `AlreadyDone`, `StoreUnavailable`)."""
        ready = Ready(append)
        self.do(ready)
        if isinstance(ready.outcome, Committed):
            return ready.outcome
        assert isinstance(ready.outcome, BaseException)
        raise ready.outcome

    def _work(self, batch: list[Wanted]) -> None:
        try:
            appends, storing = [], []
            for job in batch:
                try:
                    append = job.prepare()
                except Exception as error:  # noqa: BLE001
                    job.outcome = error
                    continue
                if append is not None:
                    appends.append(append)
                    storing.append(job)
            if appends:
                self._store(appends, storing)
        finally:
            for job in batch:
                job.finish()

    def _store(self, appends: Sequence[Append], storing: Sequence[Wanted]) -> None:
        newest = 0
        for job, append, outcome in zip(storing, appends, self._writer.commit(appends), strict=True):
            if isinstance(outcome, Committed):
                newest = outcome.position + len(append.drafts) - 1
            try:
                job.stored(outcome)
            except Exception as error:  # noqa: BLE001
                job.outcome = error
        if newest:
            self._told(newest)
