"""What the market's search looks through: an offer's own words, and those of product, place and seller."""

from collections.abc import Sequence
from datetime import datetime

from terrace.catalog import queries as catalog
from terrace.kernel import clock
from terrace.kernel.readings import search_text
from terrace.kernel.words import Names
from terrace.market.models import Offer
from terrace.market.queries.standing import on_sale
from terrace.network import queries as network
from terrace.registry import queries as registry
from terrace.registry.domain import Kind

BATCH = 500


def search_of(offers: Sequence[Offer]) -> list[str]:
    """Return what each of `offers` is found by, in their order: Chinese with pinyin and initials.

    A household's name is not among it: what sells under a village's name must not be found under a person's.
    """
    products = catalog.products_by_id({offer.product_id for offer in offers})
    varieties = catalog.varieties_by_id({offer.variety_id for offer in offers if offer.variety_id})
    sellers = registry.parties_by_id({offer.seller_id for offer in offers})
    places = network.names_of({offer.area_id for offer in offers})
    above = network.names_above({offer.area_path for offer in offers})
    found = []
    for offer in offers:
        variety: Names = varieties[offer.variety_id].names if offer.variety_id else {}
        words = [offer.titles, products[offer.product_id].names, variety, places[offer.area_id]]
        names = [name for names in (*words, *above[offer.area_path]) for name in names.values()]
        seller = sellers[offer.seller_id]
        names += [] if seller.kind == Kind.HOUSEHOLD else [seller.name]
        found.append(search_text(offer.number, *names))
    return found


def refresh_search(*, now: datetime | None = None) -> int:
    """Renew what the offers on sale are found by; return how many changed. Run each night, safe to repeat.

    Names of products, places and sellers change in their own contexts, which know nothing of offers.
    """
    changed = 0
    rows = list(Offer.objects.filter(on_sale(clock.today(now))).order_by("id"))
    for start in range(0, len(rows), BATCH):
        batch = rows[start : start + BATCH]
        for offer, text in zip(batch, search_of(batch), strict=True):
            if offer.search != text:
                changed += Offer.objects.filter(pk=offer.pk).update(search=text)
    return changed
