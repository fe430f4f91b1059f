"""The vocabulary gate: words that a document of the training profile does not use for what we do."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from aggregates.kernel.messages import Value
from aggregates.protocol.entries import Level, Word
from aggregates.protocol.model import Pack
from aggregates.protocol.others_words import spans_of_others

UNGATED_PROFILE = "therapy"


class WordFinding(Value, frozen=True, kw_only=True):
    """One word that is not ours to use: which, where it starts in the text, and what to write instead."""

    word: str
    preferred: str
    level: Level
    start: int
    sentence: str


class Finder(NamedTuple):
    """Every form of every word of a pack as one pattern, and the way back from a form to its word."""

    pattern: re.Pattern[str]
    words: Mapping[str, tuple[str, Word]]


def blocked_words(pack: Pack, text: str, profile: str, own_names: Sequence[str] = ()
                  ) -> tuple[WordFinding, ...]:
    """Every word in *text* that the pack blocks or warns of, in the order of the text; none for therapy.

    Whole words, any case, plurals and inflections. Nothing is found inside quotation marks or in what is
    said of another professional; a credential after one of *own_names* is always ours.
    """
    if profile == UNGATED_PROFILE or not pack.words:
        return ()
    spans = spans_of_others(text, own_names)
    return tuple(found for found in _findings(_finder(pack), text)
                 if not any(start <= found.start < end for start, end in spans))


def _findings(finder: Finder, text: str) -> Iterator[WordFinding]:
    for match in finder.pattern.finditer(text):
        listed, word = finder.words[_key(match.group())]
        if not (word.exact and match.group() != listed) and not _introduced(word, text, match.start()):
            yield WordFinding(word=listed, preferred=word.preferred, level=word.level, start=match.start(),
                              sentence=f'Instead of "{listed}" write: {word.preferred}.')


def _introduced(word: Word, text: str, start: int) -> bool:
    """Whether the long form that explains *word* stands in *text* before the word, or around it."""
    long = word.introduced_by
    return bool(long) and -1 < text.casefold().find(long.casefold()) <= start


@lru_cache(maxsize=64)
def _finder(pack: Pack) -> Finder:
    words: dict[str, tuple[str, Word]] = {}
    for word in pack.words:
        for listed in word.words:
            for form in (listed,) if word.exact else inflections(listed):
                words.setdefault(_key(form), (listed, word))
    return Finder(_whole_words(sorted(words, key=len, reverse=True)), words)


def _whole_words(forms: Sequence[str]) -> re.Pattern[str]:
    # The longest form comes first, so that "treatment plan" is found before "treatment".
    spaced = (re.escape(form).replace(r"\ ", r"[\s-]+") for form in forms)
    return re.compile(rf"(?<!\w)(?:{'|'.join(spaced)})(?!\w)", re.IGNORECASE)


def _key(form: str) -> str:
    return re.sub(r"[\s-]+", " ", form).casefold()


def inflections(word: str) -> frozenset[str]:
    """*word* with its plural, -ed and -ing forms; of a phrase the last word changes."""
    stem = word.removesuffix("e")
    if word.endswith("y") and not word.endswith(("ay", "ey", "oy", "uy")):
        plural = word[:-1] + "ies"
    else:
        plural = word + ("es" if word.endswith(("s", "x", "ch", "sh")) else "s")
    return frozenset((word, plural, stem + "ed", stem + "ing"))
