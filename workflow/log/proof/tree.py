"""The RFC 6962 hash tree over all leaves, kept as its frontier: the roots of its complete subtrees."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256

EMPTY_ROOT = sha256(b"").digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of an interior node."""
    return sha256(b"\x01" + left + right).digest()


class Frontier:
    """A tree that only grows. Holds one hash for each bit set in its size, largest subtree first."""

    __slots__ = ("peaks", "size")

    def __init__(self, size: int = 0, peaks: Iterable[bytes] = ()) -> None:
        self.size, self.peaks = size, list(peaks)

    def push(self, leaf: bytes) -> None:
        """Add the next leaf."""
        size = self.size
        while size & 1:
            leaf = node_hash(self.peaks.pop(), leaf)
            size >>= 1
        self.peaks.append(leaf)
        self.size += 1

    def root(self) -> bytes:
        """The root hash over all leaves so far."""
        if not self.peaks:
            return EMPTY_ROOT
        root = self.peaks[-1]
        for peak in reversed(self.peaks[:-1]):
            root = node_hash(peak, root)
        return root

    def copy(self) -> Frontier:
        """A tree of the same leaves that grows on its own."""
        return Frontier(self.size, self.peaks)

    def to_bytes(self) -> bytes:
        """The peaks, one after the other."""
        return b"".join(self.peaks)

    @classmethod
    def from_bytes(cls, size: int, stored: bytes) -> Frontier:
        """Read stored peaks back; their number must fit *size*."""
        peaks = [stored[i:i + 32] for i in range(0, len(stored), 32)]
        if len(stored) % 32 or len(peaks) != size.bit_count():
            raise ValueError("the stored tree frontier does not fit the size of the log")
        return cls(size, peaks)
