"""A protocol pack as a book for the medical adviser: every entry of it in words, and nothing that is not in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import msgspec

from aggregates.protocol.conditions import inputs_of
from aggregates.protocol.entries import Declared, Row
from aggregates.protocol.model import Pack
from projections.condition_words import boundary_words, condition_words, measured
from projections.protocol_entries import OTHER_SECTIONS, cited, fields_left
from projections.told_decisions import input_name

DECISIONS: Mapping[str, tuple[str, str]] = {
    "EMERGENCY": ("Emergency", "stop, call the local emergency number, then pause"),
    "REFER_SAME_DAY": ("Refer same day", "stop or hold, pause the program, phone the clinician today; letter follows"),
    "PAUSE": ("Pause", "no sessions until the referral source answers"),
    "REQUIRE_CLEARANCE": ("Clearance needed", "no sessions until clearance"),
    "STOP_SESSION": ("Stop session", "this session ends here"),
    "HOLD_SESSION": ("Hold session", "not today; check again"),
    "MODIFY": ("Modify", "the session goes on, changed"),
    "NOTE": ("Note", "it is written down, and training goes on"),
    "PROCEED": ("Proceed", "training goes on"),
}
TABLES: Mapping[str, str] = {
    "screening": "Screening", "red_flags": "Red flags", "vitals": "Vital signs before a session",
    "readiness": "What is asked before a session", "morning_record": "The record of the next morning",
    "session": "The record of a session", "stop": "Reasons to stop during a session", "pain": "Pain around a session",
    "next_morning": "The morning after a session", "adverse": "Adverse responses", "health": "Changes of health",
    "exacerbation": "Exacerbation reported",
}
HOW_TO_READ = (
    "All rows that apply are reported, and the highest decision counts. From the highest to the lowest: "
    f"{', '.join(name.lower() for name, _ in DECISIONS.values())}.",
    "A missing answer never counts as no: where an input is not known, a row that needs it stays undecided.",
    "Limits are exact as written. What is said about a limit is said of that limit alone, "
    "the rest of the condition being as it has to be.",
    "Basis: C read in the source, S secondary source, U unconfirmed, P product choice. Of two letters the first is for "
    "the trigger, the second for the action or its timing.",
)


class Line(NamedTuple):
    """One labelled line of an entry."""

    label: str
    text: str


class Entry(NamedTuple):
    """One entry of the pack: its id with its case, what it is, and its lines; rows have a decision."""

    id: str
    case: str
    title: str
    lines: tuple[Line, ...]
    decision: str = ""

    @property
    def name(self) -> str:
        """The id, with the case where there is one."""
        return f"{self.id} ({self.case})" if self.case else self.id


class Section(NamedTuple):
    """Entries that belong together under a plain heading."""

    heading: str
    entries: tuple[Entry, ...]


class Book(NamedTuple):
    """A pack in words."""

    title: str
    version: str
    hash: str
    profiles: tuple[str, ...]
    how_to_read: tuple[str, ...]
    sections: tuple[Section, ...]


def book(pack: Pack) -> Book:
    """Everything in *pack*: the tables in their order, then numbers, deadlines, measures, templates, words, inputs."""
    sections = [*_tables(pack), *_others(pack), _asked(pack)]
    return Book(pack.title, pack.version, pack.hash, pack.profile, HOW_TO_READ,
                tuple(each for each in sections if each.entries))


def heading_of(table: str) -> str:
    """The plain heading of a table."""
    return TABLES.get(table, table.replace("_", " ").capitalize())


def _tables(pack: Pack) -> Iterator[Section]:
    declared = {each.name: each for each in pack.inputs}
    for table in dict.fromkeys(row.table for row in pack.rows):
        yield Section(heading_of(table), tuple(_row(row, declared) for row in pack.rows_of(table)))


def _row(row: Row, declared: Mapping[str, Declared]) -> Entry:
    name, meaning = DECISIONS[row.decision.value]
    lines = [Line("applies when", condition_words(row.when)),
             Line("decision", f"{name}: {meaning}"), Line("asks for", row.does),
             *(Line("at the limit", said) for said in boundary_words(row.when)),
             Line("to the client", row.client), Line("to the clinician", row.clinician),
             *_more(row), *(Line(*each) for each in cited(row)),
             *(Line("reads", _reads(declared[each])) for each in sorted(inputs_of(row.when)))]
    return Entry(row.id, row.case, row.asks, tuple(lines), row.decision.value)


def _more(row: Row) -> Iterator[Line]:
    known = ("id", "case", "table", "asks", "when", "decision", "does", "client", "clinician", "basis", "source")
    yield from (Line(label, text) for label, text in fields_left(row, known))


def _reads(declared: Declared) -> str:
    unit = f" ({measured('', declared.unit).strip()})" if declared.unit else ""
    options = f" [{', '.join(declared.options)}]" if declared.options else ""
    return f"{input_name(declared.name)}{unit}: {declared.asks}{options}"


def _others(pack: Pack) -> Iterator[Section]:
    """Every other kind of entry, and a kind that this version has no words for in plain fields."""
    for field in pack.__struct_fields__:
        entries = getattr(pack, field)
        if field in ("rows", "inputs") or not _is_entries(entries):
            continue
        heading, told = OTHER_SECTIONS.get(field, (field.replace("_", " ").capitalize(), None))
        yield Section(heading, tuple(_other(each, told) for each in entries))


def _is_entries(value: Any) -> bool:
    return isinstance(value, tuple) and bool(value) and all(isinstance(each, msgspec.Struct) for each in value)


def _other(entry: Any, told: Any) -> Entry:
    name = getattr(entry, "id", None) or getattr(entry, "name", "") or ", ".join(getattr(entry, "words", ()))
    title, lines, known = told(entry) if told is not None else ("", (), ())
    left = fields_left(entry, (*known, "id", "case", "basis", "source"))
    return Entry(name, getattr(entry, "case", ""), title,
                 tuple(Line(*each) for each in (*lines, *left, *cited(entry))))


def _asked(pack: Pack) -> Section:
    """Every input with its question, its unit or options, and the rows that read it."""
    read: dict[str, list[str]] = {}
    for row in pack.rows:
        for each in inputs_of(row.when):
            read.setdefault(each, []).append(f"{row.id} ({row.case})" if row.case else row.id)
    return Section("What is asked and measured", tuple(
        Entry(each.name, "", each.asks, tuple(_input_lines(each, read.get(each.name, [])))) for each in pack.inputs))


def _input_lines(each: Declared, rows: list[str]) -> Iterator[Line]:
    kinds = {"boolean": "yes or no", "number": "a number", "text": f"one of {', '.join(each.options)}"}
    unit = f" in {measured('', each.unit).strip()}" if each.unit else ""
    yield Line("called", input_name(each.name))
    yield Line("answered with", f"{kinds[each.kind]}{unit}")
    yield Line("read by", ", ".join(dict.fromkeys(rows)) or "no row")
