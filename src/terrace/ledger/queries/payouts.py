"""Which payouts and runs of payouts an actor sees."""

from collections.abc import Iterable

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from terrace.accounts import queries as people
from terrace.kernel import clock
from terrace.kernel.actors import Actor
from terrace.kernel.db import within
from terrace.kernel.deployment import current
from terrace.kernel.errors import NotFound
from terrace.kernel.money import Money
from terrace.ledger.domain import CAME_BACK, UNDER_WAY, AccountKind, PayoutState, Permission, usual_minimum
from terrace.ledger.models import Account, Payout, PayoutRun
from terrace.registry import queries as registry


def runs_visible_to(actor: Actor) -> QuerySet[PayoutRun]:
    """Return the runs of the areas where the actor prepares payouts, or sees money."""
    return PayoutRun.objects.filter(within({*actor.paths(Permission.PAY), *actor.paths(Permission.VIEW)}))


def get_run(actor: Actor, number: str) -> PayoutRun:
    """Return the run `number`, or raise `NotFound` when the actor does not see it."""
    found = runs_visible_to(actor).filter(number=number.strip().upper()).first()
    if found is None:
        raise NotFound
    return found


def payouts_visible_to(actor: Actor) -> QuerySet[Payout]:
    """Return the payouts of the areas where the actor sees money, and its own."""
    return Payout.objects.filter(within(actor.paths(Permission.VIEW)) | Q(party_id__in=actor.own_parties))


def payouts_of(run: PayoutRun) -> QuerySet[Payout]:
    """Return the payouts of a run with their accounts. The caller has authorised the look at the run."""
    return run.payouts.select_related("account")


def count_by_state(run: PayoutRun) -> dict[PayoutState, int]:
    """Return how many of a run's payouts stand where."""
    rows = run.payouts.order_by("state").values("state").annotate(count=Count("pk"))
    return {PayoutState(row["state"]): row["count"] for row in rows}


def payouts_under_way(account_ids: Iterable[int]) -> QuerySet[Payout]:
    """Return the payouts of accounts whose money has left and not arrived, the oldest first."""
    return Payout.objects.filter(account_id__in=list(account_ids), state__in=UNDER_WAY).order_by("pk")


def accounts_to_pay(path: str, minimum: Money) -> QuerySet[Account]:
    """Return the accounts of the parties at `path` that have `minimum` or more. The caller has authorised the look."""
    return Account.objects.filter(
        within([path]), kind=AccountKind.PARTY, currency=minimum.currency, balance_minor__gte=minimum.minor
    )


def households_to_pay(actor: Actor) -> QuerySet[Account]:
    """Return the accounts of households that payouts prepared by the actor now would pay."""
    minimum = usual_minimum(current().currency)
    rich = Account.objects.filter(
        within(actor.paths(Permission.PAY)),
        kind=AccountKind.PARTY,
        currency=minimum.currency,
        balance_minor__gte=minimum.minor,
    )
    return rich.filter(party_id__in=registry.households_with_account())


def came_back(actor: Actor) -> QuerySet[Payout]:
    """Return the payouts that the bank refused or sent back where the actor prepares payouts, until the next to the
    same party: somebody has to look at the bank account first.
    """
    later = Payout.objects.filter(party_id=OuterRef("party_id"), pk__gt=OuterRef("pk")).exclude(
        state=PayoutState.CANCELLED
    )
    back = Payout.objects.filter(within(actor.paths(Permission.PAY)), state__in=CAME_BACK)
    return back.exclude(Exists(later)).select_related("account")


def without_bank_account(run: PayoutRun) -> list[int]:
    """Return the ids of the parties that a run would pay and that have no bank account today."""
    rich = accounts_to_pay(run.area_path, run.minimum).order_by("pk")
    party_ids = [pk for pk in rich.values_list("party_id", flat=True) if pk is not None]
    kinds, banks = registry.kinds_of(party_ids), registry.open_accounts(party_ids)
    return [pk for pk in party_ids if pk not in banks and kinds[pk] in run.kinds]


def clerk_of(run_id: int) -> Actor:
    """Return who began a run or took it up again, as the actor that the person is now."""
    person_id = PayoutRun.objects.values_list("person_id", flat=True).get(pk=run_id)
    return registry.actor_of(people.people_by_id([person_id])[person_id], people.posts_on(person_id, clock.today()))
