"""Writing offers, putting them on sale, changing them, and taking them off again."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from terrace.audit.models import Act
from terrace.kernel.actors import ANONYMOUS
from terrace.kernel.errors import DomainError, Forbidden, Invalid, NotFound, Stale
from terrace.kernel.money import Money
from terrace.kernel.quantity import Quantity, Unit
from terrace.market import queries, services
from terrace.market.domain import FreightRule, OfferStatus, SaleUnit, Standing, standing
from terrace.market.models import Offer
from terrace.market.services import NothingInStock, NotPossibleNow, OfferEnded, SellerRests, UnlikelyPrice
from terrace.market.services.checkout import place_orders
from terrace.registry import services as registry
from terrace.sourcing import services as sourcing
from terrace.sourcing.services import Terms
from tests import factories
from tests.conftest import VILLAGE, Cast
from tests.market.orders import checkout
from tests.market.selling import FREIGHT, NOW, TODAY, a_line, an_offer, goods, terms

pytestmark = pytest.mark.usefixtures("autumn")
LATER = NOW + timedelta(days=60)


def test_a_shop_writes_an_offer_and_puts_it_on_sale(cast: Cast) -> None:
    goods()
    draft = services.create_offer(by=cast.buyer.actor, seller=cast.buyer.party.number, terms=terms(), stock=20, now=NOW)
    assert (draft.status, draft.stocked, draft.available, draft.sold) == (OfferStatus.DRAFT, 20, 20, 0)
    assert draft.content == Quantity(5000, Unit.KILOGRAM)
    assert draft.price_per_unit == Money(980, "CNY")
    assert draft.freight == FREIGHT
    assert not queries.public_offers(TODAY)
    services.put_on_sale(by=cast.buyer.actor, offer=draft, version=1, now=NOW)
    assert list(queries.public_offers(TODAY)) == [draft]
    acts = list(Act.objects.filter(subject_id=str(draft.pk)).order_by("id").values_list("act", flat=True))
    assert acts == ["market.create_offer", "market.put_on_sale"]


@pytest.mark.parametrize("who", ["keeper", "station", "centre", "clerk"])
def test_staff_of_its_area_sell_for_a_household(cast: Cast, who: str) -> None:
    goods()
    seller = cast.farmer.party.number
    offer = services.create_offer(by=getattr(cast, who).actor, seller=seller, terms=terms(), stock=5, now=NOW)
    assert (offer.seller_id, offer.seller_path, offer.area_path) == (cast.farmer.party.pk, VILLAGE, VILLAGE)


@pytest.mark.parametrize("who", ["neighbour", "stranger", "packer", "driver", "bureau", "buyer"])
def test_nobody_else_does(cast: Cast, who: str) -> None:
    goods()
    with pytest.raises((Forbidden, NotFound)):
        services.create_offer(by=getattr(cast, who).actor, seller=cast.farmer.party.number, terms=terms(), now=NOW)
    assert not Offer.objects.exists()
    assert not Act.objects.filter(act__startswith="market.").exists()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"product": "nothing"}, "product"),
        ({"variety": "gala"}, "variety"),
        ({"pack": "sack"}, "pack"),
        ({"sold_as": SaleUnit.WEIGHT}, "pack"),
        ({"pack": "", "content": None}, "content"),
        ({"pack": "", "content": Quantity(3, Unit.PIECE)}, "content"),
        ({"pack": "", "content": Quantity(0, Unit.KILOGRAM)}, "content"),
        ({"pack": "", "content": Quantity(2_000_000, Unit.KILOGRAM)}, "content"),
        ({"price": Money(0, "CNY")}, "price"),
        ({"price": Money(4900, "USD")}, "price"),
        ({"freight": FreightRule(Money(-1, "CNY"), Money(0, "CNY"))}, "freight_first"),
        ({"freight": FreightRule(Money(1, "CNY"), Money(-1, "CNY"))}, "freight_more"),
        ({"freight": FreightRule(Money(1, "USD"), Money(0, "CNY"))}, "freight_first"),
        ({"freight": FreightRule(Money(1, "CNY"), Money(0, "CNY"), Money(0, "CNY"))}, "freight_free_from"),
        ({"titles": {}}, "title_en"),
        ({"titles": {"en": "   "}}, "title_en"),
        ({"titles": {"en": "x" * 81}}, "title_en"),
        ({"titles": {"fr": "Pommes"}}, "title_fr"),
        ({"titles": {"en": "Ask for 621226188501011233"}}, "title_en"),
        ({"stories": {"zh-hans": "x" * 2001}}, "story_zh-hans"),
        ({"most_per_order": 0}, "most_per_order"),
        ({"closes_on": date(2026, 9, 30)}, "closes_on"),
        ({"opens_on": date(2026, 9, 1), "closes_on": date(2026, 10, 9)}, "closes_on"),
        ({"closes_on": date(2027, 10, 2)}, "closes_on"),
        ({"opens_on": date(2027, 10, 12), "closes_on": date(2027, 10, 13)}, "opens_on"),
        ({"area": "999999"}, "area"),
        ({"area": "62"}, "area"),
    ],
)
def test_what_breaks_a_rule_is_refused_at_its_field_and_nothing_is_written(
    cast: Cast, changes: dict[str, Any], field: str
) -> None:
    goods()
    with pytest.raises(DomainError) as refused:
        services.create_offer(
            by=cast.buyer.actor, seller=cast.buyer.party.number, terms=terms(**changes), stock=3, now=NOW
        )
    assert refused.value.field == field
    assert not Offer.objects.exists()
    assert not Act.objects.filter(act__startswith="market.").exists()


@pytest.mark.parametrize("stock", [-1, 1_000_001])
def test_a_stock_that_nobody_has_is_refused(cast: Cast, stock: int) -> None:
    goods()
    with pytest.raises(Invalid) as refused:
        services.create_offer(by=cast.buyer.actor, seller=cast.buyer.party.number, terms=terms(), stock=stock, now=NOW)
    assert (refused.value.field, Offer.objects.count()) == ("stock", 0)


def test_who_only_buys_sells_nothing(cast: Cast) -> None:
    goods()
    leader = factories.RepresentativeFactory(party=factories.PartyFactory(kind="buyer"))
    with pytest.raises(Invalid) as refused:
        services.create_offer(by=cast.centre.actor, seller=leader.party.number, terms=terms(), now=NOW)
    assert (refused.value.field, Offer.objects.count()) == ("seller", 0)


def test_goods_are_sold_by_pack_by_piece_and_by_weight(cast: Cast) -> None:
    own_box = terms(pack="", content=Quantity(2_500, Unit.KILOGRAM), price=Money(2600, "CNY"))
    loose = terms(pack="", sold_as=SaleUnit.WEIGHT, price=Money(990, "CNY"))
    wheel = terms(pack="", sold_as=SaleUnit.PIECE, content=Quantity(350, Unit.KILOGRAM), price=Money(400, "CNY"))
    goods()
    for given, steps in ((own_box, 2_500), (loose, 1_000), (wheel, 350)):
        offer = services.create_offer(by=cast.buyer.actor, seller=cast.buyer.party.number, terms=given, now=NOW)
        assert offer.content_steps == steps


def test_what_is_counted_in_pieces_is_one_each_and_never_by_weight(cast: Cast) -> None:
    factories.ProductFactory(code="basket", names={"en": "Basket"}, unit="C62")
    given = {"product": "basket", "variety": "", "pack": ""}
    by, seller = cast.buyer.actor, cast.buyer.party.number
    one = services.create_offer(by=by, seller=seller, terms=terms(sold_as=SaleUnit.PIECE, **given), now=NOW)
    assert one.content == Quantity(1, Unit.PIECE)
    with pytest.raises(Invalid):
        services.create_offer(by=by, seller=seller, terms=terms(sold_as=SaleUnit.WEIGHT, **given), now=NOW)


def _noticed(cast: Cast) -> str:
    goods()
    given = Terms(
        "apple", Quantity(800_000, Unit.KILOGRAM), date(2026, 10, 5), date(2026, 10, 30), price=Money(520, "CNY")
    )
    made = sourcing.record_supply(by=cast.keeper.actor, party=cast.farmer.party.number, terms=given, now=NOW)
    return made.number


def test_an_offer_that_grew_out_of_a_notice_comes_from_the_notices_village(cast: Cast) -> None:
    offer = an_offer(cast, notice=_noticed(cast))
    assert (offer.area_path, offer.seller_path) == (VILLAGE, VILLAGE[:6])
    assert offer.notice_id is not None


def test_a_notice_that_fits_not_is_refused(cast: Cast) -> None:
    number = _noticed(cast)
    factories.ProductFactory(code="walnut", names={"en": "Walnut"})
    by, seller = cast.buyer.actor, cast.buyer.party.number
    other = terms(product="walnut", variety="", pack="", sold_as=SaleUnit.WEIGHT)
    for given, notice in ((other, number), (terms(), "S-NOTHING1")):
        with pytest.raises(DomainError) as refused:
            services.create_offer(by=by, seller=seller, terms=given, notice=notice, now=NOW)
        assert refused.value.field == "notice"
    with pytest.raises(Invalid):
        services.create_offer(by=by, seller=seller, terms=terms(), notice=number, now=NOW + timedelta(days=30))
    assert not Offer.objects.exists()


def test_a_price_far_from_the_reference_price_is_asked_about_once(cast: Cast) -> None:
    _noticed(cast)
    price = sourcing.PriceGiven("apple", TODAY, VILLAGE[:6], Money(600, "CNY"))
    sourcing.set_reference_price(by=cast.centre.actor, given=price, now=NOW)
    by, seller = cast.buyer.actor, cast.buyer.party.number
    with pytest.raises(UnlikelyPrice) as refused:  # 50.00 a kilogram: somebody meant 50.00 a box
        services.create_offer(by=by, seller=seller, terms=terms(price=Money(25_000, "CNY")), now=NOW)
    assert (refused.value.field, Offer.objects.count()) == ("price", 0)
    sure = terms(price=Money(25_000, "CNY"), sure_of_price=True)
    offer = services.create_offer(by=by, seller=seller, terms=sure, now=NOW)
    again = terms(price=Money(25_000, "CNY"), most_per_order=5)  # the price that it has already is not asked again
    assert services.change_offer(by=by, offer=offer, version=1, terms=again, now=NOW).most_per_order == 5


def test_a_change_says_what_it_changed(cast: Cast) -> None:
    offer = an_offer(cast)
    services.change_offer(by=cast.centre.actor, offer=offer, version=2, terms=terms(price=Money(5500, "CNY")), now=NOW)
    offer.refresh_from_db()
    assert (offer.price_minor, offer.version, offer.status) == (5500, 3, OfferStatus.ON_SALE)
    details = Act.objects.get(act="market.change_offer").details
    assert (details["before"]["price_minor"], details["after"]["price_minor"]) == (4900, 5500)


def test_a_stale_change_is_refused(cast: Cast) -> None:
    offer = an_offer(cast)
    with pytest.raises(Stale):
        services.change_offer(
            by=cast.buyer.actor, offer=offer, version=1, terms=terms(price=Money(5500, "CNY")), now=NOW
        )
    assert Offer.objects.get().price_minor == 4900


def test_what_one_holds_stays_when_some_were_sold(cast: Cast) -> None:
    offer = an_offer(cast)
    a_line(offer)
    bigger = terms(pack="", content=Quantity(10_000, Unit.KILOGRAM))
    with pytest.raises(Invalid) as refused:
        services.change_offer(by=cast.buyer.actor, offer=offer, version=2, terms=bigger, now=NOW)
    assert (refused.value.field, Offer.objects.get().content_steps) == ("sold_as", 5000)


def test_what_one_holds_may_change_when_nobody_took_any_after_all(cast: Cast) -> None:
    offer = an_offer(cast)
    placed = place_orders(by=ANONYMOUS, checkout=checkout({offer: 2}), now=NOW)
    services.expire_payments(now=placed.payment.pay_by + timedelta(seconds=1))
    offer.refresh_from_db()
    bigger = terms(pack="", content=Quantity(10_000, Unit.KILOGRAM))

    services.change_offer(by=cast.buyer.actor, offer=offer, version=offer.version, terms=bigger, now=NOW)

    assert Offer.objects.get().content_steps == 10_000
    assert not [name for check in queries.CHECKS for name in check.find()]


def test_an_offer_is_paused_put_on_sale_again_and_ended(cast: Cast) -> None:
    offer, by = an_offer(cast), cast.buyer.actor
    services.pause_offer(by=by, offer=offer, version=2, now=NOW)
    assert not queries.public_offers(TODAY)
    services.put_on_sale(by=by, offer=offer, version=3, now=NOW)
    services.end_offer(by=by, offer=offer, version=4, now=NOW)
    assert Offer.objects.get().standing is Standing.ENDED
    with pytest.raises(OfferEnded):
        services.put_on_sale(by=by, offer=offer, version=5, now=NOW)
    assert Offer.objects.get().version == 5


Doing = Callable[..., Offer]


@pytest.mark.parametrize("doing", [services.put_on_sale, services.pause_offer, services.end_offer])
@pytest.mark.parametrize("who", ["keeper", "farmer", "packer", "stranger", "bureau"])
def test_only_who_sells_for_the_seller_moves_it(cast: Cast, doing: Doing, who: str) -> None:
    offer = an_offer(cast)
    with pytest.raises(Forbidden):
        doing(by=getattr(cast, who).actor, offer=offer, version=2, now=NOW)
    assert (Offer.objects.get().version, Offer.objects.get().status) == (2, OfferStatus.ON_SALE)


def test_what_stands_elsewhere_is_not_moved_from_here(cast: Cast) -> None:
    offer, by = an_offer(cast), cast.buyer.actor
    with pytest.raises(NotPossibleNow):
        services.put_on_sale(by=by, offer=offer, version=2, now=NOW)
    draft = an_offer(cast, on_sale=False)
    with pytest.raises(NotPossibleNow):
        services.pause_offer(by=by, offer=draft, version=1, now=NOW)
    with pytest.raises(Stale):
        services.pause_offer(by=by, offer=offer, version=1, now=NOW)
    assert sorted(Offer.objects.values_list("version", flat=True)) == [1, 2]


def test_nothing_is_put_on_sale_without_stock_or_after_its_last_day(cast: Cast) -> None:
    empty = an_offer(cast, stock=0, on_sale=False)
    with pytest.raises(NothingInStock):
        services.put_on_sale(by=cast.buyer.actor, offer=empty, version=1, now=NOW)
    late = an_offer(cast, on_sale=False)
    with pytest.raises(Invalid):
        services.put_on_sale(by=cast.buyer.actor, offer=late, version=1, now=LATER)
    assert set(Offer.objects.values_list("status", flat=True)) == {OfferStatus.DRAFT}


def test_past_its_last_day_it_is_sold_no_more_before_any_job_has_run(cast: Cast) -> None:
    offer = an_offer(cast)
    last, after = date(2026, 11, 30), date(2026, 12, 1)
    assert queries.public_offers(last).exists()
    assert not queries.public_offers(after).exists()
    assert (offer.is_on_sale(last), offer.is_on_sale(after)) == (True, False)
    with pytest.raises(OfferEnded):
        services.pause_offer(by=cast.buyer.actor, offer=offer, version=2, now=LATER)


def test_the_job_keeps_the_books_of_what_has_passed(cast: Cast) -> None:
    an_offer(cast)
    an_offer(cast, on_sale=False)
    assert services.end_passed_offers(now=NOW) == 0
    assert services.end_passed_offers(now=LATER) == 1
    assert services.end_passed_offers(now=LATER) == 0
    assert sorted(Offer.objects.values_list("status", flat=True)) == [OfferStatus.DRAFT, OfferStatus.ENDED]


def test_a_seller_that_rests_sells_nothing(cast: Cast) -> None:
    offer = an_offer(cast)
    party = cast.buyer.party
    registry.deactivate_party(by=cast.centre.actor, party=party, version=party.version)
    offer.refresh_from_db()
    assert offer.status == OfferStatus.PAUSED
    with pytest.raises(SellerRests):
        services.put_on_sale(by=cast.centre.actor, offer=offer, version=offer.version, now=NOW)
    with pytest.raises(SellerRests):
        services.create_offer(by=cast.centre.actor, seller=party.number, terms=terms(), now=NOW)
    assert Offer.objects.count() == 1


def test_who_sees_an_offer_at_work(cast: Cast) -> None:
    number = an_offer(cast, on_sale=False, notice=_noticed(cast)).number
    for who in ("buyer", "keeper", "station", "centre", "clerk", "packer", "bureau", "administrator"):
        assert queries.get_offer(getattr(cast, who).actor, number).number == number
    for who in ("farmer", "neighbour", "stranger", "driver"):
        with pytest.raises(NotFound):
            queries.get_offer(getattr(cast, who).actor, number)


@pytest.mark.parametrize(
    ("status", "available", "today", "stands"),
    [
        (OfferStatus.DRAFT, 1, date(2027, 1, 1), Standing.DRAFT),
        (OfferStatus.ON_SALE, 1, date(2026, 9, 30), Standing.COMING),
        (OfferStatus.ON_SALE, 1, date(2026, 10, 1), Standing.ON_SALE),
        (OfferStatus.ON_SALE, 0, date(2026, 11, 30), Standing.SOLD_OUT),
        (OfferStatus.ON_SALE, 0, date(2026, 12, 1), Standing.ENDED),
        (OfferStatus.PAUSED, 1, date(2026, 10, 1), Standing.PAUSED),
        (OfferStatus.PAUSED, 1, date(2026, 12, 1), Standing.ENDED),
        (OfferStatus.ENDED, 1, date(2026, 10, 1), Standing.ENDED),
    ],
)
def test_where_it_stands_is_the_same_for_one_and_in_sql(
    cast: Cast, status: OfferStatus, available: int, today: date, stands: Standing
) -> None:
    offer = an_offer(cast, stock=1)
    Offer.objects.update(status=status, available=available)
    assert standing(status, offer.opens_on, offer.closes_on, available, today) is stands
    found = [each for each in Standing if Offer.objects.filter(queries.standing_at(each, today)).exists()]
    assert found == [stands]


def test_the_database_keeps_stock_and_window_by_itself(cast: Cast) -> None:
    offer = an_offer(cast)
    wrongs: list[dict[str, Any]] = [
        {"available": -1}, {"available": 21}, {"closes_on": date(2026, 9, 1)}, {"price_minor": 0}, {"rating_sum": 1}
    ]  # fmt: skip
    for wrong in wrongs:
        with pytest.raises(IntegrityError), transaction.atomic():
            Offer.objects.filter(pk=offer.pk).update(**wrong)
