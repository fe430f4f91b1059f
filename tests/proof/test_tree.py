"""The tree is RFC 6962's: published roots, and a naive tree by the letter of the RFC."""

from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow.log.proof.tree import EMPTY_ROOT, Frontier

# The test vectors of the certificate-transparency reference implementation: eight inputs, a root for each size.
INPUTS = ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
ROOTS = (
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)


def leaf(content: bytes) -> bytes:
    return sha256(b"\x00" + content).digest()


def by_the_letter(leaves: list[bytes]) -> bytes:
    """RFC 6962, 2.1, on leaves that are hashed already."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    half = 1 << (len(leaves) - 1).bit_length() - 1
    return sha256(b"\x01" + by_the_letter(leaves[:half]) + by_the_letter(leaves[half:])).digest()


def grown(leaves: list[bytes]) -> Frontier:
    tree = Frontier()
    for each in leaves:
        tree.push(each)
    return tree


@pytest.mark.parametrize("size", range(9))
def test_the_published_roots_are_reached(size: int) -> None:
    leaves = [leaf(bytes.fromhex(each)) for each in INPUTS[:size]]
    assert grown(leaves).root().hex() == ROOTS[size] == by_the_letter(leaves).hex()


@given(st.integers(0, 600))
def test_it_agrees_with_a_naive_tree_at_any_size(size: int) -> None:
    leaves = [leaf(str(number).encode()) for number in range(size)]
    assert grown(leaves).root() == by_the_letter(leaves)


@given(st.integers(0, 300), st.integers(0, 300))
def test_a_tree_read_back_from_its_bytes_grows_on_as_if_nothing_had_happened(before: int, after: int) -> None:
    leaves = [leaf(str(number).encode()) for number in range(before + after)]
    tree = Frontier.from_bytes(before, grown(leaves[:before]).to_bytes())
    for each in leaves[before:]:
        tree.push(each)
    assert (tree.size, tree.root()) == (before + after, by_the_letter(leaves))


@given(st.integers(1, 2**40), st.integers(0, 45))
def test_a_frontier_whose_number_of_hashes_does_not_fit_the_size_is_refused(size: int, hashes: int) -> None:
    if hashes == size.bit_count():
        assert len(Frontier.from_bytes(size, bytes(32 * hashes)).peaks) == hashes
    else:
        with pytest.raises(ValueError, match="does not fit"):
            Frontier.from_bytes(size, bytes(32 * hashes))
    with pytest.raises(ValueError, match="does not fit"):
        Frontier.from_bytes(size, bytes(32 * size.bit_count() + 1))


def test_a_copy_grows_on_its_own() -> None:
    tree = grown([leaf(b"1")])
    other = tree.copy()
    other.push(leaf(b"2"))
    assert tree.root() == leaf(b"1")
    assert other.root() == by_the_letter([leaf(b"1"), leaf(b"2")])


def test_an_empty_tree_has_the_root_of_the_rfc() -> None:
    assert Frontier().root() == EMPTY_ROOT == by_the_letter([])
