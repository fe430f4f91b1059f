"""Where a run happens: a directory of its own, and for PostgreSQL a server of its own that both sides share."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from tests.support.postgres import PostgresServer

DISTURBANCE = 0.005  # the interpreter's own default: how long one thread runs before another may


class Place:
    """Hands out fresh directories and databases; `kind` is sqlite or postgres."""

    def __init__(self, kind: str, home: Path, server: PostgresServer | None = None) -> None:
        self.kind, self.home, self.server = kind, home, server

    def directory(self) -> Path:
        """An empty directory."""
        path = self.home / uuid4().hex[:8]
        path.mkdir()
        return path

    def database(self) -> str:
        """The URL of an empty PostgreSQL database."""
        assert self.server is not None
        name = f"bench_{uuid4().hex[:8]}"
        self.server.create_database(name)
        return self.server.url(name)


@contextmanager
def place(kind: str) -> Iterator[Place]:
    """A place to measure in, cleared away afterwards."""
    sys.setswitchinterval(DISTURBANCE)
    home = Path(tempfile.mkdtemp(prefix="met-bench-"))
    server = PostgresServer() if kind == "postgres" else None
    try:
        if server is not None:
            server.start()
        yield Place(kind, home, server)
    finally:
        if server is not None:
            server.close()
        shutil.rmtree(home, ignore_errors=True)
