"""What somebody with the database's password, or with the disk, can do behind the engine's back."""

from __future__ import annotations

import contextlib
import socket
from threading import Event, Thread
from typing import Any

from sqlalchemy import text
from sqlalchemy.engine import make_url

from workflow.log.store.database import open_engine


def meddle(url: str, *statements: str, **values: Any) -> None:
    """Run SQL on the log's tables with the append-only triggers out of the way."""
    engine = open_engine(url)
    with engine.connect() as connection:
        if make_url(url).get_backend_name() == "sqlite":
            triggers = connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).scalars()
            for name in triggers.all():
                connection.execute(text(f"DROP TRIGGER {name}"))
        else:
            connection.execute(text("ALTER TABLE facts DISABLE TRIGGER ALL"))
        for statement in statements:
            connection.execute(text(statement), values)
    engine.dispose()


class DeafListener:
    """A wire to PostgreSQL whose LISTEN connection can be silenced: no error, no reset, and no answer any more."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._gate = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._gate.getsockname()[1]
        self.listens, self._silent, self.swallowed = Event(), Event(), Event()
        self._ends: list[socket.socket] = []
        self._threads = [Thread(target=self._accept)]
        self._threads[0].start()

    def silence(self) -> None:
        """From now on nothing comes back over the connection that listens."""
        self._silent.set()

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._gate.shutdown(socket.SHUT_RDWR)
        self._gate.close()
        for end in self._ends:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(10)
        for end in self._ends:
            end.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._gate.accept()
                server, hears = socket.create_connection(("127.0.0.1", self._port)), Event()
                self._ends += [client, server]
                for way in ((client, server, hears, True), (server, client, hears, False)):
                    self._threads.append(Thread(target=self._carry, args=way))
                    self._threads[-1].start()

    def _carry(self, source: socket.socket, target: socket.socket, listening: Event, asks: bool) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(1 << 16):
                if asks and b"LISTEN" in data:
                    listening.set()
                    self.listens.set()
                if not asks and listening.is_set() and self._silent.is_set():
                    self.swallowed.set()
                    continue
                target.sendall(data)
        with contextlib.suppress(OSError):
            target.shutdown(socket.SHUT_RDWR)
