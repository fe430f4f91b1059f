"""Every checkpoint that is known of a log, inside and outside its database, and what is wrong with any of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from sqlalchemy import Engine, Row, select

from aggregates.kernel.errors import NotVerified
from workflow.log.proof.checkpoint import Checkpoint, check, parse
from workflow.log.proof.tree import Frontier
from workflow.log.proof.witness import Witness
from workflow.log.store.database import store_errors
from workflow.log.store.schema import checkpoints


class Notes(NamedTuple):
    """Checkpoints of the present epoch that this log's key signed, and sentences about those that don't hold."""

    checkpoints: tuple[Checkpoint, ...]
    problems: tuple[str, ...]


def known_notes(engine: Engine, witness: Witness, public_key: bytes, origin_of: Callable[[int], str], epoch: int
                ) -> Notes:
    """Read and check every signed note of a log whose epochs are called *origin_of*."""
    found: set[Checkpoint] = set()
    bad: list[Row[Any]] = []
    newest = epoch
    with store_errors("log"), engine.connect() as connection:
        rows = connection.execute(select(checkpoints).order_by(checkpoints.c.epoch, checkpoints.c.size)).all()
    for row in rows:
        try:
            each = _check_row(row, public_key, origin_of)
        except (NotVerified, TypeError, AttributeError, ValueError):
            bad.append(row)
            continue
        newest = max(newest, row.epoch)
        if row.epoch == epoch:
            found.add(each)
    problems = _of_rows(bad, len(rows), origin_of)
    if newest > epoch:
        problems.append(f"the log was in epoch {newest} already, its counter row says {epoch}")
    origin = origin_of(epoch)
    latest = witness.latest()
    if latest is not None:
        try:
            found.add(_of(origin, check(latest, public_key)))
        except NotVerified as error:
            problems.append(f"outside the database: {error}")
    for note in witness.history():
        try:
            found.add(_of(origin, check(note, public_key)))
        except NotVerified:  # an earlier epoch, or a line that a crash cut short: the newest one is checked above
            continue
    return Notes(tuple(sorted(found, key=lambda each: each.size)), tuple(problems))


def newest_note(engine: Engine, witness: Witness, epoch: int) -> str | None:
    """The newest note outside; the newest in the database if the one outside was lost."""
    outside = witness.latest()
    if outside is not None:
        return outside
    query = select(checkpoints.c.note).where(checkpoints.c.epoch == epoch).order_by(checkpoints.c.size.desc()).limit(1)
    with store_errors("checkpoint"), engine.connect() as connection:
        return connection.execute(query).scalar()


def newest_row(engine: Engine, public_key: bytes, origin_of: Callable[[int], str], epoch: int) -> Checkpoint | None:
    """The newest checkpoint in the database, if its row is what was signed; `NotVerified` if it is not."""
    query = select(checkpoints).order_by(checkpoints.c.epoch.desc(), checkpoints.c.size.desc()).limit(1)
    with store_errors("checkpoint"), engine.connect() as connection:
        row = connection.execute(query).one_or_none()
    if row is None:
        return None
    try:
        found = _check_row(row, public_key, origin_of)
    except (NotVerified, TypeError, AttributeError, ValueError):
        raise NotVerified(_of_rows([row], 0, origin_of)[0]) from None
    if row.epoch > epoch:
        raise NotVerified(f"the log was in epoch {row.epoch} already, its counter row says {epoch}")
    return found if row.epoch == epoch else None


def _of_rows(bad: list[Row[Any]], rows: int, origin_of: Callable[[int], str]) -> list[str]:
    """One sentence about all rows that do not hold; where all are signed under another name, that is the cause."""
    if not bad:
        return []
    if len(bad) == rows and not {_signed_name(row) for row in bad} & {None, *(origin_of(row.epoch) for row in bad)}:
        return [f"the counter row was altered: its log id, clock or epoch is not the one under which all {rows} "
                "checkpoints were signed"]
    more = f", and {len(bad) - 1} more of them" if len(bad) > 1 else ""
    return [f"the checkpoint row of epoch {bad[0].epoch}, size {bad[0].size}{more} is not what was signed"]


def _signed_name(row: Row[Any]) -> str | None:
    try:
        return parse(row.note).origin
    except (NotVerified, TypeError, AttributeError):
        return None


def _check_row(row: Row[Any], public_key: bytes, origin_of: Callable[[int], str]) -> Checkpoint:
    found = _of(origin_of(row.epoch), check(row.note, public_key))
    if found.size != row.size or Frontier.from_bytes(row.size, bytes(row.frontier)).root() != found.root:
        raise NotVerified("checkpoint: its row says something else")
    return found


def _of(origin: str, found: Checkpoint) -> Checkpoint:
    if found.origin != origin:
        raise NotVerified("checkpoint: belongs to another log, or to this one before it was restored")
    return found
