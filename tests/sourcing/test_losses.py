"""What is lost of goods before they are sold: the producer bears it and reads why, or the buyer pays for it."""

from datetime import timedelta

import pytest
from django.utils.translation import override
from hypothesis import given as for_all
from hypothesis import strategies as st

from terrace.audit.models import Act
from terrace.http import written
from terrace.kernel.actors import SYSTEM
from terrace.kernel.errors import Forbidden
from terrace.kernel.money import Money
from terrace.ledger.models import Transfer
from terrace.market.domain.settling import next_part
from terrace.messaging.models import Notice
from terrace.sourcing import queries, services
from terrace.sourcing.domain import PaidState, PayRule, worth_of_lost
from terrace.sourcing.models import Purchase, PurchaseLoss, PurchasePayment
from terrace.sourcing.queries import CHECKS
from terrace.sourcing.queries.purchases import in_state
from terrace.traceability import queries as lots
from terrace.traceability import services as tracing
from terrace.traceability.domain import LossReason
from terrace.traceability.models import Lot
from tests.amounts import fen, grams
from tests.conftest import VILLAGE, Cast
from tests.paper import pieces_of
from tests.sourcing.conftest import NOW
from tests.sourcing.purchases import balance, fund, given

LATER = NOW + timedelta(days=3)


def _bought(cast: Cast, rule: PayRule = PayRule.AT_SALE, **changes: object) -> Purchase:
    """Return 92 kg at 5.00 a kilogram: 460.00."""
    return services.record_purchase(by=cast.keeper.actor, given=given(cast, pay_rule=rule, **changes), now=NOW)


def _lot(purchase: Purchase) -> Lot:
    return lots.lots_by_id([purchase.lot_id])[purchase.lot_id]


def _lose(cast: Cast, lot: Lot, weight: int) -> None:
    tracing.lose(by=cast.keeper.actor, lot=lot, quantity=grams(weight), reason=LossReason.ROTTEN, now=LATER)


def _problems() -> list[str]:
    return [f"{check.name}: {found}" for check in CHECKS for found in check.find()]


def test_what_rots_before_it_is_sold_is_not_owed_and_the_grower_reads_why(cast: Cast) -> None:
    purchase = _bought(cast)
    _lose(cast, _lot(purchase), 2_000)
    purchase.refresh_from_db()
    (loss,) = queries.losses_of_purchases([purchase.pk])
    assert (purchase.owed, purchase.lost, purchase.state) == (fen(45_000), fen(1_000), PaidState.AT_SALE)
    assert (loss.quantity, loss.amount, loss.reason) == (grams(2_000), fen(1_000), LossReason.ROTTEN)
    assert "Rotten" in str(Notice.objects.filter(person_id=cast.farmer.person.pk).order_by("-pk")[0].text)
    assert Act.objects.filter(act="sourcing.note_loss").count() == 1
    assert queries.sum_of_purchases(queries.purchases_from(purchase.producer_id)).owed == fen(45_000)
    assert _problems() == []


@pytest.mark.parametrize("rule", [PayRule.NOW, PayRule.AT_GRADING])
def test_goods_that_do_not_wait_for_their_sale_are_the_buyers_loss(cast: Cast, rule: PayRule) -> None:
    fund(cast)
    purchase = _bought(cast, rule)
    before = purchase.owed
    _lose(cast, _lot(purchase), 2_000)
    assert (Purchase.objects.get().owed, PurchaseLoss.objects.count()) == (before, 0)
    assert _problems() == []


def test_what_is_lost_after_the_buyer_paid_is_the_buyers_loss(cast: Cast) -> None:
    fund(cast)
    purchase = _bought(cast)
    services.pay_purchase(by=cast.buyer.actor, purchase=purchase, now=LATER)
    _lose(cast, _lot(purchase), 2_000)
    assert (balance(cast.farmer), PurchaseLoss.objects.count()) == (46_000, 0)
    assert _problems() == []


def test_each_grower_of_a_mixture_bears_the_part_of_the_own_goods(cast: Cast) -> None:
    first, second = _bought(cast), _bought(cast, gross=grams(52_500))
    mixed = tracing.merge_lots(by=cast.keeper.actor, lots=[_lot(first), _lot(second)], now=NOW)
    _lose(cast, mixed, 1_380)
    lost = {loss.purchase_id: loss.steps for loss in PurchaseLoss.objects.order_by("pk")}
    assert lost == {first.pk: 920, second.pk: 460}
    assert _problems() == []


def test_when_all_is_lost_nothing_is_owed_and_nobody_is_kept_from_leaving(cast: Cast) -> None:
    purchase = _bought(cast)
    _lose(cast, _lot(purchase), 30_001)
    _lose(cast, _lot(purchase), 61_999)
    purchase.refresh_from_db()
    assert (purchase.state, purchase.owed, purchase.lost) == (PaidState.LOST, fen(0), fen(46_000))
    assert list(Purchase.objects.filter(in_state(PaidState.LOST))) == [purchase]
    assert not Purchase.objects.filter(in_state(PaidState.PAID)).exists()
    assert not queries.owes_or_is_owed(purchase.producer_id)
    with pytest.raises(services.NothingOwed):
        services.pay_purchase(by=cast.buyer.actor, purchase=purchase, now=LATER)
    assert _problems() == []


def test_the_buyer_bears_a_loss_that_it_has_to_answer_for(cast: Cast) -> None:
    fund(cast)
    purchase = _bought(cast)
    _lose(cast, _lot(purchase), 2_000)
    services.bear_loss(by=cast.buyer.actor, loss=PurchaseLoss.objects.get(), now=LATER)
    purchase.refresh_from_db()
    assert (balance(cast.farmer), purchase.paid, purchase.lost) == (1_000, fen(1_000), fen(0))
    assert purchase.owed == fen(45_000)
    with pytest.raises(services.LossBorne):
        services.bear_loss(by=cast.buyer.actor, loss=PurchaseLoss.objects.get(), now=LATER)
    assert balance(cast.farmer) == 1_000
    assert Act.objects.filter(act="sourcing.bear_loss").count() == 1
    assert _problems() == []


def test_only_the_buyer_says_that_it_bears_a_loss_and_only_when_it_can_pay(cast: Cast) -> None:
    purchase = _bought(cast)
    _lose(cast, _lot(purchase), 2_000)
    loss = PurchaseLoss.objects.get()
    for member in (cast.farmer, cast.neighbour, cast.clerk, cast.keeper):
        with pytest.raises(Forbidden):
            services.bear_loss(by=member.actor, loss=loss, now=LATER)
    with pytest.raises(services.BuyerCannotPay):
        services.bear_loss(by=cast.buyer.actor, loss=loss, now=LATER)
    loss.refresh_from_db()
    assert (loss.borne_at, Purchase.objects.get().lost, Transfer.objects.count()) == (None, fen(1_000), 0)
    assert not PurchasePayment.objects.exists()


def test_what_comes_back_spoilt_had_been_sold_and_is_no_loss_of_the_grower(cast: Cast) -> None:
    purchase = _bought(cast)
    tracing.pack(by=SYSTEM, lot_id=purchase.lot_id, quantity=grams(5_000), reference="parcel/W-1", now=NOW)
    tracing.unpack(by=SYSTEM, reference="parcel/W-1", lost=LossReason.ROTTEN, now=LATER)
    assert (Purchase.objects.get().owed, PurchaseLoss.objects.count()) == (fen(46_000), 0)
    assert _problems() == []


def test_page_and_receipts_of_a_loss(cast: Cast) -> None:
    fund(cast)
    purchase = _bought(cast)
    _lose(cast, _lot(purchase), 2_000)
    url = f"/sourcing/purchases/{purchase.number}/"
    act = f"{url}losses/{PurchaseLoss.objects.get().pk}/bear/"
    page = cast.buyer.client.get(url).content.decode()
    assert "Rotten" in page
    assert act in page
    assert act not in cast.farmer.client.get(url).content.decode()
    assert cast.farmer.client.get(act).status_code == 403
    assert "10.00" in cast.buyer.client.get(act).content.decode()
    assert cast.buyer.client.post(act).status_code == 302
    page = cast.buyer.client.get(url).content.decode()
    assert "The buyer has paid it" in page
    assert act not in page
    assert cast.buyer.client.get(f"{url}losses/0/bear/").status_code == 404
    assert balance(cast.farmer) == 1_000


def test_a_loss_over_rest(cast: Cast) -> None:
    fund(cast)
    purchase = _bought(cast)
    _lose(cast, _lot(purchase), 2_000)
    url = f"/api/v1/purchases/{purchase.number}"
    told = cast.buyer.client.get(url).json()
    assert (told["lost"]["minor"], told["owed"]["minor"]) == (1_000, 45_000)
    (loss,) = told["losses"]
    assert (loss["reason"], loss["quantity"], loss["borne_at"]) == ("rotten", {"steps": 2000, "unit": "KGM"}, None)
    act = f"{url}/losses/{loss['id']}/bear"
    assert cast.farmer.client.post(act, content_type="application/json").status_code == 403
    told = cast.buyer.client.post(act, content_type="application/json").json()
    assert (told["lost"]["minor"], told["paid"]["minor"]) == (0, 1_000)
    assert told["losses"][0]["borne_at"]


@for_all(st.integers(1, 10_000_000), st.lists(st.tuples(st.booleans(), st.integers(1, 400)), min_size=1, max_size=8))
def test_what_was_sold_and_what_was_lost_add_up_to_the_whole(amount: int, cuts: list[tuple[bool, int]]) -> None:
    whole, of = Money(amount, "CNY"), sum(steps for _is_sold, steps in cuts)
    sold = lost = 0
    paid = borne = Money(0, "CNY")
    for is_sold, steps in cuts:
        if is_sold:
            sold += steps
            paid += next_part(whole, paid, sold, of)
        else:
            borne += worth_of_lost(whole, lost, steps, of)
            lost += steps
    assert paid + borne == whole


def test_nothing_is_worth_what_was_lost_twice() -> None:
    whole = Money(1_000, "CNY")
    assert worth_of_lost(whole, 8, 5, 10) == Money(200, "CNY")
    assert worth_of_lost(whole, 12, 5, 10) == Money(0, "CNY")


@pytest.mark.slow
@pytest.mark.parametrize(("language", "lost"), [("en", "Lost before it was sold"), ("zh-hans", "售出前损耗")])
@pytest.mark.parametrize("weight", [2_000, 92_000])
def test_the_receipt_can_be_reckoned(cast: Cast, weight: int, language: str, lost: str) -> None:
    purchase = _bought(cast)
    _lose(cast, _lot(purchase), weight)
    purchase.refresh_from_db()

    answer = cast.farmer.client.get(
        f"/sourcing/purchases/{purchase.number}/receipt.pdf", headers={"accept-language": language}
    )

    pieces = pieces_of(answer.content)
    with override(language):
        assert pieces[pieces.index(lost) + 1] == written.money(purchase.lost)
        told = [written.money(one) for one in (purchase.amount, purchase.paid)]
    assert set(told) <= set(pieces)
    assert {purchase.number, lots.lots_by_id([purchase.lot_id])[purchase.lot_id].number} <= set(pieces)
    with override(language):
        owed = written.money(purchase.owed)
    assert purchase.owed == fen(0) or owed in pieces


@pytest.mark.parametrize(("price", "premium"), [(450, 4_600), (550, -4_600)])
def test_a_premium_is_of_goods_that_are_paid_for(cast: Cast, price: int, premium: int) -> None:
    quoted = services.PriceGiven("apple", NOW.date(), VILLAGE[:6], fen(price))
    services.set_reference_price(by=SYSTEM, given=quoted)
    purchase = _bought(cast, sure_of_price=True)
    assert purchase.premium == fen(premium)

    _lose(cast, _lot(purchase), 23_001)

    purchase.refresh_from_db()
    left = purchase.premium.per((purchase.amount - purchase.lost).minor, purchase.amount_minor)
    assert 0 < abs(left.minor) < 3_460
    rows = queries.purchases_from(purchase.producer_id)
    assert (purchase.earned_premium, queries.sum_of_purchases(rows).above) == (left, left)
    (spent,) = queries.spent_by_day(VILLAGE, [(NOW.date(), NOW.date())]).values()
    assert spent.premium_minor == left.minor
    page = cast.centre.client.get("/sourcing/purchases/").content.decode()
    assert written.money(left) in page
    assert written.money(fen(premium)) not in page
