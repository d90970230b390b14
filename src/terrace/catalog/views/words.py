"""How the pages of the catalogue say seasons and names."""

from django.utils.dates import MONTHS

from terrace.catalog.domain import Season
from terrace.kernel.words import Names, _, in_language


def season_text(season: Season) -> str:
    """Return a season in words."""
    if season.is_all_year:
        return str(_("All year"))
    first, last = MONTHS[season.first], MONTHS[season.last]
    if season.first == season.last:
        return str(first)
    return str(_("%(first)s to %(last)s") % {"first": first, "last": last})


def other_names(names: Names) -> str:
    """Return what something is called in the languages that are not the reader's."""
    own = in_language(names)
    return " · ".join(name for name in names.values() if name != own)
