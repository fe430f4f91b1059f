"""An honest story of commands and what was stored of them, and the many ways in which it can be broken."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from tests.crash.checker import Entry, Receipt, Row, Stored

Story = tuple[list[Entry], Stored]
Forgery = Callable[[list[Entry], Stored, Random], Stored | None]
FORGERIES: list[Forgery] = []


def forgery(forge: Forgery) -> Forgery:
    """Remember a kind of damage; it changes the history in place or returns another database, None if it can't."""
    FORGERIES.append(forge)
    return forge


def a_sound_story(chance: Random, commands: int = 30) -> Story:
    """What an honest engine would leave behind: some answers lost on the way, some asked again, policies at work."""
    history: list[Entry] = []
    rows: list[Row] = []
    receipts: list[Receipt] = []
    versions: dict[str, int] = {}
    clock = 0.0

    def note(kind: str, **entry: object) -> None:
        nonlocal clock
        clock += 1.0
        history.append({"kind": kind, "at": clock, "process": "p", **entry})

    def store(command_id: str, stream: str, facts: int, by: str, cause: int | None = None) -> tuple[int, int]:
        first = len(rows) + 1
        for _ in range(facts):
            versions[stream] = versions.get(stream, 0) + 1
            rows.append(Row(len(rows) + 1, "h", stream, versions[stream], command_id, len(rows), by, cause))
        receipts.append(Receipt("h", command_id, first, facts))
        return first, versions[stream]

    for number in range(commands):
        command_id, stream = f"c{number:03}", f"care:{chance.randrange(4)}"
        note("invoke", command_id=command_id, stream=stream)
        fate = number % 6
        if fate == 4:
            note("error", command_id=command_id, text="Conflict: version")
            continue
        if fate == 5:
            note("info", command_id=command_id, text="never arrived")
            continue
        facts = 1 + number % 4
        position, version = store(command_id, stream, facts, "person")
        answer = {"command_id": command_id, "stream": stream, "position": position, "facts": facts,
                  "version": version}
        if fate != 3:  # else it was stored, and nobody heard of it
            note("refused" if fate == 2 else "ok", **answer, repeated=False)
        if fate == 1:
            store(f"p{number:03}", f"letter:{number}", 1, "policy", position)
            note("invoke", command_id=command_id, stream=stream)
            note("ok", **answer, repeated=True)
    return history, Stored(rows, receipts, len(rows))


def answers(history: list[Entry]) -> list[Entry]:
    return [entry for entry in history if entry["kind"] == "ok" and not entry["repeated"] and entry["facts"] > 1]


def renumbered(stored: Stored, rows: list[Row]) -> Stored:
    return stored._replace(rows=[row._replace(position=n) for n, row in enumerate(rows, 1)], head=len(rows))


def of(stored: Stored, entry: Entry) -> list[Row]:
    return [row for row in stored.rows if row.command_id == entry["command_id"]]


@forgery
def an_acknowledged_command_is_lost(history, stored, chance):
    gone = chance.choice(answers(history))["command_id"]
    return stored._replace(rows=[r for r in stored.rows if r.command_id != gone],
                           receipts=[r for r in stored.receipts if r.command_id != gone])


@forgery
def an_acknowledged_command_is_lost_and_the_rest_renumbered(history, stored, chance):
    left = an_acknowledged_command_is_lost(history, stored, chance)
    return renumbered(left, left.rows)


@forgery
def the_newest_facts_are_cut_off(history, stored, chance):
    last = max(entry["position"] for entry in answers(history))
    return stored._replace(rows=stored.rows[:last - 1], head=last - 1,
                           receipts=[r for r in stored.receipts if r.position < last])


@forgery
def a_batch_is_stored_twice(history, stored, chance):
    rows = of(stored, chance.choice(answers(history)))
    again = [row._replace(position=stored.head + n, version=row.version + 100) for n, row in enumerate(rows, 1)]
    return stored._replace(rows=stored.rows + again, head=stored.head + len(again))


@forgery
def a_batch_is_stored_twice_with_a_receipt_for_both(history, stored, chance):
    doubled = a_batch_is_stored_twice(history, stored, chance)
    new = doubled.rows[stored.head]
    return doubled._replace(receipts=[*stored.receipts, Receipt(
        "h", new.command_id, new.position, doubled.head - stored.head)])


@forgery
def a_fact_is_stored_that_nobody_asked_for(history, stored, chance):
    row = Row(stored.head + 1, "h", "care:new", 1, "phantom", stored.head, "person", None)
    return Stored([*stored.rows, row], [*stored.receipts, Receipt("h", "phantom", row.position, 1)], row.position)


@forgery
def a_policys_fact_has_no_cause(history, stored, chance):
    return stored._replace(rows=[r._replace(cause=None) if r.by == "policy" else r for r in stored.rows])


@forgery
def a_policys_fact_lies_before_its_cause(history, stored, chance):
    return stored._replace(rows=[r._replace(cause=r.position + 1) if r.by == "policy" else r for r in stored.rows])


@forgery
def a_policys_cause_is_another_practices(history, stored, chance):
    causes = {r.cause for r in stored.rows if r.by == "policy"}
    return stored._replace(rows=[r._replace(practice="other") if r.position in causes else r for r in stored.rows])


@forgery
def a_command_answered_with_an_error_is_stored(history, stored, chance):
    entry = chance.choice([e for e in history if e["kind"] == "error"])
    row = Row(stored.head + 1, "h", "care:e", 1, entry["command_id"], stored.head, "person", None)
    for each in history:
        if each["command_id"] == entry["command_id"] and each["kind"] == "invoke":
            each["stream"] = "care:e"
    return Stored([*stored.rows, row], [*stored.receipts, Receipt("h", row.command_id, row.position, 1)], row.position)


@forgery
def two_versions_are_swapped(history, stored, chance):
    rows = of(stored, chance.choice(answers(history)))
    swapped = {rows[0].position: rows[1].version, rows[1].position: rows[0].version}
    return stored._replace(rows=[r._replace(version=swapped.get(r.position, r.version)) for r in stored.rows])


@forgery
def a_version_is_given_twice(history, stored, chance):
    rows = of(stored, chance.choice(answers(history)))
    return stored._replace(rows=[r._replace(version=r.version - 1) if r == rows[1] else r for r in stored.rows])


@forgery
def a_stream_skips_a_version(history, stored, chance):
    row = chance.choice(stored.rows)
    return stored._replace(rows=[r._replace(version=r.version + (r.stream == row.stream and r.version >= row.version))
                                 for r in stored.rows])


@forgery
def a_position_is_skipped(history, stored, chance):
    at = chance.randrange(1, stored.head)
    return stored._replace(rows=[r._replace(position=r.position + (r.position > at)) for r in stored.rows])


@forgery
def the_counter_runs_ahead(history, stored, chance):
    return stored._replace(head=stored.head + 1)


@forgery
def the_counter_lags_behind(history, stored, chance):
    return stored._replace(head=stored.head - 1)


@forgery
def half_a_batch_is_missing(history, stored, chance):
    row = of(stored, chance.choice(answers(history)))[-1]
    return stored._replace(rows=[r for r in stored.rows if r != row])


@forgery
def half_an_unanswered_batch_is_missing(history, stored, chance):
    heard = {e["command_id"] for e in history if e["kind"] in ("ok", "refused")}
    whole = [r.command_id for r in stored.receipts if r.facts > 1 and r.command_id not in heard]
    if not whole:
        return None
    last = [r for r in stored.rows if r.command_id == whole[-1]][-1]
    return renumbered(stored, [r for r in stored.rows if r != last])


@forgery
def a_receipt_is_missing(history, stored, chance):
    gone = chance.choice(stored.receipts)
    return stored._replace(receipts=[r for r in stored.receipts if r != gone])


@forgery
def a_receipt_has_no_facts(history, stored, chance):
    return stored._replace(receipts=[*stored.receipts, Receipt("h", history[-1]["command_id"] + "x", 1, 1)])


@forgery
def a_receipt_counts_wrongly(history, stored, chance):
    which = chance.choice(stored.receipts)
    return stored._replace(receipts=[r._replace(facts=r.facts + (r == which)) for r in stored.receipts])


@forgery
def a_receipt_names_another_position(history, stored, chance):
    which = chance.choice(stored.receipts)
    return stored._replace(receipts=[r._replace(position=r.position + (r == which)) for r in stored.receipts])


@forgery
def a_receipt_is_there_twice(history, stored, chance):
    return stored._replace(receipts=[*stored.receipts, chance.choice(stored.receipts)])


@forgery
def a_batch_is_spread_over_two_streams(history, stored, chance):
    row = of(stored, chance.choice(answers(history)))[-1]
    return stored._replace(rows=[r._replace(stream="care:9", version=1) if r == row else r for r in stored.rows])


@forgery
def a_command_is_stored_in_another_stream(history, stored, chance):
    entry = chance.choice([e for e in history if e["kind"] == "invoke"])
    entry["stream"] = "care:elsewhere"
    return stored if of(stored, entry) else None


@forgery
def a_stream_runs_back_in_time(history, stored, chance):
    row = chance.choice([r for r in stored.rows if r.version > 1])
    return stored._replace(rows=[r._replace(recorded_at=-1) if r == row else r for r in stored.rows])


@forgery
def an_answer_named_another_position(history, stored, chance):
    chance.choice(answers(history))["position"] += 1
    return stored


@forgery
def an_answer_named_another_version(history, stored, chance):
    chance.choice(answers(history))["version"] += 1
    return stored


@forgery
def a_retry_heard_another_answer(history, stored, chance):
    chance.choice([e for e in history if e.get("repeated")])["kind"] = "refused"
    return stored


@forgery
def a_retry_was_decided_afresh(history, stored, chance):
    chance.choice([e for e in history if e.get("repeated")])["repeated"] = False
    return stored


@forgery
def a_stored_command_met_a_false_conflict(history, stored, chance):
    entry = chance.choice(answers(history))
    last = history[-1]["at"]
    history.append({**entry, "kind": "invoke", "at": last + 1})
    history.append({"kind": "error", "at": last + 2, "command_id": entry["command_id"], "text": "Conflict: version"})
    return stored


@forgery
def an_exception_that_is_no_answer_got_through(history, stored, chance):
    history.append({"kind": "bug", "at": 1e9, "command_id": "c000", "text": "OperationalError"})
    return stored


@forgery
def what_was_asked_later_lies_earlier(history, stored, chance):
    first = answers(history)[0]
    for entry in history:
        if entry["command_id"] == first["command_id"]:
            entry["at"] += 1e6
    return stored
