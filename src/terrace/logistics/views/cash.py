"""Cash on delivery: what units owe and since when, handing it in with a receipt, paying it in at the bank."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from terrace.accounts import queries as accounts
from terrace.http import listing, pages, typeset, written
from terrace.http.access import needs
from terrace.http.forms import FilterForm
from terrace.http.listing import Column, Empty, Kind, Table
from terrace.http.request import Request
from terrace.kernel.actors import Actor
from terrace.kernel.deployment import current
from terrace.kernel.errors import NotFound
from terrace.kernel.money import Money
from terrace.kernel.tiers import Workspace
from terrace.kernel.words import Names, _, in_language
from terrace.ledger import queries as ledger
from terrace.ledger.domain import Permission as Ledger
from terrace.logistics import queries, services
from terrace.logistics.domain.cash import Debt
from terrace.logistics.forms import BankForm, HandInForm
from terrace.logistics.models import HandIn
from terrace.logistics.views.units import workspace_of
from terrace.network import queries as network
from terrace.network.models import ServiceUnit


@dataclass(frozen=True, slots=True)
class Owing:
    """A unit with what it owes in cash, and where to note that it came in; "" for who may not."""

    unit: ServiceUnit
    debt: Debt
    hand_in_url: str
    is_centre: bool


@dataclass(frozen=True, slots=True)
class Came:
    """Cash that came in, with the names that belong to it; from a centre to the bank it has no unit."""

    row: HandIn
    unit: Names
    centre: Names


@needs(Ledger.DEPOSIT, Ledger.OUTLET)
def cash(request: Request) -> HttpResponse:
    """Show what units owe in cash, the oldest first, and what came in."""
    owing = _owing(request.actor)
    whole = sum((one.debt.amount for one in owing), start=Money(0, current().currency))
    context = {
        "title": _("Cash on delivery"),
        "lead": _("What recipients paid at the counter for carriers. It is owed to the centre until it is handed in."),
        "owing": owing,
        "whole": whole,
    }
    rows = queries.hand_ins_visible_to(request.actor)
    return listing.answer(request, "logistics/cash.html", _table(), rows, FilterForm(request.GET), context)


@needs(Ledger.DEPOSIT)
def hand_in(request: Request, number: str) -> HttpResponse:
    """Note that cash of a unit was counted at its centre, or that of a centre paid in at the bank."""
    unit, centre = _unit(request.actor, number)
    owed = ledger.cash_owed_by_units([unit.pk]).get(unit.pk)
    initial = {"amount": f"{owed.amount}"} if owed else {}
    form = (BankForm if unit == centre else HandInForm)(pages.sent(request), initial=initial)
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            if unit == centre:
                services.bank_cash(by=request.actor, centre=centre, **form.values)
            else:
                services.hand_in_cash(by=request.actor, unit=unit, centre=centre, **form.values)
            return redirect("logistics:cash")
    name = {"unit": in_language(unit.names)}
    context = {
        "title": (_("Pay in the cash of %(unit)s") if unit == centre else _("Cash of %(unit)s")) % name,
        "lead": _("It owes %(amount)s. Count what came; what lacks stays owed.")
        % {"amount": written.money(owed or Money(0, current().currency))},
        "form": form,
        "submit_label": _("Note it"),
        "cancel_url": reverse("logistics:cash"),
    }
    return pages.render(request, "pages/form.html", context, status=pages.form_status(request))


@needs(Ledger.DEPOSIT, Ledger.OUTLET)
def receipt(request: Request, number: str) -> HttpResponse:
    """Print the receipt of cash that came in."""
    found = queries.get_hand_in(request.actor, number)
    card = _cards([found])[0]
    person = accounts.people_by_id([found.person_id]).get(found.person_id) if found.person_id else None
    to = in_language(card.centre) if found.unit_id else str(_("Bank"))
    data = {
        "title": str(_("Receipt for cash")),
        "number": found.number,
        "when": written.localdate(found.at, "time"),
        "amount": written.money(found.amount),
        "facts": [
            [str(_("From")), in_language(card.unit)],
            [str(_("To")), to],
            [str(_("Received by")), person.name if person else ""],
            [str(_("The bank's reference")), found.bank_reference],
        ],
        "what": str(_("Cash on delivery, taken for parcels that were handed over.")),
        "signature": str(_("Signature")),
    }
    return typeset.answer(f"cash-{found.number}", "logistics/cash_receipt.typ", data)


def _owing(actor: Actor) -> list[Owing]:
    debts = queries.debts_visible_to(actor)
    units = network.units_by_id(debt.unit_id for debt in debts)
    return [_as_owing(actor, units[debt.unit_id], debt) for debt in debts]


def _as_owing(actor: Actor, unit: ServiceUnit, debt: Debt) -> Owing:
    may = _centre_for(actor, unit) is not None
    url = reverse("logistics:hand_in", args=[unit.number]) if may else ""
    return Owing(unit, debt, url, workspace_of(unit) is Workspace.CENTRE)


def _centre_for(actor: Actor, unit: ServiceUnit) -> ServiceUnit | None:
    """Return the centre of the actor that counts what `unit` hands in; a centre's own goes to the bank."""
    mine = [one for one in network.units_by_id(actor.units).values() if actor.may(Ledger.DEPOSIT, one.area_path)]
    above = [one for one in mine if unit.area_path.startswith(one.area_path)]
    if workspace_of(unit) is Workspace.CENTRE:
        return unit if above else None
    return min(above, key=lambda one: (-len(one.area_path), one.pk), default=None)


def _unit(actor: Actor, number: str) -> tuple[ServiceUnit, ServiceUnit]:
    unit = network.get_unit(actor, number)
    centre = _centre_for(actor, unit)
    if centre is None:
        raise NotFound
    return unit, centre


def _table() -> Table[HandIn, Came]:
    columns: tuple[Column[Came], ...] = (
        Column("number", _("Number"), lambda came: came.row.number, Kind.CODE, sort="number"),
        Column("unit", _("Service unit"), lambda came: came.unit, Kind.NAMES),
        Column("to", _("To"), lambda came: in_language(came.centre) if came.row.unit_id else _("Bank")),
        Column("amount", _("Amount"), lambda came: came.row.amount, Kind.MONEY, sort="amount_minor"),
        Column("at", _("Handed in"), lambda came: came.row.at, Kind.DATETIME, sort="at"),
        Column("bank", _("The bank's reference"), lambda came: came.row.bank_reference, sheet_only=True),
    )
    return Table(
        name="cash",
        columns=columns,
        present=_cards,
        order=("-at", "-id"),
        empty=Empty(_("No cash came in yet"), _("What a point hands in at its centre stands here with its receipt.")),
        url=lambda came: reverse("logistics:cash_receipt", args=[came.row.number]),
    )


def _cards(rows: Sequence[HandIn]) -> list[Came]:
    units: dict[int, Any] = network.units_by_id(
        unit_id for row in rows for unit_id in (row.unit_id, row.centre_id) if unit_id is not None
    )
    return [Came(row, units[row.unit_id or row.centre_id].names, units[row.centre_id].names) for row in rows]
