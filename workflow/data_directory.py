"""What lies in a data directory: its databases, who may read them, and what is missing."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Engine

from aggregates.kernel.errors import InvalidInput, NotFound, NotVerified, StoreUnavailable
from workflow.log.database_files import Standing, is_there, open_to_read
from workflow.log.event_log import EventLog
from workflow.log.proof.checkpoint import parse
from workflow.log.proof.witness import Witness
from workflow.log.seal.keys import KeyStore
from workflow.log.store.database import open_engine
from workflow.settings import Settings


def refuse_to_replace(settings: Settings) -> None:
    """A checkpoint outside signs for facts: a missing log is to be restored, never begun anew."""
    note = Witness(settings.checkpoints).latest()
    if note is not None:
        raise NotVerified(f"log: is missing, but a checkpoint in {settings.checkpoints} signs for "
                          f"{parse(note).size} facts of it; restore a backup")


def refuse_to_overwrite(settings: Settings) -> None:
    """Raise unless a new log may begin here."""
    if holds(settings.log_url, EventLog.exists):
        raise InvalidInput(f"log: there is a log already in {settings.home}")
    refuse_to_replace(settings)
    if holds(settings.keys_url, KeyStore.exists):
        raise InvalidInput(f"key store: there is one already in {settings.home}, of a log that is missing")


def holds(url: str, store: Callable[[Engine], bool]) -> bool:
    """Whether *store* says that it is in this database."""
    if not is_there(url):
        return False
    engine = open_engine(url)
    try:
        return store(engine)
    finally:
        engine.dispose()


def no_log(settings: Settings) -> NotFound:
    """What to raise where there is no log."""
    refuse_to_replace(settings)
    return NotFound(f"log: there is no log in {settings.home} yet; met init makes one")


def log_to_write(settings: Settings) -> Engine:
    """The log's database; `NotFound` if there is none."""
    if not is_there(settings.log_url):
        raise no_log(settings)
    engine = open_engine(settings.log_url)
    if not EventLog.exists(engine):
        engine.dispose()
        raise no_log(settings)
    return engine


def log_to_read(settings: Settings) -> tuple[Engine, Standing | None]:
    """The same, only to read."""
    if not is_there(settings.log_url):
        raise no_log(settings)
    engine, standing = open_to_read(settings.log_url, "log")
    if not EventLog.exists(engine):
        engine.dispose()
        raise no_log(settings)
    return engine, standing


def refuse_missing_keys(settings: Settings) -> None:
    """Raise `StoreUnavailable` if the key store's file is not there."""
    if not is_there(settings.keys_url):
        raise StoreUnavailable(f"key store: is missing from {settings.home}; restore its backup")
