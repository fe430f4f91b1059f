"""Where a client stands beyond what decisions remember: since when, and what is still missing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

import msgspec

from aggregates.client_care import facts as f
from aggregates.client_care.contents import Screening
from aggregates.client_care.memory import CareMemory
from aggregates.client_care.phases import Phase
from aggregates.kernel.house import House, months_later
from aggregates.kernel.messages import Fact
from aggregates.protocol.decisions import ACT_NOW
from projections.questions import still_open
from projections.releases import ReleaseTold, releases_told
from workflow.engine.door import Door
from workflow.engine.packs_at_hand import pack_of, shipped_pack
from workflow.log.codec import from_micros


class Standing(NamedTuple):
    """Now, since when the phase holds, how far the screening is, what is missing, in words, the releases, and the
    decision on which somebody has to be called, while that is owed."""

    now: datetime
    today: date
    since: datetime | None
    open_questions: list[str]
    screening: list[str]
    missing: list[str]
    releases: list[ReleaseTold]
    urgent: f.DecisionMade | None = None


def now_of(door: Door, stream: str, *, rehearsal: bool) -> datetime:
    """Now; the clock of a rehearsal stands still, so there it is the time of the stream's newest fact."""
    last = door.log.reader.last(door.practice, stream) if rehearsal else None
    return from_micros(last.recorded_at) if last is not None else door.clock()


def standing(door: Door, client: str, *, rehearsal: bool) -> Standing:
    """Where *client* stands now."""
    facts, care = door.streams.history(f"care:{client}").facts, door.care(client).memory
    now = now_of(door, f"care:{client}", rehearsal=rehearsal)
    house = door.circumstances.practice().house(door.practice)
    pack = pack_of(door, care.pack) or shipped_pack()
    asks = {each.name: each.asks for each in pack.inputs}
    screened = last_screening(facts)
    again = screened is not None and _counts_no_more(care)
    unanswered = still_open(None if again else screened, has_onset=care.onset is not None,
                            diabetes_known="diabetes" in care.conditions,
                            heart_failure_known="heart_failure" in care.conditions)
    unanswered = [] if care.phase is Phase.DISCHARGED else unanswered
    months = int(pack.number("SCR-16.months"))
    return Standing(now, house.today(now), _since(facts, care), unanswered,
                    list(_screening(care, unanswered, house, months, again=again)),
                    [*_missing_answers(unanswered, asks, screened is None or again),
                     *_missing_clearance(facts, care, house)],
                    releases_told(facts, house.today(now), ZoneInfo(house.timezone)),
                    urgent_decision(facts, care))


def urgent_decision(facts: Sequence[Fact], care: CareMemory) -> f.DecisionMade | None:
    """The highest decision on which somebody is called today, while the call or the letter is owed (DL-05)."""
    owed = [each.started_at for each in care.deadlines.values() if each.rule == "DL-05" and each.started_at]
    newest = {fact.of_version: fact for fact in facts if isinstance(fact, f.DecisionMade)}
    urgent = [each for each in newest.values() if each.verdict.outcome in ACT_NOW and owed
              and each.occurred_at >= min(owed)]
    return min(urgent, key=lambda each: (each.verdict.outcome.rank, -each.originator_version), default=None)


def _counts_no_more(care: CareMemory) -> bool:
    """Whether a complete screening is on record that does not count where the client stands now."""
    changed = care.health_changed_at
    back = care.referred_back_at
    if care.screened_at is None:
        return False
    return (care.phase is Phase.REFERRAL_BACK or (back is not None and back >= care.screened_at)
            or (changed is not None and changed > care.screened_at))


def _screening(care: CareMemory, unanswered: list[str], house: House, months: int, *, again: bool) -> Iterator[str]:
    if care.phase is Phase.DISCHARGED:
        return
    day = house.today(care.screened_at) if care.screened_at is not None else None
    if again:
        yield f"done on {day}, and has to be done again"
    elif unanswered:
        yield "not complete" if care.answered_at is not None else "not begun"
    elif day is not None:
        yield f"complete on {day}, counts until {months_later(day, months)}"


def _missing_answers(unanswered: list[str], asks: dict[str, str], whole: bool) -> Iterator[str]:
    if unanswered and whole:
        yield f"every screening question, {len(unanswered)} in all (met questions lists them)"
        return
    said = {"medicines": asks.get("SCR-06.medicines", ""), "red_flags": "the red flags, each of them",
            "onset": asks.get("days_since_onset", ""), "conditions": "is it diabetes, heart failure, or neither?"}
    for each in unanswered:
        yield f"screening answer {each}: {said.get(each) or asks.get(each, '')}"


def _missing_clearance(facts: Sequence[Fact], care: CareMemory, house: House) -> Iterator[str]:
    """The clearance that the client waits for: why, when it was asked for, what the last form lacks."""
    if care.phase is Phase.REFERRAL_BACK:
        yield "a new clearance, or the referral source's word to resume"
    if care.phase is Phase.MEDICAL_CLEARANCE:
        asked = next((fact for fact in reversed(facts) if isinstance(fact, f.ClearanceRequested)), None)
        granted = next((fact for fact in reversed(facts) if isinstance(fact, f.ClearanceGranted)), None)
        waits = asked is not None and (granted is None or granted.originator_version < asked.originator_version)
        yield "a clearance in force; " + (f"asked for from {asked.issuer} on {house.today(asked.occurred_at)}"
                                          if asked is not None and waits else "nobody has asked for one yet")
    if care.phase is not Phase.DISCHARGED:
        yield from _missing_parts(care)


def _missing_parts(care: CareMemory) -> Iterator[str]:
    """What incomplete clearances lack that nothing newer answers, and who can supply it."""
    for paper in care.unclear:
        dated = f"dated {paper.dated}" if paper.dated is not None else "without a date"
        yield from (f"of the clearance from {paper.issuer}, {dated}: {part} (from {paper.issuer}; the referral "
                    "source's word to resume, given since, settles it too)" for part in paper.missing)


def last_screening(facts: Sequence[Fact]) -> Screening | None:
    """The newest screening since the client was taken in, as corrected."""
    found: tuple[int, Screening] | None = None
    for fact in facts:
        if isinstance(fact, f.ClientReadmitted):
            found = None
        elif isinstance(fact, f.ScreeningRecorded):
            found = fact.originator_version, fact.screening
        elif isinstance(fact, f.FactAmended) and found is not None and fact.of_version == found[0]:
            found = found[0], msgspec.convert(fact.content["screening"], Screening)
    return found[1] if found is not None else None


def _since(facts: Sequence[Fact], care: CareMemory) -> datetime | None:
    since: datetime | None = None
    for fact in reversed(facts):
        if fact.meta.phase not in (None, care.phase.value):
            break
        since = fact.occurred_at
    return since
