"""Taking a client in: who they are, to whom information may go, what screening found."""

from __future__ import annotations

from aggregates.client_care import facts as f
from aggregates.client_care.memory import CareMemory
from aggregates.client_care.remembering.base import danger, on
from aggregates.client_care.remembering.said import remember_features, remember_screening
from aggregates.kernel.names import same_name


@on(f.ClientRegistered)
def registered(care: CareMemory, fact: f.ClientRegistered) -> None:
    """Who the client is to later decisions."""
    care.registered, care.registered_at = True, care.registered_at or fact.occurred_at
    care.born = fact.born
    care.onset, care.stage, care.conditions = fact.onset, fact.stage, fact.conditions
    care.referral_source = fact.referred_by.name
    care.phase_since = fact.occurred_at


@on(f.ProtocolPinned)
def protocol_pinned(care: CareMemory, fact: f.ProtocolPinned) -> None:
    """Which pack decides from now on."""
    care.pack, care.profile, care.clearance_policy = fact.pack, fact.profile, fact.clearance_policy


@on(f.ReleaseGiven)
def release_given(care: CareMemory, fact: f.ReleaseGiven) -> None:
    """To whom information may go. What was signed before it was taken back stays taken back."""
    to, signed = same_name(fact.release.to), fact.release.signed_on
    withdrawn = care.withdrawn.get(to)
    if withdrawn is None or (signed is not None and signed >= withdrawn.date() and fact.occurred_at > withdrawn):
        care.releases = (*(r for r in care.releases if same_name(r.to) != to), fact.release)


@on(f.ReleaseWithdrawn)
def release_withdrawn(care: CareMemory, fact: f.ReleaseWithdrawn) -> None:
    """To whom it may go no longer."""
    to = same_name(fact.to)
    care.releases = tuple(r for r in care.releases if same_name(r.to) != to)
    care.withdrawn[to] = max(fact.occurred_at, care.withdrawn.get(to, fact.occurred_at))


@on(f.ScreeningRecorded)
def screening_recorded(care: CareMemory, fact: f.ScreeningRecorded) -> None:
    """When questions were answered, and what that added; a screening from before the newest one replaces nothing."""
    if care.answered_at is None or fact.occurred_at >= care.answered_at:
        care.answered_at, care.screened_version = fact.occurred_at, fact.originator_version
        remember_screening(care, fact.screening)


@on(f.RedFlagsReported)
def red_flags_reported(care: CareMemory, fact: f.RedFlagsReported) -> None:
    """Which flags are open."""
    care.open_flags = tuple(dict.fromkeys((*care.open_flags, *(flag.id for flag in fact.red_flags))))
    remember_features(care, fact.red_flags)


@on(f.HealthChangeReported)
def health_change_reported(care: CareMemory, fact: f.HealthChangeReported) -> None:
    """Screening has to be done again before the next session."""
    care.health_changed_at = max(fact.occurred_at, care.health_changed_at or fact.occurred_at)
    danger(care, fact.occurred_at)
