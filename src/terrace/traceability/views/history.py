"""A lot's history as staff read it: its events, where its mass went, and its family."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from terrace.audit.domain import Via
from terrace.http import written
from terrace.http.pieces import Event
from terrace.http.small_tables import Cell, Head, Small, plain
from terrace.http.ways import urls_of
from terrace.kernel.actors import SYSTEM, Actor
from terrace.kernel.quantity import Quantity, Unit
from terrace.kernel.words import Text, _, in_context, in_language
from terrace.network import queries as network
from terrace.traceability import queries
from terrace.traceability.domain import EventKind, Grade, LossReason
from terrace.traceability.models import Lot, LotUse
from terrace.traceability.queries import Bond, Step

SHOWN_STEPS = 200
SHOWN_USES = 50
SHOWN_GENERATIONS = 6


@dataclass(frozen=True, slots=True)
class Branch:
    """A lot of the family with what went over, and those beyond it. `url` is "" where the reader does not see it."""

    number: str
    url: str
    quantity: Quantity
    branches: list["Branch"]


@dataclass(frozen=True, slots=True)
class Ride:
    """What a lot was sent with, and when. `url` is "" for who does not see it."""

    number: str
    url: str
    sent_at: datetime


def events_of(lot: Lot, steps: Sequence[Step]) -> list[Event]:
    """Return what happened to the lot itself, newest first."""
    places = network.units_by_id({step.unit_id for step in steps if step.unit_id})
    names = {pk: in_language(unit.names) for pk, unit in places.items()}
    return [_event(lot, step, names.get(step.unit_id or 0, "")) for step in reversed(steps)][:SHOWN_STEPS]


def _event(lot: Lot, step: Step, place: str) -> Event:
    said: Iterable[Text] = (
        _signed(step.steps, Unit(lot.unit)) if step.steps else "",
        LossReason(step.reason).label if step.reason else "",
        *_details(step),
        place,
        step.reference.rpartition("/")[2],
    )
    return Event(step.at, step.kind.label, _who(step), text=" · ".join(str(word) for word in said if word))


def _who(step: Step) -> str:
    return str(Via.SYSTEM.label) if step.signature == SYSTEM.name else step.signature


def _details(step: Step) -> list[Text]:
    grade = step.details.get("grade")
    passed = step.details.get("passed")
    return [
        Grade(grade).label if grade in list(Grade) else "",
        "" if passed is None else _("Passed") if passed else _("Not passed"),
        str(step.details.get("note") or step.details.get("reason") or ""),
    ]


def _signed(steps: int, unit: Unit) -> str:
    amount = written.quantity(Quantity(abs(steps), unit))
    return f"+{amount}" if steps > 0 else f"−{amount}"


def balance_of(lot: Lot, steps: Sequence[Step]) -> Small:
    """Return a table of what came into a lot, where it went, and what is left: its lines add up."""
    sums: dict[EventKind, int] = defaultdict(int)
    for step in steps:
        sums[step.kind] += step.steps
    packed = sums[EventKind.PACKED] + sums[EventKind.UNPACKED]
    beginning = lot.first_steps
    passed_on = sums[EventKind.SPLIT] + sums[EventKind.MERGED] + sums[EventKind.TAKEN_IN] - beginning
    lines = [
        (_("Began with"), beginning),
        (_("Went into other lots"), passed_on),
        (in_context("a lot", "Packed"), packed),
        (in_context("a lot", "Lost"), sums[EventKind.LOST]),
        (in_context("a lot", "Left"), lot.steps),
    ]
    unit = Unit(lot.unit)
    rows = [
        plain(label, written.quantity(Quantity(amount, unit), "number"))
        for place, (label, amount) in enumerate(lines)
        if amount or place in (0, len(lines) - 1)
    ]
    return Small(_("Where it went"), (Head(_("Of the lot")), Head(_("Quantity"), True, unit.label)), rows)


def family_of(actor: Actor, lot: Lot) -> tuple[list[Branch], list[Branch]]:
    """Return the lots that it came from and those that were made of it, as trees."""
    above, below = _generations([lot.pk], up=True), _generations([lot.pk], up=False)
    ids = {pk for bond in (*above, *below) for pk in (bond.parent_id, bond.child_id)}
    lots = queries.lots_by_id(ids)
    seen = set(queries.lots_visible_to(actor).filter(pk__in=ids).values_list("pk", flat=True))
    return _tree(lot.pk, above, lots, seen, up=True), _tree(lot.pk, below, lots, seen, up=False)


def _generations(ids: list[int], *, up: bool) -> list[Bond]:
    """Return the bonds of the next generations, nearest first, each once."""
    found: list[Bond] = []
    for _generation in range(SHOWN_GENERATIONS):
        new = [bond for bond in (queries.bonds_above if up else queries.bonds_below)(ids) if bond not in found]
        if not new:
            break
        found += new
        ids = [bond.parent_id if up else bond.child_id for bond in new]
    return found


def _tree(pk: int, bonds: Sequence[Bond], lots: dict[int, Lot], seen: set[int], *, up: bool) -> list[Branch]:
    here = [
        (bond, bond.parent_id if up else bond.child_id)
        for bond in bonds
        if pk == (bond.child_id if up else bond.parent_id)
    ]
    return [
        Branch(
            lots[other].number,
            reverse("traceability:lot", args=[lots[other].number]) if other in seen else "",
            Quantity(bond.steps, Unit(lots[other].unit)),
            _tree(other, bonds, lots, seen, up=up),
        )
        for bond, other in here
    ]


def uses_table(actor: Actor, lot: Lot) -> Small | None:
    """Return a table of the parcels with some of the lot, which lead on for who sees them; None for no parcel."""
    uses = queries.uses_of_lots([lot.pk])[:SHOWN_USES]
    if not uses:
        return None
    urls = urls_of(actor, [use.reference for use in uses])
    unit = Unit(lot.unit)
    heads = (Head(_("Parcel")), Head(_("Quantity"), True, unit.label), Head(_("Packed on")), Head(_("Put back on")))
    return Small(_("Packed into"), heads, [_use(use, unit, urls.get(use.reference, "")) for use in uses])


def _use(use: LotUse, unit: Unit, url: str) -> list[Cell]:
    written_out = plain(
        written.quantity(Quantity(use.steps, unit), "number"),
        written.localdate(use.packed_at),
        written.localdate(use.undone_at) or written.NOTHING,
    )
    return [(use.reference.rpartition("/")[2], url), *written_out]


def rides_of(actor: Actor, steps: Sequence[Step]) -> list[Ride]:
    """Return the consignments that a lot was sent with, the latest first."""
    left = {step.reference: step.at for step in steps if step.kind is EventKind.SENT and step.reference}
    urls = urls_of(actor, left)
    return [Ride(name.rpartition("/")[2], urls.get(name, ""), at) for name, at in reversed(left.items())]
