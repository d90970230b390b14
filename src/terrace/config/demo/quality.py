"""What the centre finds in the goods that came: good fruit, bad fruit, and once more residues than there may be."""

from collections import defaultdict
from datetime import timedelta
from decimal import Decimal

from terrace.config.demo.centre import Centre
from terrace.config.demo.wording import Wording
from terrace.kernel import clock
from terrace.kernel.quantity import Quantity
from terrace.traceability import queries as lots
from terrace.traceability import services as tracing
from terrace.traceability.domain import Grade, LossReason, Measure, Result
from terrace.traceability.models import Lot
from terrace.traceability.services import InspectionGiven

GRADES = (Grade.FIRST, Grade.FIRST, Grade.EXTRA, Grade.SECOND)
TESTED, SPOILT, SORTED = 0.4, 0.25, 0.2
"""Shares of the lots that are tested, in which there is bad fruit, that are sorted into two grades."""
LABORATORY = Wording("县农产品质检站", "County laboratory")
TOO_MUCH = Wording("农残超标", "More residues than are allowed")
LIMIT = Decimal("0.10")


def judge(centre: Centre, lot: Lot, *, fails: bool = False) -> None:
    """Test a lot now and then, take bad fruit out, grade it; one that fails its test is recalled and thrown away."""
    random = centre.world.random
    if fails:
        condemn(centre, lot)
        return
    if random.random() < TESTED:
        _inspect(centre, lot, Decimal(random.randint(1, 7)) / 100)
    if random.random() < SPOILT:
        _lose(centre, lot, LossReason.ROTTEN, lot.steps * random.randint(1, 4) // 100)
        lot.refresh_from_db()
    if random.random() < SORTED:
        small = Quantity(lot.steps // 5, lot.left.unit)
        (second,) = tracing.split_lot(by=centre.packer, lot=lot, parts=[small])
        tracing.grade(by=centre.packer, lot=second, grade=Grade.SECOND)
        lot.refresh_from_db()
    tracing.grade(by=centre.packer, lot=lot, grade=random.choice(GRADES))


def mix(centre: Centre) -> None:
    """Put two lots of one owner, product and grade together that lie at the centre, where there are two such."""
    alike: dict[object, list[Lot]] = defaultdict(list)
    for lot in lots.lots_at(unit_ids=[centre.unit.pk]).order_by("pk"):
        if lot.grade:
            alike[lot.owner_id, lot.product_id, lot.variety_id, lot.grade].append(lot)
    pair = next((found[:2] for found in alike.values() if len(found) > 1), None)
    if pair:
        tracing.merge_lots(by=centre.packer, lots=pair)


def condemn(centre: Centre, lot: Lot) -> None:
    """Find too much in a lot: test it, recall it, throw away what is left."""
    _inspect(centre, lot, Decimal("0.18"))
    tracing.recall(by=centre.packer, lot=lot, reason=centre.world.write(TOO_MUCH))
    throw_away(centre, lot)


def throw_away(centre: Centre, lot: Lot) -> None:
    """Throw away what is left of a recalled lot, also what came out of its parcels again."""
    lot.refresh_from_db()
    if lot.steps:
        _lose(centre, lot, LossReason.OTHER, lot.steps, centre.world.write(TOO_MUCH))


def _inspect(centre: Centre, lot: Lot, residues: Decimal) -> None:
    results = [Result(Measure.RESIDUES, residues, LIMIT, substance="Chlorpyrifos")]
    if lot.product_id == centre.world.goods.products["apple"].pk:
        results.append(Result(Measure.SUGAR, Decimal(centre.world.random.randint(130, 165)) / 10, Decimal(12)))
    by, on = centre.world.write(LABORATORY), clock.today() - timedelta(days=1)
    on = max(on, lot.harvested_on or on)
    tracing.inspect(by=centre.packer, lot=lot, given=InspectionGiven(results, by, on))


def _lose(centre: Centre, lot: Lot, reason: LossReason, steps: int, note: str = "") -> None:
    tracing.lose(by=centre.packer, lot=lot, quantity=Quantity(steps, lot.left.unit), reason=reason, note=note)
