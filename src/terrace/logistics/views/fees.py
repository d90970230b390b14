"""What carriers pay the fleet and the outlets for parcels that came down, and why each amount is what it is."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.http import HttpResponse
from django.urls import reverse

from terrace.http import listing, written
from terrace.http.access import needs
from terrace.http.listing import Column, Empty, Kind, Table
from terrace.http.request import Request
from terrace.kernel.actors import Actor
from terrace.kernel.money import Money
from terrace.kernel.quantity import Quantity, Unit
from terrace.kernel.words import Names, Text, _
from terrace.logistics import queries
from terrace.logistics.domain import Permission, TariffKind
from terrace.logistics.forms import FeeFilter
from terrace.logistics.models import ParcelFee
from terrace.network import queries as network
from terrace.registry import queries as registry


@dataclass(frozen=True, slots=True)
class FeeCard:
    """A fee with the names that belong to it, and the sum that it comes from."""

    fee: ParcelFee
    unit: Names
    payer: str

    @property
    def kind(self) -> TariffKind:
        """Whose work it pays."""
        return TariffKind(self.fee.kind)

    @property
    def amount(self) -> Money:
        """How much."""
        return self.fee.amount

    @property
    def weight(self) -> Quantity:
        """What the parcel weighs."""
        return Quantity(self.fee.parcel.weight_grams, Unit.KILOGRAM)

    @property
    def why(self) -> Text:
        """The tariff's or zone's words for this parcel: so much for it, so much for what it weighs beyond."""
        rate, grams = self.fee.rate, self.fee.parcel.weight_grams
        parts = [written.money(rate.per_parcel)] if rate.per_parcel else []
        charged = max(0, grams - rate.first_grams)
        if rate.per_kg and charged:
            weight = written.quantity(Quantity(charged, Unit.KILOGRAM))
            parts.append(f"{weight} × {written.money(rate.per_kg)}")
        told = {"sum": " + ".join(parts), "day": written.localdate(self.fee.agreed_on)}
        if self.fee.zone is None:
            return _("%(sum)s, tariff of %(day)s") % told
        told["zone"] = self.fee.zone.name
        if self.kind is TariffKind.OUTLET:
            return _("the outlet's share of %(sum)s, zone %(zone)s, agreement of %(day)s") % told
        if self.kind is TariffKind.FLEET:
            return _("%(sum)s less the outlet's share, zone %(zone)s, agreement of %(day)s") % told
        return _("%(sum)s, zone %(zone)s, agreement of %(day)s") % told


@needs(Permission.VIEW, or_party=True)
def fees(request: Request) -> HttpResponse:
    """List the fees that the reader's units earn and its own carriers pay, the youngest first."""
    form = FeeFilter(request.GET)
    context = {
        "title": _("Fees for parcels"),
        "lead": _("What carriers pay the fleet and the outlets for each parcel that came down, by the tariffs."),
    }
    rows = form.narrow(queries.fees_visible_to(request.actor))
    return listing.answer(request, "pages/list.html", _table(), rows, form, context)


def fee_cards(rows: Iterable[ParcelFee], actor: Actor) -> list[FeeCard]:
    """Return those of the fees that the actor sees as cards."""
    mine = [
        row
        for row in rows
        if actor.may(Permission.VIEW, row.area_path) or row.payer_id in actor.own_parties or actor.is_system
    ]
    return _cards(mine)


def _cards(rows: Sequence[ParcelFee]) -> list[FeeCard]:
    units = network.units_by_id({row.unit_id for row in rows})
    parties = registry.parties_by_id({row.payer_id for row in rows})
    return [FeeCard(row, units[row.unit_id].names, parties[row.payer_id].name) for row in rows]


def _table() -> Table[ParcelFee, FeeCard]:
    columns: tuple[Column[FeeCard], ...] = (
        Column("parcel", _("Parcel"), lambda card: card.fee.parcel.number, Kind.CODE),
        Column("kind", _("Who is paid"), lambda card: card.kind.label, sort="kind"),
        Column("unit", _("Service unit"), lambda card: card.unit, Kind.NAMES),
        Column("payer", _("Carrier"), lambda card: card.payer),
        Column("weight", _("Weight"), lambda card: card.weight, Kind.QUANTITY),
        Column("why", _("Why so much"), lambda card: card.why),
        Column("amount", _("Amount"), lambda card: card.amount, Kind.MONEY, sort="amount_minor"),
        Column("made", _("Handed over"), lambda card: card.fee.created_at, Kind.DATETIME, sort="created_at"),
        Column(
            "paid",
            _("State"),
            lambda card: _("paid") if card.fee.paid_at else _("owed"),
            Kind.BADGE,
            sort="paid_at",
            tone=lambda card: "good" if card.fee.paid_at else "warn",
        ),
    )
    return Table(
        name="fees",
        columns=columns,
        present=_cards,
        order=("-id",),
        empty=Empty(
            _("No fees yet"),
            _("When a parcel that came down is handed over, its carrier pays the fleet and the outlet."),
        ),
        url=lambda card: reverse("logistics:parcel", args=[card.fee.parcel.number]),
        most_counted=10_000,
    )
