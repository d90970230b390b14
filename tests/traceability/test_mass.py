"""Whatever is done to lots, in any order: their mass is the simple model's, and their origins add up."""

from collections import defaultdict
from collections.abc import Callable
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
from terrace.traceability import queries, services
from terrace.traceability.domain import LossReason
from terrace.traceability.models import Lot, LotEntry
from terrace.traceability.queries import CHECKS
from tests.conftest import Cast
from tests.traceability.conftest import NOW, taken_in

T = TypeVar("T")
GRAMS = st.integers(1, 5000)


def _grams(number: int) -> Quantity:
    return Quantity(number, Unit.KILOGRAM)


class Lots(RuleBasedStateMachine):
    """Lots and, beside them, the model: what is left of each, what is in each parcel, what came in and was lost."""

    lots = Bundle("lots")
    parcels = Bundle("parcels")
    cast: Cast

    @initialize()
    def begin(self) -> None:
        """Begin with nothing, in a transaction of its own."""
        self.changes = transaction.atomic()
        self.changes.__enter__()
        self.left: dict[int, int] = {}
        self.packed: dict[str, list[tuple[int, int]]] = defaultdict(list)
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
        self.left[lot.pk] = grams
        self.came_in += grams
        return lot.pk

    @rule(target=lots, lot=lots, parts=st.lists(GRAMS, max_size=3))
    def split(self, lot: int, parts: list[int]) -> object:
        """Split a lot, or be refused."""
        is_possible = bool(parts) and sum(parts) <= self.left[lot]
        made = self._tried(
            lambda: services.split_lot(by=SYSTEM, lot=_lot(lot), parts=[_grams(part) for part in parts], now=NOW),
            is_possible,
        )
        if made is None:
            return multiple()
        self.left[lot] -= sum(parts)
        self.left |= {child.pk: part for child, part in zip(made, parts, strict=True)}
        return multiple(*(child.pk for child in made))

    @rule(target=lots, chosen=st.lists(lots, min_size=1, max_size=3, unique=True))
    def merge(self, chosen: list[int]) -> object:
        """Merge lots, or be refused."""
        is_possible = len(chosen) > 1 and all(self.left[lot] for lot in chosen)
        made = self._tried(
            lambda: services.merge_lots(by=SYSTEM, lots=[_lot(lot) for lot in chosen], now=NOW), is_possible
        )
        if made is None:
            return multiple()
        self.left[made.pk] = sum(self.left[lot] for lot in chosen)
        self.left |= dict.fromkeys(chosen, 0)
        return made.pk

    @rule(lot=lots, grams=GRAMS, reason=st.sampled_from([r for r in LossReason if r is not LossReason.OTHER]))
    def lose(self, lot: int, grams: int, reason: LossReason) -> None:
        """Lose some of a lot, or be refused."""
        given_up = self._tried(
            lambda: services.lose(by=SYSTEM, lot=_lot(lot), quantity=_grams(grams), reason=reason, now=NOW),
            grams <= self.left[lot],
        )
        if given_up:
            self.left[lot] -= grams
            self.lost += grams

    @rule(target=parcels, lot=lots, grams=GRAMS, parcel=st.sampled_from(["parcel/W-1", "parcel/W-2"]))
    def pack(self, lot: int, grams: int, parcel: str) -> str:
        """Pack from a lot, or be refused."""
        use = self._tried(
            lambda: services.pack(by=SYSTEM, lot_id=lot, quantity=_grams(grams), reference=parcel, now=NOW),
            grams <= self.left[lot],
        )
        if use:
            self.left[lot] -= grams
            self.packed[parcel].append((lot, grams))
        return parcel

    @rule(parcel=consumes(parcels))
    def unpack(self, parcel: str) -> None:
        """Put back what is in a parcel."""
        services.unpack(by=SYSTEM, reference=parcel, now=NOW)
        for lot, grams in self.packed.pop(parcel, []):
            self.left[lot] += grams

    @invariant()
    def the_books_are_the_models(self) -> None:
        """Hold the rows against the model, and mass against itself."""
        if not hasattr(self, "left"):
            return
        assert dict(Lot.objects.order_by("id").values_list("id", "steps")) == self.left
        in_parcels = sum(grams for packed in self.packed.values() for _lot, grams in packed)
        assert sum(self.left.values()) + in_parcels + self.lost == self.came_in
        for lot, origins in queries.composition(self.left).items():
            assert sum(steps for _root, steps in origins) == Lot.objects.get(pk=lot).first_steps
        assert [problem for check in CHECKS for problem in check.find()] == []

    def _tried(self, act: Callable[[], T], is_possible: bool) -> T | None:
        """Do it; a refusal must be where the model refuses too, and write nothing."""
        before = LotEntry.objects.count()
        try:
            with transaction.atomic():
                done = act()
        except DomainError:
            assert not is_possible
            assert LotEntry.objects.count() == before
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
    quiet = settings(max_examples=15, stateful_step_count=15, deadline=None, suppress_health_check=list(HealthCheck))
    run(Told, settings=quiet)
