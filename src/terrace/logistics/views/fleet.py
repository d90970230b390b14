"""Vehicles, carriers and tariffs: lists and forms."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from terrace.http import listing, pages
from terrace.http.access import needs
from terrace.http.confirming import Question, confirm_version
from terrace.http.forms import FilterForm
from terrace.http.listing import Column, Empty, Kind, Table
from terrace.http.request import Request
from terrace.kernel import clock
from terrace.kernel.money import Money
from terrace.kernel.quantity import Quantity, Unit
from terrace.kernel.words import Names, _
from terrace.logistics import queries, services
from terrace.logistics.domain import Permission, TariffKind
from terrace.logistics.forms import CarrierForm, ChangedVehicleForm, TariffFilter, TariffForm, VehicleForm, grams_of
from terrace.logistics.models import Carrier, Tariff, Vehicle
from terrace.logistics.services import TariffGiven
from terrace.logistics.views.units import as_choices, carrier_choices, own_centres
from terrace.network import queries as network
from terrace.registry import queries as registry
from terrace.registry.models import Party


@dataclass(frozen=True, slots=True)
class CarrierCard:
    """A carrier with its name, and what it owes for parcels that were handed over."""

    carrier: Carrier
    party: Party
    unit: Names
    owed: Money | None


@dataclass(frozen=True, slots=True)
class TariffCard:
    """A tariff with the names that belong to it."""

    tariff: Tariff
    place: Names
    party: str


@needs(Permission.VIEW)
def vehicles(request: Request) -> HttpResponse:
    """List the vehicles of the reader's area."""
    may, new = request.actor.holds(Permission.DISPATCH), reverse("logistics:vehicle_new")
    context = {
        "title": _("Vehicles"),
        "primary": {"url": new, "label": _("Add a vehicle"), "icon": "plus"} if may else None,
    }
    rows = queries.vehicles_visible_to(request.actor)
    table = _vehicle_table(new if may else "")
    return listing.answer(request, "pages/list.html", table, rows, FilterForm(request.GET), context)


@needs(Permission.DISPATCH)
def add_vehicle(request: Request) -> HttpResponse:
    """Add a vehicle to a centre."""
    centres = own_centres(request.actor, Permission.DISPATCH)
    form = VehicleForm(pages.sent(request), units=as_choices(centres))
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            unit_id = next(unit.pk for unit in centres if unit.number == form.values["unit"])
            services.add_vehicle(by=request.actor, unit_id=unit_id, given=form.given())
            return redirect("logistics:vehicles")
    context = {"title": _("Add a vehicle"), "form": form, "cancel_url": reverse("logistics:vehicles")}
    return pages.render(request, "pages/form.html", context, status=pages.form_status(request))


@needs(Permission.DISPATCH)
def change_vehicle(request: Request, number: str) -> HttpResponse:
    """Change what is known of a vehicle, or lay it up."""
    found = queries.get_vehicle(request.actor, number)
    request.actor.require(Permission.DISPATCH, found.area_path)
    initial = {
        "version": found.version,
        "plate": found.plate,
        "label": found.label,
        "capacity": f"{Quantity(found.capacity_grams, Unit.KILOGRAM).amount.normalize():f}",
        "is_cold": found.is_cold,
        "is_active": found.is_active,
    }
    form = ChangedVehicleForm(pages.sent(request), initial=initial)
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            given = form.given(is_active=form.values["is_active"])
            services.change_vehicle(by=request.actor, vehicle=found, version=form.values["version"], given=given)
            return redirect("logistics:vehicles")
    equipment = reverse("logistics:equipment", args=[number])
    positions = reverse("logistics:vehicle_positions", args=[number])
    context = {
        "title": found.plate,
        "actions": [
            {"url": equipment, "label": _("What plans reckon with"), "icon": "settings"},
            {"url": positions, "label": _("Where it was: a tracker's file"), "icon": "upload"},
        ],
        "form": form,
        "cancel_url": reverse("logistics:vehicles"),
    }
    return pages.render(request, "pages/form.html", context, status=pages.form_status(request))


@needs(Permission.VIEW, or_party=True)
def carriers(request: Request) -> HttpResponse:
    """List the carriers that share the networks of the reader's area."""
    may, new = request.actor.holds(Permission.DISPATCH), reverse("logistics:carrier_new")
    context: dict[str, Any] = {
        "title": _("Carriers"),
        "lead": _("Courier companies that share the network: they hand over what comes down and take what goes up."),
        "primary": {"url": new, "label": _("Take in a carrier"), "icon": "plus"} if may else None,
    }
    if may:
        context["actions"] = [
            {"url": reverse("logistics:fleet_statement"), "label": _("Fleet's statement"), "icon": "coin"}
        ]
    rows = queries.carriers_visible_to(request.actor)
    table = _carrier_table(new if may else "")
    return listing.answer(request, "pages/list.html", table, rows, FilterForm(request.GET), context)


@needs(Permission.DISPATCH)
def add_carrier(request: Request) -> HttpResponse:
    """Let an enterprise share a centre's network."""
    centres = own_centres(request.actor, Permission.DISPATCH)
    form = CarrierForm(pages.sent(request), units=as_choices(centres))
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            unit_id = next(unit.pk for unit in centres if unit.number == form.values["unit"])
            services.add_carrier(by=request.actor, unit_id=unit_id, party=form.values["party"])
            return redirect("logistics:carriers")
    context = {"title": _("Take in a carrier"), "form": form, "cancel_url": reverse("logistics:carriers")}
    return pages.render(request, "pages/form.html", context, status=pages.form_status(request))


@needs(Permission.DISPATCH)
def change_carrier(request: Request, number: str) -> HttpResponse:
    """Ask once, then let a carrier hand over no new parcels, or again."""
    found = queries.get_carrier(request.actor, number)
    request.actor.require(Permission.DISPATCH, found.area_path)
    name = registry.parties_by_id([found.party_id])[found.party_id].name
    stops = found.is_active
    question = Question(
        title=(_("Take no more parcels of %(name)s?") if stops else _("Take parcels of %(name)s again?"))
        % {"name": name},
        text=_("What is under way goes on, and what is owed stays owed."),
        submit_label=_("Take no more") if stops else _("Take them again"),
        cancel_url=reverse("logistics:carriers"),
    )

    def act(version: int) -> object:
        return services.change_carrier(by=request.actor, carrier=found, version=version, is_active=not stops)

    return confirm_version(request, found, question, act)


@needs(Permission.VIEW, or_party=True)
def tariffs(request: Request) -> HttpResponse:
    """List the tariffs, those to come and those that are over too, the youngest first."""
    may, new = request.actor.holds(Permission.TARIFFS), reverse("logistics:tariff_new")
    form = TariffFilter(request.GET)
    context = {
        "title": _("Tariffs"),
        "lead": _("What carriers, the fleet and outlets are paid. The youngest of a place and kind is in force."),
        "primary": {"url": new, "label": _("Set a tariff"), "icon": "plus"} if may else None,
    }
    rows = form.narrow(queries.tariffs_visible_to(request.actor))
    return listing.answer(request, "pages/list.html", _tariff_table(new if may else ""), rows, form, context)


@needs(Permission.TARIFFS)
def set_tariff(request: Request) -> HttpResponse:
    """Let a tariff begin on a day."""
    actor = request.actor
    areas = [network.ancestors(path or network.root_path())[-1] for path in actor.paths(Permission.TARIFFS)]
    below = [child for area in areas for child in network.children_of(area.code)]
    shared = list(queries.carriers_visible_to(actor).filter(is_active=True).order_by("id"))
    form = TariffForm(
        pages.sent(request),
        initial={"starts_on": clock.today()},
        areas=[(area.code, str(area)) for area in [*areas, *below]],
        carriers=carrier_choices(shared),
    )
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            services.set_tariff(by=actor, given=_given(form.values))
            return redirect("logistics:tariffs")
    context = {
        "title": _("Set a tariff"),
        "lead": _("It holds from its day on, until the next one of its kind begins there."),
        "form": form,
        "cancel_url": reverse("logistics:tariffs"),
    }
    return pages.render(request, "pages/form.html", context, status=pages.form_status(request))


def _given(values: dict[str, Any]) -> TariffGiven:
    return TariffGiven(
        kind=TariffKind(values["kind"]),
        area=values["area"],
        starts_on=values["starts_on"],
        per_parcel=values["per_parcel"],
        per_kg=values["per_kg"],
        first_grams=grams_of(values["first"], "first") if values["first"] else 0,
        party_id=int(values["party"]) if values["party"] else None,
    )


def _vehicle_table(new: str) -> Table[Vehicle, Vehicle]:
    columns: tuple[Column[Vehicle], ...] = (
        Column("plate", _("Plate"), lambda row: row.plate, Kind.CODE, sort="plate"),
        Column("label", _("Name"), lambda row: row.label, sort="label"),
        Column(
            "capacity",
            _("Carries"),
            lambda row: Quantity(row.capacity_grams, Unit.KILOGRAM),
            Kind.QUANTITY,
            sort="capacity_grams",
        ),
        Column("cold", _("Cools"), lambda row: row.is_cold, Kind.BOOLEAN, sort="is_cold"),
        Column("active", _("In use"), lambda row: row.is_active, Kind.BOOLEAN, sort="is_active"),
    )
    return Table(
        name="vehicles",
        columns=columns,
        present=list,
        order=("plate",),
        empty=Empty(
            _("No vehicles yet"),
            _("Tours are planned for the vehicles that stand here."),
            new,
            _("Add a vehicle") if new else "",
        ),
        url=lambda row: reverse("logistics:vehicle", args=[row.number]) if new else "",
    )


def _carrier_table(new: str) -> Table[Carrier, CarrierCard]:
    columns: tuple[Column[CarrierCard], ...] = (
        Column("name", _("Carrier"), lambda card: card.party.name),
        Column("unit", _("Centre"), lambda card: card.unit, Kind.NAMES),
        Column("active", _("Shares the network"), lambda card: card.carrier.is_active, Kind.BOOLEAN, sort="is_active"),
        Column("owed", _("Owes"), lambda card: card.owed, Kind.MONEY),
    )
    return Table(
        name="carriers",
        columns=columns,
        present=_carrier_cards,
        order=("id",),
        empty=Empty(
            _("No carriers yet"),
            _("A courier company of the register stands here as soon as it shares the network."),
            new,
            _("Take in a carrier") if new else "",
        ),
        url=lambda card: reverse("logistics:carrier_about", args=[card.carrier.number]),
    )


def _carrier_cards(rows: Sequence[Carrier]) -> list[CarrierCard]:
    parties = registry.parties_by_id({row.party_id for row in rows})
    units = network.units_by_id({row.unit_id for row in rows})
    owed = queries.owed_by(parties)
    return [CarrierCard(row, parties[row.party_id], units[row.unit_id].names, owed.get(row.party_id)) for row in rows]


def _tariff_table(new: str) -> Table[Tariff, TariffCard]:
    kilogram = Unit.KILOGRAM.label
    columns: tuple[Column[TariffCard], ...] = (
        Column("kind", _("Who is paid"), lambda card: TariffKind(card.tariff.kind).label, sort="kind"),
        Column("place", _("Where"), lambda card: card.place, Kind.NAMES, sort="area_path"),
        Column("starts", _("From the day"), lambda card: card.tariff.starts_on, Kind.DATE, sort="starts_on"),
        Column(
            "parcel", _("For each parcel"), lambda card: card.tariff.per_parcel, Kind.MONEY, sort="per_parcel_minor"
        ),
        Column(
            "kg",
            _("For each kilogram"),
            lambda card: card.tariff.per_kg,
            Kind.MONEY,
            sort="per_kg_minor",
            per=lambda card: kilogram,
        ),
        Column(
            "first",
            _("Weight included"),
            lambda card: Quantity(card.tariff.first_grams, Unit.KILOGRAM),
            Kind.QUANTITY,
            sort="first_grams",
        ),
        Column("party", _("Agreed with"), lambda card: card.party),
    )
    return Table(
        name="tariffs",
        columns=columns,
        present=_tariff_cards,
        order=("-starts_on", "kind", "-id"),
        empty=Empty(
            _("No tariffs yet"),
            _("Without a tariff nobody is paid for parcels. Set one for the fleet and one for outlets."),
            new,
            _("Set a tariff") if new else "",
        ),
    )


def _tariff_cards(rows: Sequence[Tariff]) -> list[TariffCard]:
    places = network.names_of({row.area_id for row in rows})
    parties = registry.parties_by_id({row.party_id for row in rows if row.party_id})
    return [
        TariffCard(
            row, places.get(row.area_id, {}), parties[row.party_id].name if row.party_id else str(_("All carriers"))
        )
        for row in rows
    ]
