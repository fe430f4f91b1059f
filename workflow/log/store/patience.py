"""A PostgreSQL connection that doesn't wait for ever for an answer from a server that fell silent."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any, ClassVar, TypeVar

import psycopg

T = TypeVar("T")


class PatientConnection(psycopg.Connection[Any]):
    """A broken network or a stopped server is noticed by nobody while TCP still acknowledges; so this one counts."""

    seconds: ClassVar[float]

    def wait(self, gen: Generator[Any, Any, T], interval: float = 0.1, timeout: float | None = None) -> T:
        """Wait at most so long; then the connection counts as broken, and what was sent as unknown."""
        if timeout is not None:
            return super().wait(gen, interval, timeout)
        try:
            return super().wait(gen, interval, self.seconds)
        except psycopg.errors._WaitTimeout:
            self.pgconn.finish()
            raise psycopg.OperationalError("timeout: the server gave no answer") from None


def patient_for(seconds: float) -> type[PatientConnection]:
    """A connection class with that much patience."""
    return type("PatientConnection", (PatientConnection,), {"seconds": seconds})
