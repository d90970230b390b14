"""What a household sold of each product, season by season: at the point, and on the market by itself."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from terrace.catalog.models import Product
from terrace.kernel import clock
from terrace.kernel.deployment import current
from terrace.kernel.money import Money
from terrace.kernel.quantity import Quantity, Unit
from terrace.market.queries import Earned
from terrace.sourcing.models import Purchase
from terrace.statistics.domain import Period, Span
from terrace.statistics.domain.statements import SoldBy


@dataclass(frozen=True, slots=True)
class Crop:
    """What a household sold of one product by one way in one of its seasons.

    `amount` less `fees` and `lost` is what was `paid` and is `owed`. Only sales on the market have fees; only goods
    that a point bought have a premium, are owed, and may be lost before they are paid at their sale. An order is told
    once its money was shared.
    """

    product: Product
    period: Period
    way: SoldBy
    quantity: Quantity
    amount: Money
    fees: Money
    lost: Money
    premium: Money
    paid: Money
    owed: Money

    def __add__(self, other: "Crop") -> "Crop":
        """Return both together: of one product, period and way."""
        return replace(
            self,
            quantity=self.quantity + other.quantity,
            amount=self.amount + other.amount,
            fees=self.fees + other.fees,
            lost=self.lost + other.lost,
            premium=self.premium + other.premium,
            paid=self.paid + other.paid,
            owed=self.owed + other.owed,
        )


def seasons_of(purchases: Iterable[Purchase], sales: Iterable[Earned], products: Mapping[int, Product]) -> list[Crop]:
    """Return goods summed by product, season and way, the latest season first.

    A purchase counts on the day of the scales, an order on the day of its payment.
    """
    found: dict[tuple[Period, int, SoldBy], Crop] = {}
    for crop in (*_bought(purchases, products), *_sold(sales, products)):
        key = (crop.period, crop.product.pk, crop.way)
        found[key] = found[key] + crop if key in found else crop
    return sorted(found.values(), key=_order)


def _order(crop: Crop) -> tuple[int, str, str]:
    return -crop.period.days.first.toordinal(), crop.product.code, crop.way.value


def _bought(purchases: Iterable[Purchase], products: Mapping[int, Product]) -> Iterator[Crop]:
    for purchase in purchases:
        product, nothing = products[purchase.product_id], Money(0, purchase.currency)
        yield Crop(
            product=product,
            period=_season_of(purchase.purchased_at, product),
            way=SoldBy.POINT,
            quantity=Quantity(purchase.payable_steps, Unit(product.unit)),
            amount=purchase.amount,
            fees=nothing,
            lost=purchase.lost,
            premium=purchase.earned_premium or nothing,
            paid=purchase.paid,
            owed=purchase.owed,
        )


def _sold(sales: Iterable[Earned], products: Mapping[int, Product]) -> Iterator[Crop]:
    for sale in sales:
        for line in sale.lines:
            product = products[line.product_id]
            yield Crop(
                product=product,
                period=_season_of(sale.order.paid_at or sale.at, product),
                way=SoldBy.MARKET,
                quantity=line.content,
                amount=line.gross,
                fees=line.taken,
                lost=Money(0, line.gross.currency),
                premium=Money(0, line.gross.currency),
                paid=line.gross - line.taken,
                owed=Money(0, line.gross.currency),
            )


def _season_of(at: datetime, product: Product) -> Period:
    """Return the season in which goods were sold; of what is made all the year round, its year."""
    on: date = clock.today(at)
    if product.season.is_all_year:
        return Period.of(Span.YEAR, on)
    return Period.of(Span.SEASON, on, product.season)


def together(amounts: Iterable[Money]) -> Money:
    """Return the sum of amounts in the installation's currency, nothing for none."""
    return sum(amounts, start=Money(0, current().currency))
