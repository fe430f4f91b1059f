"""The book of a pack: a clinician finds every number with its unit and source in it, and nothing that isn't there."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest

from aggregates.protocol.conditions import Cell, cells_of, holds, read_condition
from aggregates.protocol.entries import Row, named
from aggregates.protocol.model import Pack
from aggregates.protocol.read import read_pack
from aggregates.protocol.vocabulary import blocked_words
from projections.condition_words import boundary_words, condition_words
from projections.protocol_book import Book, Entry, book
from projections.protocol_page import page
from tests.protocol.example import TEXT
from tests.protocol.test_shipped_packs import PACKS

TEXTS = {path.stem: path.read_text("utf-8") for path in sorted(PACKS.glob("*.toml"))}
ALL = {name: read_pack(text) for name, text in TEXTS.items()}
NEWEST = max(ALL.values(), key=lambda pack: int(pack.version))
EACH = pytest.mark.parametrize("name", sorted(ALL))
NUMBER = re.compile(r"\d+(?:\.\d+)?")


def entries(told: Book) -> Iterator[Entry]:
    return (entry for section in told.sections for entry in section.entries)


def entry(told: Book, name: str, *, heading: str = "") -> Entry:
    return next(each for section in told.sections for each in section.entries
                if each.name == name and (not heading or section.heading == heading))


def text_of(each: Entry) -> str:
    return "\n".join((each.name, each.title, *(f"{line.label}: {line.text}" for line in each.lines)))


def said(each: Entry, label: str) -> list[str]:
    return [line.text for line in each.lines if line.label == label]


def in_print(value: float, unit: str | None) -> str:
    return f"{value:g} {'°C' if unit == 'degC' else unit or ''}".rstrip()


def limits_of(row: Row) -> list[Cell]:
    return [cell for cell in cells_of(row.when) if isinstance(cell.value, int | float)
            and not isinstance(cell.value, bool)]


@EACH
def test_every_limit_of_every_row_stands_in_the_book_with_its_unit_source_and_basis(name: str) -> None:
    told, rows = book(ALL[name]), 0
    for row in ALL[name].rows:
        found = next(each for each in entries(told) if each.name == named(row) and each.title == row.asks)
        for cell in limits_of(row):
            shown = in_print(float(str(cell.value)), cell.unit)
            assert re.search(rf"{re.escape(shown)}(?![\d.])", said(found, "applies when")[0]), shown
            assert any(shown in each for each in said(found, "at the limit")), shown
            rows += 1
        assert said(found, "source") == [", ".join(row.source) or "none named"]
        assert said(found, "basis")[0].startswith(f"{row.basis}: ")
    assert rows > 40


@EACH
def test_every_other_number_of_a_pack_stands_in_its_book_with_its_unit_and_source(name: str) -> None:
    pack = ALL[name]
    told = book(pack)
    for number in pack.numbers:
        assert said(entry(told, number.id), "value") == [in_print(number.value, number.unit)]
    for deadline in pack.deadlines:
        length = next((f"{count} {noun}" for count, noun in (
            (deadline.hours, "hour"), (deadline.days, "day"), (deadline.working_days, "working day")) if count),
            "by the end of the day")
        assert said(entry(told, named(deadline), heading="Deadlines"), "due")[0].startswith(length)
    for measure in pack.measures:
        for value in (measure.low, measure.high, measure.changed, measure.high_baseline, measure.changed_from_high):
            shown = "" if value is None else f"{value:g}"
            assert re.search(rf"(?<![\d.]){re.escape(shown)}(?![\d.])", text_of(entry(told, measure.id)))
        assert {measure.mdc, measure.mcid, measure.unit} <= {line.text for line in entry(told, measure.id).lines}
    for template in pack.templates:
        found = Counter(NUMBER.findall("\n".join(line.text for line in entry(told, template.id).lines)))
        written = [template.exercises, template.sets, template.reps, *template.minutes, template.per_week,
                   template.weeks, *(template.rest_seconds or ()), *template.global_minutes]
        assert not Counter(map(str, written)) - found
    for each in (*pack.numbers, *pack.deadlines, *pack.measures, *pack.templates):
        name = f"{each.id} ({each.case})" if getattr(each, "case", "") else each.id
        assert any(said(found, "source") == [", ".join(each.source) or "none named"]
                   for found in entries(told) if found.name == name)


@EACH
def test_the_book_holds_no_number_that_is_not_in_the_pack(name: str) -> None:
    told = book(ALL[name])
    written = {float(each) for each in NUMBER.findall(TEXTS[name])}
    pages = "\n".join((told.title, told.version, *told.how_to_read, *(each.heading for each in told.sections),
                       *map(text_of, entries(told))))
    assert {each for each in NUMBER.findall(pages) if float(each) not in written} == set()


@EACH
def test_every_entry_of_a_pack_stands_in_its_book_once(name: str) -> None:
    pack = ALL[name]
    expected = [*map(named, pack.rows), *(each.name for each in pack.inputs), *(each.id for each in pack.numbers),
                *map(named, pack.deadlines), *(each.id for each in pack.measures),
                *(each.id for each in pack.templates), *(", ".join(each.words) for each in pack.words)]
    assert Counter(each.name for each in entries(book(pack))) == Counter(expected)


@EACH
def test_every_word_of_every_row_stands_in_the_book(name: str) -> None:
    told = book(ALL[name])
    for row in ALL[name].rows:
        found = next(each for each in entries(told) if each.name == named(row) and each.title == row.asks)
        words = [row.does, row.client, row.clinician]
        held = getattr(row, "held", None)
        words += [held.does, held.client, held.clinician] if held is not None else []
        assert set(words) <= {line.text for line in found.lines}
        assert found.decision == row.decision


def test_the_sections_stand_in_the_order_of_the_tables_under_plain_headings() -> None:
    headings = [each.heading for each in book(read_pack(TEXT)).sections]
    assert headings[:3] == ["Screening", "Red flags", "Vital signs before a session"]
    assert headings[-6:] == ["Numbers that the rules use", "Deadlines", "Outcome measures", "Dose templates", "Words",
                             "What is asked and measured"]
    assert not [each for each in headings if "_" in each]


def test_a_rule_is_told_in_words_a_clinician_would_use() -> None:
    found = entry(book(NEWEST), "VIT-01")
    assert said(found, "applies when") == ["resting systolic above 160 mmHg, or resting diastolic above 100 mmHg"]
    assert said(found, "at the limit") == [
        "resting systolic: at 160 mmHg it does not apply; above 160 mmHg it does",
        "resting diastolic: at 100 mmHg it does not apply; above 100 mmHg it does"]
    assert said(found, "basis") == ["C/P: the trigger is read in the source, the action or its timing is a product "
                                    "choice"]
    assert said(found, "decision") == ["Modify: the session goes on, changed"]
    assert said(entry(book(NEWEST), "VIT-14"), "basis")[0].startswith("U/P: the trigger is unconfirmed, ")


@pytest.mark.parametrize(("raw", "words"), [
    ({"input": "unwell", "is": False}, "unwell: no"), ({"input": "unwell", "is_not": True}, "unwell: no"),
    ({"input": "stage", "is_not": "acute"}, "stage is not acute"),
    ({"input": "stage", "one_of": ["acute", "subacute"]}, "stage is acute or subacute"),
    ({"input": "glucose", "unknown": True}, "glucose not known"),
    ({"input": "glucose", "between": [4, 5.5], "unit": "mmol/L"}, "glucose from 4 to 5.5 mmol/L, both included"),
    ({"all": [{"input": "a", "is": 1}, {"any": [{"input": "b", "is": True}, {"input": "c", "below": 2}]}]},
     "a exactly 1, and (b: yes, or c below 2)"),
    ({"at_least": 2, "of": [{"input": "a", "is": True}, {"input": "b", "is": True}, {"input": "c", "is": True}]},
     "at least 2 of these: a: yes; b: yes; c: yes"),
])
def test_a_condition_is_told_so_that_it_can_be_read_one_way_only(raw: object, words: str) -> None:
    assert condition_words(read_condition(raw)) == words


PLACES = {"at": [0.0], "above": [0.001], "below": [-0.001]}


@pytest.mark.parametrize("operator", ["above", "at_least", "below", "at_most", "is", "is_not", "between", "one_of"])
def test_what_is_said_of_a_limit_is_what_the_condition_does_there(operator: str) -> None:
    limit = {"between": [4, 7], "one_of": [4, 7]}.get(operator, 7)
    held = read_condition({"input": "a", operator: limit, "unit": "kg"})
    claims = boundary_words(held)[0].removeprefix("a: ").split("; ")
    assert len(claims) == 2
    for where, said_of_it in (each.split(" it ") for each in claims):
        places = re.findall(r"(at|above|below)(?: (\d))?", where)
        assert places
        for place, number in places:
            for beside in PLACES[place]:
                assert holds(held, {"a": float(number or 7) + beside}) is ("not" not in said_of_it), (where, said_of_it)


@EACH
def test_what_every_row_says_to_the_client_passes_the_vocabulary_check_of_the_newest_pack(name: str) -> None:
    pack: Pack = ALL[name]
    held = [each.held.client for each in pack.rows if getattr(each, "held", None) is not None]
    for sentence in (*(row.client for row in pack.rows), *held):
        assert blocked_words(NEWEST, sentence, "training") == (), sentence


def test_the_books_own_words_pass_the_vocabulary_check() -> None:
    told = book(NEWEST)
    labels = {line.label for each in entries(told) for line in each.lines}
    meanings = {line.text for each in entries(told) for line in each.lines if line.label == "decision"}
    for words in (*told.how_to_read, *labels, *meanings, *(each.heading for each in told.sections)):
        assert blocked_words(NEWEST, words, "training") == (), words


class Read(HTMLParser):
    """A page as a strict reader sees it: its text, its ids, where it points, and that every tag is closed."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.points: list[str] = []
        self.tags: Counter[str] = Counter()
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        if tag not in ("meta", "path", "circle", "use"):
            self.open.append(tag)
        self.ids += [value or "" for name, value in attrs if name == "id"]
        self.points += [value or "" for name, value in attrs if name in ("href", "src")]

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.text += data


@EACH
def test_the_page_is_whole_in_itself_without_scripts_and_can_be_signed(name: str) -> None:
    written, read = page(book(ALL[name])), Read()
    read.feed(written)
    assert read.open == []
    assert len(read.ids) == len(set(read.ids))
    assert all(each.startswith("#") and each[1:] in read.ids for each in read.points)
    assert read.tags["script"] == read.tags["link"] == read.tags["img"] == 0
    assert "url(" not in written
    assert "@import" not in written
    assert '<html lang="en">' in written
    assert written.index("Approval by the medical adviser</h2>") > written.index("What is asked and measured</h2>")
    for label in ("Name", "Date", "Signature"):
        assert f"<dt>{label}</dt><dd>" in written


@EACH
def test_the_foot_of_every_printed_sheet_names_the_hash_of_the_pack(name: str) -> None:
    written = page(book(ALL[name]))
    foot = written[written.index("<tfoot>"):written.index("</tfoot>")]
    assert ALL[name].hash in foot
    assert "tfoot { display: table-footer-group; }" in written


@EACH
def test_the_page_says_all_that_the_book_says(name: str) -> None:
    told, read = book(ALL[name]), Read()
    read.feed(page(told))
    assert all(line.text in read.text for each in entries(told) for line in each.lines)


def test_what_a_pack_says_is_text_on_the_page_and_never_markup() -> None:
    alarming = "<script>alert(1)</script> & more."
    text = TEXT.replace('asks = "Temperature above 38.0?"', f'asks = "{alarming}"', 1)
    text = re.sub(r'(table = "stop"[\s\S]*?client = ")[^"]*', lambda found: found.group(1) + alarming, text, count=1)
    read = Read()
    read.feed(page(book(read_pack(text))))
    assert read.tags["script"] == 0
    assert read.text.count(alarming) == 2
