"""What the record of acts calls areas and units today. Their names are public."""

from collections.abc import Collection, Mapping

from django.db.models import Model

from terrace.audit.queries import Namer
from terrace.kernel.actors import Actor
from terrace.kernel.words import in_language
from terrace.network.models import Area, ServiceUnit
from terrace.network.queries.areas import names_of
from terrace.network.queries.units import units_by_id


def names_of_areas(actor: Actor, codes: Collection[str]) -> Mapping[str, str]:
    """Return the names of areas in the reader's language."""
    return {code: in_language(names) for code, names in names_of(codes).items()}


def names_of_units(actor: Actor, ids: Collection[str]) -> Mapping[str, str]:
    """Return the names of units in the reader's language."""
    return {str(unit_id): str(unit) for unit_id, unit in units_by_id(map(int, ids)).items()}


NAMERS: Mapping[type[Model], Namer] = {Area: names_of_areas, ServiceUnit: names_of_units}
"""Who names what."""
