"""What stands in clear in every row is chosen from closed lists and ids: no free text, so no health information."""

from __future__ import annotations

import re

from aggregates.kernel.errors import InvalidInput
from workflow.engine.requests import Who

PURPOSES = ("care", "handover", "review", "audit", "quality", "billing", "emergency", "export", "erasure", "import",
            "deadlines", "protocol", "restore")
CHANNELS = ("cli", "web", "api", "phone", "message", "in person", "import", "engine")
ID = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
POLICY = re.compile(r"policy:[A-Z]{2,4}-[0-9]{2}")


def check_clear(who: Who) -> None:
    """Refuse anything in the clear part of a fact that is not from its list or not an id."""
    if who.purpose not in PURPOSES:
        raise InvalidInput(f"purpose: must be one of {', '.join(PURPOSES)}")
    if who.channel not in CHANNELS:
        raise InvalidInput(f"channel: must be one of {', '.join(CHANNELS)}")
    if not (ID.fullmatch(who.id) or (who.kind == "policy" and POLICY.fullmatch(who.id))):
        raise InvalidInput("as: an id is 1 to 40 small letters, digits and dashes, and never a name")
    if who.on_behalf_of is not None and not ID.fullmatch(who.on_behalf_of):
        raise InvalidInput("on_behalf_of: an id is 1 to 40 small letters, digits and dashes, and never a name")
