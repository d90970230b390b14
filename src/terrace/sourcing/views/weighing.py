"""Weigh and buy in three steps, on a cheap phone: from whom, what, how much at what price."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from django.db.models import Case, IntegerField, QuerySet, Value, When
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode

from terrace.accounts import queries as accounts
from terrace.catalog import queries as catalog
from terrace.catalog.models import Product
from terrace.http import listing, pages
from terrace.http.access import needs
from terrace.http.forms import FilterForm
from terrace.http.listing import Column, Empty, Kind, Table
from terrace.http.request import Request
from terrace.kernel import clock
from terrace.kernel.actors import Actor
from terrace.kernel.db import within
from terrace.kernel.errors import DomainError, Forbidden, NotFound
from terrace.kernel.quantity import Unit
from terrace.kernel.words import _, in_context, in_language
from terrace.network import queries as network
from terrace.network.models import ServiceUnit
from terrace.registry import queries as registry
from terrace.registry.domain import Kind as PartyKind
from terrace.registry.models import Party
from terrace.sourcing import queries, services
from terrace.sourcing.domain import Permission, Reckoning, Weighing, reckon
from terrace.sourcing.forms.purchases import PurchaseForm
from terrace.sourcing.models import SupplyNotice
from terrace.sourcing.views.bought import NEW

MOST_WITH_SUPPLY = 500
"""So many producers stand first because they have supply; a county's others are searched for anyway."""


@needs(Permission.PURCHASE)
def choose_producer(request: Request) -> HttpResponse:
    """Ask from whom, those with open supply first; found by name, pinyin, number or the end of a phone."""
    actor = request.actor
    text = request.GET.get("text", "").strip()
    rows = registry.search(actor, _producers(actor), text) if text else _producers(actor)
    context = {
        "title": _("Weigh and buy"),
        "lead": _("From whom? Those who have recorded supply stand first."),
        "text": text,
    }
    table, nothing = _producer_table(actor), FilterForm(request.GET)
    return listing.answer(request, "sourcing/choose_producer.html", table, rows, nothing, context)


@needs(Permission.PURCHASE)
def choose_goods(request: Request, producer: str) -> HttpResponse:
    """Ask what is weighed: what the producer has recorded stands first, then the products in season."""
    found = _producer(request.actor, producer)
    text = request.GET.get("text", "")
    in_season = {product.pk for product in catalog.products_in_season(clock.today())}
    products = catalog.by_name(catalog.search_products(text))
    tiles = [(one, reverse(NEW, args=[found.number, one.code]), one.pk in in_season) for one in products]
    context = {
        "title": found.name,
        "breadcrumb": [(_("Weigh and buy"), reverse(NEW)), (found.name, "")],
        "tiles": sorted(tiles, key=lambda tile: not tile[2]),
        "notices": _notice_tiles(found, queries.open_supply_of(found.pk, clock.today())) if not text else [],
        "text": text,
        "party": "",
    }
    return pages.render(request, "sourcing/choose_product.html", context, fragment="tiles")


@needs(Permission.PURCHASE)
def weigh(request: Request, producer: str, product: str) -> HttpResponse:
    """Enter what the scales show and who buys; the button beside works it out without buying."""
    actor = request.actor
    found, goods = _producer(actor, producer), catalog.get_product(product)
    units = _units(actor, found)
    notices = [one for one in queries.open_supply_of(found.pk, clock.today()) if one.product_id == goods.pk]
    form = PurchaseForm(
        pages.sent(request),
        initial=_initial(request, goods, units, notices),
        actor=actor,
        product=goods,
        units=units,
        buyers=registry.buying_in(network.place(units[0].area_id).county_code),
        notices=notices,
    )
    if request.method == "POST" and form.is_valid() and "look" not in request.POST:
        with form.refusals():
            given = form.given(producer=found.number, product=goods.code)
            bought = services.record_purchase(by=actor, given=given)
            return redirect("sourcing:purchase", bought.number)
    context = {
        "title": found.name,
        "breadcrumb": _crumbs(found, goods),
        "form": form,
        "submit_label": in_context("from a producer", "Buy"),
        "second": {"name": "look", "label": _("Only work it out")},
        "cancel_url": reverse(NEW, args=[found.number]),
        "product": goods,
        "unit": Unit(goods.unit).one,
        "reference": _reference(goods, _unit_of(form, units), _variety_of(form, goods)),
        "sums": _sums(form, goods, _unit_of(form, units)),
        "notice": None,
    }
    return pages.render(request, "sourcing/weigh.html", context, status=pages.form_status(request))


def _producers(actor: Actor) -> QuerySet[Party]:
    return registry.producers_for(actor).filter(within(actor.paths(Permission.PURCHASE)))


def _producer(actor: Actor, number: str) -> Party:
    """Return the producer, also one that rests: then the act says so. Raises `NotFound`, `Forbidden`."""
    found = registry.get_full_party(actor, number)
    if not PartyKind(found.kind).produces:
        raise NotFound
    return found


def _producer_table(actor: Actor) -> Table[Party, Any]:
    def with_supply_first() -> Sequence[Case]:
        ids = queries.parties_with_supply(actor.paths(Permission.PURCHASE), clock.today(), MOST_WITH_SUPPLY)
        return [Case(When(pk__in=ids, then=Value(0)), default=Value(1), output_field=IntegerField())]

    return Table(
        name="producers",
        columns=(
            Column("name", _("Name"), lambda row: row[0].name),
            Column("supply", _("Recorded supply"), lambda row: row[1]),
            Column("place", _("Place"), lambda row: row[2], Kind.NAMES),
            Column("number", _("Number"), lambda row: row[0].number, Kind.CODE),
        ),
        present=_producer_rows,
        order=("name", "id"),
        first=with_supply_first,
        empty=Empty(
            _("Nobody is found"),
            _("Search by name, pinyin or the last digits of the phone. Who is new is registered first."),
            reverse("registry:parties"),
            _("Producers and buyers"),
        ),
        url=lambda row: reverse(NEW, args=[row[0].number]),
        has_sheet=False,
    )


def _producer_rows(parties: Sequence[Party]) -> list[tuple[Party, str, Mapping[str, str]]]:
    supply = queries.open_supply_of_many([party.pk for party in parties], clock.today())
    places = network.names_of({party.area_id for party in parties})
    rows = [notice for notices in supply.values() for notice in notices]
    titles = {notice.pk: goods.title for notice, goods in zip(rows, queries.goods_of(rows), strict=True)}
    return [
        (party, ", ".join(titles[one.pk] for one in supply.get(party.pk, [])[:3]), places.get(party.area_id, {}))
        for party in parties
    ]


def _notice_tiles(party: Party, notices: Sequence[SupplyNotice]) -> list[tuple[Product, str, SupplyNotice, str]]:
    """Return what the producer has recorded: product, the way to weigh it, the notice, its goods in words."""
    return [
        (
            goods.product,
            f"{reverse(NEW, args=[party.number, goods.product.code])}?{urlencode({'notice': notice.number})}",
            notice,
            goods.title,
        )
        for notice, goods in zip(notices, queries.goods_of(notices), strict=True)
    ]


def _units(actor: Actor, producer: Party) -> list[ServiceUnit]:
    """Return the units where the actor may buy from the producer: its own, and the nearest to the producer's home."""
    person, today = actor.person_id, clock.today()
    own = accounts.units_allowing(person, Permission.PURCHASE, today) if person is not None else frozenset()
    nearest = network.units_serving([producer.area_path]).values()
    found = {unit.pk: unit for unit in (*network.units_by_id(own & actor.units).values(), *nearest)}
    units = [unit for unit in found.values() if unit.is_open and actor.may(Permission.PURCHASE, unit.area_path)]
    if not units:
        raise Forbidden(permission=Permission.PURCHASE.value)
    return sorted(units, key=lambda unit: (unit.pk not in own, -len(unit.area_path), unit.pk))


def _initial(
    request: Request, product: Product, units: Sequence[ServiceUnit], notices: Sequence[SupplyNotice]
) -> dict[str, Any]:
    """Return what most often is right: the notice that was chosen or the only one, its terms, and who bought last."""
    wanted = request.GET.get("notice", "")
    named = next((one for one in notices if one.number == wanted), None)
    notice = notices[0] if named is None and len(notices) == 1 else named
    varieties = catalog.varieties_by_id([notice.variety_id]) if notice and notice.variety_id else {}
    reference = _reference(product, units[0], notice.variety_id if notice else None)
    buyer = registry.parties_by_id([pk for pk in [queries.last_buyer([unit.pk for unit in units])] if pk])
    return {
        "notice": notice.number if notice else "",
        "variety": next((variety.code for variety in varieties.values()), ""),
        "price": (notice and notice.price) or (reference.price if reference else None),
        "buyer": next((party.number for party in buyer.values()), ""),
        "unit": units[0].number,
    }


def _unit_of(form: PurchaseForm, units: Sequence[ServiceUnit]) -> ServiceUnit:
    """Return the unit that the form names, which it proposes or was sent with."""
    named = form["unit"].value() if "unit" in form.fields else ""
    return next((unit for unit in units if unit.number == named), units[0])


def _variety_of(form: PurchaseForm, product: Product) -> int | None:
    """Return the id of the variety that the form names, None for none."""
    named = form["variety"].value() if "variety" in form.fields else ""
    return next((one.pk for one in catalog.varieties_of(product.pk) if one.code == named), None)


def _reference(product: Product, unit: ServiceUnit, variety_id: int | None) -> Any:
    return queries.reference_price(product.pk, unit.area_path, variety_id, clock.today())


def _sums(form: PurchaseForm, product: Product, unit: ServiceUnit) -> tuple[Weighing, Reckoning] | None:
    """Return what the form comes to, to be shown when it comes back; None where it says too little."""
    if not form.is_bound or not {"price", "unit"} <= form.cleaned_data.keys():
        return None
    with suppress(DomainError, KeyError):
        given = form.given(producer="", product=product.code)
        weighing, moisture = services.weighed(given, product), services.moist(given, product)
        reference = _reference(product, unit, _variety_of(form, product))
        return weighing, reckon(weighing, moisture, given.price, reference.price if reference else None)
    return None


def _crumbs(party: Party, product: Product) -> list[tuple[Any, str]]:
    return [
        (_("Weigh and buy"), reverse(NEW)),
        (party.name, reverse(NEW, args=[party.number])),
        (in_language(product.names), ""),
    ]
