"""A household's statement, handed to who may see it, each look by staff on the record."""

from datetime import datetime

from django.db import transaction

from terrace.audit import services as audit
from terrace.kernel import clock
from terrace.kernel.actors import Actor
from terrace.kernel.errors import Forbidden
from terrace.registry.models import Party
from terrace.statistics import queries
from terrace.statistics.domain import Period
from terrace.statistics.queries import HouseholdStatement


@transaction.atomic
def look_at_statement(*, by: Actor, party: Party, period: Period, now: datetime | None = None) -> HouseholdStatement:
    """Return a household's statement of a period, and record that the actor saw it unless the household is its own.

    Raises `Forbidden` unless the actor sees the accounts there or looks after the household's personal data.
    """
    if not queries.may_see_statement(by, party):
        raise Forbidden
    if not by.owns(party.pk):
        details = {"first": period.days.first.isoformat(), "last": period.days.last.isoformat()}
        act = "statistics.look_at_statement"
        audit.record(by=by, act=act, subject=party, area_path=party.area_path, details=details, now=now)
    return queries.statement_of(party, period, clock.today(now))
