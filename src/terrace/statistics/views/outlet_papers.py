"""The statement of an outlet's month as its page, its sheet of paper and its workbook write it; and what would help."""

from collections.abc import Iterator
from typing import Any

from terrace.http import workbooks, written
from terrace.http.small_tables import Head, plain
from terrace.kernel import clock
from terrace.kernel.deployment import current
from terrace.kernel.money import Money
from terrace.kernel.quantity import Quantity, Unit
from terrace.kernel.words import Text, _, in_language, one_by_one, plural
from terrace.statistics.domain import CostKind
from terrace.statistics.domain.helping import HelpKind
from terrace.statistics.queries import Help, OutletStatement
from terrace.statistics.views import telling
from terrace.statistics.views.grids import Grid


def fees(said: OutletStatement) -> Grid:
    """Return what carriers paid for parcels, by carrier: for each parcel, and for what they weigh."""
    heads = [
        Head(_("Carrier")),
        *(
            Head(label, True)
            for label in (_("Parcels"), _("Weight"), _("By the parcel"), _("By weight"), _("Together"))
        ),
    ]
    rows = [
        plain(
            name,
            str(one.parcels),
            _weight(one.grams),
            written.money(one.by_parcel),
            written.money(one.by_weight),
            written.money(one.amount),
        )
        for name, one in said.fees
    ]
    parcels, grams = (sum(getattr(one, name) for _name, one in said.fees) for name in ("parcels", "grams"))
    total = [str(parcels), _weight(grams), "", "", written.money(said.from_parcels)]
    return Grid(_("Fees for parcels"), heads, rows, wide=0, total=total)


def result(said: OutletStatement) -> Grid:
    """Return what came in and went out, line by line, to what is left."""
    heads = [Head(_("What")), Head(_("Amount"), True)]
    rows = [plain(label, written.money(amount)) for label, amount in _lines(said)]
    return Grid(_("Result"), heads, rows, wide=0, total=[written.money(said.result.profit)])


def cash(said: OutletStatement) -> list[tuple[Text, str]]:
    """Return the cash on delivery that went through the outlet's hands: none of it is its own."""
    return [
        (_("Parcels with cash on delivery"), written.number(said.cash_parcels)),
        (_("Taken at the counter"), written.money(said.cash_taken)),
        (_("Handed in at the centre"), written.money(said.cash_handed_in)),
        (_("Owed to the centre today"), written.money(said.cash_owed)),
    ]


def on_paper(said: OutletStatement) -> dict[str, Any]:
    """Return the statement as its sheet takes it: every word and amount written out in the reader's language."""
    name = in_language(said.unit.names)
    return {
        "title": _("Statement of an outlet"),
        "foot": f"{name} · {said.unit.number}",
        "facts": [
            [_("Outlet"), name],
            [_("Number"), said.unit.number],
            [_("Month"), telling.month_name(said.month)],
            [_("Printed"), written.localdate(clock.today())],
            *([label, text] for label, text in cash(said)),
            [_("Owed by carriers"), written.money(said.owed)],
        ],
        "tables": [grid.on_paper for grid in (result(said), fees(said)) if grid.rows],
        "note": _("Fees and shares as the ledger booked them in the month; costs as the keeper entered them."),
    }


def sheets(said: OutletStatement) -> list[workbooks.Sheet]:
    """Return the statement as the sheets of a workbook, amounts as numbers."""
    of_carriers = [
        [name, one.parcels, one.grams / 1000, one.by_parcel.amount, one.by_weight.amount, one.amount.amount]
        for name, one in said.fees
    ]
    names = ("carrier", "parcels", "weight", "by_parcel", "by_weight", "amount")
    units = ("", "", Unit.KILOGRAM.label, *[current().currency] * 3)
    heads = [
        workbooks.Head(name, head.label, unit)
        for name, head, unit in zip(names, fees(said).columns, units, strict=True)
    ]
    lines = [[str(label), amount.amount] for label, amount in (*_lines(said), (_("What is left"), said.result.profit))]
    amounts = [workbooks.Head("what", _("What")), workbooks.Head("amount", _("Amount"), current().currency)]
    return [
        workbooks.Sheet(str(_("Result")), amounts, lines),
        workbooks.Sheet(str(_("Fees for parcels")), heads, of_carriers),
    ]


def told(helps: list[Help]) -> list[dict[str, Any]]:
    """Return what would help as lines: what it is, and what it comes to."""
    return [{"label": one.kind.label, "text": _sentence(one)} for one in helps]


def _lines(said: OutletStatement) -> Iterator[tuple[Text, Money]]:
    yield _("Fees for parcels"), said.from_parcels
    for (reason, part), amount in said.others.items():
        yield f"{reason.label}: {part.label}", amount
    for kind in CostKind:
        if kind in said.costs:
            yield kind.label, -said.costs[kind].amount


def _sentence(one: Help) -> Text:
    amount = written.money(one.amount) if one.amount else ""
    if one.kind is HelpKind.PARCELS:
        told = plural(
            "%(count)d more parcel a day at %(fee)s each covers the loss.",
            "%(count)d more parcels a day at %(fee)s each cover the loss.",
            one.parcels,
        )
        return told % {"count": one.parcels, "fee": amount}
    if one.kind is HelpKind.SHARING and one.unit is not None:
        said = _("%(unit)s is %(km)s km away: a keeper for both, half a day each, saves %(saved)s a month.")
        return said % {"unit": in_language(one.unit.names), "km": one.km, "saved": amount}
    if one.kind is HelpKind.SERVICE:
        names = one_by_one(str(service.label) for service in one.services)
        return _("Outlets in profit around offer what this one does not: %(services)s.") % {"services": names}
    kind = one.cost.label if one.cost else ""
    return _("%(kind)s: the middle of the outlets around is %(amount)s.") % {"kind": kind, "amount": amount}


def _weight(grams: int) -> str:
    return written.quantity(Quantity(grams, Unit.KILOGRAM))
