"""Letter: decides whether a letter may be signed and sent, and records what became of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from aggregates.kernel.errors import InvalidInput
from aggregates.kernel.event_sourced import EventSourced
from aggregates.kernel.messages import Command, Context, Fact
from aggregates.kernel.names import same_name
from aggregates.kernel.pathway import Move, Pathway, Waiting
from aggregates.kernel.rules import Finding, Unlock, finding, rule
from aggregates.letter import messages as m
from aggregates.letter.from_record import FromRecord
from aggregates.letter.messages import LetterState as S
from aggregates.protocol.model import Pack
from aggregates.protocol.vocabulary import blocked_words


class LetterContext(Context, frozen=True, kw_only=True):
    """The circumstances of a command to a letter, with the vocabulary in force.

    `released_to` are those to whom the client's signed consent lets information go on this day; `emergency_to` are
    the referral sources who have to hear of an emergency now. `record` is what the letter took from the record and
    what the record says now; None for a letter in a person's own words.
    """

    pack: Pack
    profile: str
    released_to: tuple[str, ...] = ()
    emergency_to: tuple[str, ...] = ()
    record: FromRecord | None = None


class LetterMemory(msgspec.Struct, kw_only=True):
    """The memory of a letter."""

    state: S = S.BLANK
    client: str = ""
    kind: str = ""
    to: str = ""
    lines: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"<LetterMemory {self.state.value}>"


@rule(unlock="other words", supplier="whoever signs")
def words_are_ours_to_use(letter: LetterMemory, command: m.SignLetter, context: LetterContext) -> Finding:
    """VOC-01: a letter uses only words that belong to this practice's profile."""
    found = [w for w in blocked_words(context.pack, "\n".join((*letter.lines, command.added_text)), context.profile)
             if w.level == "block"]
    unlock = tuple(Unlock(what=f'instead of "{w.word}": {w.preferred}', supplier="whoever signs") for w in found)
    return finding(not found, words=", ".join(w.word.lower() for w in found), unlock=unlock)


@rule(unlock="redraft_letter, which takes the record's words as they are now", supplier="whoever signs")
def letter_says_what_the_record_says(_letter: LetterMemory, _command: Command, context: LetterContext) -> Finding:
    """LET-02: what a letter took from the record is what the record says when it is signed and when it is sent."""
    differs = context.record.differs if context.record is not None else ()
    return finding(not differs, lines=", ".join(differs))


@rule(unlock="cancel_letter, and another letter in its place", supplier="whoever signs")
def letter_was_drafted_from_the_record(letter: LetterMemory, _command: m.RedraftLetter, context: LetterContext
                                       ) -> Finding:
    """LET-03: only a letter that was drafted from the record can take the record's words again."""
    return finding(context.record is not None, kind=letter.kind)


@rule(unlock="a signed release that names this recipient and has not expired", supplier="the client")
def client_has_released_it(letter: LetterMemory, _command: m.SendLetter, context: LetterContext) -> Finding:
    """PRV-01: no document leaves without the client's release to its recipient.

    The exception: in an emergency the referral back letter goes to the referral source.
    """
    urgent = letter.kind == "referral back letter" and _among(context.emergency_to, letter.to)
    return finding(urgent or _among(context.released_to, letter.to), to=letter.to, releases=len(context.released_to))


def _among(names: tuple[str, ...], name: str) -> bool:
    return same_name(name) in map(same_name, names)


@rule(unlock="the step that comes before", supplier="the practice")
def letter_is_at_this_step(letter: LetterMemory, command: Command, _context: LetterContext) -> Finding:
    """LET-01: a letter takes one step after the other."""
    return finding(False, state=letter.state.value, command=type(command).__name__)


MOVES: tuple[Move[S, LetterMemory], ...] = (
    Move(m.DraftLetter, S.BLANK, S.DRAFTED),
    Move(m.CheckLetter, (S.DRAFTED, S.CHECKED), S.CHECKED),
    Move(m.RedraftLetter, (S.DRAFTED, S.CHECKED, S.SIGNED), S.DRAFTED, given=[letter_was_drafted_from_the_record]),
    Move(m.SignLetter, (S.DRAFTED, S.CHECKED), S.SIGNED,
         given=[letter_says_what_the_record_says, words_are_ours_to_use]),
    Move(m.SendLetter, S.SIGNED, S.SENT, given=[letter_says_what_the_record_says, client_has_released_it]),
    Move(m.RecordDelivery, S.SENT, S.DELIVERED),
    Move(m.RecordLetterAnswer, (S.SENT, S.DELIVERED), S.ANSWERED),
    Move(m.CancelLetter, (S.DRAFTED, S.CHECKED, S.SIGNED), S.CANCELLED),
)
LETTER_PATHWAY: Pathway[S, LetterMemory] = Pathway(
    "Letter", S, MOVES, {state: Waiting(letter_is_at_this_step) for state in S})


class Letter(EventSourced):
    """One letter."""

    def __init__(self) -> None:
        self.memory = LetterMemory()

    def handle(self, command: Command, context: LetterContext) -> None:
        """Decide: facts, or a refusal with every broken rule."""
        letter = self.memory
        admitted = LETTER_PATHWAY.admit(letter, letter.state, command, context, None)
        if not isinstance(admitted, S):
            self._record(m.LetterCommandRefused(
                **self._stamp(context, phase=letter.state.value), command=type(command).__name__,
                asked=msgspec.to_builtins(command), broken=admitted))
            return
        for kind, content in _tell(letter, command, context):
            self._record(kind(**self._stamp(context, phase=admitted.value), **content))

    def when(self, fact: Fact) -> None:
        """Remember; never fails."""
        letter = self.memory
        if fact.meta.phase is not None:
            letter.state = S(fact.meta.phase)
        match fact:
            case m.LetterDrafted():
                letter.client, letter.kind, letter.to, letter.lines = fact.client, fact.kind, fact.to, fact.lines
            case m.LetterRedrafted():
                letter.to, letter.lines = fact.to, fact.lines
            case m.LetterSigned():
                letter.lines = fact.lines


def _tell(letter: LetterMemory, command: Command, context: LetterContext
          ) -> Iterator[tuple[type[m.LetterFact], dict[str, Any]]]:
    match command:
        case m.DraftLetter():
            yield m.LetterDrafted, {"client": command.client, "kind": command.kind, **_drafted(command, context)}
        case m.RedraftLetter() if context.record is not None:
            said, took = context.record.says, context.record.took
            yield m.LetterRedrafted, {"to": said.to, "lines": said.lines, "as_of": context.record.as_of,
                                      "left_out": letter.lines[len(took.lines):] if took is not None else ()}
        case m.CheckLetter():
            found = blocked_words(context.pack, "\n".join((*letter.lines, command.added_text)), context.profile)
            yield m.LetterChecked, {"blocked": tuple(w.word for w in found if w.level == "block"),
                                    "warned": tuple(w.word for w in found if w.level == "warn")}
        case m.SignLetter():
            added = (command.added_text,) if command.added_text else ()
            yield m.LetterSigned, {"lines": (*letter.lines, *added)}
        case m.SendLetter():
            yield m.LetterSent, {"client": letter.client, "kind": letter.kind, "to": letter.to,
                                 "means": command.means,
                                 "allowed_by": "release" if _among(context.released_to, letter.to) else "emergency"}
        case m.RecordDelivery():
            yield m.LetterDelivered, {}
        case m.RecordLetterAnswer():
            yield m.LetterAnswered, {"words": command.words}
        case m.CancelLetter():
            yield m.LetterCancelled, {"reason": command.reason}
        case _:
            raise InvalidInput(f"{type(command).__name__}: is not a command to a letter")


def _drafted(command: m.DraftLetter, context: LetterContext) -> dict[str, Any]:
    """The record's words where the letter is drafted from it, else those that came with the command."""
    record = context.record
    if record is None:
        return {"to": command.to, "lines": command.lines}
    return {"to": record.says.to, "lines": record.says.lines, "as_of": record.as_of}
