"""Which lots an actor sees, what is in stock, what they are made of, and what was packed of them."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from django.db.models import Min, Q, QuerySet

from terrace.kernel.actors import Actor
from terrace.kernel.db import within
from terrace.kernel.errors import NotFound
from terrace.kernel.words import _
from terrace.traceability.domain import MOST_PARTS, EventKind, Permission
from terrace.traceability.models import Lot, LotEntry, LotOrigin, LotUse

MOST_TO_MERGE = MOST_PARTS - 1


def lots_visible_to(actor: Actor) -> QuerySet[Lot]:
    """Return the lots that grew or lie below the actor's posts, and those that its own parties grew or own."""
    paths = actor.paths(Permission.VIEW)
    lies_there = within(paths, "unit_path") & ~Q(unit_path="")
    own = Q(producer__in=actor.own_parties) | Q(owner__in=actor.own_parties)
    return Lot.objects.filter(within(paths) | lies_there | own)


def get_lot(actor: Actor, number: str) -> Lot:
    """Return the lot `number` however it was typed, or raise `NotFound` when the actor does not see it."""
    found = lots_visible_to(actor).filter(number=number.strip().upper()).first()
    if found is None:
        raise NotFound(field="lot")
    return found


def find_public_lot(number: str) -> Lot | None:
    """Return the lot whose label somebody scanned, None when there is none: whoever holds the goods may read it."""
    return Lot.objects.filter(number=number.strip().upper()).first()


def was_taken_back(lot: Lot) -> bool:
    """Say whether all of a lot went back to who brought it, as if it had never come."""
    return not lot.steps and bool(taken_back([lot.pk]))


def taken_back(lot_ids: Collection[int]) -> set[int]:
    """Return which of these lots went back to who brought them, whatever is in them since."""
    gone = LotEntry.objects.filter(lot__in=lot_ids, event__kind=EventKind.LOST, event__details__taken_back=True)
    return set(gone.order_by("pk").values_list("lot_id", flat=True))


def ids_of_lots(numbers: Iterable[str], field: str = "lots") -> dict[str, int]:
    """Return the ids of lots by the numbers on their labels; raise `NotFound` at `field` when one is unknown."""
    found = {number: find_public_lot(number) for number in set(numbers)}
    if None in found.values():
        raise NotFound(_("There is no such lot."), field=field)
    return {number: lot.pk for number, lot in found.items() if lot is not None}


def lots_by_id(ids: Iterable[int]) -> dict[int, Lot]:
    """Return the lots by id. The caller has authorised the look."""
    return Lot.objects.in_bulk(set(ids))


def lots_at(*, unit_ids: Iterable[int] = (), path: str = "", product_id: int | None = None) -> QuerySet[Lot]:
    """Return the lots in stock at the units, or in the subtree at `path`, the oldest first. Who asks is authorised.

    Something is left of them, they are not recalled and do not wait to go elsewhere. Lots under way lie nowhere.
    """
    where = Q(unit_at__in=list(unit_ids))
    if path:
        where |= within([path], "unit_path") & ~Q(unit_path="")
    rows = Lot.objects.filter(where, steps__gt=0, recalled_at__isnull=True, set_aside_for="")
    if product_id is not None:
        rows = rows.filter(product_id=product_id)
    return rows.order_by("created_at", "id")


def count_lying_at(unit_id: int) -> int:
    """Return how many lots lie at a unit of which something is left, recalled ones and those set aside among them."""
    return Lot.objects.filter(unit_at=unit_id, steps__gt=0).count()


def lots_to_merge_with(actor: Actor, lot: Lot) -> list[Lot]:
    """Return the lots that could be put together with one, as far as the actor sees them: alike, and at its unit.

    None where nothing can be put together with it: there is nothing left, or it is recalled or waits to go elsewhere.
    """
    in_stock = lots_at(unit_ids=[lot.unit_at_id] if lot.unit_at_id else []).order_by()
    if not in_stock.filter(pk=lot.pk).exists():
        return []
    alike = Q(product_id=lot.product_id, unit=lot.unit, grade=lot.grade)
    same = Q(owner_id=lot.owner_id) if lot.owner_id else Q(owner__isnull=True)
    there = lots_visible_to(actor).filter(alike & same, pk__in=in_stock).exclude(pk=lot.pk)
    return list(there.order_by("created_at", "id")[:MOST_TO_MERGE])


def origins_of(lot_ids: Iterable[int]) -> dict[int, dict[int, int]]:
    """Return how many steps of what each lot began with came from which lot that was taken in, by their ids."""
    found: dict[int, dict[int, int]] = defaultdict(dict)
    rows = LotOrigin.objects.filter(lot__in=set(lot_ids)).order_by("lot_id", "root_id")
    for lot_id, root_id, steps in rows.values_list("lot_id", "root_id", "steps"):
        found[lot_id][root_id] = steps
    return dict(found)


def taken_in_on(lot_id: int) -> datetime | None:
    """Return when the first of what a lot is made of was taken in."""
    roots = LotOrigin.objects.filter(lot=lot_id).values("root")
    first: datetime | None = Lot.objects.filter(pk__in=roots).aggregate(first=Min("created_at"))["first"]
    return first


def units_taken_in_at(lot_ids: Iterable[int]) -> dict[int, int | None]:
    """Return the id of the unit where each lot was taken in, by the lot's id."""
    began = LotEntry.objects.filter(lot__in=set(lot_ids), event__kind=EventKind.TAKEN_IN).order_by("event_id")
    return dict(began.values_list("lot_id", "event__unit_id"))


def composition(lot_ids: Iterable[int]) -> Mapping[int, list[tuple[int, int]]]:
    """Return for each lot the ids of the lots taken in that it is made of, with the steps of each as weights.

    What is paid for goods of a lot is split by these weights (`Money.split`). One that was taken in is made of itself.
    """
    return {lot_id: list(origins.items()) for lot_id, origins in origins_of(lot_ids).items()}


def recalled_lot_ids() -> list[int]:
    """Return the ids of the lots that are recalled now: few, and their orders are what somebody has to see to."""
    return list(Lot.objects.filter(recalled_at__isnull=False).order_by("id").values_list("id", flat=True))


def lots_akin(lot_id: int) -> list[int]:
    """Return the ids of the lots with goods of the same lots that were taken in as a lot, itself among them."""
    roots = LotOrigin.objects.filter(lot=lot_id).values("root")
    return list(LotOrigin.objects.filter(root__in=roots).order_by("lot_id").values_list("lot_id", flat=True).distinct())


def roots_still_ungraded(root_ids: Iterable[int]) -> set[int]:
    """Return which of these lots that were taken in still have goods without a grade, in lots made of them too."""
    rows = LotOrigin.objects.filter(root__in=set(root_ids), lot__grade="", left_steps__gt=0).order_by("root_id")
    return set(rows.values_list("root_id", flat=True).distinct())


def roots_still_here(root_ids: Iterable[int]) -> set[int]:
    """Return the lots taken in, of these, of which something is left in any lot."""
    rows = LotOrigin.objects.filter(root__in=set(root_ids), left_steps__gt=0).order_by("root_id")
    return set(rows.values_list("root_id", flat=True).distinct())


def uses_of(references: Iterable[str]) -> list[LotUse]:
    """Return what is packed in the parcels, or whatever the references name; what was put back is left out."""
    rows = LotUse.objects.filter(reference__in=set(references), undone_at__isnull=True)
    return list(rows.order_by("reference", "id"))


def uses_of_lots(lot_ids: Iterable[int]) -> list[LotUse]:
    """Return what was packed of the lots, what was put back too, the newest first."""
    return list(LotUse.objects.filter(lot__in=set(lot_ids)).order_by("-packed_at", "-id"))
