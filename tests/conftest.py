from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import pytest
from hypothesis import settings

from tests.support.postgres import PostgresServer

settings.register_profile("ci", deadline=None, derandomize=False, print_blob=True)
settings.load_profile("ci")


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """One server per test process, started when a test first asks for it."""
    server = PostgresServer()
    try:
        server.start()
        yield server
    finally:
        server.close()


@pytest.fixture
def postgres_url(postgres: PostgresServer) -> Iterator[str]:
    """An empty database of the test's own."""
    name = f"test_{uuid4().hex}"
    postgres.start()  # an earlier test may have left it crashed
    postgres.create_database(name)
    yield postgres.url(name)
    postgres.start()
    postgres.drop_database(name)
