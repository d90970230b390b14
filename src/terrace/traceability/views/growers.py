"""Who grew something, in words that everybody may read."""

from terrace.kernel.words import _
from terrace.registry.queries import Grower


def grower_in_words(grower: Grower | None) -> str:
    """Return who grew it, as far as they consent: a firm's name, a household's, its surname, or that it was one."""
    if grower is None:
        return str(_("Growers of the area"))
    if not grower.name:
        return str(_("A household of the village"))
    if grower.is_surname:
        return str(_("The %(surname)s household") % {"surname": grower.name})
    return grower.name
