"""Where things are, read once from the environment. Without any setting everything lives in one data directory."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from aggregates.kernel.errors import InvalidInput
from workflow.bounded import MOST_OF_A_SETTING, refuse_longer
from workflow.log.store.database import sqlite_url

DRIVERS = ("sqlite", "sqlite+pysqlite", "postgresql", "postgresql+psycopg")


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
    for name in (each for each in environment if each.startswith("MET_")):
        refuse_longer(environment[name], name, MOST_OF_A_SETTING)
    given = environment.get("MET_HOME")
    where = (home or (Path(given) if given else default_home(environment))).expanduser().absolute()
    def url(name: str, file: str) -> str:
        return _checked(name, environment[name]) if environment.get(name) else sqlite_url(where / file)

    return Settings(
        home=where, log_url=url("MET_LOG_URL", "log.db"), keys_url=url("MET_KEYS_URL", "keys.db"),
        views_url=url("MET_VIEWS_URL", "views.db"),
        checkpoints=Path(environment.get("MET_CHECKPOINTS") or where / "checkpoints"),
        master_key=where / "master.key", signing_key=where / "signing.key")


def _checked(name: str, given: str) -> str:
    """A database URL; the error never shows it, because a password may be in it."""
    try:
        url = make_url(given)
    except (ArgumentError, ValueError):
        raise InvalidInput(f"{name}: is not a database URL, such as postgresql+psycopg://user@host/name") from None
    if url.drivername not in DRIVERS:
        raise InvalidInput(f"{name}: must begin with one of {', '.join(DRIVERS)}")
    if url.drivername.startswith("sqlite") and url.database in (None, "", ":memory:"):
        raise InvalidInput(f"{name}: must name a file, such as sqlite:////data/log.db")
    return given
