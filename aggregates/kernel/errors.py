"""What can go wrong before anything is decided. A refusal is not here: a refusal is a result."""


class MetError(Exception):
    """One clear sentence that names the field and the rule, never the value of a protected field.

    `help_now` says what has to be done at once all the same, where what is understood asks for help.
    """

    help_now: str = ""


class InvalidInput(MetError):
    """What was asked can't be read as a command: unknown, missing, mistyped or impossible."""


class Unreadable(MetError):
    """Something stored can't be read: damaged, sealed under a lost key, or written by a newer version."""


class Damaged(Unreadable):
    """Something stored is not what was recorded there."""


class Conflict(MetError):
    """Somebody else was first: the version asked for is no longer the newest."""


class NotFound(MetError):
    """There is no such client, command, fact or file for whoever asks."""


class StoreUnavailable(MetError):
    """The log or the key store can't be reached, written or waited for any longer."""


class NotVerified(MetError):
    """The log does not prove itself: it may be read, and nothing may be decided on it."""
