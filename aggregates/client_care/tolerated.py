"""What a client tolerated: in sessions on which the protocol said to go on, calm, with a fine morning after."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from msgspec.structs import replace

from aggregates.client_care.contents import Exercise, Tolerated
from aggregates.client_care.memory import CareMemory
from aggregates.client_care.memos import SessionMemo
from aggregates.client_care.volume import allowed_amount, volumes_of
from aggregates.kernel.names import same_name
from aggregates.protocol.decisions import Decision

BEGINNING = datetime.min.replace(tzinfo=UTC)


def was_tolerated(care: CareMemory, session: SessionMemo, pain_at_most: float) -> bool:
    """Whether a session went by without a finding; one whose decision is not known counts as not tolerated."""
    calm = session.pain_worst is not None and session.pain_worst <= pain_at_most
    went_on = care.outcomes.get(session.version) == Decision.PROCEED
    return went_on and session.free_of_stop_signs and calm and session.morning_fine is True


def tolerated_volumes(care: CareMemory, pain_at_most: float) -> tuple[Tolerated, ...]:
    """The last tolerated volumes of each planned exercise before this pause.

    What was performed in the last session that went well counts; where none did, the lowest that was performed or
    planned. Where a share was still in force, no more than it allowed was tolerated.
    """
    before = _sessions_before_the_pause(care)
    well = [each for each in before if was_tolerated(care, each, pain_at_most)]
    return tuple(_at_most_allowed(care, _tolerated(each, before, well))
                 for exercise in care.program.values() for each in _compared(care, exercise))


def _sessions_before_the_pause(care: CareMemory) -> list[SessionMemo]:
    """The sessions since the worsening before this pause, in the order in which they were held."""
    paused = care.paused_at or datetime.max.replace(tzinfo=UTC)
    since = max((each for each in care.exacerbations if each < paused), default=BEGINNING)
    return [each for each in care.sessions if since < each.at <= paused]


def _compared(care: CareMemory, exercise: Exercise) -> Iterator[Tolerated]:
    """The volumes of an exercise as planned, in the units of the share that still counts, if one does."""
    shared = [] if care.share is None else [each for each in care.share.of(exercise.name) if each.amount is not None]
    planned = {each.unit: each for each in volumes_of(exercise)}
    if not shared:
        yield from planned.values()
    for each in shared:
        yield planned.get(each.unit, Tolerated(exercise=exercise.name, unit=each.unit))


def _tolerated(planned: Tolerated, before: Sequence[SessionMemo], well: Sequence[SessionMemo]) -> Tolerated:
    performed = [amount for each in reversed(well) if (amount := _highest(each, planned)) is not None]
    if planned.unit is None:
        return planned
    if performed:
        return replace(planned, amount=performed[0], basis="performed")
    found = [amount for each in before for amount in _amounts(each, planned)]
    return replace(planned, amount=min(found if planned.amount is None else [planned.amount, *found]),
                   basis="lowest") if found else planned


def _amounts(session: SessionMemo, of: Tolerated) -> list[float]:
    return [each.amount for each in session.volumes if each.amount is not None and each.unit == of.unit
            and same_name(each.exercise) == same_name(of.exercise)]


def _highest(session: SessionMemo, of: Tolerated) -> float | None:
    return max(_amounts(session, of), default=None)


def _at_most_allowed(care: CareMemory, found: Tolerated) -> Tolerated:
    shared = () if care.share is None else care.share.of(found.exercise)
    allowed = [allowed_amount(care.share, each) for each in shared
               if care.share is not None and each.amount is not None and each.unit == found.unit]
    if allowed and (found.amount is None or found.amount > allowed[0]):
        return replace(found, amount=allowed[0], basis="allowed")
    return found
