"""A wire between the engine and PostgreSQL that can be cut at a chosen moment, or fall silent."""

from __future__ import annotations

import contextlib
import socket
from threading import Event, Lock, Thread

APPEND = b"WITH moved AS"
CUTS = ("before the statement arrives", "after the commit, before the answer", "in the middle of the statement",
        "in the middle of the answer")


class Wire:
    """One connection through the proxy. It is *the writer's* once an append has passed."""

    def __init__(self, proxy: Proxy, client: socket.socket, server: socket.socket) -> None:
        self.proxy, self.client, self.server = proxy, client, server
        self.writer = False
        self.cut_answer = ""

    def ask(self) -> None:
        """Pass on what the engine says."""
        while data := _receive(self.client):
            self.writer = self.writer or APPEND in data
            cut = self.proxy.take_cut(self.writer)
            if cut == CUTS[0]:
                break
            if cut == CUTS[2]:
                _send(self.server, data[:len(data) // 2])
                break
            self.cut_answer = cut
            if self.proxy.frozen.is_set() and not self.proxy.hears.is_set():
                continue
            _send(self.server, data)
        self.close()

    def answer(self) -> None:
        """Pass on what the server says."""
        while data := _receive(self.server):
            if self.cut_answer == CUTS[1]:
                break
            if self.cut_answer == CUTS[3]:
                _send(self.client, data[:len(data) // 2])
                break
            if not self.proxy.frozen.is_set():
                _send(self.client, data)
        self.close()

    def close(self) -> None:
        for each in (self.client, self.server):
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)


class Proxy:
    """Listens on a port of its own; every wire leads to *port*."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.frozen, self.hears = Event(), Event()
        self._guard = Lock()
        self._next: tuple[str, bool] | None = None
        self._wires: list[Wire] = []
        self._threads = [Thread(target=self._accept)]
        self._threads[0].start()
        self.cuts = 0

    def cut(self, how: str, *, writer: bool = True) -> None:
        """Cut the next exchange: of the writer's wire, or of any wire."""
        with self._guard:
            self._next = how, writer

    @property
    def armed(self) -> bool:
        """Whether a cut still waits for its moment."""
        return self._next is not None

    def take_cut(self, is_writer: bool) -> str:
        with self._guard:
            if self._next is None or (self._next[1] and not is_writer):
                return ""
            how, self._next = self._next[0], None
            self.cuts += 1
            return how

    def freeze(self, *, hears: bool) -> None:
        """Acknowledge every byte and pass nothing back; the server still *hears* the engine, or does not."""
        (self.hears.set if hears else self.hears.clear)()
        self.frozen.set()

    def thaw(self) -> None:
        """New wires work again; those that were silent are gone."""
        for wire in self._wires:
            wire.close()
        self.frozen.clear()

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for wire in self._wires:
            wire.close()
        for thread in self._threads:
            thread.join(timeout=10)
        for wire in self._wires:
            wire.client.close()
            wire.server.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                wire = Wire(self, client, socket.create_connection(("127.0.0.1", self._port)))
                self._wires.append(wire)
                for run in (wire.ask, wire.answer):
                    self._threads.append(Thread(target=run))
                    self._threads[-1].start()


def _receive(end: socket.socket) -> bytes:
    try:
        return end.recv(1 << 16)
    except OSError:
        return b""


def _send(end: socket.socket, data: bytes) -> None:
    with contextlib.suppress(OSError):
        end.sendall(data)
