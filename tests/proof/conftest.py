from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.proof.recorded import Bench, Recorded, record_file


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Recorded:
    """A log of 300 facts in a file, nobody has it open; tests that alter it take a copy."""
    return record_file(tmp_path_factory.mktemp("recorded"))


@pytest.fixture(scope="module")
def bench(recorded: Recorded) -> Iterator[Bench]:
    """A copy in memory to be tampered with; each test leaves it as it was."""
    bench = Bench(recorded)
    yield bench
    bench.close()
