"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from workflow.cli import completing

Home = Annotated[Path | None, typer.Option("--home", envvar="MET_HOME", help="The data directory.")]
Practice = Annotated[str | None, typer.Option(
    "--practice", envvar="MET_PRACTICE", help="The practice; may be left out if the log holds one.")]
Actor = Annotated[str | None, typer.Option(
    "--as", envvar="MET_ACTOR", help="Who you are: the id of a person of the practice.")]
Purpose = Annotated[str, typer.Option("--purpose", help="Why: it is recorded with every fact.")]
AsJson = Annotated[bool, typer.Option(
    "--json", help="Print JSON for machines; a list is JSON Lines, one object on each line.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print only what is wrong.")]
Client = Annotated[str, typer.Argument(help="The client's id.", autocompletion=completing.clients)]
