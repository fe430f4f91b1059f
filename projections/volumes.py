"""How much is allowed after a resume, exercise by exercise, as people say it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from aggregates.client_care.contents import Exercise, Tolerated
from aggregates.client_care.memos import Share
from aggregates.client_care.volume import UNITS, beyond_share, share_of

UNTIL = "until a raise is earned"
BASIS = {"planned": "planned before the pause", "allowed": "allowed before the pause",
         "performed": "before the pause, performed in the last session that went well",
         "lowest": "before the pause, the lowest performed or planned, because no session with it went well"}


def allowed(percent: int, tolerated: Iterable[Tolerated]) -> Iterator[str]:
    """What a share of the last tolerated volume comes to, or that nobody can say what it comes to."""
    for each in tolerated:
        if each.amount is None or each.unit is None:
            yield f"{each.exercise}: its dose was not stated before the pause, so no share of it can be worked out"
        else:
            yield (f"{each.exercise}: at most {share_of(percent, each.amount):g} {UNITS[each.unit]} "
                   f"({each.amount:g} {BASIS[each.basis]})")


def allowed_now(share: Share | None, program: Iterable[Exercise]) -> list[str]:
    """The volume that is allowed now, and which planned exercises lie beyond it; nothing where no share counts."""
    if share is None:
        return []
    lines = [f"volume allowed now, {share.percent} percent of the last tolerated {UNTIL}: {each}"
             for each in allowed(share.percent, (each for each in share.tolerated if share.of(each.exercise)))]
    over = [each.name for each in program if beyond_share(share, [each])]
    if over:
        lines.append(f"the programme lies beyond the volume allowed now: {', '.join(over)}; no session begins "
                     "until it is changed down to it")
    return lines
