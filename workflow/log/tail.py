"""Waiting for news: readers poll by position. A wake-up is only a hint, and may be lost without harm (M2)."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from threading import Condition, Event, Thread
from time import monotonic, sleep
from typing import Any

from sqlalchemy import Engine

from workflow.log.store.database import is_sqlite

POLL_SECONDS = 0.25   # without any hint, news is seen at least this soon
LISTEN_SECONDS = 0.25  # how soon the listener notices that nobody listens any more
GLANCE_SECONDS = 0.001  # how often SQLite's change counter is looked at while somebody waits


class News:
    """Wakes this process's readers: directly after its own commits, by a hint after another process's."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._changed = Condition()
        self._count = 0
        self._waiters = 0
        self._closed = Event()
        self._wanted = Event()
        self._watcher: Thread | None = None

    @property
    def count(self) -> int:
        """How often there was news; compare before and after to miss nothing."""
        return self._count

    @property
    def closed(self) -> bool:
        """Whether nobody shall wait any longer."""
        return self._closed.is_set()

    def tell(self) -> None:
        """There is news."""
        with self._changed:
            self._count += 1
            if self._waiters:
                self._changed.notify_all()

    def wait(self, seen: int, seconds: float) -> None:
        """Return when there was news since *seen*, or after *seconds*, or after the poll interval."""
        with self._changed:
            self._watch()
            self._waiters += 1
            self._wanted.set()
            try:
                self._changed.wait_for(lambda: self._count != seen or self._closed.is_set(),
                                       timeout=min(seconds, POLL_SECONDS))
            finally:
                self._waiters -= 1
                if not self._waiters:
                    self._wanted.clear()

    def close(self) -> None:
        """Wake everybody and stop watching."""
        self._closed.set()
        self._wanted.set()
        with self._changed:
            self._changed.notify_all()
        if self._watcher is not None:
            self._watcher.join(timeout=5)

    def _watch(self) -> None:
        if self._watcher is None and not self.closed:
            look = self._watch_sqlite if is_sqlite(self._engine) else self._watch_postgres
            self._watcher = Thread(target=self._guarded, args=(look,), name="met-news", daemon=True)
            self._watcher.start()

    def _guarded(self, look: Callable[[], None]) -> None:
        """A hint that fails is no hint; polling goes on without it, and the watcher tries again."""
        while not self._closed.is_set():
            try:
                look()
            except Exception:  # noqa: BLE001
                self._closed.wait(1.0)

    def _watch_sqlite(self) -> None:
        connection: Any = self._engine.raw_connection()
        try:
            driver: sqlite3.Connection = connection.driver_connection
            seen = -1
            while not self._closed.is_set():
                self._wanted.wait()
                version = driver.execute("PRAGMA data_version").fetchone()[0]
                if version != seen:
                    seen = version
                    self.tell()
                sleep(GLANCE_SECONDS)
        finally:
            connection.close()

    def _watch_postgres(self) -> None:
        from workflow.log.store.postgres import CHANNEL
        connection: Any = self._engine.raw_connection()
        try:
            driver = connection.driver_connection
            driver.execute(f"LISTEN {CHANNEL}")
            self.tell()
            while not self._closed.is_set():
                for _ in driver.notifies(timeout=LISTEN_SECONDS, stop_after=1):
                    self.tell()
        finally:
            connection.invalidate()


def until(seconds: float | None) -> Callable[[], float]:
    """A function that says how many seconds are left."""
    end = None if seconds is None else monotonic() + seconds
    return lambda: POLL_SECONDS if end is None else end - monotonic()
