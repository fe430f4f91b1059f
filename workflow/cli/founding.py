"""Making a log, and founding a practice in it."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

from workflow.bootstrap import create
from workflow.cli.exits import REFUSED, one_line_errors, say
from workflow.cli.office import closed_again, opened_or_made
from workflow.cli.output import now_recorded
from workflow.cli.show import console, lines_of
from workflow.data_directory import refuse_to_overwrite
from workflow.engine.parsing import check_client, parse_command
from workflow.engine.requests import Answer, Request, Who
from workflow.log_setup import set_up
from workflow.settings import Settings, settings


def init_practice(home: Path | None, practice: str, name: str, timezone: str, owner: str, owner_name: str,
                  profile: str, licence_id: str | None, clearance_policy: str, rehearsal: bool) -> None:
    """Make a log if there is none, and found a practice."""
    set_up()
    with one_line_errors():
        command = parse_command("found_practice", {
            "name": name, "timezone": timezone, "owner": owner, "owner_name": owner_name, "profile": profile,
            "licence_id": licence_id, "clearance_policy": clearance_policy})
        request = Request(practice, f"practice:{check_client(practice)}", command, Who("person", owner), uuid4())
        office = opened_or_made(home, rehearsal=rehearsal, before=lambda where: _try_out(request, where))
        with closed_again(office):
            answer = office.door(practice).handle(request)
            now_recorded(answer.position, refused=answer.refused)
            _print(answer)
            where = office.settings
            console().print(f"the log is in {where.home}; keep {where.master_key.name} somewhere else too")
    if answer.refused:
        raise SystemExit(REFUSED)


def _try_out(request: Request, where: Settings) -> None:
    """Ask first in a log that is thrown away: where the practice would be refused, nothing is made."""
    refuse_to_overwrite(where)
    with TemporaryDirectory() as place, closing(create(settings(Path(place), {}))) as office:
        answer = office.door(request.practice).handle(request)
    if answer.refused:
        _print(answer)
        say("init: refused, so no log was made")
        raise SystemExit(REFUSED)


def _print(answer: Answer) -> None:
    out = console()
    for line in lines_of(answer):
        out.print(line)
