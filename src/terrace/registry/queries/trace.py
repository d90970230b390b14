"""What the public may read of who grew something: firms by name, households as far as they consent."""

from collections.abc import Iterable
from dataclasses import dataclass

from terrace.registry.domain import Kind, TraceName, surname
from terrace.registry.models import Household, Party


@dataclass(frozen=True, slots=True)
class Grower:
    """A producer as everybody may read of it; `name` is "" where it wants none, a surname where it wants no more."""

    kind: Kind
    name: str = ""
    is_surname: bool = False


def growers_on_trace(party_ids: Iterable[int]) -> dict[int, Grower]:
    """Return what the public may read of each party, in two queries. An erased one has no name any more."""
    parties = Party.objects.in_bulk(set(party_ids))
    households = [pk for pk, party in parties.items() if party.kind == Kind.HOUSEHOLD]
    consents = dict(Household.objects.filter(pk__in=households).values_list("pk", "shown_on_trace"))
    return {pk: _grower(party, TraceName(consents.get(pk, TraceName.NOTHING))) for pk, party in parties.items()}


def trace_name_of(party: Party) -> TraceName:
    """Return what a household lets buyers read of its name. The caller sees the party in full."""
    found = Household.objects.filter(pk=party.pk).values_list("shown_on_trace", flat=True).first()
    return TraceName(found or TraceName.NOTHING)


def _grower(party: Party, consent: TraceName) -> Grower:
    kind = Kind(party.kind)
    if party.erased_at is not None:
        return Grower(kind)
    if kind is Kind.HOUSEHOLD and consent is not TraceName.FULL:
        is_surname = consent is TraceName.SURNAME
        return Grower(kind, surname(party.name) if is_surname else "", is_surname=is_surname)
    return Grower(kind) if kind is Kind.BUYER else Grower(kind, party.name)
