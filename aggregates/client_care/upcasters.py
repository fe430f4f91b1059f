"""How content that was stored under an older schema is read today. None is ever edited, only followed.

Each keeps what was meant then, also where today's default means something else.
"""

from __future__ import annotations

from typing import Any

Content = dict[str, Any]


def session_from_1(content: Content) -> Content:
    """Schema 1 left "no reason to stop", "did not ask to stop" and "did not last" unwritten: its defaults."""
    return {**content, "session": _said(content["session"])}


def amendment_from_1(content: Content) -> Content:
    """A correction holds the whole corrected content, as its original would have been stored."""
    if content["of_name"] != "care.session_recorded":
        return content
    return {**content, "content": session_from_1(content["content"])}


def _said(session: Content) -> Content:
    signs = [{"lasting": False, **sign} for sign in session.get("stop_signs", ())]
    return {**session, "stop_signs": signs, "asked_to_stop": session.get("asked_to_stop", False)}
