"""Handing out contacts as a file: recorded, for they are personal data that leave the house."""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from terrace.audit import services as audit
from terrace.kernel.actors import Actor
from terrace.kernel.db import within
from terrace.network import queries as network
from terrace.registry.domain import Kind, Permission
from terrace.registry.models import Party

PERSONS = [kind for kind in Kind if kind.is_person]


@transaction.atomic
def record_export(*, by: Actor, rows: QuerySet[Party], now: datetime | None = None) -> int:
    """Record that the actor takes `rows` away as a file, and return how many persons' contacts are in it.

    One act for each area of the actor, so that everybody above each can read it.
    Where the file holds no contact of a person in full, or only those of the
    actor's own parties, there is nothing to record.
    """
    persons = rows.filter(kind__in=PERSONS, erased_at__isnull=True).exclude(pk__in=by.parties).order_by()
    total = 0
    for path in _where_contacts_are_seen(by):
        count = persons.filter(within([path])).count()
        total += count
        if count:
            area = network.ancestors(path or network.root_path())[-1]
            audit.record(
                by=by,
                act="registry.export_contacts",
                subject=area,
                area_path=area.path,
                details={"count": count},
                now=now,
            )
    return total


def _where_contacts_are_seen(by: Actor) -> list[str]:
    """Return the widest areas where the actor sees phones in full: none lies in another."""
    widest: list[str] = []
    for path in sorted({*by.paths(Permission.MANAGE), *by.paths(Permission.PERSONAL)}):
        if not any(path.startswith(wider) for wider in widest):
            widest.append(path)
    return widest
