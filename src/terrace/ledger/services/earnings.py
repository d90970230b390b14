"""What service units have earned, handed on to who runs them: with a run of payouts it reaches their bank account."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from terrace.audit import services as audit
from terrace.kernel.actors import Actor
from terrace.kernel.db import within
from terrace.kernel.deployment import current
from terrace.kernel.errors import DomainError, Invalid
from terrace.kernel.money import Money
from terrace.kernel.words import _
from terrace.ledger.domain import AccountKind, Draft, Leg, Part, Permission, Reason
from terrace.ledger.models import Account, Operator
from terrace.ledger.services.accounts import account_of_unit, accounts_of_parties
from terrace.ledger.services.posting import lock_balances, settle
from terrace.network import queries as network
from terrace.network.models import ServiceUnit
from terrace.registry.domain import State
from terrace.registry.models import Party


class OwnOperator(DomainError):
    """Nobody sends a unit's money to a party that they speak for."""

    code = "own_operator"
    message = _("You speak for it yourself. Somebody else has to say that it runs this unit.")


@transaction.atomic
def set_operator(*, by: Actor, unit: ServiceUnit, party: Party | None, now: datetime | None = None) -> None:
    """Say who runs a unit and gets what it earns, None for nobody: then it stays on the unit's account.

    Raises `Forbidden` without `PAY` there, `OwnOperator`, `Invalid` for a party
    that was erased or lives in another county.
    """
    by.require(Permission.PAY, unit.area_path)
    account_of_unit(unit.pk)
    if party is None:
        Operator.objects.filter(unit=unit).delete()
    else:
        _check(by, unit, party)
        Operator.objects.update_or_create(unit=unit, defaults={"party": party})
    details = {"party": party.number if party else ""}
    audit.record(by=by, act="ledger.set_operator", subject=unit, area_path=unit.area_path, details=details, now=now)


def hand_on_earnings(*, by: Actor, path: str, number: str, now: datetime, beside: Collection[int]) -> set[int]:
    """Move what the units at `path` have on their accounts to who runs them; return the accounts of those.

    For the run of payouts with that number, in whose transaction it runs and
    which has authorised it: each unit's whole balance, once for each run. The
    accounts `beside`, which the run takes money from, are locked with the others, all in the order of their ids.
    """
    units = Account.objects.filter(
        within([path]), kind=AccountKind.UNIT, currency=current().currency, balance_minor__gt=0
    )
    rows = {account.unit_id: account for account in units.order_by("pk")}
    runs = dict(Operator.objects.filter(unit__in=rows).order_by("pk").values_list("unit_id", "party_id"))
    takers = accounts_of_parties(runs.values()) if runs else {}
    held = {account.pk for account in takers.values()}
    # All at once and before they are looked at: whoever books meanwhile waits for this, and never both.
    balances = lock_balances({*(rows[pk].pk for pk in runs), *held, *beside})
    numbers = network.units_by_id(runs)
    drafts = [
        _draft(rows[unit_id], takers[party_id], balances[rows[unit_id].pk], numbers[unit_id].number, number)
        for unit_id, party_id in runs.items()
        if balances[rows[unit_id].pk] > 0
    ]
    if drafts:
        settle(by=by, drafts=drafts, now=now)
    return held


def _check(by: Actor, unit: ServiceUnit, party: Party) -> None:
    if party.pk in by.own_parties:
        raise OwnOperator
    if party.state is State.ERASED:
        raise Invalid(_("The data of this producer or buyer were erased."), field="party")
    if network.place(unit.area_id).county_code != party.county_code:
        raise Invalid(_("Who runs a unit is at home in its county."), field="party")


def _draft(unit: Account, taker: Account, minor: int, number: str, run: str) -> Draft:
    amount = Money(minor, unit.currency)
    legs = (Leg(unit.pk, -amount, Part.BANK), Leg(taker.pk, amount, Part.BANK))
    return Draft(Reason.EARNINGS, f"unit/{number}", legs, f"earnings/{run}/{unit.number}")
