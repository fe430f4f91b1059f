"""One founded practice for each test module; a test that changes it works on a copy."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.cli.support import founded


@pytest.fixture(scope="session")
def elm(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A practice nobody may change."""
    return founded(tmp_path_factory.mktemp("elm") / "data")


@pytest.fixture
def home(elm: Path, tmp_path: Path) -> Path:
    """A copy of the practice to work with."""
    return Path(shutil.copytree(elm, tmp_path / "data"))
