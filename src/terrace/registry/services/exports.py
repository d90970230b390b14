"""Handing out many contacts at once: recorded, for they are personal data that leave the house."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from terrace.audit import services as audit
from terrace.kernel.actors import Actor
from terrace.kernel.db import within
from terrace.network import queries as network
from terrace.registry.domain import Kind, Permission
from terrace.registry.models import Party
from terrace.registry.queries import sees_contact

PERSONS = [kind for kind in Kind if kind.is_person]


@transaction.atomic
def record_export(*, by: Actor, rows: QuerySet[Party], now: datetime | None = None) -> int:
    """Record that the actor takes `rows` away as a file, and return how many persons' contacts are in it.

    One act for each area of the actor, so that everybody above each can read it.
    Where the file holds no contact of a person in full, or only those of the
    actor's own parties, there is nothing to record.
    """
    persons = rows.filter(kind__in=PERSONS, erased_at__isnull=True).exclude(pk__in=by.own_parties).order_by()
    counts = {path: persons.filter(within([path])).count() for path in _where_contacts_are_seen(by)}
    return _record(by, "registry.export_contacts", counts, now)


@transaction.atomic
def record_listing(*, by: Actor, parties: Sequence[Party], now: datetime | None = None) -> int:
    """Record that a program reads `parties`, a page of a list, and return how many persons' contacts are in it.

    One act for each area as in `record_export`. A list on a page of ours is no
    such act: it shows a screen at a time to who works with it.
    """
    persons = [p for p in parties if p.kind in PERSONS and p.erased_at is None and p.pk not in by.own_parties]
    counts = {path: sum(party.area_path.startswith(path) for party in persons) for path in _where_contacts_are_seen(by)}
    return _record(by, "registry.list_contacts", counts, now)


@transaction.atomic
def record_reading(*, by: Actor, party: Party, now: datetime | None = None) -> None:
    """Record that a program reads one party, where it is a person whose contacts the actor sees and are not its own.

    One by one they are as many as a list. The act is the party's, so the person reads it too.
    """
    is_alive = party.kind in PERSONS and party.erased_at is None
    if is_alive and sees_contact(by, party) and not by.owns(party.pk):
        audit.record(by=by, act="registry.read_contact", subject=party, area_path=party.area_path, now=now)


def _record(by: Actor, act: str, counts: Mapping[str, int], now: datetime | None) -> int:
    for path, count in counts.items():
        if count:
            area = network.ancestors(path or network.root_path())[-1]
            audit.record(by=by, act=act, subject=area, area_path=area.path, details={"count": count}, now=now)
    return sum(counts.values())


def _where_contacts_are_seen(by: Actor) -> list[str]:
    """Return the widest areas where the actor sees phones in full: none lies in another."""
    widest: list[str] = []
    for path in sorted({*by.paths(Permission.MANAGE), *by.paths(Permission.PERSONAL)}):
        if not any(path.startswith(wider) for wider in widest):
            widest.append(path)
    return widest
