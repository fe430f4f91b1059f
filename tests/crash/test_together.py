"""Commands that come at the same time: each hears its own answer, and whoever is interrupted leaves nobody behind."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event, Thread

import pytest

from aggregates.kernel.errors import StoreUnavailable
from workflow.log import together
from workflow.log.together import EVERYTHING, INTERRUPTED, Job, Together

LIMIT = 10.0


class Bench:
    """Somebody who works, but only when the test says so; *batches* is what was worked on together."""

    def __init__(self, fail: Callable[[list[Job]], None] = lambda _: None) -> None:
        self.batches: list[list[Job]] = []
        self.began, self.go_on, self._fail = Event(), Event(), fail
        self.together: Together[Job] = Together(self._work)
        self.heard: dict[str, object] = {}
        self.threads: list[Thread] = []

    def _work(self, batch: list[Job]) -> None:
        self.batches.append(batch)
        self.began.set()
        assert self.go_on.wait(LIMIT)
        self._fail(batch)
        for job in batch:
            job.outcome = "done"

    def send(self, name: str, *touches: str, times: int = 1) -> None:
        """Ask in a thread of its own, again as soon as it was answered, and return when it works or waits."""
        before = len(self.together._waiting)

        def run() -> None:
            try:
                for _ in range(times):
                    job = Job(touches)
                    self.together.do(job)
                self.heard[name] = job.outcome if isinstance(job.outcome, str) else str(job.outcome)
            except BaseException as error:  # noqa: BLE001
                self.heard[name] = type(error).__name__

        self.threads.append(Thread(target=run))
        self.threads[-1].start()
        if len(self.threads) == 1:
            assert self.began.wait(LIMIT)
        else:
            while len(self.together._waiting) == before:
                assert self.threads[-1].is_alive()

    def finish(self) -> dict[str, object]:
        self.go_on.set()
        for thread in self.threads:
            thread.join(LIMIT)
            assert not thread.is_alive(), "somebody waits for ever"
        return self.heard


def test_whoever_comes_meanwhile_is_worked_on_in_one_batch() -> None:
    bench = Bench()
    for name in "abcd":
        bench.send(name, name)
    assert bench.finish() == dict.fromkeys("abcd", "done")
    assert [len(batch) for batch in bench.batches] == [1, 3]


def test_two_commands_of_one_stream_are_never_in_one_batch() -> None:
    bench = Bench()
    for name, stream in (("a", "s"), ("b", "s"), ("c", "s"), ("d", "t")):
        bench.send(name, stream)
    assert bench.finish() == dict.fromkeys("abcd", "done")
    assert [sorted(str(*job.touches) for job in batch) for batch in bench.batches] == [["s"], ["s", "t"], ["s"]]


def test_what_a_practice_settles_about_itself_has_nobody_beside_it() -> None:
    bench = Bench()
    for name, stream in (("a", "s"), ("b", "t"), ("c", EVERYTHING), ("d", "u")):
        bench.send(name, stream)
    assert bench.finish() == dict.fromkeys("abcd", "done")
    assert [(EVERYTHING,)] in [[job.touches for job in batch] for batch in bench.batches]


def test_an_interrupted_leader_hands_over_and_the_others_hear_that_they_may_ask_again() -> None:
    def fail(batch: list[Job]) -> None:
        if len(batch) == 3:
            raise KeyboardInterrupt

    bench = Bench(fail)
    for name in "abcd":
        bench.send(name, name)
    heard = bench.finish()
    assert heard == {"a": "done", "b": "KeyboardInterrupt", "c": INTERRUPTED, "d": INTERRUPTED}
    job = Job(("e",))
    bench.together.do(job)
    assert job.outcome == "done"


def test_an_error_of_the_store_is_everybodys_and_the_next_batch_is_served() -> None:
    def fail(batch: list[Job]) -> None:
        if len(batch) == 3:
            raise StoreUnavailable("log: the disk is full")

    bench = Bench(fail)
    for name in "abcd":
        bench.send(name, name)
    assert bench.finish() == {"a": "done"} | dict.fromkeys("bcd", "log: the disk is full")


def test_whoever_waits_too_long_hears_it_and_is_not_worked_on_later(monkeypatch: pytest.MonkeyPatch) -> None:
    bench = Bench()
    bench.send("a", "s")
    monkeypatch.setattr(together, "WAIT_SECONDS", 0.05)
    late = Job(("t",))
    with pytest.raises(StoreUnavailable, match="nothing was stored"):
        bench.together.do(late)
    assert bench.finish() == {"a": "done"}
    assert [late] not in bench.batches
    assert late.outcome is None
    again = Job(("t",))
    bench.together.do(again)
    assert again.outcome == "done"


def test_on_a_slow_disk_those_who_were_just_answered_share_the_next_commit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(together, "SLOW_SECONDS", 0.0)
    monkeypatch.setattr(together, "GATHERING_SHARE", float("inf"))
    monkeypatch.setattr(together, "MOST_GATHERING_SECONDS", LIMIT)
    bench = Bench()
    for name, times in (("a", 3), ("b", 2), ("c", 2)):
        bench.send(name, name, times=times)
    assert bench.finish() == dict.fromkeys("abc", "done")
    assert [len(batch) for batch in bench.batches] == [1, 3, 3]


def test_a_command_that_comes_alone_waits_for_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(together, "SLOW_SECONDS", 0.0)
    monkeypatch.setattr(together, "MOST_GATHERING_SECONDS", float("inf"))
    monkeypatch.setattr(together, "GATHERING_SHARE", float("inf"))
    bench = Bench()
    bench.go_on.set()
    for name in "abc":
        alone = Thread(target=bench.together.do, args=(Job((name,)),), daemon=True)
        alone.start()
        alone.join(LIMIT)
        assert not alone.is_alive(), "it waits for others who will never come"
