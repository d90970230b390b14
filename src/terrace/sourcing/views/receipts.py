"""The receipt that a producer takes home: words, weights and amounts, written out for the printer."""

from decimal import Decimal
from typing import Any

from terrace.accounts import queries as accounts
from terrace.http import written
from terrace.kernel.quantity import Unit
from terrace.kernel.words import Text, _, in_language
from terrace.network import queries as network
from terrace.network.models import ServiceUnit
from terrace.sourcing.models import Purchase
from terrace.sourcing.views.bought import Bought, why_owed
from terrace.traceability import queries as lots
from terrace.traceability.models import Lot


def of(card: Bought) -> dict[str, Any]:
    """Return what the sheet `sourcing/receipt.typ` prints."""
    found = card.purchase
    return {
        "title": _("Receipt for goods"),
        "number": found.number,
        "unit": in_language(unit_of(found).names),
        "when": written.localdate(found.purchased_at, "time"),
        "goods": card.goods.title,
        "void": _("Void") if found.is_void else "",
        "parties": [[_("Producer"), card.producer], [_("Bought by"), card.buyer]],
        "weights": _weights(found),
        "prices": _prices(found),
        "amount": [_("Amount"), written.money(found.amount)],
        "reckoned": _reckoned(found),
        "why": why_owed(card) if found.owed else "",
        "foot": [[_("Lot"), lot_of(found).number], [_("Weighed by"), weigher_of(found)]],
    }


def percent(permille: int) -> str:
    """Return thousandths as people read them: 14.5 %."""
    return f"{written.number(Decimal(permille).scaleb(-1))}{written.NO_BREAK_SPACE}%"


def unit_of(found: Purchase) -> ServiceUnit:
    """Return the unit where it was weighed."""
    return network.units_by_id([found.unit_id])[found.unit_id]


def lot_of(found: Purchase) -> Lot:
    """Return the lot that it became."""
    return lots.lots_by_id([found.lot_id])[found.lot_id]


def weigher_of(found: Purchase) -> str:
    """Return the name of who weighed, "" where a program did."""
    if found.weighed_by_id is None:
        return ""
    person = accounts.people_by_id([found.weighed_by_id]).get(found.weighed_by_id)
    return person.name if person else ""


def _weights(found: Purchase) -> list[list[Text]]:
    weighing = found.weighing
    rows: list[list[Text]] = []
    if weighing.gross is not None:
        rows += [[_("Gross"), written.quantity(weighing.gross)], [_("Tare"), written.quantity(weighing.tare)]]
    rows.append([_("Net weight") if rows else _("Quantity"), written.quantity(found.net)])
    if found.moisture:
        rows += [
            [_("Moisture"), percent(found.moisture.measured)],
            [_("Price is for"), percent(found.moisture.standard)],
            [_("Paid weight"), written.quantity(found.payable)],
        ]
    return rows


def _reckoned(found: Purchase) -> list[list[Text]]:
    """Return what the amount comes apart into: paid, lost before it was sold, and what is still to be paid."""
    rows: list[list[Text]] = [[_("Paid"), written.money(found.paid)]]
    if found.lost:
        rows.append([_("Lost before it was sold"), written.money(found.lost)])
    if found.owed:
        rows.append([_("Still to be paid"), written.money(found.owed)])
    return rows


def _prices(found: Purchase) -> list[list[Text]]:
    one = Unit(found.measure).one
    rows: list[list[Text]] = [[_("Price"), written.price(found.price, one)]]
    if found.reference_price is not None:
        rows.append([_("Reference price"), written.price(found.reference_price, one)])
    if found.premium is not None:
        rows.append([_("Above the market price"), written.money(found.premium)])
    return rows
