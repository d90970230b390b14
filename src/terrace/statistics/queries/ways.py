"""Where a party's page leads: a household's to its statement."""

from collections.abc import Iterator

from django.urls import reverse

from terrace.http.ways import Way
from terrace.kernel.actors import Actor
from terrace.kernel.words import _
from terrace.registry.domain import Kind
from terrace.registry.models import Party
from terrace.statistics.queries.statements import may_see_statement


def ways_of_party(actor: Actor, party: Party) -> Iterator[Way]:
    """Yield the way of a household to its statement, for who may see it."""
    if party.kind == Kind.HOUSEHOLD and may_see_statement(actor, party):
        yield Way(_("Statement"), reverse("statistics:statement", args=[party.number]), "coin")
