"""Commands about a protocol pack: protocol show, protocol check, protocol diff. They read and write no log."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from workflow.cli.options import AsJson, Home

PACK = "A file, the name of a pack, or the beginning of its hash."

protocol = typer.Typer(no_args_is_help=True, rich_markup_mode=None,
                       help="Read a protocol pack, check it, or compare two: what is decided when, and from where.")


@protocol.command("show")
def show(rule: Annotated[str | None, typer.Argument(help="One id: its rows, numbers, deadlines.")] = None,
         pack: Annotated[str | None, typer.Option("--pack", help=f"{PACK} Else the one that ships.")] = None,
         html: Annotated[Path | None, typer.Option("--html", help="Write it as a page to print and sign.")] = None,
         overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace the file if it is there.")] = False,
         home: Home = None, json: AsJson = False) -> None:
    """The protocol as a book: every rule with its limit, decision, words, source and basis."""
    from workflow.cli.protocol_reading import show_protocol
    show_protocol(rule, pack, html, overwrite, home, json)


@protocol.command("check")
def check(pack: Annotated[str, typer.Argument(help=f"{PACK}")], home: Home = None, json: AsJson = False) -> None:
    """All that refuses a pack, with its line; rows that can't hold, are hidden, contradict; gaps and overlaps.

    Exit code 2 if anything has to be put right first.
    """
    from workflow.cli.protocol_checking import check_protocol
    check_protocol(pack, home, json)


@protocol.command("diff")
def diff(one: Annotated[str, typer.Argument(metavar="A", help=f"The pack before. {PACK}")],
         other: Annotated[str, typer.Argument(metavar="B", help="The pack after.")],
         home: Home = None, json: AsJson = False) -> None:
    """What differs between two packs, from what to what, and for whom: inputs that now lead to another decision."""
    from workflow.cli.protocol_comparing import compare_protocols
    compare_protocols(one, other, home, json)
