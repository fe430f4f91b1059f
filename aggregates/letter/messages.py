"""What may be asked of a letter, and what can have happened to it. The facts are the storage format: only ever add."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any, Literal

from msgspec import Meta as Bounds

from aggregates.kernel.messages import Command, Fact
from aggregates.kernel.rules import BrokenRule

Name = Annotated[str, Bounds(min_length=1, max_length=200, description="text of 1 to 200 characters")]
Text = Annotated[str, Bounds(max_length=4_000, description="text of at most 4,000 characters")]
Kind = Literal["introductory letter", "clearance request", "assessment summary", "progress report",
               "change in status letter", "referral back letter", "discharge summary"]


class LetterState(StrEnum):
    """Where a letter stands. The values are stored and never change."""

    BLANK = "blank"
    DRAFTED = "drafted"
    CHECKED = "checked"
    SIGNED = "signed"
    SENT = "sent"
    DELIVERED = "delivered"
    ANSWERED = "answered"
    CANCELLED = "cancelled"


class DraftLetter(Command, frozen=True, kw_only=True):
    """Draft a letter from the record."""

    client: Name
    kind: Kind
    to: Name
    lines: tuple[Text, ...]


class RedraftLetter(Command, frozen=True, kw_only=True):
    """Take the record's words as they are now; a letter that was signed has to be signed again."""


class CheckLetter(Command, frozen=True, kw_only=True):
    """Look for words that the practice's profile does not use."""

    added_text: Text = ""


class SignLetter(Command, frozen=True, kw_only=True):
    """Sign the letter, with what the signer added."""

    added_text: Text = ""


class SendLetter(Command, frozen=True, kw_only=True):
    """Note that the signed letter went out."""

    means: Literal["post", "fax", "secure message", "in person"]


class RecordDelivery(Command, frozen=True, kw_only=True):
    """Note that the letter arrived."""


class RecordLetterAnswer(Command, frozen=True, kw_only=True):
    """Note that the letter was answered."""

    words: Text = ""


class CancelLetter(Command, frozen=True, kw_only=True):
    """Drop a letter that was not sent."""

    reason: Name


class LetterFact(Fact):
    """A fact of a letter."""


class LetterDrafted(LetterFact):
    """`as_of` is the version of the client's care whose words it took; 0: a person's words, or those at its cause."""

    TOPIC = "letter.drafted"
    client: str
    kind: str
    to: str
    lines: tuple[str, ...]
    as_of: int = 0


class LetterRedrafted(LetterFact):
    """The record's words up to version `as_of` of the client's care; `left_out` is what the signer had added."""

    TOPIC = "letter.redrafted"
    to: str
    lines: tuple[str, ...]
    as_of: int
    left_out: tuple[str, ...] = ()


class LetterChecked(LetterFact):
    """The findings of the vocabulary check; `blocked` words forbid signing, `warned` ones ask for a second look."""

    TOPIC = "letter.checked"
    blocked: tuple[str, ...]
    warned: tuple[str, ...]


class LetterSigned(LetterFact):
    """The text as it was signed."""

    TOPIC = "letter.signed"
    lines: tuple[str, ...]


class LetterSent(LetterFact):
    """`allowed_by` says why it may leave (PRV-01): the client's release, or an emergency; early ones went unchecked."""

    TOPIC = "letter.sent"
    client: str
    kind: str
    to: str
    means: str
    allowed_by: str = "unchecked"


class LetterDelivered(LetterFact):
    TOPIC = "letter.delivered"


class LetterAnswered(LetterFact):
    TOPIC = "letter.answered"
    words: str = ""


class LetterCancelled(LetterFact):
    TOPIC = "letter.cancelled"
    reason: str


class LetterCommandRefused(LetterFact):
    TOPIC = "letter.command_refused"
    command: str
    asked: dict[str, Any]
    broken: tuple[BrokenRule, ...]


LETTER_FACTS: tuple[type[LetterFact], ...] = tuple(LetterFact.__subclasses__())
