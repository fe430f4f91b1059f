"""Where things are, read once from the environment. Without any setting everything lives in one data directory."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from workflow.log.store.database import sqlite_url


@dataclass(frozen=True)
class Settings:
    """Paths and database URLs. The three stores have backup cycles of their own."""

    home: Path
    log_url: str
    keys_url: str
    views_url: str
    checkpoints: Path
    master_key: Path
    signing_key: Path

    @property
    def embedded(self) -> bool:
        """Whether the log is a SQLite file of this machine, written by one process at a time."""
        return self.log_url.startswith("sqlite")


def default_home(environment: Mapping[str, str]) -> Path:
    """The user's data directory (XDG)."""
    base = environment.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
    return Path(base) / "met-workflow"


def settings(home: Path | None = None, environment: Mapping[str, str] = os.environ) -> Settings:
    """Settings from MET_HOME, MET_LOG_URL, MET_KEYS_URL, MET_VIEWS_URL, MET_CHECKPOINTS; *home* wins over MET_HOME."""
    given = environment.get("MET_HOME")
    where = (home or (Path(given) if given else default_home(environment))).expanduser().absolute()
    return Settings(
        home=where,
        log_url=environment.get("MET_LOG_URL") or sqlite_url(where / "log.db"),
        keys_url=environment.get("MET_KEYS_URL") or sqlite_url(where / "keys.db"),
        views_url=environment.get("MET_VIEWS_URL") or sqlite_url(where / "views.db"),
        checkpoints=Path(environment.get("MET_CHECKPOINTS") or where / "checkpoints"),
        master_key=where / "master.key", signing_key=where / "signing.key")
