"""The stored form of every fact, as plain data: names, schema versions, fields with types and defaults."""

from __future__ import annotations

import typing
from collections.abc import Iterable, Iterator
from types import NoneType, UnionType
from typing import Annotated, Any, Literal

import msgspec

from aggregates.kernel.messages import Fact, payload_fields

REQUIRED = "required"


def shape(kinds: Iterable[type[Fact]]) -> dict[str, Any]:
    """Every fact by its stored name, and every value inside of them by its own name."""
    kinds = tuple(kinds)
    facts = {kind.TOPIC: {"schema": kind.SCHEMA, "fields": _fact_fields(kind)} for kind in kinds}
    values: dict[str, Any] = {}
    for kind in kinds:
        hints = typing.get_type_hints(kind)
        for name in payload_fields(kind):
            _collect(hints[name], values)
    return {"facts": dict(sorted(facts.items())), "values": dict(sorted(values.items()))}


def _fact_fields(kind: type[Fact]) -> dict[str, list[Any]]:
    hints = typing.get_type_hints(kind, include_extras=True)
    return {name: [_named(hints[name]), _default(getattr(kind, name)) if hasattr(kind, name) else REQUIRED]
            for name in payload_fields(kind)}


def _collect(hint: Any, values: dict[str, Any]) -> None:
    for struct in _structs(hint):
        if struct.__name__ in values:
            continue
        hints = typing.get_type_hints(struct, include_extras=True)
        values[struct.__name__] = {
            each.encode_name: [_named(hints[each.name]), _default_of(each)] for each in msgspec.structs.fields(struct)}
        for each in typing.get_type_hints(struct).values():
            _collect(each, values)


def _structs(hint: Any) -> Iterator[type[msgspec.Struct]]:
    if isinstance(hint, type) and issubclass(hint, msgspec.Struct):
        yield hint
    for part in typing.get_args(hint):
        yield from _structs(part)


def _default_of(field: Any) -> Any:
    if field.default is not msgspec.NODEFAULT:
        return _default(field.default)
    if field.default_factory is not msgspec.NODEFAULT:
        return _default(field.default_factory())
    return REQUIRED


def _default(value: Any) -> Any:
    return {"is": msgspec.to_builtins(value)}


def _named(hint: Any) -> str:
    """A type as text that doesn't depend on the Python version."""
    origin, parts = typing.get_origin(hint), typing.get_args(hint)
    if origin is Annotated:
        bounds = [f"{name}={getattr(each, name)}" for each in hint.__metadata__ if isinstance(each, msgspec.Meta)
                  for name in ("gt", "ge", "lt", "le", "min_length", "max_length", "pattern")
                  if getattr(each, name) is not None]
        return f"{_named(hint.__origin__)}({', '.join(bounds)})" if bounds else _named(hint.__origin__)
    if origin is Literal:
        return f"one of {', '.join(map(str, parts))}"
    if origin in (typing.Union, UnionType):
        return " or ".join(_named(part) for part in parts)
    if origin is not None:
        return f"{origin.__name__}[{', '.join('...' if p is Ellipsis else _named(p) for p in parts)}]"
    if hint is NoneType:
        return "nothing"
    if isinstance(hint, type) and hasattr(hint, "__members__"):
        return f"one of {', '.join(str(member.value) for member in hint)}"
    return getattr(hint, "__name__", str(hint))
