"""Taking a client in: registration, consent, screening."""

from __future__ import annotations

from collections.abc import Iterator

from aggregates.client_care import commands as c
from aggregates.client_care import facts as f
from aggregates.client_care.contents import Release, Screening
from aggregates.client_care.tellings.base import Automatic, Case, Telling, content_of, deadlines, tells
from aggregates.client_care.tellings.outcome import follow


@tells(c.RegisterClient)
def register(case: Case) -> Iterator[Telling]:
    """The client, the protocol that will decide, the release they signed, and the letters that are due."""
    asked, house, pack = case.command, case.context.house, case.context.pack
    yield lambda s: f.ClientRegistered(
        **s, name=asked.name, born=asked.born, referred_by=asked.referred_by,
        diagnosis_as_given=asked.diagnosis_as_given, onset=asked.onset, stage=asked.stage,
        conditions=asked.conditions)
    yield Automatic(lambda s: f.ProtocolPinned(
        **s, pack=pack.hash, title=pack.title, profile=house.profile, clearance_policy=house.clearance_policy))
    if asked.consent_to_release is not None:
        yield lambda s: f.ReleaseGiven(**s, release=asked.consent_to_release)
    yield from deadlines(case, "client_registered")


@tells(c.RecordRelease)
def record_release(case: Case) -> Iterator[Telling]:
    """A consent to release."""
    yield lambda s: f.ReleaseGiven(**s, release=content_of(Release, case.command))


@tells(c.WithdrawRelease)
def withdraw_release(case: Case) -> Iterator[Telling]:
    """A consent taken back."""
    yield lambda s: f.ReleaseWithdrawn(**s, to=case.command.to)


@tells(c.RecordScreening)
def screen(case: Case) -> Iterator[Telling]:
    """The answers, and the decision on them."""
    yield lambda s: f.ScreeningRecorded(**s, screening=content_of(Screening, case.command))
    yield from follow(case, case.version)
