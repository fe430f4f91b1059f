"""What a letter takes from the record, and which of its lines the record no longer says."""

from __future__ import annotations

from aggregates.kernel.messages import Value

STANDS, ASKED = "where training stands", "what is asked"
# How the lines begin, and what each is about. A line is named by this, so that nothing of its content is repeated.
TOPICS = (
    ("Training ", STANDS), ("Client: ", "who the client is"), ("Reason: ", "why training was paused"),
    ("Session of ", "the session"), ("Pain on a scale ", "pain"), ("Exercise: ", "exercise"),
    ("Client's words on the change: ", "the client's words on the change"),
    ("Worse again ", "the client's words on the change"),
    ("Client's words: ", "the client's words in the session"),
    ("Client's words ", "the client's words on the morning after"), ("Observed: ", "what was observed"),
    ("Please ", ASKED))
OTHER, ORDER, ADDRESSEE = "another line", "the order of its lines", "to whom it goes"


class Account(Value, frozen=True, kw_only=True):
    """The record's own words for a letter: to whom, and line by line."""

    to: str
    lines: tuple[str, ...]


class FromRecord(Value, frozen=True, kw_only=True):
    """What the record `says` now, up to version `as_of` of the care, and what the letter `took` when it was drafted."""

    says: Account
    as_of: int
    took: Account | None = None

    @property
    def differs(self) -> tuple[str, ...]:
        """What the letter says otherwise than the record, by topic."""
        return () if self.took is None else differing(self.took, self.says)


def topic(line: str) -> str:
    """What a line is about."""
    return next((about for begins, about in TOPICS if line.startswith(begins)), OTHER)


def differing(took: Account, says: Account) -> tuple[str, ...]:
    """The topics on which two accounts differ, in the order of the newer one."""
    lines = [line for line in says.lines if line not in took.lines]
    lines += [line for line in took.lines if line not in says.lines]
    found = list(dict.fromkeys(map(topic, lines)))
    found += [ORDER] if took.lines != says.lines and not found else []
    return (*found, *([ADDRESSEE] if took.to != says.to else []))
