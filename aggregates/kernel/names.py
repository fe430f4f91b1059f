"""Names as people type them: the same name is the same whatever its capitals and spaces."""


def same_name(name: str) -> str:
    """The form in which two spellings of a name are compared."""
    return " ".join(name.split()).casefold()
