"""What happened to letters and in the practice, in words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from aggregates.kernel.messages import Fact
from aggregates.letter import messages as letter
from aggregates.practice import facts as practice
from projections.told import Around, Told
from projections.told_decisions import refusal
from projections.words import quoted

ALLOWED = {"release": "the client has released it to them", "emergency": "without a release, because the newest "
           "decision is an emergency"}
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def _checked(x: letter.LetterChecked, _: Around) -> Told:
    found = (("must be replaced", x.blocked), ("look twice at", x.warned))
    return Told("Letter checked for words that are not ours to use",
                tuple(f"{what}: {', '.join(words)}" for what, words in found if words) or ("nothing found",))


def _redrafted(x: letter.LetterRedrafted, _: Around) -> Told:
    left_out = tuple(f"left out, to be added again when signing if it still holds: {quoted(each)}"
                     for each in x.left_out)
    return Told(f"Letter to {x.to} drafted again: the record's words as they are now", (*x.lines, *left_out))


def _founded(x: practice.PracticeFounded, _: Around) -> Told:
    return Told(f"Practice founded: {x.name}", (
        f"time zone {x.timezone}, profile {x.profile}, clearance policy {x.clearance_policy}",
        f"clearances are accepted from: {', '.join(x.accepted_issuers)}"))


def _certified(x: practice.ErasureCertified, _: Around) -> Told:
    again = " again" if x.again else ""
    return Told(f"Erasure of {x.client} certified{again}: {x.basis}", (f"checked: {', '.join(x.checked)}",),
                ("PRV-05",))


def _calendar(x: practice.CalendarSet, _: Around) -> Told:
    days = ", ".join(DAYS[each] for each in x.working_days)
    holidays = (f"closed on {', '.join(map(str, x.holidays))}",) if x.holidays else ()
    return Told(f"Working days: {days}", holidays)


def _loss(x: practice.LossAccepted, _: Around) -> Told:
    lost = f"positions {x.kept + 1} to {x.lost_until}" if x.lost_until else "nothing outside told how much"
    return Told(f"A restored backup: what came behind position {x.kept} is lost, accepted by {x.by}", (lost, x.reason))


ELSEWHERE: dict[type[Fact], Callable[[Any, Around], Told]] = {
    letter.LetterCommandRefused: refusal,
    letter.LetterDrafted: lambda x, _: Told(f"Drafted: {x.kind} to {x.to}", x.lines),
    letter.LetterRedrafted: _redrafted,
    letter.LetterChecked: _checked,
    letter.LetterSigned: lambda x, _: Told("Letter signed", x.lines),
    letter.LetterSent: lambda x, _: Told(f"Letter sent to {x.to} by {x.means}", (ALLOWED.get(
        x.allowed_by, x.allowed_by),), ("PRV-01",)),
    letter.LetterDelivered: lambda _x, _: Told("Letter arrived"),
    letter.LetterAnswered: lambda x, _: Told("Letter answered", (quoted(x.words),) if x.words else ()),
    letter.LetterCancelled: lambda x, _: Told(f"Letter dropped: {x.reason}"),
    practice.PracticeCommandRefused: refusal,
    practice.PracticeFounded: _founded,
    practice.PersonAdded: lambda x, _: Told(f"{x.name} ({x.person}) works here as {x.role}"),
    practice.RoleGiven: lambda x, _: Told(f"{x.person} is now {x.role}"),
    practice.PersonRemoved: lambda x, _: Told(f"{x.person} no longer works here"),
    practice.ReferralSourceAdded: lambda x, _: Told(f"Referral source: {x.name}, {x.profession}"),
    practice.CalendarSet: _calendar,
    practice.ProtocolAdopted: lambda x, _: Told(
        f"Protocol adopted for new clients: {x.title}", (f"pack {x.pack[:16]}",)),
    practice.ErasureDecided: lambda x, _: Told(
        f"Erasure of {x.client} decided: {x.basis}", (f"reason: {x.reason}",), ("PRV-05", "PRV-06", "PRV-07")),
    practice.LossAccepted: _loss,
    practice.ErasureCertified: _certified,
}
