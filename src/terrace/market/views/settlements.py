"""Where the money of an order went, each amount with its formula in words."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from terrace.http import pages, written
from terrace.http.access import needs
from terrace.http.request import Request
from terrace.http.small_tables import Cell, Head, Small
from terrace.kernel.actors import Actor
from terrace.kernel.money import Money
from terrace.kernel.quantity import Quantity, Unit
from terrace.kernel.words import _, in_language, one_by_one, plural
from terrace.ledger.domain import Part
from terrace.ledger.domain import Permission as Ledger
from terrace.market import queries
from terrace.market.domain import Permission, ReceiverKind, Rule
from terrace.market.models import Order, SettlementLine
from terrace.market.queries.settlements import Shared
from terrace.network import queries as network
from terrace.registry import queries as registry
from terrace.registry.domain import Kind


@needs(Permission.VIEW, Ledger.VIEW, or_own=True)
def settlement(request: Request, number: str) -> HttpResponse:
    """Show how the money of an order was shared: all to its seller and the offices above, to others their own part.

    Of one whose money is not shared yet, lead who may see it to the order.
    """
    if waiting := queries.find_unsettled(request.actor, number):
        return redirect("market:sale", waiting.number)
    shared = queries.get_shared(request.actor, number)
    order = shared.order
    may_open = queries.sales_visible_to(request.actor).filter(pk=order.pk).exists()
    url = reverse("market:sale", args=[order.number]) if may_open else ""
    context = {
        "title": _("Where the money went"),
        "lead": _("Order %(number)s") % {"number": order.number},
        "breadcrumb": [(order.number, url), (_("Where the money went"), "")],
        "facts": [
            (_("Goods"), "text", _goods(order)),
            (_("Paid by the buyer"), "money", order.total),
            (_("Given back"), "money", order.refunded),
            (_("Shared"), "money", order.escrow),
            (_("Shared on"), "datetime", shared.settlement.at),
        ],
        "lines": of_shares(request.actor, shared),
        "parts": _of_parts(shared.parts, shared.settlement.escrow_minor),
        "sees_all": shared.sees_all,
        "missing": Money(shared.settlement.missing_minor, order.currency) if shared.sees_all else None,
    }
    return pages.render(request, "market/settlement.html", context)


def _goods(order: Order) -> str:
    return one_by_one(f"{line.quantity} × {line.title}" for line in queries.lines_of([order.pk]).get(order.pk, []))


def of_shares(actor: Actor, shared: Shared) -> Small:
    """Return the lines of a settlement with who got what, and why, in words; an own purchase leads to its page."""
    lines, names = shared.lines, _names(actor, shared.lines)
    rows: list[Sequence[Cell]] = [
        (
            (names[line.pk], ""),
            (Part(line.part).label, ""),
            (formula(line), _purchase_url(actor, line)),
            (written.money(line.amount), ""),
        )
        for line in lines
    ]
    heads = (Head(_("Who")), Head(_("For")), Head(_("How it comes about")), Head(_("Amount"), True))
    return Small(_("Who got what, and why"), heads, rows)


def _purchase_url(actor: Actor, line: SettlementLine) -> str:
    """Return the page of the purchase that a line pays for, to the grower whose line it is."""
    if line.purchase_id is None or line.party_id not in actor.own_parties:
        return ""
    return reverse("sourcing:purchase", args=[line.numbers["purchase"]])


def formula(line: SettlementLine) -> str:
    """Write how an amount came about, from the numbers that it was reckoned from."""
    told = _formula(Rule(line.rule), line.numbers, line.currency)
    if not line.missing:
        return told
    short = _("%(due)s were due; the money did not last for %(missing)s of it.")
    amounts = {"due": written.money(line.due), "missing": written.money(line.missing)}
    return f"{told}. {short % amounts}"


def _formula(rule: Rule, numbers: Mapping[str, int | str], currency: str) -> str:
    def money(name: str) -> str:
        return written.money(Money(int(numbers[name]), currency))

    match rule:
        case Rule.PRICE:
            unit = Unit(str(numbers["unit"]))
            told = {
                "price": written.price(Money(int(numbers["price"]), currency), unit.one),
                "quantity": written.quantity(Quantity(int(numbers["steps"]), unit)),
                "purchase": numbers["purchase"],
            }
            return str(_("%(price)s × %(quantity)s, purchase %(purchase)s") % told)
        case Rule.TARIFF:
            return _tariff(numbers, currency)
        case Rule.PARCELS:
            return _by_parcel(int(numbers["parcels"]), money("per_parcel"))
        case Rule.PERMILLE:
            told = {"percent": written.number(Decimal(numbers["permille"]).scaleb(-1)), "goods": money("goods")}
            return str(_("%(percent)s %% of %(goods)s for the goods") % told)
        case Rule.REST:
            return str(
                _("%(whole)s less %(others)s for the others") % {"whole": money("whole"), "others": money("others")}
            )


def _tariff(numbers: Mapping[str, int | str], currency: str) -> str:
    """Write a fee by tariff: parcels and the kilograms that they do not cover, or goods in bulk by weight."""
    parcels, grams = int(numbers["parcels"]), int(numbers["grams"])
    per_kg = Money(int(numbers["per_kg"]), currency)
    beyond = max(0, grams - parcels * int(numbers["first_grams"]))
    weight = {
        "weight": written.quantity(Quantity(beyond, Unit.KILOGRAM)),
        "per_kg": written.price(per_kg, Unit.KILOGRAM.one),
    }
    by_weight = _("%(weight)s × %(per_kg)s") % weight
    if not parcels:
        return str(by_weight)
    price = written.money(Money(int(numbers["per_parcel"]), currency))
    by_parcel = _by_parcel(parcels, price)
    return f"{by_parcel} + {by_weight}" if beyond and per_kg else by_parcel


def _by_parcel(parcels: int, price: str) -> str:
    told = plural("%(parcels)s parcel × %(price)s", "%(parcels)s parcels × %(price)s", parcels)
    return str(told % {"parcels": written.number(parcels), "price": price})


def _names(actor: Actor, lines: Sequence[SettlementLine]) -> dict[int, str]:
    """Return who got each line; a household that the reader does not know by its number, as on the purchase."""
    parties = registry.parties_by_id(line.party_id for line in lines if line.party_id)
    known = set(registry.visible_to(actor).filter(pk__in=list(parties)).values_list("pk", flat=True))
    units = network.units_by_id(line.unit_id for line in lines if line.unit_id)
    found = {}
    for line in lines:
        if line.party_id:
            party = parties[line.party_id]
            is_named = party.kind != Kind.HOUSEHOLD or party.pk in known
            found[line.pk] = party.name if is_named else party.number
        elif line.unit_id:
            found[line.pk] = in_language(units[line.unit_id].names)
        else:
            found[line.pk] = str(ReceiverKind.PLATFORM.label)
    return found


def _of_parts(parts: Sequence[tuple[Part, Money]], whole: int) -> Small:
    rows: list[Sequence[Cell]] = [
        ((part.label, ""), (written.money(amount), ""), (_percent(amount.minor, whole), "")) for part, amount in parts
    ]
    heads = (Head(_("Part")), Head(_("Amount"), True), Head(_("Share"), True, "%"))
    return Small(_("The money by its parts"), heads, rows)


def _percent(part: int, whole: int) -> str:
    """Write a part in percent, to a tenth, rounded half up."""
    tenths = (2000 * part + whole) // (2 * whole) if whole else None
    return written.NOTHING if tenths is None else written.number(Decimal(tenths).scaleb(-1))
