"""What a document says in somebody else's words or of somebody else's profession: there the gate is open."""

from __future__ import annotations

import re
from collections.abc import Sequence

NAME = r"\b(?!I\b)(?:[A-Z][\w’'-]*\.?)(?:\s+[A-Z][\w’'-]*\.?){0,4}"
PROFESSION = r"(?i:(?:physical\s+|physio|occupational\s+|speech\s+|massage\s+)therapists?)"
CLINICIAN = rf"(?:{PROFESSION}|(?i:physicians?|doctors?|surgeons?|chiropractors?|clinicians?|nurses?))"
SERVICE = (r"(?i:(?:physical|occupational|speech|radiation|hormone|massage)\s+therapy|physiotherapy"
           r"|(?:cardiac\s+|pulmonary\s+)?rehabilitation|PT)")
ACT = (r"(?i:diagnos(?:is|es|ed)|treat(?:ed|ments?)|prescri(?:bed|ptions?)|evaluat(?:ed|ions?)"
       r"|examin(?:ed|ations?))")
THEIR = r"(?i:your|his|her|their|the\s+client[’']s|client[’']s|another|the\s+referring)"
NOT_WITH_US = r"(?!\s+(?i:with\s+(?:us|me)|by\s+(?:us|me)|here|at\s+our|in\s+our))"

QUOTED = re.compile(r'"(?:(?!\n\s*\n)[^"])*"|“(?:(?!\n\s*\n)[^”])*”|«(?:(?!\n\s*\n)[^»])*»')
"""Quotation marks of one kind that close within their paragraph; the apostrophe is no quotation mark."""

OTHERS = tuple(re.compile(pattern) for pattern in (
    # "J. Doe, PT", "J. Doe, MD, DPT", "S. Berg, physical therapist", "S. Berg (physical therapist)"
    rf"{NAME}(?P<theirs>(?:,\s*(?:(?:[A-Z]{{2,5}}|PhD)\b|{PROFESSION}\b))+)",
    rf"{NAME}\s*\((?P<theirs>{PROFESSION})\)",
    rf"\b(?P<theirs>{PROFESSION})\s+{NAME}",
    # "your physical therapist", "her physician or physical therapist"; not "as your physical therapist"
    r"(?<!\b[Aa]s\s)(?<!\b[Aa]m\s)"
    rf"(?P<theirs>\b{THEIR}\s+(?:{CLINICIAN}\s*(?:,|/|or|and)\s*)?(?:{PROFESSION}|PT)\b)",
    # "a physician or physical therapist", "physical therapists and chiropractors"
    rf"(?P<theirs>\b{CLINICIAN}\s*(?:,|/|\bor\b|\band\b)\s*(?i:an?\s+)?{CLINICIAN}\b)",
    # "completed physical therapy in March", "his previous cardiac rehabilitation"
    rf"(?i:\b(?:completed|finished|attended|underwent|had|discharged\s+from|previous|prior|earlier|{THEIR})\s+)"
    rf"(?:{THEIR}\s+)?(?i:(?:a\s+)?course\s+of\s+|outpatient\s+|previous\s+|prior\s+)?"
    rf"(?P<theirs>{SERVICE}\b){NOT_WITH_US}",
    # "diagnosed by Dr. Lowe", "diagnosis as given by R. Okafor", "prescribed by your physician"
    rf"\b(?P<theirs>{ACT})\s+(?i:as\s+)?(?i:(?:given|made|named|stated|written|provided)\s+)?(?i:by)\s+"
    rf"(?:(?:{THEIR}|(?i:the|an?))\s+{CLINICIAN}\b|Dr\.?\s|{NAME})",
))


def spans_of_others(text: str, own_names: Sequence[str] = ()) -> tuple[tuple[int, int], ...]:
    """Where in *text* others are quoted or spoken of; a passage that names one of *own_names* is our own."""
    quoted = tuple(match.span() for match in QUOTED.finditer(text))
    of_others = tuple(match.span("theirs") for pattern in OTHERS for match in pattern.finditer(text)
                      if not _names_us(match.group(), own_names))
    return quoted + of_others


def _names_us(passage: str, own_names: Sequence[str]) -> bool:
    return any(name.casefold() in passage.casefold() for name in own_names if name)
