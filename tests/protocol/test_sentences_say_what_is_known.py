"""What the default pack says of a client is what it was told, and what is to be done is said to be to do."""

from __future__ import annotations

import pytest

from tests.protocol.example import PACK

CLAIMS = ("names no other limit", "10 minutes of rest", "is on record; no session", "record is locked",
          "lock the record", "you are told of it", "on the morning after the session pain")


@pytest.mark.parametrize("row", PACK.rows, ids=lambda row: f"{row.id} {row.case}".strip())
def test_no_row_claims_what_no_input_says(row: object) -> None:
    for says in (each for each in (row, getattr(row, "held", None)) if each is not None):
        said = " ".join((says.does, says.client, says.clinician)).casefold()  # type: ignore[attr-defined]
        assert not [claim for claim in CLAIMS if claim in said], said


def test_of_a_session_that_took_place_rf_u3_does_not_say_that_nothing_was_loaded() -> None:
    row = next(each for each in PACK.rows if each.id == "RF-U3")
    assert row.held is not None
    assert "is not loaded" not in row.held.clinician
