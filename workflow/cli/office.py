"""Opening the office for one command of the command line."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from aggregates.kernel.errors import (
    Damaged,
    InvalidInput,
    MetError,
    NotFound,
    NotVerified,
    StoreUnavailable,
    Unreadable,
)
from workflow.bootstrap import Office, create, open_office, open_reading
from workflow.cli.exits import one_line_errors, pointing, say
from workflow.cli.help_at_once import help_at_once
from workflow.engine.requests import Who
from workflow.log.proof.witness import NotKept
from workflow.log.seal.keys import Destroyed
from workflow.log_setup import set_up
from workflow.settings import Settings, settings

UNPROVED = "it does not verify"


@contextmanager
def opened(home: Path | None, typed: str = "") -> Iterator[Office]:
    """The office, closed again; any error is one line and an exit code, behind the help that what was *typed* asks for.

    Whoever was shown something from a log that is read-only hears that it is not proved, and not recorded.
    """
    set_up()
    with one_line_errors(), help_at_once(typed), closed_again(open_office(settings(home))) as office:
        why = office.log.why_read_only
        with _in_the_end(f"log: read-only, because {why}; do not rely on what is shown, and reading it is not recorded"
                         if why is not None else None):
            yield office


@contextmanager
def opened_to_read(home: Path | None, *, warns: bool = False) -> Iterator[Office]:
    """The same without a lock and without writing anything, also where nothing can be written."""
    set_up()
    with one_line_errors(), closed_again(open_reading(settings(home))) as office:
        why = office.log.why_read_only or ""
        with _in_the_end(f"log: {why}; do not rely on what is shown" if warns and why.startswith(UNPROVED) else None):
            yield office
        office.refuse_if_moved()


@contextmanager
def _in_the_end(warning: str | None) -> Iterator[None]:
    """Say it behind the answer, also if its reader went away, but not behind an error, which says enough."""
    try:
        yield
    except BaseException as error:
        if warning is not None and not isinstance(error, Exception):
            say(warning)
        raise
    if warning is not None:
        say(warning)


@contextmanager
def damage_is_named(office: Office, client: str) -> Iterator[None]:
    """Whoever reads a client's record and meets damage hears what proves it.

    In a log that does not verify, whatever can't be read counts as damaged.
    """
    try:
        yield
    except Destroyed:
        raise
    except (NotVerified, Unreadable) as error:
        if isinstance(error, NotVerified | Damaged) or (office.log.why_read_only or "").startswith(UNPROVED):
            raise Damaged(pointing(Damaged(str(error)), client)) from None
        raise


@contextmanager
def closed_again(office: Office) -> Iterator[Office]:
    """Close the office in any case. A checkpoint that could not be kept outside loses nothing that was recorded."""
    for notice in office.notices:
        say(notice)
    try:
        yield office
    except BaseException as first:
        try:
            office.close()
        except MetError as second:
            if isinstance(first, Exception):
                say(str(second))
        raise
    try:
        office.close()
    except NotKept as error:
        raise StoreUnavailable("everything is recorded as answered, and nothing has to be done again; only the newest "
                               f"checkpoint {str(error).removeprefix('checkpoint: ')}") from None


def opened_or_made(home: Path | None, *, rehearsal: bool, before: Callable[[Settings], None] = lambda _: None
                   ) -> Office:
    """The office; a new one where there is no log yet, once *before* let it pass."""
    where = settings(home)
    try:
        return open_office(where)
    except NotFound as error:
        if not str(error).startswith("log:"):
            raise
        before(where)
        return create(where, rehearsal=rehearsal)


def practice_of(office: Office, given: str | None) -> str:
    """The practice that is meant."""
    known = office.practices()
    if given is not None:
        if given not in known:
            raise NotFound("practice: there is no such practice in this log")
        return given
    if len(known) == 1:
        return known[0]
    raise InvalidInput(f"practice: name one with --practice; this log holds {', '.join(known) or 'none yet'}")


def who(office: Office, practice: str, given: str | None, purpose: str) -> Who:
    """Who asks. The role is the practice's business."""
    if given is None:
        people = office.door(practice).circumstances.practice().memory.people
        working = ", ".join(f"{each} ({person.role})" for each, person in people.items() if person.works)
        raise InvalidInput(f"as: say who you are with --as or MET_ACTOR; in this practice: {working}")
    return Who("person", given, "cli", purpose)
