"""Whether receipts and facts tell of the same commands: two passes in different orders, compared by one keyed sum."""

from __future__ import annotations

import os
import struct
from hashlib import blake2b

from workflow.log.read import Reader
from workflow.log.row import Row

_NUMBERS = struct.Struct(">qqI").pack


class ReceiptTally:
    """Adds up what the facts say each command came to, then what the receipts say, in constant memory.

    Each entry is hashed under a key that is made for this tally, so nobody can prepare entries whose sums agree.
    """

    def __init__(self) -> None:
        self._key = os.urandom(32)
        self._sum = 0
        self._open: tuple[str, bytes] | None = None
        self._first, self._facts = 0, 0

    def add(self, row: Row) -> None:
        """The next fact, in order of position."""
        command = row.practice, row.command_id
        if command == self._open:
            self._facts += 1
        else:
            self._end()
            self._open, self._first, self._facts = command, row.position, 1

    def _end(self) -> None:
        if self._open is not None:
            self._sum += self._value(self._open[0], self._open[1], self._first, self._facts)

    def agrees(self, reader: Reader, upto: int) -> bool:
        """Whether the receipts of all commands up to the position *upto* say the same as their facts."""
        self._end()
        self._open = None
        told = highest = 0
        after = ("", b"")
        try:
            while page := reader.receipts(after):
                for practice, command_id, position, facts in page:
                    highest = max(highest, position)
                    if position <= upto:
                        told += self._value(practice, command_id, position, facts)
                after = page[-1][0], page[-1][1]
        except (TypeError, AttributeError, struct.error):
            return False  # a column of another kind
        hidden = reader.receipt("", b"")  # the one that pages behind "" would not show
        return told == self._sum and highest <= reader.head()[0] and hidden is None

    def _value(self, practice: str, command_id: bytes, position: int, facts: int) -> int:
        name = practice.encode()
        entry = b"%b%b%b" % (_NUMBERS(position, facts, len(name)), name, command_id)
        return int.from_bytes(blake2b(entry, key=self._key, digest_size=16).digest(), "big")


def first_without_receipt(reader: Reader) -> tuple[int, str]:
    """The first command whose receipt is missing or says something else; else a receipt that no fact answers to."""
    known: tuple[str, bytes] | None = None
    first = number = 0
    for page in reader.pages():
        for row in page:
            command = row.practice, row.command_id
            if command == known:
                number += 1
                continue
            if known is not None and not _fits(reader, known, first, number):
                return first, "the receipt of its command is missing or tells of other facts"
            known, first, number = command, row.position, 1
    if known is not None and not _fits(reader, known, first, number):
        return first, "the receipt of its command is missing or tells of other facts"
    return _unfounded(reader), "a receipt tells of a command that stored nothing there"


def _fits(reader: Reader, command: tuple[str, bytes], first: int, number: int) -> bool:
    receipt = reader.receipt(*command)
    return receipt is not None and (receipt.position, receipt.facts) == (first, number)


def _unfounded(reader: Reader) -> int:
    after = ("", b"")
    while page := reader.receipts(after):
        for practice, command_id, position, _ in page:
            rows = reader.page(position - 1, position) if isinstance(position, int) else []
            if not rows or (rows[0].practice, rows[0].command_id) != (practice, command_id):
                return position if isinstance(position, int) else 0
        after = page[-1][0], page[-1][1]
    return 0
