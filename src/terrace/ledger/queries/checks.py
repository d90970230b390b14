"""What must hold of accounts, transfers and payouts, looked at from outside the triggers that keep it so."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

from django.db.models import Count, Exists, F, Model, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models import Sum as Total
from django.db.models.functions import Coalesce

from terrace.kernel.checks import BATCH, Check, batches
from terrace.ledger.domain import UNDER_WAY, AccountKind, PayoutState, RunState
from terrace.ledger.models import Account, Entry, FormerPlace, Operator, Payout, PayoutRun, Transfer
from terrace.ledger.models.accounts import OUTSIDE
from terrace.network import queries as network
from terrace.registry import queries as registry
from terrace.registry.domain import State

M = TypeVar("M", bound=Model)
CAME_BACK = (PayoutState.FAILED, PayoutState.RETURNED, PayoutState.CANCELLED)


def _unbalanced() -> Iterable[str]:
    sums = Entry.objects.order_by("transfer_id").values("transfer_id", "currency").annotate(left=Total("amount_minor"))
    ids = [row["transfer_id"] for row in sums.exclude(left=0)]
    return Transfer.objects.filter(pk__in=ids).order_by("number").values_list("number", flat=True)


def _without_sides() -> Iterable[str]:
    """Entries are written with their transfer, at least two."""
    counts = Entry.objects.filter(transfer=OuterRef("pk")).order_by().values("transfer").annotate(n=Count("pk"))
    rows = Transfer.objects.annotate(sides=Coalesce(Subquery(counts.values("n")), Value(0))).filter(sides__lt=2)
    return rows.order_by("number").values_list("number", flat=True)


def _misreckoned() -> Iterable[str]:
    sums = Entry.objects.filter(account=OuterRef("pk")).order_by().values("account").annotate(n=Total("amount_minor"))
    booked = Coalesce(Subquery(sums.values("n")), Value(0))
    rows = Account.objects.annotate(booked=booked).exclude(balance_minor=F("booked"))
    return rows.order_by("number").values_list("number", flat=True)


def _overdrawn() -> Iterable[str]:
    rows = Account.objects.filter(balance_minor__lt=0).exclude(kind__in=OUTSIDE)
    return rows.order_by("number").values_list("number", flat=True)


def _at_odds_with_its_transfer() -> Iterable[str]:
    """An entry repeats when and why, a reversal's why what it reverses; and is in its account's currency."""
    why = Coalesce(F("transfer__reverses__reason"), F("transfer__reason"))
    agrees = Q(at=F("transfer__at"), reason=why, currency=F("account__currency"))
    rows = Entry.objects.exclude(agrees).order_by("pk").values_list("transfer__number", flat=True)
    return dict.fromkeys(rows)


def _reversed_otherwise() -> Iterable[str]:
    reversals = Transfer.objects.filter(reverses__isnull=False).order_by("number")
    for batch in batches(reversals.values_list("pk", "reverses_id", "number").iterator(chunk_size=BATCH)):
        sides = _sides_of({pk for pk, reverses_id, _ in batch} | {reverses_id for _, reverses_id, _ in batch})
        for pk, reverses_id, number in batch:
            undone = sorted((account, currency, -minor) for account, currency, minor in sides[reverses_id or 0])
            if sorted(sides[pk]) != undone:
                yield number


def _sides_of(transfer_ids: Iterable[int | None]) -> dict[int, list[tuple[int, str, int]]]:
    sides: defaultdict[int, list[tuple[int, str, int]]] = defaultdict(list)
    rows = Entry.objects.filter(transfer__in=[pk for pk in transfer_ids if pk is not None]).order_by("pk")
    for entry in rows.only("transfer_id", "account_id", "currency", "amount_minor"):
        sides[entry.transfer_id].append((entry.account_id, entry.currency, entry.amount_minor))
    return sides


def _accounts_elsewhere() -> Iterable[str]:
    """An account is looked after where its party lives, or its unit lies."""
    of_units = list(
        Account.objects.filter(unit__isnull=False).order_by("number").values_list("number", "unit_id", "area_path")
    )
    units = network.units_by_id(unit_id for _, unit_id, _ in of_units if unit_id is not None)
    yield from (number for number, unit_id, path in of_units if units[unit_id or 0].area_path != path)
    of_parties = Account.objects.filter(party__isnull=False).order_by("number")
    for batch in batches(of_parties.values_list("number", "party_id", "area_path").iterator(chunk_size=BATCH)):
        parties = registry.parties_by_id(party_id for _, party_id, _ in batch if party_id is not None)
        yield from (number for number, party_id, path in batch if parties[party_id or 0].area_path != path)


def _booked_elsewhere() -> Iterable[str]:
    """An entry or a payout is told of the area where its account lies, or lay before its party moved."""
    yield from dict.fromkeys(_elsewhere(Entry.objects.order_by("pk")).values_list("transfer__number", flat=True))
    yield from _elsewhere(Payout.objects.order_by("pk")).values_list("number", flat=True)


def _elsewhere(rows: QuerySet[M]) -> QuerySet[M]:
    here = Q(area_path=F("account__area_path"), county_code=F("account__county_code"))
    before = FormerPlace.objects.filter(
        account=OuterRef("account"), area_path=OuterRef("area_path"), county_code=OuterRef("county_code")
    )
    return rows.exclude(here).exclude(Exists(before))


def _payouts_to_others() -> Iterable[str]:
    """A payout is of the party whose account it was taken from."""
    return Payout.objects.exclude(party=F("account__party")).order_by("number").values_list("number", flat=True)


def _payouts_to_other_banks() -> Iterable[str]:
    """A payout goes to a bank account of its own party; that of a person who was erased is forgotten."""
    kept = Payout.objects.filter(bank_account_id__isnull=False).order_by("number")
    for batch in batches(kept.values_list("number", "party_id", "bank_account_id").iterator(chunk_size=BATCH)):
        owners = registry.owners_of_accounts(bank_id for _, _, bank_id in batch if bank_id is not None)
        yield from (number for number, party_id, bank_id in batch if owners.get(bank_id or 0, party_id) != party_id)


def _payouts_at_odds() -> Iterator[str]:
    """A payout's transfers are those of its state, each of its amount."""
    fields = ("number", "account_id", "amount_minor", "state", "paid_on")
    for batch in batches(Payout.objects.order_by("number").values_list(*fields).iterator(chunk_size=BATCH)):
        moved = _moved_by_payouts([number for number, *_ in batch])
        for number, account_id, minor, state, paid_on in batch:
            wanted = {f"payout/{number}/out": (account_id, -minor)}
            if paid_on:
                wanted[f"payout/{number}/paid"] = (None, minor)
            if state in CAME_BACK:
                wanted[f"payout/{number}/back"] = (account_id, minor)
            if moved.get(number, {}) != wanted:
                yield number


def _moved_by_payouts(numbers: Sequence[str]) -> dict[str, dict[str, tuple[int | None, int]]]:
    """Return what each payout's transfers moved, by key: (the party's account or None, into it or out of it)."""
    moved: defaultdict[str, dict[str, tuple[int | None, int]]] = defaultdict(dict)
    rows = Entry.objects.filter(transfer__reference__in=[f"payout/{number}" for number in numbers])
    for key, account_id, kind, minor in rows.order_by("pk").values_list(
        "transfer__key", "account_id", "account__kind", "amount_minor"
    ):
        number = key.split("/")[1]
        if kind == AccountKind.PARTY:
            moved[number][key] = (account_id, minor)
        elif kind == AccountKind.BANK and key.endswith("/paid"):
            moved[number][key] = (None, minor)
    return moved


def _waiting_at_odds() -> Iterable[str]:
    """What lies with the payouts on their way is what is under way, in each currency."""
    rows = Payout.objects.filter(state__in=UNDER_WAY).order_by("currency").values("currency")
    under_way = Counter(dict(rows.annotate(n=Total("amount_minor")).values_list("currency", "n")))
    waiting = Account.objects.filter(kind=AccountKind.PAYOUTS).order_by("number")
    for number, currency, minor in waiting.values_list("number", "currency", "balance_minor"):
        if under_way.pop(currency, 0) != minor:
            yield number
    yield from (f"payouts in {currency}" for currency, minor in sorted(under_way.items()) if minor)


def _runs_at_odds() -> Iterable[str]:
    """A run tells how many payouts it has and what they come to."""
    of_run = Payout.objects.filter(run=OuterRef("pk")).order_by().values("run")
    count = Coalesce(Subquery(of_run.annotate(n=Count("pk")).values("n")), Value(0))
    amount = Coalesce(Subquery(of_run.annotate(n=Total("amount_minor")).values("n")), Value(0))
    rows = PayoutRun.objects.annotate(made=count, summed=amount)
    wrong = rows.exclude(count=F("made"), amount_minor=F("summed"))
    return wrong.order_by("number").values_list("number", flat=True)


def _runs_over_too_early() -> Iterable[str]:
    """A run that the bank has answered has nothing under way, and of one that was cancelled all are."""
    settled = Payout.objects.filter(run__state=RunState.SETTLED, state__in=UNDER_WAY)
    cancelled = Payout.objects.filter(run__state=RunState.CANCELLED).exclude(state=PayoutState.CANCELLED)
    early = (settled | cancelled).order_by("run__number")
    return early.values_list("run__number", flat=True).distinct()


def _erased_operators() -> Iterable[str]:
    """Nobody whose data were erased runs a unit."""
    runs = dict(Operator.objects.order_by("pk").values_list("unit_id", "party_id"))
    units, parties = network.units_by_id(runs), registry.parties_by_id(runs.values())
    return (units[unit_id].number for unit_id, party_id in runs.items() if parties[party_id].state is State.ERASED)


CHECKS = (
    Check("a transfer sums to zero", _unbalanced),
    Check("a transfer has two sides or more", _without_sides),
    Check("a balance is the sum of its entries", _misreckoned),
    Check("only the outside is below zero", _overdrawn),
    Check("an entry agrees with its transfer and its account", _at_odds_with_its_transfer),
    Check("a reversal moves back what it reverses", _reversed_otherwise),
    Check("an account is looked after where its party lives or its unit lies", _accounts_elsewhere),
    Check("money counts where its account lay when it moved", _booked_elsewhere),
    Check("a payout moved its money as it says", _payouts_at_odds),
    Check("a payout is of whose account it was taken from", _payouts_to_others),
    Check("a payout goes to a bank account of its party", _payouts_to_other_banks),
    Check("what waits for the bank is what is under way", _waiting_at_odds),
    Check("a run tells what it has", _runs_at_odds),
    Check("a run is over when its payouts are", _runs_over_too_early),
    Check("who runs a unit was not erased", _erased_operators),
)
