"""Commands that explain: receipt, why, next, whatif."""

from __future__ import annotations

from typing import Annotated

import typer

from workflow.cli.options import Actor, AsJson, Home, Practice, Purpose


def receipt(position: Annotated[int, typer.Argument(help="The position in the log; met replay shows it.")],
            rerun: Annotated[bool, typer.Option(
                "--rerun", help="Decide again from the receipt alone; exit code 6 if it differs.")] = False,
            home: Home = None, practice: Practice = None, actor: Actor = None, purpose: Purpose = "review",
            json: AsJson = False) -> None:
    """One decision or refusal on one page: the question, the inputs and their sources, the rows, the outcome, who.

    Reading is recorded.
    """
    from workflow.cli.explaining import show_receipt
    show_receipt(position, rerun, home, practice, actor, purpose, json)


COMMANDS = (receipt,)
