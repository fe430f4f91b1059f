"""What a shell may complete: ids and names of commands. Completing never fails, never writes and opens nothing sealed.

It is not recorded, because it reads no record: an id is a pseudonym that stands in clear in every row, `met clients`
shows the same without a record, and no key, no content and no clear part of a fact is read here. A record of each press
of a key would only bury the real readings in the access stream.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import typer

MOST = 200


def clients(ctx: typer.Context, incomplete: str) -> list[str]:
    """Ids of clients that begin like this."""
    return _ids(ctx, "care", incomplete)


def clients_or_practice(ctx: typer.Context, incomplete: str) -> list[str]:
    """The same, and the word for the practice's own stream."""
    return [*_begun(["practice"], incomplete), *_ids(ctx, "care", incomplete)]


def letters(ctx: typer.Context, incomplete: str) -> list[str]:
    """Ids of letters that begin like this."""
    return _ids(ctx, "letter", incomplete)


def command_names(ctx: typer.Context, incomplete: str) -> list[str]:
    """Names of commands that a person may ask for: of a practice where that is meant, else of care and letters."""
    with suppress(Exception):
        from workflow.engine.names import CARE, COMMANDS, INTERNAL, LETTER, PRACTICE
        meant = ctx.params.get("client")
        names = COMMANDS if meant is None else PRACTICE if meant == "practice" else {**CARE, **LETTER}
        return _begun(sorted(set(names) - INTERNAL), incomplete)
    return []


def _begun(words: list[str], incomplete: str) -> list[str]:
    return [each for each in words if each.startswith(incomplete)]


def _ids(ctx: typer.Context, kind: str, incomplete: str) -> list[str]:
    """Whatever goes wrong, there is only nothing to complete; nothing is printed between the user's letters."""
    with suppress(Exception):
        return sorted(set(_found(ctx.params, kind, incomplete)))[:MOST]
    return []


def _found(given: dict[str, Any], kind: str, incomplete: str) -> Iterator[str]:
    from sqlalchemy import select

    from workflow.log.database_files import is_there, open_to_read
    from workflow.log.store.schema import facts
    from workflow.settings import settings
    where = settings(given.get("home"))
    if not is_there(where.log_url):
        return
    engine, _ = open_to_read(where.log_url, "log")
    practice = given.get("practice") or os.environ.get("MET_PRACTICE")
    query = select(facts.c.stream).distinct().where(
        facts.c.stream.startswith(f"{kind}:{incomplete}", autoescape=True),
        *([facts.c.practice == practice] if practice else []))
    try:
        with engine.connect() as connection:
            yield from (stream.partition(":")[2] for stream in connection.execute(query).scalars())
    finally:
        engine.dispose()
