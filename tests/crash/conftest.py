from __future__ import annotations

from pathlib import Path

import pytest

from tests.crash.support import House, found_house

CLIENTS = [f"client-{n:02}" for n in range(16)]


@pytest.fixture(params=["sqlite", "postgresql"])
def log_url(request: pytest.FixtureRequest) -> str:
    """Where the log is kept: in the data directory, or in an empty database of the test's own."""
    return "" if request.param == "sqlite" else str(request.getfixturevalue("postgres_url"))


@pytest.fixture
def house(tmp_path: Path, log_url: str) -> House:
    """A practice with sixteen clients in training, on each of the two databases."""
    return found_house(tmp_path / "house", CLIENTS, log_url)
