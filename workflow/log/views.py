"""Where snapshots are kept: a cache. One that can't be read is thrown away and made new, and never stops anybody."""

from __future__ import annotations

from sqlalchemy import make_url, select
from sqlalchemy.exc import DBAPIError

from aggregates.kernel.errors import StoreUnavailable
from aggregates.kernel.event_sourced import EventSourced
from workflow.log.database_files import file_of, open_private
from workflow.log.seal.keys import Key, KeyStore
from workflow.log.snapshots import Found, Snapshots, snapshots
from workflow.log.store.database import reason

DAMAGED = ("the file is not a database", "the database file is damaged", "the database holds no log")


class Views(Snapshots):
    """Snapshots in a database of their own."""

    def __init__(self, url: str, keys: KeyStore, log_id: bytes) -> None:
        self._url = url
        super().__init__(open_private(url), keys, log_id)
        try:
            with self._engine.connect() as connection:
                connection.execute(select(snapshots).limit(1)).all()
        except (DBAPIError, TypeError) as error:
            other = isinstance(error, TypeError) or "no such column" in str(error)
            raise StoreUnavailable(f"views: {DAMAGED[1] if other else reason(error)}") from None

    def find(self, practice: str, stream: str, kind: type[EventSourced]) -> Found | None:
        """The stream's snapshot; a row of another shape is none."""
        try:
            return super().find(practice, stream, kind)
        except (TypeError, ValueError, OverflowError, MemoryError):
            return None

    def erase(self, key_id: bytes) -> int:
        """Delete every snapshot sealed under a key; where the cache is damaged, all of it goes."""
        try:
            return super().erase(key_id)
        except StoreUnavailable as error:
            if not _thrown_away(self._url, error):
                raise
            self._engine.dispose()
            self._engine = Views(self._url, self._keys, self._log_id)._engine
            return 0


class NoViews(Snapshots):
    """Nothing is kept: whoever only reads, and where the cache can't be written."""

    def __init__(self) -> None:
        """Opens nothing."""

    def save(self, practice: str, stream: str, aggregate: EventSourced, leaf: bytes, key: Key) -> None:
        """Keep nothing."""

    def find(self, practice: str, stream: str, kind: type[EventSourced]) -> Found | None:  # noqa: ARG002
        """There is none."""
        return None

    def erase(self, key_id: bytes) -> int:  # noqa: ARG002
        """There is none."""
        return 0

    def close(self) -> None:
        """Nothing is open."""


def open_views(url: str, keys: KeyStore, log_id: bytes) -> tuple[Snapshots, str | None]:
    """The cache, and a sentence if it had to be made new or can't be used."""
    try:
        return Views(url, keys, log_id), None
    except StoreUnavailable as error:
        if _thrown_away(url, error):
            return Views(url, keys, log_id), "views: could not be read; they are only a cache and were made new"
        return NoViews(), f"{error}; going on without this cache"


def _thrown_away(url: str, error: Exception) -> bool:
    """Remove a damaged file; says whether that was it."""
    if make_url(url).get_backend_name() != "sqlite" or not str(error).endswith(DAMAGED):
        return False
    path = file_of(url)
    for each in (path, path.with_name(f"{path.name}-wal"), path.with_name(f"{path.name}-shm")):
        each.unlink(missing_ok=True)
    return True
