"""What the record of acts calls parties today: to each reader, what that reader may see."""

from collections.abc import Collection, Mapping

from django.db.models import Model

from terrace.audit.queries import Namer
from terrace.kernel.actors import Actor
from terrace.registry.models import Party
from terrace.registry.queries.parties import visible_to


def names_of_parties(actor: Actor, ids: Collection[str]) -> Mapping[str, str]:
    """Return name and number of the parties that the actor sees; one that was erased has its number alone."""
    return {str(party.pk): _named(party) for party in visible_to(actor).filter(pk__in=ids)}


NAMERS: Mapping[type[Model], Namer] = {Party: names_of_parties}
"""Who names what."""


def _named(party: Party) -> str:
    return party.number if party.name == party.number else f"{party.name} · {party.number}"
