"""Orders from the basket to the money: paid or not, packed, sent, delivered, confirmed; a few with a dispute.

Each order is a story that is noted to its end. What would happen after the demo's eve is left out, and so the last
days leave work on every desk.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial

from terrace.config.demo.buyers import somebody
from terrace.config.demo.fates import ARRANGED, SHARES, Fate
from terrace.config.demo.moments import moment
from terrace.config.demo.quality import throw_away
from terrace.config.demo.seasons import WEEKS_OF_ORDERS, festival_before, is_near
from terrace.config.demo.shelf import FARMER_OPENS
from terrace.config.demo.timeline import Timeline
from terrace.config.demo.trade import Trade
from terrace.config.demo.wording import Wording
from terrace.kernel import clock, ids
from terrace.kernel.actors import ANONYMOUS, Actor
from terrace.kernel.money import Money
from terrace.logistics import queries as parcels
from terrace.logistics import services as logistics
from terrace.logistics.domain import ParcelStatus, ScanKind
from terrace.logistics.models import Parcel
from terrace.market import queries, services
from terrace.market.domain import DisputeKind, Notice, OrderStatus, Provider, ReturnState
from terrace.market.domain.packing import WRAPPING_GRAMS, Box, Content, into_boxes
from terrace.market.models import Dispute, Order, PackedLot, Payment, SandboxCharge, Sending
from terrace.market.queries.baskets import Wanted, priced
from terrace.market.services import Checkout, DisputeGiven, ReviewGiven
from terrace.market.services.links import payment_path, signature
from terrace.traceability import queries as lots

Act = Callable[[], None]
SPIKE_SHARE = 0.3
"""How many of the orders come on the day of singles' festival, where it lies in these weeks."""
SPOILT = Wording("有几个坏果", "A few fruits were bad")
SORRY = Wording("抱歉，给您退一部分", "We are sorry and give part of it back")
SEND_BACK = Wording("请交到就近的服务点，全额退款", "Hand them in at any point: all of it comes back to you")
FOR_BUYER = Wording("照片清楚，三分之二退给您", "The photos are clear: two thirds of it come back to you")
FOR_SELLER = Wording("装箱前请再挑一遍", "Please sort once more before you pack")
SHORT_WEIGHT = Wording("少了一个，退差价", "One was missing: the difference comes back")
PRAISE = (
    Wording("果子又脆又甜", "Crisp and sweet"),
    Wording("包装好，到得快", "Well packed, and quick"),
    Wording("扫码能看到是谁家种的", "The code shows who grew it"),
)


AGAIN = (timedelta(0), timedelta(days=4), timedelta(days=8))
"""How long after the first try somebody tries to pack once more."""
GIVES_UP = timedelta(days=9)
"""How long after the first try a seller says that there are no goods, and the buyer gets the money back."""
OWN_EVERY = 10
"""Every so many of the later orders are of the farmer who sells herself."""
GROUP_EVERY = 9
"""Every so many are of the cast's group-buy leader, who orders for a neighbourhood."""


def note_orders(timeline: Timeline, trade: Trade, orders: int) -> None:
    """Note so many orders of the weeks before the trade's day; in the story some are the farmer's and the leader's."""
    if not trade.goods:
        return
    random, day = trade.world.random, trade.day
    for number in range(orders):
        fate, on = random.choices(list(SHARES), list(SHARES.values()))[0], _day(trade)
        if trade.is_story and number < len(ARRANGED):
            days, fate = ARRANGED[number]
            on = day - timedelta(days=days)
        is_late = trade.is_story and (day - on).days < FARMER_OPENS - 1
        is_own = is_late and number % OWN_EVERY == OWN_EVERY - 1
        of_group = trade.is_story and not is_own and number % GROUP_EVERY == 3
        story = OrderStory(trade, fate, is_own=is_own, of_group=of_group)
        _note_story(timeline, story, moment(on, random.uniform(7.5, 22.5)))


def _day(trade: Trade) -> date:
    """Return the day of an order: the festival's for some, else any, rather a late one."""
    random, festival = trade.world.random, festival_before(trade.day)
    if is_near(trade.day, festival) and random.random() < SPIKE_SHARE:
        return festival
    return trade.day - timedelta(days=max(1, int(random.triangular(1, WEEKS_OF_ORDERS.days, 8))))


def _note_story(timeline: Timeline, story: "OrderStory", at: datetime) -> None:
    for later, act in story.plan():
        when = at + later
        if clock.today(when) < story.trade.world.day:
            timeline.note(when, act)


@dataclass(slots=True)
class OrderStory:
    """One order; the acts share the rows that the first of them makes."""

    trade: Trade
    fate: Fate
    is_own: bool = False
    """Whether it is of the farmer's own goods, which she packs at home."""
    of_group: bool = False
    """Whether the cast's group-buy leader orders it, in her own name."""
    payment: Payment | None = None
    order: Order | None = None
    dispute: Dispute | None = None
    returned: Parcel | None = None

    def plan(self) -> list[tuple[timedelta, Act]]:
        """Return what is done, each how long after the checkout."""
        random, hour, day = self.trade.world.random, timedelta(hours=1), timedelta(days=1)
        paid = {Fate.PAID_LATE: 5 * hour, Fate.TRANSFER: 20 * hour}.get(self.fate, timedelta(minutes=4))
        packed = paid + random.uniform(14, 40) * hour
        arrived = packed + random.uniform(2, 4) * day
        steps: list[tuple[timedelta, Act]] = [(timedelta(0), self.place)]
        if self.fate is not Fate.NEVER_PAID:
            steps.append((paid, self.pay))
        if self.fate is Fate.CANCELLED:
            steps.append((paid + 6 * hour, self.cancel))
        for later in AGAIN:  # what there is too little of today is packed when the next tours have come
            steps += [(packed + later, self.pack), (packed + later + 5 * hour, self.ship)]
            steps += [(packed + later + day, partial(self.hear, ParcelStatus.IN_TRANSIT))]
            steps += [(arrived + later, partial(self.hear, ParcelStatus.DELIVERED))]
        steps.append((packed + GIVES_UP, self.give_up))
        return [*steps, *self._ending(arrived, day)]

    def _ending(self, arrived: timedelta, day: timedelta) -> list[tuple[timedelta, Act]]:
        match self.fate:
            case Fate.CONFIRMED | Fate.TRANSFER:
                return [(arrived + day, self.confirm)]
            case Fate.REFUNDED:
                return [(arrived + day / 2, self.refund)]
            case Fate.SPOILT:
                return [(arrived + day / 2, self.complain), (arrived + 2 * day, self.answer)]
            case Fate.RETURNED:
                steps = [
                    (day / 2, self.complain),
                    (day, self.ask_back),
                    (2 * day, self.hand_in),
                    (4 * day, self.come_back),
                ]
                return [(arrived + later, act) for later, act in steps]
            case Fate.DECIDED:
                steps = [
                    (day / 2, self.complain),
                    (day, self.answer),
                    (1.5 * day, self.pass_on),
                    (5 * day, self.decide),
                ]
                return [(arrived + later, act) for later, act in steps]
        return []

    def place(self) -> None:
        """Fill a basket and order."""
        trade, random = self.trade, self.trade.world.random
        offer = trade.offers[random.choice(list(trade.offers))]
        if self.is_own and trade.own_offer:
            offer = trade.own_offer
        wanted = [Wanted(offer.number, random.choices((1, 2, 3, 5), (5, 4, 2, 1))[0])]
        provider = Provider.BANK if self.fate is Fate.TRANSFER else Provider.SANDBOX
        total = priced(wanted, clock.today()).total
        buyer = trade.world.own["leader"].number if self.of_group else ""
        checkout = Checkout(wanted, somebody(trade.world), provider, total, key=ids.secret(), buyer=buyer)
        placed = services.place_orders(by=self._buyer, checkout=checkout)
        self.payment, self.order = placed.payment, placed.orders[0]

    def pay(self) -> None:
        """Let the money come, by the provider's notice or on the bank's statement."""
        payment = self._paying()
        if payment.provider == Provider.BANK:
            clerk, on = self.trade.clerk, clock.today()
            services.confirm_transfer(by=clerk, payment=payment, amount=payment.amount, on=on, reference=payment.number)
            return
        services.book_notice(provider=Provider.SANDBOX, notice=_paid_at_sandbox(payment), now=clock.now())

    def cancel(self) -> None:
        """Let the buyer think better of it."""
        order = self._at(OrderStatus.PAID)
        if order:
            proof = signature(order.reference)
            services.cancel_order(by=ANONYMOUS, order=order, version=order.version, proof=proof)

    def give_up(self) -> None:
        """Cancel as the seller what could not be packed."""
        order = self._at(OrderStatus.PAID)
        if order:
            services.cancel_order(by=self._seller, order=order, version=order.version)

    def pack(self) -> None:
        """Pack it from the oldest lots, if there is enough of them; the farmer packs what she has at home."""
        order, unit = self._at(OrderStatus.PAID), self.trade.centre.unit
        if order and self.is_own:
            self._pack_at_home(order)
            return
        if not order or not all(one.is_enough for one in queries.stock_for(order, unit.pk)):
            return
        boxes = [
            Box(contents, sum(content.steps for content in contents) + WRAPPING_GRAMS)
            for contents in into_boxes(queries.proposal(order, unit.pk), 1)
        ]
        carrier = self.trade.centre.carrier
        services.pack_order(
            by=self.trade.packer,
            order=order,
            version=order.version,
            boxes=boxes,
            carrier_id=carrier.pk if carrier else None,
            unit_id=unit.pk,
        )

    def _pack_at_home(self, order: Order) -> None:
        contents = tuple(Content(line.pk, None, line.content.steps) for line in order.lines.order_by("pk"))
        carrier = self.trade.centre.carrier
        services.pack_order(
            by=self.trade.farmer,
            order=order,
            version=order.version,
            boxes=[Box(contents, sum(one.steps for one in contents) + WRAPPING_GRAMS)],
            carrier_id=carrier.pk if carrier else None,
        )

    def ship(self) -> None:
        """Hand its parcels to the carrier, packed anew from other lots where its goods were recalled meanwhile."""
        order = self._at(OrderStatus.PACKED)
        if order is None:
            return
        try:
            self._hand_over(order)
        except services.HoldsRecalledGoods:
            packed = set(PackedLot.objects.filter(line__order=order, lot__isnull=False).values_list("lot", flat=True))
            services.unpack_order(by=self.trade.packer, order=order, version=order.version)
            for _pk, lot in sorted(lots.lots_by_id(packed).items()):
                if lot.is_recalled:
                    throw_away(self.trade.centre, lot)
            self.pack()
            if again := self._at(OrderStatus.PACKED):
                self._hand_over(again)

    def _hand_over(self, order: Order) -> None:
        waybills = {parcel.number: f"SC{10_000_000 + parcel.pk}" for parcel in _under_way(order)}
        by = self.trade.farmer if self.is_own else self.trade.packer
        services.ship_order(by=by, order=order, version=order.version, waybills=waybills)

    def hear(self, status: ParcelStatus) -> None:
        """Hear from the carrier where its parcels are."""
        order = self._at(OrderStatus.SHIPPED)
        if order:
            for parcel in _under_way(order):
                logistics.carrier_says(by=self.trade.clerk, parcel=parcel, status=status)

    def confirm(self) -> None:
        """Say as the buyer that it is well, and now and then what it was like."""
        order, random = self._at(OrderStatus.DELIVERED), self.trade.world.random
        if not order:
            return
        services.confirm_receipt(by=ANONYMOUS, order=order, proof=signature(order.reference))
        if random.random() < 0.4:
            line = order.lines.order_by("pk")[0]
            given = ReviewGiven(random.choice((4, 5, 5)), self.trade.world.write(random.choice(PRAISE)))
            services.review(by=ANONYMOUS, line=line, given=given, has_order=True)

    def refund(self) -> None:
        """Give a little back on the seller's own account."""
        order = self._at(OrderStatus.DELIVERED)
        if order:
            note = self.trade.world.write(SHORT_WEIGHT)
            amount = min(_part(order, 10), services.own_part(order))
            if amount:
                services.refund_order(by=self._seller, order=order, version=order.version, amount=amount, note=note)

    def complain(self) -> None:
        """Say as the buyer that some of it was spoilt."""
        order = self._at(OrderStatus.DELIVERED)
        if order:
            given = DisputeGiven(DisputeKind.SPOILT, self.trade.world.write(SPOILT), _part(order, 30))
            proof = signature(order.reference)
            self.dispute = services.open_dispute(by=ANONYMOUS, order=order, given=given, proof=proof)

    def answer(self) -> None:
        """Answer as the seller: mostly with what the buyer wants, which settles it."""
        dispute, random = self.dispute, self.trade.world.random
        if dispute is None:
            return
        wanted = min(Money(dispute.wanted_minor, dispute.currency), services.own_part(dispute.order))
        share = 6 if self.fate is Fate.DECIDED else 1 if random.random() < 0.7 else 2
        words = self.trade.world.write(SORRY)
        self.dispute = services.answer_dispute(
            by=self._seller,
            dispute=dispute,
            version=dispute.version,
            amount=Money(wanted.minor // share, wanted.currency),
            words=words,
        )

    def pass_on(self) -> None:
        """Leave it to the centre as the buyer, who wants more."""
        if self.dispute and self.order:
            proof = signature(self.order.reference)
            self.dispute = services.pass_on_dispute(by=ANONYMOUS, dispute=self.dispute, proof=proof)

    def decide(self) -> None:
        """Decide for the centre: most of what was wanted."""
        dispute, world = self.dispute, self.trade.world
        if dispute is None:
            return
        services.decide_dispute(
            by=self.trade.clerk,
            dispute=dispute,
            version=dispute.version,
            amount=Money(dispute.wanted_minor * 2 // 3, dispute.currency),
            words_to_buyer=world.write(FOR_BUYER),
            words_to_seller=world.write(FOR_SELLER),
        )

    def ask_back(self) -> None:
        """Ask as the seller for the goods, and promise all that was paid for them."""
        if self.dispute and self.order:
            words, total = self.trade.world.write(SEND_BACK), self.order.total
            self.dispute = services.ask_goods_back(
                by=self._seller, dispute=self.dispute, version=self.dispute.version, amount=total, words=words
            )

    def hand_in(self) -> None:
        """Hand them in at the counter of a point."""
        if self.dispute:
            world, village = self.trade.world, self.trade.villages[0]
            weight = sum(parcel.weight_grams for parcel in parcels.parcels_about(self.dispute.order.reference))
            self.returned = services.take_in_return(
                by=world.keeper(village), dispute=self.dispute, unit=world.units[village], weight_grams=weight
            )

    def come_back(self) -> None:
        """Let the packer find them sound, and so the buyer have the money."""
        if self.dispute and self.returned:
            packer, unit = self.trade.packer, self.trade.centre.unit
            logistics.scan(by=packer, code=self.returned.number, kind=ScanKind.ARRIVED, unit=unit)
            self.dispute = services.take_back_goods(by=packer, dispute=self.dispute, state=ReturnState.SOUND)
            if self.dispute.seller_agrees:  # all of the price is more than the seller's own: freight was earned
                services.grant_agreed(by=self.trade.clerk, dispute=self.dispute, version=self.dispute.version)

    @property
    def _buyer(self) -> Actor:
        world = self.trade.world
        return world.as_actor(world.speakers["leader"]) if self.of_group else ANONYMOUS

    @property
    def _seller(self) -> Actor:
        return self.trade.farmer if self.is_own else self.trade.seller

    def _paying(self) -> Payment:
        if self.payment is None:
            raise RuntimeError("nobody pays for what was not ordered")
        self.payment.refresh_from_db()
        return self.payment

    def _at(self, status: OrderStatus) -> Order | None:
        """Return the order as it is now, None where it does not stand at `status`: its story went otherwise.

        So it did too where the goods were recalled, and buyer and seller have dealt with it.
        """
        if self.order is None:
            return None
        self.order.refresh_from_db()
        went_otherwise = self.order.status != status or Dispute.objects.filter(order=self.order).exists()
        return None if went_otherwise else self.order


def _under_way(order: Order) -> list[Parcel]:
    """Return an order's parcels but for those that were unpacked."""
    return [parcel for parcel in parcels.parcels_about(order.reference) if parcel.ended_at is None]


def _paid_at_sandbox(payment: Payment) -> Notice:
    """Pay at the provider's cashier, and return the notice that it sends: its books are where money goes back from."""
    services.start_payment(payment=payment, return_url=payment_path(payment))
    charge = SandboxCharge.objects.get(number=payment.number)
    services.decide_charge(reference=charge.reference, pays=True, sending=Sending.NEVER)
    return Notice(payment.number, payment.amount, charge.reference, paid=True)


def _part(order: Order, percent: int) -> Money:
    return Money(order.total_minor * percent // 100, order.currency)
