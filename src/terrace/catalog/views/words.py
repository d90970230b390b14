"""How the pages of the catalogue say names."""

from terrace.kernel.words import Names, in_language


def other_names(names: Names) -> str:
    """Return what something is called in the languages that are not the reader's."""
    own = in_language(names)
    return " · ".join(name for name in names.values() if name != own)
