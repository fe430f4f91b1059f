"""The phases of a client's care (reference: the state table of the default protocol)."""

from enum import StrEnum


class Phase(StrEnum):
    """Where a client stands. The values are stored with every fact and never change."""

    SCREENING = "screening"
    MEDICAL_CLEARANCE = "medical_clearance"
    ACTIVE_TRAINING = "active_training"
    EXACERBATION_PAUSE = "exacerbation_pause"
    REFERRAL_BACK = "referral_back"
    FUNCTIONAL_MAINTENANCE = "functional_maintenance"
    DISCHARGED = "discharged"


IN_TRAINING = (Phase.ACTIVE_TRAINING, Phase.FUNCTIONAL_MAINTENANCE)
OPEN = tuple(phase for phase in Phase if phase is not Phase.DISCHARGED)


def words(phase: str) -> str:
    """A phase as people say it."""
    return phase.replace("_", " ")
