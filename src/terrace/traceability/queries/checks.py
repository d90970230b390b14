"""What must hold of lots and of the ledger of their mass, however often the triggers were switched off."""

from collections.abc import Iterable

from django.db.models import (
    Case,
    Count,
    DateField,
    Exists,
    F,
    Max,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.expressions import Combinable
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Coalesce

from terrace.catalog import queries as catalog
from terrace.kernel.checks import Check, misplaced
from terrace.network import queries as network
from terrace.traceability.domain import EventKind, Measure
from terrace.traceability.models import (
    Inspection,
    InspectionResult,
    Lot,
    LotEntry,
    LotEvent,
    LotOrigin,
    LotShare,
    LotUse,
)

BETWEEN_LOTS = [EventKind.SPLIT, EventKind.MERGED]
INTO_LOTS = [EventKind.TAKEN_IN, EventKind.UNPACKED]
OUT_OF_LOTS = [EventKind.LOST, EventKind.PACKED]
AT_LEAST = [measure for measure in Measure if measure.at_least]
BEGINNINGS = [EventKind.TAKEN_IN, *BETWEEN_LOTS]
BEGAN = Q(event__kind__in=BEGINNINGS, steps__gt=0)
"""Of an entry: that a lot began by it."""
TOLD_BY_ALL = ("producer_id", "variety_id", "harvested_on")
"""What a mixture says of itself where all that went into it say the same."""


def _sums_of_entries() -> Iterable[str]:
    entries = LotEntry.objects.filter(lot=OuterRef("pk")).order_by().values("lot").annotate(sum=Sum("steps"))
    off = Lot.objects.annotate(sum=Coalesce(Subquery(entries.values("sum")), 0)).exclude(steps=F("sum"))
    return off.order_by("number").values_list("number", flat=True)


def _events_out_of_balance() -> Iterable[str]:
    moved = LotEvent.objects.annotate(
        whole=Sum("entries__steps"), least=Min("entries__steps"), most=Max("entries__steps")
    )
    balanced = Case(
        When(kind__in=BETWEEN_LOTS, then=Q(whole=0)),
        When(kind__in=INTO_LOTS, then=Q(least__gt=0)),
        When(kind__in=OUT_OF_LOTS, then=Q(most__lt=0)),
        default=Q(least=0, most=0),
    )
    off = moved.annotate(is_balanced=balanced).exclude(is_balanced=True)
    return (f"event {pk}" for pk in off.order_by("id").values_list("pk", flat=True))


def _lots_out_of_nothing() -> Iterable[str]:
    """A lot begins once: with what was taken in, or as a part or a mixture of others."""
    began = Q(entries__event__kind__in=BEGINNINGS, entries__steps=F("first_steps"))
    counted = Lot.objects.annotate(beginnings=Count("entries", filter=began))
    return counted.filter(beginnings=0).order_by("number").values_list("number", flat=True)


def _origins_that_do_not_add_up() -> Iterable[str]:
    origins = LotOrigin.objects.filter(lot=OuterRef("pk")).order_by().values("lot").annotate(sum=Sum("steps"))
    off = Lot.objects.annotate(sum=Coalesce(Subquery(origins.values("sum")), 0)).exclude(first_steps=F("sum"))
    return off.order_by("number").values_list("number", flat=True)


def _origins_from_nowhere() -> Iterable[str]:
    """A lot that was taken in comes from itself alone, any other from what the lots came from that it was made of."""
    taken_in = LotEntry.objects.filter(lot=OuterRef("lot"), event__kind=EventKind.TAKEN_IN)
    of_parents = LotOrigin.objects.filter(
        root=OuterRef("root"),
        lot__entries__steps__lt=0,
        lot__entries__event__kind__in=BETWEEN_LOTS,
        lot__entries__event__entries__lot=OuterRef("lot"),
        lot__entries__event__entries__steps__gt=0,
    )
    rows = LotOrigin.objects.annotate(begins=Exists(taken_in), is_inherited=Exists(of_parents))
    right = Q(begins=True, root=F("lot")) | (Q(begins=False, is_inherited=True) & ~Q(root=F("lot")))
    return rows.exclude(right).order_by("lot__number").values_list("lot__number", flat=True).distinct()


def _lots_of_another_owner() -> Iterable[str]:
    """Goods stay whose they were when they were taken in, in all parts and mixtures."""
    same = Q(lot__owner=F("root__owner")) | Q(lot__owner__isnull=True, root__owner__isnull=True)
    off = LotOrigin.objects.exclude(same)
    return off.order_by("lot__number").values_list("lot__number", flat=True).distinct()


def _parts_unlike_their_lots() -> Iterable[str]:
    """A part or mixture is of the same goods as the lots it was made of, and says of itself what all of them say."""
    made = LotEntry.objects.filter(event__kind__in=BETWEEN_LOTS, steps__gt=0)
    others = _parents().exclude(lot__product=OuterRef("lot__product"), lot__unit=OuterRef("lot__unit"))
    right = Q(~Exists(others))
    for name in TOLD_BY_ALL:
        made = made.annotate(**{f"{name}_of_all": _said_by_all(f"lot__{name}")})
        unsaid = Q(**{f"lot__{name}__isnull": True, f"{name}_of_all__isnull": True})
        right &= unsaid | Q(**{f"lot__{name}": F(f"{name}_of_all")})
    return made.exclude(right).order_by("lot__number").values_list("lot__number", flat=True)


def _parents() -> QuerySet[LotEntry]:
    """Return the entries of the lots from which the goods of an entry came, in a subquery."""
    return LotEntry.objects.filter(event=OuterRef("event"), steps__lt=0)


def _said_by_all(name: str) -> Subquery:
    """Return what all lots say from which the goods of an entry came, null where one of them says otherwise."""
    alike = Case(When(least=F("most"), known=F("lots"), then=F("least")))
    summed = (
        _parents()
        .order_by()
        .values("event")
        .annotate(lots=Count("pk"), known=Count(name), least=Min(name), most=Max(name))
    )
    return Subquery(summed.values(said=alike))


def _shares_unlike_their_entry() -> Iterable[str]:
    """What left a lot, and what came back, is known by its origins to the step."""
    shares = LotShare.objects.filter(lot=OuterRef("lot"), event=OuterRef("event")).order_by().values("lot")
    moved = LotEntry.objects.exclude(steps=0).exclude(event__kind__in=BEGINNINGS, steps__gt=0)
    off = moved.annotate(sum=Coalesce(Subquery(shares.values(sum=Sum("steps"))), 0)).exclude(steps=F("sum"))
    return off.order_by("lot__number").values_list("lot__number", flat=True).distinct()


def _origins_left_off() -> Iterable[str]:
    """What is left of an origin is what its shares left of it, and all of them together are what is left of the lot."""
    gone = LotShare.objects.filter(lot=OuterRef("lot"), root=OuterRef("root")).order_by().values("lot")
    kept = LotOrigin.objects.annotate(reckoned=F("steps") + Coalesce(Subquery(gone.values(sum=Sum("steps"))), 0))
    wrong = kept.exclude(left_steps=F("reckoned")).values("lot")
    origins = LotOrigin.objects.filter(lot=OuterRef("pk")).order_by().values("lot").annotate(sum=Sum("left_steps"))
    summed = Lot.objects.annotate(sum=Coalesce(Subquery(origins.values("sum")), 0))
    off = summed.filter(~Q(steps=F("sum")) | Q(pk__in=wrong))
    return off.order_by("number").values_list("number", flat=True)


def _uses_without_their_entry() -> Iterable[str]:
    """What is said to be in a parcel left the lot by the event that says so, and came back by the one that undid it."""
    for packed, name in ((True, "packed_by"), (False, "undone_by")):
        entry = LotEntry.objects.filter(event=OuterRef(name), lot=OuterRef("lot")).values("steps")
        uses = LotUse.objects.filter(**{f"{name}__isnull": False})
        wanted = -F("steps") if packed else F("steps")
        off = uses.annotate(moved=Coalesce(Subquery(entry), 0)).exclude(moved=wanted)
        yield from (f"use {pk} in {reference}" for pk, reference in off.order_by("id").values_list("pk", "reference"))


def _packed_into_nothing() -> Iterable[str]:
    """What left a lot by packing is in a use, and what came back out of one."""
    uses = LotUse.objects.order_by().values
    packed = LotEvent.objects.filter(kind=EventKind.PACKED).exclude(pk__in=uses("packed_by"))
    undone = LotUse.objects.filter(undone_by__isnull=False).order_by().values("undone_by")
    unpacked = LotEvent.objects.filter(kind=EventKind.UNPACKED).exclude(pk__in=undone)
    rows = (packed | unpacked).order_by("id").values_list("pk", flat=True)
    return (f"event {pk}" for pk in rows)


def _lots_elsewhere() -> Iterable[str]:
    rows = list(Lot.objects.order_by("number").values_list("number", "area_id", "area_path"))
    return misplaced(rows, network.paths_of({code for _, code, _ in rows}))


def _lots_in_another_unit() -> Iterable[str]:
    rows = list(Lot.objects.order_by("number").values_list("number", "product_id", "unit"))
    products = catalog.products_by_id({product_id for _, product_id, _ in rows})
    return (number for number, product_id, unit in rows if products[product_id].unit != unit)


def _lots_where_they_do_not_lie() -> Iterable[str]:
    """A lot knows the area of the unit where it lies, and none while it is under way."""
    rows = list(Lot.objects.order_by("number").values_list("number", "unit_at_id", "unit_path"))
    units = network.units_by_id({unit_id for _, unit_id, _ in rows if unit_id})
    return (number for number, unit_id, path in rows if (units[unit_id].area_path if unit_id else "") != path)


def _lots_unlike_their_way() -> Iterable[str]:
    """A lot lies where it began or arrived last, and nowhere from when it was sent until it arrives."""
    moved = Q(event__kind__in=[EventKind.SENT, EventKind.ARRIVED]) | BEGAN
    kind, place = _last(moved, F("event__kind")), _last(moved, F("event__unit"))
    lots = Lot.objects.annotate(kind=kind, place=place)
    under_way = Q(kind=EventKind.SENT, unit_at__isnull=True)
    off = lots.exclude(under_way | (~Q(kind=EventKind.SENT) & Q(unit_at=F("place"))))
    return off.order_by("number").values_list("number", flat=True)


def _marks_unlike_their_recall() -> Iterable[str]:
    """A lot is recalled when the last that was said of it is that: since that moment, and for that reason."""
    said = Q(event__kind__in=[EventKind.RECALLED, EventKind.CLEARED])
    kind, since, why = (
        _last(said, value) for value in (F("event__kind"), F("event__at"), KeyTextTransform("reason", "event__details"))
    )
    lots = Lot.objects.annotate(kind=Coalesce(kind, Value("")), since=since, why=why)
    is_recalled = Q(kind=EventKind.RECALLED)
    as_said = is_recalled & Q(recalled_at=F("since"), recall_reason=F("why"))
    off = lots.exclude(as_said | (~is_recalled & Q(recalled_at__isnull=True)))
    return off.order_by("number").values_list("number", flat=True)


def _grades_unlike_their_events() -> Iterable[str]:
    """A lot is of the class of its last grading, or else of the one in which it began."""
    grade = KeyTextTransform("grade", "event__details")
    last = Coalesce(_last(Q(event__kind=EventKind.GRADED), grade), _last(BEGAN, grade), Value(""))
    return Lot.objects.annotate(last=last).exclude(grade=F("last")).order_by("number").values_list("number", flat=True)


def _harvested_otherwise() -> Iterable[str]:
    """A lot that was taken in was harvested on the day that its history says, or neither knows one."""
    told = LotEntry.objects.filter(lot=OuterRef("pk"), event__kind=EventKind.HARVESTED).order_by("event_id")
    day = Cast(KeyTextTransform("on", "event__details"), DateField())
    itself = LotOrigin.objects.filter(lot=OuterRef("pk"), root=OuterRef("pk"))
    lots = Lot.objects.filter(Exists(itself)).annotate(told=Subquery(told.values(day=day)[:1]))
    unknown = Q(harvested_on__isnull=True, told__isnull=True)
    known = Q(harvested_on__isnull=False, told__isnull=False, harvested_on=F("told"))
    return lots.exclude(unknown | known).order_by("number").values_list("number", flat=True)


def _judged_otherwise() -> Iterable[str]:
    """A value within its limit has passed and no other; a test has when all of its values have."""
    kept = Case(When(measure__in=AT_LEAST, then=Q(value__gte=F("limit"))), default=Q(value__lte=F("limit")))
    against_limits = InspectionResult.objects.filter(limit__isnull=False).annotate(kept=kept)
    wrong = against_limits.exclude(passed=F("kept")).values("inspection")
    failed = InspectionResult.objects.filter(inspection=OuterRef("pk"), passed=False)
    told = Q(event__details__passed=True, failed=False) | Q(event__details__passed=False, failed=True)
    off = Inspection.objects.annotate(failed=Exists(failed)).filter(~told | Q(pk__in=wrong))
    rows = off.order_by("pk").values_list("lot__number", "pk")
    return (f"{number} test {pk}" for number, pk in rows)


def _tested_without_a_test() -> Iterable[str]:
    """What a lot's history calls a test has its values."""
    tested = LotEntry.objects.filter(event__kind=EventKind.INSPECTED, event__inspection__isnull=True)
    return tested.order_by("lot__number").values_list("lot__number", flat=True)


def _last(entries: Q, value: Combinable) -> Subquery:
    """Return what the last of these entries of a lot says."""
    found = LotEntry.objects.filter(entries, lot=OuterRef("pk")).order_by("-event_id")
    return Subquery(found.values(said=value)[:1])


CHECKS = (
    Check("what is left of a lot is the sum of its entries", _sums_of_entries),
    Check("the entries of an event balance", _events_out_of_balance),
    Check("a lot was taken in, split or merged", _lots_out_of_nothing),
    Check("the origins of a lot add up to what it began with", _origins_that_do_not_add_up),
    Check("a lot comes from where the lots came from that it was made of", _origins_from_nowhere),
    Check("a lot belongs to who owns what it was made of", _lots_of_another_owner),
    Check("a part or mixture is what its lots were", _parts_unlike_their_lots),
    Check("what left a lot is known by its origins", _shares_unlike_their_entry),
    Check("what is left of a lot is what is left of its origins", _origins_left_off),
    Check("what is in a parcel has left its lot", _uses_without_their_entry),
    Check("what was packed is in a parcel", _packed_into_nothing),
    Check("a lot lies in its area", _lots_elsewhere),
    Check("a lot counts in its product's unit", _lots_in_another_unit),
    Check("a lot knows where it lies", _lots_where_they_do_not_lie),
    Check("a lot lies where it began or arrived last", _lots_unlike_their_way),
    Check("a lot is recalled as its last recall says", _marks_unlike_their_recall),
    Check("a lot is of the class of its last grading", _grades_unlike_their_events),
    Check("a lot was harvested when its history says", _harvested_otherwise),
    Check("a test passed as its values and limits say", _judged_otherwise),
    Check("a test has its values", _tested_without_a_test),
)
