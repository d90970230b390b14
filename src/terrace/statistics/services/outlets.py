"""What an outlet costs: its keeper enters it month by month."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from terrace.audit import services as audit
from terrace.kernel import clock
from terrace.kernel.actors import Actor
from terrace.kernel.deployment import require_own_currency
from terrace.kernel.errors import Invalid, Stale
from terrace.kernel.identity import refuse_identity_number
from terrace.kernel.money import Money
from terrace.kernel.words import _
from terrace.network.models import ServiceUnit
from terrace.statistics.domain import CostKind, Permission, month_of
from terrace.statistics.domain.outlets import LONGEST_NOTE
from terrace.statistics.models import OutletCost

MOST_MINOR = 10**9
"""Of one kind in one month: ten million yuan. More is a slip of the finger."""


@dataclass(frozen=True, slots=True)
class CostGiven:
    """What was paid for one kind of thing in the month of `month`, any day of it."""

    month: date
    kind: CostKind
    amount: Money
    note: str = ""


@transaction.atomic
def record_cost(
    *, by: Actor, unit: ServiceUnit, given: CostGiven, version: int = 0, now: datetime | None = None
) -> OutletCost:
    """Enter what a unit paid for one kind of thing in a month, or correct it: of `version`, 0 for none yet.

    Raises `Forbidden` outside the actor's area, `Invalid` for a month to come or
    before the unit was founded, an amount below nought or of another currency,
    and `Stale` when somebody entered or corrected it meanwhile.
    """
    by.require(Permission.COSTS, unit.area_path)
    month = _checked_month(unit, given, now)
    values = {"amount_minor": given.amount.minor, "currency": given.amount.currency, "note": given.note}
    fixed = {"area_path": unit.area_path, "county_code": unit.area.county_code}
    cost, is_new = OutletCost.objects.get_or_create(
        unit=unit, month=month, kind=given.kind.value, defaults={**values, **fixed}
    )
    if not is_new:
        _correct(cost, version, values)
    elif version:
        raise Stale
    details = {"month": f"{month:%Y-%m}", "kind": given.kind.value, "amount": str(given.amount)}
    audit.record(by=by, act="statistics.record_cost", subject=unit, area_path=unit.area_path, details=details, now=now)
    return cost


def _correct(cost: OutletCost, version: int, values: dict[str, object]) -> None:
    for name, value in values.items():
        setattr(cost, name, value)
    cost.save_version(version, values)


def _checked_month(unit: ServiceUnit, given: CostGiven, now: datetime | None) -> date:
    """Return the first day of the month, or raise what is wrong with what was given."""
    month = month_of(given.month)
    if month > clock.today(now):
        raise Invalid(_("This month is still to come."), field="month")
    if month < month_of(unit.founded_on):
        raise Invalid(_("The outlet did not exist yet in this month."), field="month")
    if not 0 <= given.amount.minor <= MOST_MINOR:
        raise Invalid(_("Enter an amount from nought to ten million."), field="amount")
    require_own_currency(given.amount, field="amount")
    if len(given.note) > LONGEST_NOTE:
        raise Invalid(_("This text is longer than %(most)d characters.") % {"most": LONGEST_NOTE}, field="note")
    refuse_identity_number(given.note, field="note")
    return month
