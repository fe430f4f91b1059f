"""The statements of the hot path, built with SQLAlchemy, compiled once, run on the driver's own connection."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Engine, Executable, bindparam, func, select, tuple_

from workflow.log.store.schema import facts, head, receipts

Bind = Callable[[Sequence[Any]], Any]


class Prepared:
    """One statement as the driver wants it, with its parameters in the order in which they were named."""

    def __init__(self, engine: Engine, statement: Executable, *names: str) -> None:
        compiled = statement.compile(engine)  # type: ignore[attr-defined]
        self.sql: str = str(compiled)
        fixed = {k: v for k, v in compiled.params.items() if k not in names}
        order: list[str] | None = compiled.positiontup
        if order is None:
            self.bind: Bind = lambda values: {**fixed, **dict(zip(names, values, strict=True))}
        elif order == list(names):
            self.bind = tuple
        else:
            self.bind = self._reorder(order, list(names), fixed)

    @staticmethod
    def _reorder(order: list[str], names: list[str], fixed: dict[str, Any]) -> Bind:
        def bind(values: Sequence[Any]) -> tuple[Any, ...]:
            given = {**fixed, **dict(zip(names, values, strict=True))}
            return tuple(given[name] for name in order)
        return bind


class Statements:
    """Every statement that a read of the log runs, and what an append reads."""

    def __init__(self, engine: Engine) -> None:
        f, r, h = facts.c, receipts.c, head.c
        columns = list(facts.columns)
        of_stream = select(*columns).where(
            f.practice == bindparam("practice"), f.stream == bindparam("stream"),
            f.version > bindparam("after"), f.version <= bindparam("upto")).order_by(f.version)
        self.stream = Prepared(engine, of_stream, "practice", "stream", "after", "upto")
        self.page = Prepared(
            engine, select(*columns).where(f.position > bindparam("after"), f.position <= bindparam("upto"))
            .order_by(f.position).limit(bindparam("most")), "after", "upto", "most")
        self.last = Prepared(
            engine, select(*columns).where(f.practice == bindparam("practice"), f.stream == bindparam("stream"))
            .order_by(f.version.desc()).limit(1), "practice", "stream")
        self.streams = Prepared(
            engine, select(f.stream).distinct().where(
                f.practice == bindparam("practice"), f.stream >= bindparam("first"), f.stream < bindparam("behind"))
            .order_by(f.stream), "practice", "first", "behind")
        self.receipt = Prepared(
            engine, select(r.position, r.facts, r.digest).where(
                r.practice == bindparam("practice"), r.command_id == bindparam("command")), "practice", "command")
        self.receipts = Prepared(
            engine, select(r.practice, r.command_id, r.position, r.facts).where(
                tuple_(r.practice, r.command_id) > tuple_(bindparam("practice"), bindparam("command")))
            .order_by(r.practice, r.command_id).limit(bindparam("most")), "practice", "command", "most")
        self.count = Prepared(engine, select(func.count()).select_from(facts).where(f.position <= bindparam("upto")),
                              "upto")
        self.head = Prepared(engine, select(h.position, h.frontier).where(h.id == 1))
        self.lock_head = Prepared(engine, select(h.position, h.frontier).where(h.id == 1).with_for_update())
