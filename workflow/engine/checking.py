"""Checking a history before it is played: every command of it can be read."""

from __future__ import annotations

from typing import Any

from aggregates.kernel.errors import InvalidInput
from workflow.engine.histories import History, Step
from workflow.engine.parsing import check_client, parse_command


def check_steps(history: History) -> None:
    """Read every command of a history before the first one is played; `InvalidInput` names the step and the field.

    A step that expects its own error may have it.
    """
    for which, step in history.every_step():
        try:
            if step.client is not None:
                check_client(step.client)
            parse_command(step.do, complete(step, 1))
        except InvalidInput as error:
            if step.expect.error is None or step.expect.error not in str(error):
                raise InvalidInput(f"history: {which} (at {step.at:%Y-%m-%dT%H:%M}): {error}") from None


def complete(step: Step, version: int) -> dict[str, Any]:
    """A step's fields, with *version* where it refers to another step."""
    refers = {"version": step.amends, "statement": step.resolves}
    return step.fields | {field: version for field, other in refers.items() if other is not None}
