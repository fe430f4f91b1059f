"""Erasing a client from the command line."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import get_args
from uuid import uuid4

from aggregates.kernel.errors import InvalidInput
from aggregates.practice.commands import Basis, EraseClient
from workflow.cli.exits import REFUSED
from workflow.cli.office import opened, practice_of, who
from workflow.cli.output import now_recorded
from workflow.cli.show import console, lines_of
from workflow.engine.parsing import read_fields


def erase_client(client: str, reason: str, basis: str, home: Path | None, practice: str | None, actor: str | None,
                 yes: bool) -> None:
    """Ask once more, then decide, destroy and certify; exit code 1 if a rule refuses it."""
    if basis not in get_args(Basis):
        basis = basis.replace("_", " ").replace("-", " ")
    with opened(home) as office:
        if basis not in get_args(Basis):
            raise InvalidInput(f"basis: must be one of {', '.join(get_args(Basis))}")
        read_fields("erase", EraseClient, {"client": client, "reason": reason, "basis": basis})
        slug = practice_of(office, practice)
        asker = who(office, slug, actor, "erasure")
        if not yes and not _sure(client):
            raise InvalidInput("erase: not confirmed; nothing was erased")
        answer = office.erasure().erase(slug, client, reason, basis, asker, uuid4())  # type: ignore[arg-type]
        now_recorded(answer.position, refused=answer.refused)
        out = console()
        for line in lines_of(answer):
            out.print(line)
        if not answer.refused:
            out.print("The key is destroyed. The log still verifies; the skeleton of the record is left.")
    if answer.refused:
        raise SystemExit(REFUSED)


def _sure(client: str) -> bool:
    if not sys.stdin.isatty():
        return False
    try:
        return input(f"Destroy the key of {client} for ever? Type the client's id: ").strip() == client
    except EOFError:
        return False
