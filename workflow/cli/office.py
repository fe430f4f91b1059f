"""Opening the office for one command of the command line."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from aggregates.kernel.errors import InvalidInput, NotFound
from workflow.bootstrap import Office, create, open_office
from workflow.cli.exits import one_line_errors
from workflow.engine.requests import Who
from workflow.log_setup import set_up
from workflow.settings import settings


@contextmanager
def opened(home: Path | None) -> Iterator[Office]:
    """The office, closed again; any error is one line and an exit code."""
    set_up()
    with one_line_errors():
        office = open_office(settings(home))
        try:
            yield office
        finally:
            office.close()


def opened_or_made(home: Path | None, *, rehearsal: bool) -> Office:
    """The office; a new one where there is no log yet."""
    where = settings(home)
    try:
        return open_office(where)
    except NotFound as error:
        if not str(error).startswith("log:"):
            raise
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
