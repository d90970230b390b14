"""What one side of the world trades: a purchase with its lot, an offer, an order that was paid for."""

from datetime import timedelta

from terrace.accounts.services.sign_in import self_of
from terrace.kernel import clock
from terrace.kernel.actors import ANONYMOUS, SYSTEM
from terrace.kernel.money import Money
from terrace.kernel.quantity import Quantity, Unit
from terrace.ledger import services as ledger
from terrace.logistics.models import Parcel
from terrace.market import gateways
from terrace.market import services as market
from terrace.market.domain import DisputeKind, Notice, Provider
from terrace.market.models import Offer, Order, Payment, PaymentNotice
from terrace.market.services import links
from terrace.network.models import ServiceUnit
from terrace.registry.models import Party
from terrace.sourcing import queries as bought
from terrace.sourcing import services as sourcing
from terrace.sourcing.domain import PayRule
from terrace.sourcing.models import Purchase
from terrace.traceability import queries as traceability
from terrace.traceability import services as tracing
from terrace.traceability.domain import LossReason
from tests.access.carriage import carriage_of, money_of
from tests.access.lots import lots_of
from tests.conftest import Member
from tests.market.orders import make_offer, paid_order, place
from tests.market.selling import a_photo
from tests.market.settling import pack, ship

Values = dict[str, str | int]


def trade_of(keeper: Member, unit: str, household: Party, shop: Party) -> Values:
    """Let a point buy of a household for a shop, and the shop sell; return what addresses name of it."""
    amount = Money(1_000_000, "CNY")
    ledger.deposit(by=SYSTEM, party=shop, amount=amount, bank_reference=f"bank of {shop.number}")
    purchase = _purchase(keeper, unit, household, shop)
    lot = traceability.lots_by_id([purchase.lot_id])[purchase.lot_id]
    offer = make_offer(shop)
    order = paid_order(offer, 2, provider=Provider.BANK)
    now = order.created_at
    repayment = market.repay(payment=order.payment, amount=Money(100, "CNY"), key=f"trade/{order.number}", now=now)
    return {
        "purchase": purchase.number,
        **_lost(_purchase(keeper, unit, household, shop)),
        "mandate": sourcing.give_mandate(by=SYSTEM, given=_mandate(shop)).number,
        **lots_of(lot),
        "offer": offer.number,
        "order": order.number,
        "order_signs": links.signature(order.reference),
        "payment": order.payment.number,
        "payment_signs": links.signature(f"payment/{order.payment.number}"),
        "line_id": order.lines.get().pk,
        "repayment_id": repayment.pk,
        "open_payment": place({offer: 1}, provider=Provider.BANK).payment.number,
        "said_id": _odd_notice(order.payment).pk,
        "address_id": _address(keeper),
        "charge": _charge(offer),
        **_sold(offer, household),
        **_going_back(offer),
        **carriage_of(ServiceUnit.objects.get(number=unit), lot),
        **money_of(household, shop),
    }


def _address(keeper: Member) -> int:
    """Let the keeper keep an address to buy for."""
    where = market.Delivery("Lin Yue", "13800138000", "Shaanxi, Xi'an", "12 Willow Lane")
    return market.keep_address(by=self_of(keeper.person), given=where).pk


def _odd_notice(payment: Payment) -> PaymentNotice:
    """Let a provider say that another amount was paid."""
    notice = Notice(payment.number, Money(1, "CNY"), "P-1", True)
    return market.book_notice(provider=Provider.BANK, notice=notice, now=clock.now())


def _sold(offer: Offer, buyer: Party) -> Values:
    """Let the shop pack and ship two orders itself: one is confirmed, of the other the buyer says what is wrong."""
    settled, disputed = (_sent(offer) for _order in range(2))
    market.confirm_receipt(by=SYSTEM, order=settled)
    said = market.ReviewGiven(4, "Crisp")
    review = market.review(by=ANONYMOUS, line=settled.lines.get(), given=said, has_order=True)
    picture = a_photo(size=(30, 20))
    given = market.DisputeGiven(DisputeKind.SPOILT, "Two are rotten", Money(500, "CNY"), picture)
    dispute = market.open_dispute(by=SYSTEM, order=disputed, given=given)
    market.pass_on_dispute(by=SYSTEM, dispute=dispute)
    Order.objects.filter(pk__in=[settled.pk, disputed.pk]).update(buyer=buyer)
    begins = clock.today() + timedelta(days=30)
    rules = market.AgreementGiven(offer.seller_path, begins, 20, Money(150, "CNY"), 7)
    return {
        "settled": settled.number,
        "review_id": review.pk,
        "photo_id": market.add_photo(by=SYSTEM, offer=offer, photo=a_photo(size=(30, 20))).pk,
        "sent_order": disputed.number,
        "sent_signs": links.signature(disputed.reference),
        "sent_parcel": Parcel.objects.get(reference=disputed.reference).number,
        "dispute": dispute.number,
        "agreement": market.make_agreement(by=SYSTEM, given=rules).number,
    }


def _going_back(offer: Offer) -> Values:
    """Return the dispute in which the seller asked for the goods, and its order."""
    given = market.DisputeGiven(DisputeKind.SPOILT, "All are rotten", Money(500, "CNY"))
    order = _sent(offer)
    dispute = market.open_dispute(by=SYSTEM, order=order, given=given)
    market.ask_goods_back(by=SYSTEM, dispute=dispute, version=1, amount=order.escrow, words="Send them back")
    return {
        "returning": dispute.number,
        "returning_order": order.number,
        "returning_signs": links.signature(order.reference),
    }


def _sent(offer: Offer) -> Order:
    return ship(pack(paid_order(offer), by=SYSTEM))


def _charge(offer: Offer) -> str:
    """Return the reference of a payment at the sandbox's cashier."""
    payment = place({offer: 1}).payment
    gateway = gateways.gateway_for(Provider.SANDBOX)
    assert gateway is not None
    return gateway.start(payment, "http://testserver/").reference


def _lost(purchase: Purchase) -> Values:
    """Let some of a purchase rot before it is sold; return what addresses name of that."""
    lot = traceability.lots_by_id([purchase.lot_id])[purchase.lot_id]
    tracing.lose(by=SYSTEM, lot=lot, quantity=Quantity(1_000, Unit.KILOGRAM), reason=LossReason.ROTTEN)
    (loss,) = bought.losses_of_purchases([purchase.pk])
    return {"lossy_purchase": purchase.number, "loss_id": loss.pk}


def _mandate(shop: Party) -> sourcing.MandateGiven:
    """Return that every point of the county may buy for the shop, as much as any test does."""
    return sourcing.MandateGiven(shop.number, clock.today() + timedelta(days=30), in_all=Money(100_000_000, "CNY"))


def _purchase(keeper: Member, unit: str, household: Party, shop: Party) -> Purchase:
    given = sourcing.PurchaseGiven(
        producer=household.number,
        buyer=shop.number,
        unit=unit,
        product="apple",
        variety="fuji",
        gross=Quantity(98_500, Unit.KILOGRAM),
        tare=Quantity(6_500, Unit.KILOGRAM),
        price=Money(540, "CNY"),
        pay_rule=PayRule.AT_SALE,
    )
    return sourcing.record_purchase(by=keeper.actor, given=given)
