"""Whatever is done to lots, in any order: their mass is the simple model's, and their origins add up."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import TypeVar

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, initialize, invariant, multiple, rule
from hypothesis.stateful import run_state_machine_as_test as run

from terrace.kernel.actors import SYSTEM
from terrace.kernel.errors import DomainError
from terrace.kernel.quantity import Quantity, Unit
from terrace.network.models import ServiceUnit
from terrace.traceability import queries, services
from terrace.traceability.domain import EventKind, Grade, LossReason
from terrace.traceability.models import Lot
from terrace.traceability.queries import CHECKS
from tests.conftest import VILLAGE, Cast
from tests.traceability.conftest import NOW, books, point_of, taken_in

T = TypeVar("T")
GRAMS = st.integers(1, 5000)
PARCELS = st.sampled_from(["parcel/W-1", "parcel/W-2"])
WAITS = "consignment/K-1"


def _grams(number: int) -> Quantity:
    return Quantity(number, Unit.KILOGRAM)


@dataclass
class Known:
    """What the model knows of a lot: `place` is None while it is under way, `made` are the lots made of it."""

    left: int
    place: int | None
    grade: str = ""
    waits: bool = False
    recalled: bool = False
    touched: bool = False
    made: set[int] = field(default_factory=set)

    @property
    def is_at_hand(self) -> bool:
        """Whether somebody can lay hands on it."""
        return self.place is not None and not self.waits


class Lots(RuleBasedStateMachine):
    """Lots and, beside them, the model: what is left of each and where, what is in each parcel, came in, was lost."""

    lots = Bundle("lots")
    parcels = Bundle("parcels")
    cast: Cast

    @initialize()
    def begin(self) -> None:
        """Begin with nothing, in a transaction of its own."""
        self.changes = transaction.atomic()
        self.changes.__enter__()
        self.point = point_of(self.cast).pk
        self.centre = ServiceUnit.objects.filter(area_path=VILLAGE[:6]).order_by("pk")[0].pk
        self.known: dict[int, Known] = {}
        self.packed: dict[str, list[tuple[int, int, int | None, str]]] = defaultdict(list)
        self.came_in = self.lost = 0

    def teardown(self) -> None:
        """Undo all of it."""
        if hasattr(self, "changes"):
            transaction.set_rollback(True)
            self.changes.__exit__(None, None, None)

    @rule(target=lots, grams=GRAMS)
    def take_in(self, grams: int) -> int:
        """Take in a lot."""
        lot = taken_in(self.cast, quantity=_grams(grams), variety_id=None)
        self.known[lot.pk] = Known(grams, self.point)
        self.came_in += grams
        return lot.pk

    @rule(lot=lots)
    def take_back(self, lot: int) -> None:
        """Give a lot back as if it had never come, or be refused once anything was done with it."""
        one = self.known[lot]
        is_possible = not one.touched and not one.waits and one.left > 0
        if self._tried(lambda: services.take_back_lot(by=SYSTEM, lot_id=lot, note="By mistake", now=NOW), is_possible):
            self.lost += one.left
            one.left, one.touched = 0, True

    @rule(target=lots, lot=lots, parts=st.lists(GRAMS, max_size=3))
    def split(self, lot: int, parts: list[int]) -> object:
        """Split a lot, or be refused."""
        one = self.known[lot]
        is_possible = bool(parts) and sum(parts) <= one.left and one.is_at_hand and not one.recalled
        made = self._tried(
            lambda: services.split_lot(by=SYSTEM, lot=_lot(lot), parts=[_grams(part) for part in parts], now=NOW),
            is_possible,
        )
        if made is None:
            return multiple()
        for child, part in zip(made, parts, strict=True):
            self._split_off(lot, child.pk, part, one.place)
        return multiple(*(child.pk for child in made))

    @rule(target=lots, chosen=st.lists(lots, min_size=1, max_size=3, unique=True))
    def merge(self, chosen: list[int]) -> object:
        """Merge lots, or be refused."""
        ones = [self.known[lot] for lot in chosen]
        fit = all(one.left and one.is_at_hand and not one.recalled for one in ones)
        is_possible = len(chosen) > 1 and fit and len({(one.place, one.grade) for one in ones}) == 1
        made = self._tried(
            lambda: services.merge_lots(by=SYSTEM, lots=[_lot(lot) for lot in chosen], now=NOW), is_possible
        )
        if made is None:
            return multiple()
        self.known[made.pk] = Known(sum(one.left for one in ones), ones[0].place, ones[0].grade, touched=True)
        for one in ones:
            one.left, one.touched = 0, True
            one.made.add(made.pk)
        return made.pk

    @rule(lot=lots, grams=GRAMS, reason=st.sampled_from([r for r in LossReason if r is not LossReason.OTHER]))
    def lose(self, lot: int, grams: int, reason: LossReason) -> None:
        """Lose some of a lot, or be refused."""
        one = self.known[lot]
        given_up = self._tried(
            lambda: services.lose(by=SYSTEM, lot=_lot(lot), quantity=_grams(grams), reason=reason, now=NOW),
            grams <= one.left and one.is_at_hand,
        )
        if given_up:
            one.left, one.touched = one.left - grams, True
            self.lost += grams

    @rule(target=parcels, lot=lots, grams=GRAMS, parcel=PARCELS)
    def pack(self, lot: int, grams: int, parcel: str) -> str:
        """Pack from a lot, or be refused."""
        one = self.known[lot]
        use = self._tried(
            lambda: services.pack(by=SYSTEM, lot_id=lot, quantity=_grams(grams), reference=parcel, now=NOW),
            grams <= one.left and one.is_at_hand and not one.recalled,
        )
        if use:
            one.left, one.touched = one.left - grams, True
            self.packed[parcel].append((lot, grams, one.place, one.grade))
        return parcel

    @rule(target=lots, parcel=consumes(parcels))
    def unpack(self, parcel: str) -> object:
        """Put back what is in a parcel; goods whose lot has gone elsewhere become lots of their own."""
        services.unpack(by=SYSTEM, reference=parcel, now=NOW)
        new = iter(Lot.objects.exclude(pk__in=list(self.known)).order_by("pk").values_list("pk", flat=True))
        left_behind = []
        for lot, grams, place, grade in self.packed.pop(parcel, []):
            one = self.known[lot]
            one.left += grams
            if one.place != place or one.waits:
                left_behind.append(child := self._split_off(lot, next(new), grams, place))
                self.known[child].grade = grade
        assert list(new) == []
        return multiple(*left_behind)

    @rule(chosen=st.lists(lots, min_size=1, max_size=2, unique=True), waits=st.booleans())
    def travel(self, chosen: list[int], waits: bool) -> None:
        """Send lots, which wait to go or do not; they wait no more, and lie nowhere."""
        if waits and all(self.known[lot].is_at_hand and not self.known[lot].recalled for lot in chosen):
            services.set_aside(by=SYSTEM, lot_ids=chosen, reference=WAITS, now=NOW)
        services.note(by=SYSTEM, lot_ids=chosen, kind=EventKind.SENT, now=NOW)
        for lot in chosen:
            one = self.known[lot]
            one.place, one.waits, one.touched = None, False, True

    @rule(lot=lots, at_centre=st.booleans())
    def arrive(self, lot: int, at_centre: bool) -> None:
        """Let a lot arrive somewhere."""
        place = self.centre if at_centre else self.point
        services.note(by=SYSTEM, lot_ids=[lot], kind=EventKind.ARRIVED, unit_id=place, now=NOW)
        one = self.known[lot]
        one.place, one.waits, one.touched = place, False, True

    @rule(lot=lots)
    def set_aside(self, lot: int) -> None:
        """Let a lot wait, or be refused."""
        one = self.known[lot]
        if self._tried(
            lambda: services.set_aside(by=SYSTEM, lot_ids=[lot], reference=WAITS, now=NOW),
            one.is_at_hand and not one.recalled,
        ):
            one.waits = True

    @rule(lot=lots)
    def release(self, lot: int) -> None:
        """Let a lot go again; nothing happens to one that does not wait."""
        services.release(by=SYSTEM, lot_ids=[lot], reference=WAITS, now=NOW)
        self.known[lot].waits = False

    @rule(lot=lots, grade=st.sampled_from([Grade.FIRST, Grade.SECOND]))
    def grade(self, lot: int, grade: Grade) -> None:
        """Grade a lot, or be refused."""
        one = self.known[lot]
        if self._tried(
            lambda: services.grade(by=SYSTEM, lot=_lot(lot), grade=grade, now=NOW),
            one.is_at_hand,
        ):
            one.grade, one.touched = grade.value, True

    @rule(lot=lots)
    def recall(self, lot: int) -> None:
        """Recall a lot and all that was made of it, or be refused."""
        told = self._tried(
            lambda: services.recall(by=SYSTEM, lot=_lot(lot), reason="Bring it back", now=NOW),
            not self.known[lot].recalled,
        )
        if told:
            family = set(self._family([lot]))
            assert {found.pk for found in told} == {pk for pk in family if not self.known[pk].recalled}
            for pk in family:
                self.known[pk].touched |= not self.known[pk].recalled
                self.known[pk].recalled = True

    @rule(lot=lots)
    def end_recall(self, lot: int) -> None:
        """End the recall of one lot, or be refused."""
        if self._tried(lambda: services.end_recall(by=SYSTEM, lot=_lot(lot), now=NOW), self.known[lot].recalled):
            self.known[lot].recalled = False

    @invariant()
    def the_books_are_the_models(self) -> None:
        """Hold the rows against the model, and mass against itself."""
        if not hasattr(self, "known"):
            return
        rows = {lot.pk: lot for lot in Lot.objects.order_by("id")}
        told = {pk: (lot.steps, lot.unit_at_id, lot.grade, lot.is_recalled) for pk, lot in rows.items()}
        assert told == {pk: (one.left, one.place, one.grade, one.recalled) for pk, one in self.known.items()}
        assert {pk for pk, lot in rows.items() if lot.set_aside_for} == {
            pk for pk, one in self.known.items() if one.waits
        }
        in_parcels = sum(grams for packed in self.packed.values() for _lot, grams, *_where in packed)
        assert sum(one.left for one in self.known.values()) + in_parcels + self.lost == self.came_in
        for lot, origins in queries.composition(self.known).items():
            assert sum(steps for _root, steps in origins) == rows[lot].first_steps
        assert [problem for check in CHECKS for problem in check.find()] == []

    def _split_off(self, lot: int, child: int, grams: int, place: int | None) -> int:
        """Let the model know that some of a lot is a lot of its own now."""
        one = self.known[lot]
        one.left, one.touched = one.left - grams, True
        one.made.add(child)
        self.known[child] = replace(one, left=grams, place=place, waits=False, made=set())
        return child

    def _family(self, lots: Iterable[int]) -> Iterable[int]:
        for lot in lots:
            yield lot
            yield from self._family(self.known[lot].made)

    def _tried(self, act: Callable[[], T], is_possible: bool) -> T | None:
        """Do it; a refusal must be where the model refuses too, and write nothing.

        The act is not wrapped in a transaction of the test's: that would undo what a refused one had written.
        """
        before = books()
        try:
            done = act()
        except DomainError:
            assert not is_possible
            assert books() == before
            return None
        assert is_possible
        return done


def _lot(pk: int) -> Lot:
    return Lot.objects.get(pk=pk)


@pytest.mark.slow
def test_mass_always_balances(cast: Cast) -> None:
    class Told(Lots):
        pass

    Told.cast = cast
    quiet = settings(max_examples=25, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck))
    run(Told, settings=quiet)
