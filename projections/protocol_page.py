"""The book of a protocol pack as one page of HTML: it needs nothing else, prints on A4 and can be signed on paper."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape

from projections.protocol_book import DECISIONS, Book, Entry, Section
from projections.protocol_page_look import CLASSES, SIGNS, STYLE

SAID = ("to the client", "to the clinician")
TO_SIGN = ("Name", "Profession and licence", "Changes asked for, by rule", "Date", "Signature")


def page(book: Book) -> str:
    """The whole page. The foot of the table is repeated by the browser on every printed sheet."""
    about = f"{escape(book.title)}, version {escape(book.version)}, hash {book.hash}"
    return "\n".join([
        "<!doctype html>", '<html lang="en">', "<head>", '<meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{escape(book.title)}, version {escape(book.version)}</title>", f"<style>{STYLE}</style>", "</head>",
        "<body>", '<a class="skip" href="#main">Skip to content</a>', _signs(),
        '<table class="sheet" role="presentation">',
        f'<tfoot><tr><td><p class="about">{about}</p></td></tr></tfoot>', '<tbody><tr><td><main id="main">',
        *_begin(book), *(line for each in book.sections for line in _section(each)), *_to_sign(book),
        "</main></td></tr></tbody>", "</table>", "</body>", "</html>", ""])


def _signs() -> str:
    symbols = "".join(f'<symbol id="i-{name}" viewBox="0 0 16 16">{drawn}</symbol>' for name, drawn in SIGNS.items())
    return f'<svg width="0" height="0" style="position:absolute" aria-hidden="true">{symbols}</svg>'


def _begin(book: Book) -> Iterator[str]:
    yield f"<h1>{escape(book.title)}</h1>"
    yield '<div class="lede">'
    yield f"<p>Version {escape(book.version)}, for the profiles {escape(' and '.join(book.profiles))}.</p>"
    yield f'<p>Identified by the hash of its content: <span class="hash">{book.hash}</span></p>'
    yield from (f"<p>{escape(each)}</p>" for each in book.how_to_read)
    yield "</div>"
    yield '<nav aria-label="Sections"><ul>'
    yield from (f'<li><a href="#{_anchor(each.heading)}">{escape(each.heading)}</a></li>' for each in book.sections)
    yield '<li><a href="#approval">Approval</a></li>'
    yield "</ul></nav>"


def _section(section: Section) -> Iterator[str]:
    yield f'<section aria-labelledby="{_anchor(section.heading)}">'
    yield f'<h2 id="{_anchor(section.heading)}">{escape(section.heading)}</h2>'
    for each in section.entries:
        yield from _entry(each)
    yield "</section>"


def _entry(entry: Entry) -> Iterator[str]:
    decided = f" {_decision(entry.decision)}" if entry.decision else ""
    yield (f'<article><div class="head"><h3><span class="id">{escape(entry.name)}</span> {escape(entry.title)}</h3>'
           f"{decided}</div>")
    yield "<dl>"
    for line in entry.lines:
        said = ' class="said"' if line.label.endswith(SAID) else ""
        yield f"<dt>{escape(line.label)}</dt><dd{said}>{escape(line.text)}</dd>"
    yield "</dl></article>"


def _decision(decision: str) -> str:
    name = CLASSES[decision]
    return (f'<span class="dec {name}"><svg aria-hidden="true"><use href="#i-{name}"/></svg>'
            f"{escape(DECISIONS[decision][0])}</span>")


def _to_sign(book: Book) -> Iterator[str]:
    yield '<section class="sign" aria-labelledby="approval"><h2 id="approval">Approval by the medical adviser</h2>'
    yield (f"<p>I have read {escape(book.title)}, version {escape(book.version)}, as it is identified by the hash "
           f'<span class="hash">{book.hash}</span>, and approve it for use in this practice.</p><dl>')
    yield from (f"<dt>{each}</dt><dd>&nbsp;</dd>" for each in TO_SIGN)
    yield "</dl></section>"


def _anchor(heading: str) -> str:
    return re.sub(r"[^a-z]+", "-", heading.lower()).strip("-")
