"""Releases of information as they stand on a day: which count, and why another one does not."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, tzinfo
from typing import NamedTuple

from aggregates.client_care.contents import Release
from aggregates.client_care.facts import ReleaseGiven, ReleaseWithdrawn
from aggregates.client_care.memory import CareMemory
from aggregates.client_care.remembering.intake import release_given, release_withdrawn
from aggregates.kernel.messages import Fact
from aggregates.kernel.names import same_name

NOT_SIGNED = "not signed: does not count"


class ReleaseTold(NamedTuple):
    """A release, the version of its fact, and why it does not count; "" if it does. `replaced`: by a newer one."""

    version: int
    release: Release
    against: str
    replaced: bool = False


def releases_told(facts: Iterable[Fact], day: date, zone: tzinfo) -> list[ReleaseTold]:
    """Every release among the *facts* of one client, as it stands on *day* once all of them are known.

    What counts is remembered exactly as decisions remember it.
    """
    care, given = CareMemory(), list[ReleaseGiven]()
    for fact in facts:
        if isinstance(fact, ReleaseGiven):
            given.append(fact)
            release_given(care, fact)
        elif isinstance(fact, ReleaseWithdrawn):
            release_withdrawn(care, fact)
    return [_told(each, care, day, zone) for each in given]


def _told(fact: ReleaseGiven, care: CareMemory, day: date, zone: tzinfo) -> ReleaseTold:
    release, version = fact.release, fact.originator_version
    if release in care.releases:
        return ReleaseTold(version, release, _on(release, day))
    withdrawn = care.withdrawn.get(same_name(release.to))
    if withdrawn is not None and fact.occurred_at <= withdrawn:
        return ReleaseTold(version, release, f"withdrawn on {withdrawn.astimezone(zone):%Y-%m-%d}: does not count")
    if withdrawn is not None and (release.signed_on is None or release.signed_on < withdrawn.date()):
        return ReleaseTold(version, release, "not signed since it was withdrawn: does not count")
    return ReleaseTold(version, release, "a newer one took its place", replaced=True)


def _on(release: Release, day: date) -> str:
    if release.signed_on is None:
        return NOT_SIGNED
    if release.signed_on > day:
        return f"signed on {release.signed_on}: does not count before"
    return f"ended on {release.until}: does not count" if release.until < day else ""
