"""What must hold of offers in a live database."""

from collections.abc import Iterable

from django.db.models import Count, F, IntegerField, Q, Sum, Value
from django.db.models.functions import Coalesce

from terrace.catalog import queries as catalog
from terrace.kernel import clock
from terrace.kernel.checks import Check, misplaced
from terrace.market.models import Offer, Review
from terrace.market.queries.standing import on_sale
from terrace.network import queries as network
from terrace.registry import queries as registry


def _offers_elsewhere() -> Iterable[str]:
    rows = list(Offer.objects.order_by("number").values_list("number", "area_id", "area_path"))
    return misplaced(rows, network.paths_of({code for _, code, _ in rows}))


def _offers_in_another_unit() -> Iterable[str]:
    rows = list(Offer.objects.order_by("number").values_list("number", "product_id", "unit"))
    products = catalog.products_by_id({product_id for _, product_id, _ in rows})
    return (number for number, product_id, unit in rows if products[product_id].unit != unit)


def _beyond_stock() -> Iterable[str]:
    """A constraint holds this as well; a restored or copied database may have come without it."""
    beyond = Q(available__lt=0) | Q(available__gt=F("stocked"))
    return Offer.objects.filter(beyond).order_by("number").values_list("number", flat=True)


def _sold_while_resting() -> Iterable[str]:
    """A seller is let rest and its offers are paused in one transaction, and none is put on sale while it rests."""
    rows = list(Offer.objects.filter(on_sale(clock.today())).order_by("number").values_list("number", "seller_id"))
    parties = registry.parties_by_id({seller_id for _, seller_id in rows})
    return (number for number, seller_id in rows if not parties[seller_id].is_active)


def _rated_otherwise() -> Iterable[str]:
    """What an offer keeps of its reviews is their sum and number, hidden ones left out."""
    shown = Q(reviews__hidden_at__isnull=True)
    counted = Offer.objects.alias(
        number_of=Count("reviews", filter=shown),
        sum_of=Coalesce(Sum("reviews__rating", filter=shown), Value(0), output_field=IntegerField()),
    )
    otherwise = ~Q(rating_count=F("number_of")) | ~Q(rating_sum=F("sum_of"))
    return counted.filter(otherwise).order_by("number").values_list("number", flat=True)


def _reviews_elsewhere() -> Iterable[str]:
    """A review belongs to the offer of its line."""
    strangers = Review.objects.exclude(offer_id=F("line__offer_id")).order_by("id")
    return (f"review {pk}" for pk in strangers.values_list("pk", flat=True))


OFFER_CHECKS = (
    Check("an offer lies in its area", _offers_elsewhere),
    Check("an offer counts in its product's unit", _offers_in_another_unit),
    Check("an offer has no more left than was put into stock", _beyond_stock),
    Check("a seller with an offer on sale takes part", _sold_while_resting),
    Check("an offer's rating is that of its reviews", _rated_otherwise),
    Check("a review belongs to the offer that was bought", _reviews_elsewhere),
)
