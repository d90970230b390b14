"""Agreements: how the money of orders is shared, from when on, and setting a new one."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from terrace.http import listing, pages, written
from terrace.http.access import needs
from terrace.http.confirming import Question, confirm
from terrace.http.listing import Column, Empty, Kind, Table
from terrace.http.request import Request
from terrace.kernel import clock
from terrace.kernel.actors import Actor
from terrace.kernel.words import Names, Text, _, in_language
from terrace.market import queries, services
from terrace.market.domain import USUAL_CONFIRM_DAYS, Permission
from terrace.market.forms.sales import NoFilter
from terrace.market.forms.settling import AgreementForm
from terrace.market.models import Agreement
from terrace.network import queries as network
from terrace.registry import queries as registry


@dataclass(frozen=True, slots=True)
class Card:
    """An agreement with the names that belong to it; `way_back` leads to taking it back while it has not begun."""

    agreement: Agreement
    seller: str
    place: Names
    way_back: str


@needs(Permission.VIEW, or_party=True)
def agreements(request: Request) -> HttpResponse:
    """List the agreements of the actor's areas and of its own parties, the latest first."""
    may_make = request.actor.holds(Permission.AGREEMENTS)
    new = {"url": reverse("market:agreement_new"), "label": _("New agreement"), "icon": "plus"}
    context = {
        "title": _("Agreements"),
        "lead": _("How the money of an order is shared. An order keeps the one that was in force when it was placed."),
        "primary": new if may_make else None,
    }
    rows = queries.agreements_visible_to(request.actor)
    table = _table(request.actor, may_make)
    return listing.answer(request, "pages/list.html", table, rows, NoFilter(request.GET), context)


@needs(Permission.AGREEMENTS)
def new_agreement(request: Request) -> HttpResponse:
    """Set how the money of orders is shared from a day on."""
    initial = {"starts_on": clock.today(), "confirm_days": USUAL_CONFIRM_DAYS}
    form = AgreementForm(pages.sent(request), initial=initial, areas=_areas(request.actor))
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            services.make_agreement(by=request.actor, given=form.given())
            return redirect("market:agreements")
    context = {
        "title": _("New agreement"),
        "lead": _("It holds for orders that are placed from its first day on, until a new one begins."),
        "form": form,
        "cancel_url": reverse("market:agreements"),
    }
    return pages.render(request, "pages/form.html", context, status=pages.form_status(request))


@needs(Permission.AGREEMENTS)
def withdraw_agreement(request: Request, number: str) -> HttpResponse:
    """Ask once, then take back an agreement that has not begun."""
    found = queries.get_agreement(request.actor, number)
    request.actor.require(Permission.AGREEMENTS, found.area_path)
    question = Question(
        title=_("Take this agreement back?"),
        text=_("It would have begun on %(day)s.") % {"day": written.localdate(found.starts_on)},
        submit_label=_("Take it back"),
        cancel_url=reverse("market:agreements"),
    )
    return confirm(request, question, partial(services.withdraw_agreement, by=request.actor, agreement=found))


def _areas(actor: Actor) -> list[tuple[str, str]]:
    """Return the areas that the actor may make agreements for: those of its posts, and the areas one tier below."""
    own = [network.ancestors(path or network.root_path())[-1] for path in actor.paths(Permission.AGREEMENTS)]
    below = [child for area in own for child in network.children_of(area.code)]
    return [(area.code, in_language(area.names)) for area in [*own, *below]]


def _table(actor: Actor, may_make: bool) -> Table[Agreement, Card]:
    return Table(
        name="agreements",
        columns=(
            Column("place", _("Area"), lambda card: card.place, Kind.NAMES),
            Column("seller", _("Seller"), lambda card: card.seller or _("All")),
            Column("starts", _("In force from"), lambda card: card.agreement.starts_on, Kind.DATE, sort="starts_on"),
            Column(
                "platform",
                _("Platform"),
                _percent,
                Kind.NUMBER,
                unit="%",
            ),
            Column("packing", _("Packing of one parcel"), lambda card: card.agreement.packing, Kind.MONEY),
            Column("days", _("Days to confirm"), lambda card: card.agreement.confirm_days, Kind.NUMBER),
            Column("note", _("Note"), lambda card: card.agreement.note, Kind.PROSE),
            *([Column("way_back", _("Mistake?"), _take_back, url=_way_back)] if may_make else []),
        ),
        present=lambda rows: _cards(actor, rows),
        order=("-starts_on", "-id"),
        empty=Empty(
            _("No agreements yet"),
            _("Without one, sellers get all but what carriers, vehicles and points are due by tariff."),
            reverse("market:agreement_new") if may_make else "",
            _("New agreement") if may_make else "",
        ),
    )


def _percent(card: Card) -> Decimal:
    return Decimal(card.agreement.platform_permille).scaleb(-1)


def _take_back(card: Card) -> Text:
    return _("Take it back") if card.way_back else ""


def _way_back(card: Card) -> str:
    return card.way_back


def _cards(actor: Actor, rows: Sequence[Agreement]) -> list[Card]:
    sellers = registry.parties_by_id({row.seller_id for row in rows if row.seller_id})
    places = network.names_of({row.area_id for row in rows})
    today = clock.today()
    return [
        Card(
            agreement=row,
            seller=sellers[row.seller_id].name if row.seller_id else "",
            place=places.get(row.area_id, {}),
            way_back=reverse("market:agreement_withdraw", args=[row.number])
            if row.starts_on > today and actor.may(Permission.AGREEMENTS, row.area_path)
            else "",
        )
        for row in rows
    ]
