from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.log.support import Desk, open_desk


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database of the test's own: a SQLite file, then a PostgreSQL database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'log.db'}"
    url: str = request.getfixturevalue("postgres_url")
    return url


@pytest.fixture
def desk(database_url: str, tmp_path: Path) -> Iterator[Desk]:
    """An open log with its keys, on both databases."""
    with open_desk(database_url, tmp_path) as opened:
        yield opened
