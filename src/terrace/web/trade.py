"""What waits between harvest and money, counted for each desk; and the few figures of money that matter there.

Each entry is one count of the context that keeps the rows, and stands only while there is something to do.
"""

from collections.abc import Collection, Iterator
from datetime import timedelta

from django.db.models import Q
from django.urls import reverse
from django.utils.http import urlencode

from terrace.http import written
from terrace.http.pieces import Figure, Todo
from terrace.kernel import clock
from terrace.kernel.actors import Actor
from terrace.kernel.deployment import current
from terrace.kernel.money import Money
from terrace.kernel.words import _, in_language
from terrace.ledger import queries as ledger
from terrace.ledger.domain import Permission as Ledger
from terrace.ledger.domain import RunState
from terrace.logistics import queries as logistics
from terrace.logistics.domain import ParcelStatus, TourStatus
from terrace.logistics.domain import Permission as Logistics
from terrace.logistics.domain.shelf import Care
from terrace.market import queries as market
from terrace.market.domain import OrderStatus
from terrace.market.domain import Permission as Market
from terrace.market.queries import buying
from terrace.network.models import ServiceUnit
from terrace.registry.domain import Kind
from terrace.registry.models import Party
from terrace.sourcing import queries as sourcing
from terrace.sourcing.domain import Permission as Sourcing
from terrace.statistics import queries as statistics
from terrace.statistics.domain import FigureKind, Period, Span
from terrace.statistics.domain import Permission as Statistics
from terrace.traceability import queries as lots

UNDER_WAY = (OrderStatus.PAID, OrderStatus.PACKED, OrderStatus.SHIPPED)


def weighing(actor: Actor) -> list[Todo]:
    """Return the way to the scales, for who weighs."""
    if not actor.holds(Sourcing.PURCHASE):
        return []
    text = _("What somebody brings, and what it is worth")
    return [Todo(_("Weigh and buy"), reverse("sourcing:purchase_new"), "scale", text)]


def counted(actor: Actor) -> list[Todo]:
    """Return what waits for the actor, as far as there is any: on the road, at the counter, of the market, of money."""
    found = [
        *_on_the_road(actor),
        *_at_the_counter(actor),
        *_to_send_back(actor),
        *_out_of_place(actor),
        *_of_cash(actor),
        *_of_carriers(actor),
        *_of_orders(actor),
        *_of_money(actor),
    ]
    return [todo for todo in found if todo.count]


def _on_the_road(actor: Actor) -> Iterator[Todo]:
    if actor.holds(Logistics.DISPATCH):
        text = _("Parcels and goods that ride on no tour yet")
        yield Todo(_("Plan tours"), reverse("logistics:tours"), "map", text, logistics.waiting_below(actor))
        yield from _tours_of_days_before(actor)
        late = logistics.goods_waiting_too_long(actor, clock.now()).count()
        text = _("Goods at points that may wait no longer")
        yield Todo(_("Fetch goods that waited too long"), reverse("logistics:consignments"), "clock", text, late)
        trouble = logistics.trouble_below(actor)
        missing, damaged = trouble.get(ParcelStatus.MISSING, 0), trouble.get(ParcelStatus.DAMAGED, 0)
        yield Todo(_("Look for missing parcels"), _parcels(ParcelStatus.MISSING), "search", count=missing)
        yield Todo(_("See to damaged parcels"), _parcels(ParcelStatus.DAMAGED), "package", count=damaged)
    if actor.holds(Logistics.DRIVE) and actor.person_id is not None:
        tours = logistics.tours_driven_by(actor.person_id, clock.today()).exclude(status="finished").count()
        yield Todo(_("Drive today's tour"), reverse("logistics:my_tours"), "truck", count=tours)


def _tours_of_days_before(actor: Actor) -> Iterator[Todo]:
    """Yield the tours of days before that nobody began, and those that began and never came home."""
    today = clock.today()
    last, tours = (today - timedelta(days=1)).isoformat(), reverse("logistics:tours")
    count = logistics.tours_not_begun(actor, today).count()
    text = _("Choose another day or driver, or cancel them: their goods wait")
    url = f"{tours}?{urlencode({'status': TourStatus.PLANNED.value, 'last': last})}"
    yield Todo(_("See to tours that nobody began"), url, "alert-triangle", text, count)
    count = logistics.tours_not_finished(actor, today).count()
    text = _("Ask the driver, and finish them: what rides on them can go nowhere else")
    url = f"{tours}?{urlencode({'status': TourStatus.UNDER_WAY.value, 'last': last})}"
    yield Todo(_("See to tours that never came home"), url, "alert-triangle", text, count)


def _parcels(status: ParcelStatus) -> str:
    return f"{reverse('logistics:parcels')}?{urlencode({'status': status.value})}"


def _to_send_back(actor: Actor) -> Iterator[Todo]:
    """Yield the parcels that nobody wants: for who plans tours those of the area, at a counter those that lie there."""
    refused = _parcels(ParcelStatus.REFUSED)
    if actor.holds(Logistics.DISPATCH):
        text = _("Put them on the next tour that stops there")
        count = logistics.refused_below(actor).count()
        yield Todo(_("Fetch refused parcels from the points"), refused, "truck", text, count)
    elif actor.units and actor.holds(Logistics.HANDLE):
        count = logistics.refused_at(actor.units).count()
        text = _("They go back to their carrier by the centre")
        yield Todo(_("Give refused parcels to the tour"), refused, "truck", text, count)


def _out_of_place(actor: Actor) -> Iterator[Todo]:
    """Yield what lies where it does not belong, or for too long, and what is to be sent home."""
    if actor.holds(Logistics.DISPATCH):
        text = _("Put them on the next tour that stops there")
        yield Todo(
            _("Fetch parcels from the wrong place"),
            _care(Care.ASTRAY),
            "truck",
            text,
            logistics.astray_below(actor).count(),
        )
    elif actor.units and actor.holds(Logistics.HANDLE):
        text, count = _("Lay them aside: the next tour takes them along"), logistics.astray_at(actor.units).count()
        yield Todo(_("Give parcels of other places to the tour"), _care(Care.ASTRAY), "truck", text, count)
    if actor.units and actor.holds(Logistics.HANDLE):
        now = clock.now()
        text, count = _("Call the recipients, or send them back"), logistics.overdue_at(actor.units, now).count()
        yield Todo(_("See to parcels that lie too long"), _care(Care.OVERDUE), "phone", text, count)
        text, count = _("What is in them was given back"), logistics.called_back_at(actor.units, now).count()
        yield Todo(_("Send parcels home that were called back"), _care(Care.CALLED_BACK), "home", text, count)


def _of_cash(actor: Actor) -> Iterator[Todo]:
    """Yield the cash of parcels: at a counter what is to be handed in, for who books money what is kept too long."""
    url = reverse("logistics:cash")
    if actor.holds(Ledger.DEPOSIT):
        text = _("Points and stations keep cash of parcels for too long")
        count = len(logistics.old_debts(actor, clock.now()))
        yield Todo(_("Ask for cash that was not handed in"), url, "phone", text, count)
    elif actor.units and actor.holds(Logistics.HANDLE) and actor.holds(Ledger.OUTLET):
        debts = logistics.debts_of(actor.units)
        owed = sum((debt.amount for debt in debts), start=Money(0, current().currency))
        told = _("%(amount)s is owed to the centre") % {"amount": written.money(owed)}
        yield Todo(_("Hand in the cash of parcels"), url, "coin", told, sum(debt.parcels for debt in debts))


def _care(care: Care) -> str:
    return f"{reverse('logistics:parcels')}?{urlencode({'care': care.value})}"


def _of_carriers(actor: Actor) -> Iterator[Todo]:
    """Yield what a courier company carries and owes."""
    if actor.parties:
        carried, owed = logistics.carried_by(actor.parties).count(), logistics.owed_fees(actor.parties).count()
        yield Todo(_("Parcels that you carry"), reverse("logistics:parcels"), "truck", count=carried)
        yield Todo(_("Fees that you owe"), f"{reverse('logistics:fees')}?owed=on", "coin", count=owed)
        shared, text = logistics.carriers_of(actor).count(), _("Hand over files, read agreements and statements")
        yield Todo(_("Networks that you share"), reverse("logistics:carriers"), "building", text, shared)
    if actor.parties or actor.holds(Logistics.DISPATCH):
        text, waiting = _("Their addresses do not tell it"), logistics.unplaced_visible_to(actor).count()
        yield Todo(_("Say where parcels go"), reverse("logistics:unplaced"), "map", text, waiting)


def _at_the_counter(actor: Actor) -> Iterator[Todo]:
    """Yield what lies at the units of the actor's own posts."""
    if not actor.holds(Logistics.HANDLE):
        return
    desk = reverse("logistics:desk")
    shelf = sum(logistics.shelf_of(unit).count() for unit in actor.units)
    yield Todo(_("Hand over parcels"), desk, "package", count=shelf)
    to_count = sum(logistics.to_count_at(unit).count() for unit in actor.units)
    yield Todo(_("Count in goods that arrived"), desk, "clipboard-list", count=to_count)
    if actor.holds(Sourcing.PURCHASE):
        waiting = lots.lots_at(unit_ids=actor.units).count() if actor.units else 0
        text = _("Lots that lie here and wait for the tour")
        yield Todo(_("Send goods up"), reverse("logistics:consignment_new"), "truck", text, waiting)


def _of_orders(actor: Actor) -> Iterator[Todo]:
    """Yield what buyers wait for: of who packs and sells, of who decides; and what the actor's own parties bought."""
    if _sends(actor):
        yield from _of_sellers(actor)
    if actor.holds(Market.DISPUTES):
        decide = f"{reverse('market:disputes')}?{urlencode({'status': 'with_centre'})}"
        yield Todo(_("Decide disputes"), decide, "scale", count=market.disputes_to_decide(actor).count())
        stuck = market.stuck_orders(actor, clock.now()).count()
        yield Todo(_("Call about orders that are stuck"), reverse("market:desk"), "phone", count=stuck)
    if actor.parties or not actor.grants:
        yield from _of_buyers(actor)


def _sends(actor: Actor) -> bool:
    """Say whether packing and answering is the actor's own work; who decides for a county may, and has other work."""
    return (
        bool(actor.parties)
        or actor.holds(Market.PACK)
        or (actor.holds(Market.SELL) and not actor.holds(Market.DISPUTES))
    )


def _of_buyers(actor: Actor) -> Iterator[Todo]:
    """Yield what somebody's own orders wait for, then all that is on its way."""
    bought, mine = market.counts_by_status(buying.orders_bought_by(actor)), reverse("market:orders_mine")
    unpaid, arrived = (
        f"{mine}?{urlencode({'status': one.value})}" for one in (OrderStatus.PLACED, OrderStatus.DELIVERED)
    )
    yield Todo(_("Pay for what you ordered"), unpaid, "credit-card", count=bought.get(OrderStatus.PLACED, 0))
    text = _("Or tell us what is wrong")
    yield Todo(_("Say that all is well"), arrived, "circle-check", text, bought.get(OrderStatus.DELIVERED, 0))
    follow = sum(bought.get(one, 0) for one in UNDER_WAY)
    yield Todo(_("Follow what you ordered"), mine, "package", count=follow)


def _of_sellers(actor: Actor) -> Iterator[Todo]:
    """Yield what sellers and packers owe their buyers, what is late first."""
    mine = market.sales_visible_to(actor).filter(market.packable_by(actor), status__in=market.LATE)
    counts, sales = market.counts_by_status(mine), reverse("market:sales")
    late = mine.filter(paid_at__lt=market.late_before(clock.now())).count()
    packed = f"{sales}?{urlencode({'status': OrderStatus.PACKED.value})}"
    disputes, asked = reverse("market:disputes"), market.counts_by_status(market.disputes_with_seller(actor))
    yield Todo(
        _("Late: pack and ship these first"), f"{sales}?{urlencode({'late': 'on'})}", "alert-triangle", count=late
    )
    yield Todo(_("Answer buyers"), f"{disputes}?{urlencode({'status': 'open'})}", "message", count=asked.get("open", 0))
    yield Todo(_("Pack orders"), reverse("market:pack_list"), "package", count=counts.get("paid", 0))
    yield Todo(_("Hand packed orders to the carrier"), packed, "truck", count=counts.get("packed", 0))
    coming = f"{disputes}?{urlencode({'status': 'returning'})}"
    yield Todo(_("Take in what buyers send back"), coming, "arrow-left", count=asked.get("returning", 0))
    back = f"{sales}?{urlencode({'back': 'on'})}"
    text = _("Say whether they are sound or spoilt")
    yield Todo(
        _("Put away goods that came back"), back, "arrows-exchange", text, market.orders_brought_back(actor).count()
    )


def _of_money(actor: Actor) -> Iterator[Todo]:
    """Yield the money that waits for a clerk: from buyers, back to them, and out to the bank."""
    if actor.holds(Market.PAYMENTS):
        payments = reverse("market:payments")
        yield Todo(_("Confirm bank transfers"), payments, "building-bank", count=buying.count_transfers(actor))
        back = buying.repayments_to_make(actor).count() + market.failed_repayments(actor).count()
        yield Todo(_("Send money back to buyers"), payments, "coin", count=back)
    if actor.holds(Ledger.PAY):
        text = _("Households with money here and a bank account")
        households = ledger.households_to_pay(actor).count()
        yield Todo(_("Prepare payouts"), reverse("ledger:run_new"), "coin", text, households)
        text = _("Look at the bank account; the next payouts try again")
        refused = ledger.came_back(actor).count()
        yield Todo(_("Payouts that came back"), reverse("ledger:came_back"), "arrows-exchange", text, refused)
        runs = ledger.runs_visible_to(actor).filter(Q(state=RunState.PREPARED) | Q(state=RunState.EXPORTED)).count()
        text = _("To be handed to the bank, or to be answered by it")
        yield Todo(_("Payouts under way"), reverse("ledger:runs"), "send", text, runs)


def sales_figures(actor: Actor, unit: ServiceUnit) -> list[Figure]:
    """Return what the unit's area sold this month, and what its households were paid."""
    if not actor.holds(Statistics.VIEW):
        return []
    days = Period.of(Span.MONTH, clock.today()).so_far(clock.today())
    sums = zip((FigureKind.SALES, FigureKind.INCOME), statistics.sales_and_income(unit.area_path, days), strict=True)
    url = reverse("statistics:figures_of", args=[unit.area_id])
    return [Figure(kind.label, _round(minor), url, line=_("this month")) for kind, minor in sums]


def money_figures(parties: Collection[Party]) -> list[Figure]:
    """Return what one party has on its account, and of a household what it is still owed and was bought last."""
    if len(parties) != 1:
        return []
    (party,) = parties
    account = ledger.find_account_of_party(party.pk)
    balance = account.balance if account else Money(0, current().currency)
    is_household = party.kind == Kind.HOUSEHOLD
    url = reverse("statistics:statement", args=[party.number]) if is_household else reverse("ledger:money")
    figures = [Figure(_("On the account"), _round(balance.minor), url)]
    return [*figures, *_bought_of(party, url)] if is_household else figures


def _bought_of(party: Party, url: str) -> Iterator[Figure]:
    last = sourcing.purchases_from(party.pk).order_by("-purchased_at", "-pk").first()
    if last is None:
        return
    owed = sourcing.sum_of_purchases(sourcing.purchases_from(party.pk)).owed
    yield Figure(_("Still owed"), _round(owed.minor), url, line=_("for goods that were weighed"))
    day = written.localdate(clock.today(last.purchased_at))
    product = in_language(sourcing.goods_of([last])[0].product.names)
    yield Figure(_("Last purchase"), _round(last.amount.minor), url, line=f"{product} · {day}")


def _round(minor: int) -> str:
    found = Money(minor, current().currency)
    return written.round_money(found) if abs(found.amount) >= 1000 else written.money(found)
