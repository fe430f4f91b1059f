"""The last word on an emergency: what its rows ask for, whatever keeps the command from being decided or answered."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from aggregates.kernel.errors import MetError

FLAG = re.compile(r"RF-[EU]\d|STOP-03", re.IGNORECASE)
LASTING = re.compile(r'(STOP-0[129])"[^{}]*"(?:lasting|serious)"\s*:\s*true', re.IGNORECASE)


@contextmanager
def help_at_once(typed: str) -> Iterator[None]:
    """Let an error answer the emergency that was *typed*: a full disk or a slip of the pen must not silence it."""
    try:
        yield
    except MetError as error:
        error.help_now = error.help_now or _although_nothing_is_recorded(typed)
        raise


def _although_nothing_is_recorded(typed: str) -> str:
    """What the rows of the flags and stop signs in *typed* ask for today, of the highest decision among them."""
    named = {each.upper() for each in (*FLAG.findall(typed), *LASTING.findall(typed))}
    if not named:
        return ""
    from aggregates.client_care.at_once import although_nothing_is_recorded
    from aggregates.protocol.decisions import ACT_NOW
    from workflow.engine.packs_at_hand import shipped_pack
    rows = [row for row in shipped_pack().rows if row.id in named and row.decision in ACT_NOW]
    highest = min((row.decision.rank for row in rows), default=0)
    asked = [(row.does, row.id) for row in rows if row.decision.rank == highest]
    return although_nothing_is_recorded(asked) if asked else ""
