"""The minimum of a month: what the parcels of a whole month lack to it is asked for once, and paid when it is there."""

from datetime import date, datetime

from django.db import transaction
from django.db.models import Sum

from terrace.audit import services as audit
from terrace.kernel import clock
from terrace.kernel.actors import SYSTEM
from terrace.kernel.money import Money
from terrace.ledger import services as ledger
from terrace.ledger.domain import Draft, InsufficientFunds, Leg, Part, Reason
from terrace.logistics.domain.agreements import months_of, next_month, top_up
from terrace.logistics.models import Agreement, MonthCharge, ParcelFee


def charge_months(*, now: datetime | None = None) -> int:
    """Ask for the minimums of months that are over, and have those paid that the carriers' accounts hold.

    Returns how many months were asked for. Each is a transaction of its own; run again it asks for none twice.
    """
    moment = now or clock.now()
    today, asked = clock.today(moment), 0
    for agreement in Agreement.objects.filter(minimum_minor__gt=0).order_by("id"):
        known = set(MonthCharge.objects.filter(agreement=agreement).values_list("month", flat=True))
        due = months_of(agreement.starts_on, agreement.ends_on, today.replace(day=1))
        asked += sum(_ask(agreement.pk, month) for month in due if month not in known)
    owed = MonthCharge.objects.filter(paid_at__isnull=True, amount_minor__gt=0).order_by("id")
    for charge_id in list(owed.values_list("id", flat=True)):
        _pay(charge_id, moment)
    return asked


@transaction.atomic
def _ask(agreement_id: int, month: date) -> bool:
    """Write down what a month lacks to its minimum, if nobody did meanwhile."""
    agreement = Agreement.objects.select_for_update().get(pk=agreement_id)
    if MonthCharge.objects.filter(agreement=agreement, month=month).exists():
        return False
    made = ParcelFee.objects.filter(
        parcel__agreement=agreement,
        created_at__gte=clock.begin_of(month),
        created_at__lt=clock.begin_of(next_month(month)),
    )
    fees = Money(int(made.aggregate(whole=Sum("amount_minor"))["whole"] or 0), agreement.currency)
    MonthCharge.objects.create(
        agreement=agreement,
        month=month,
        fees_minor=fees.minor,
        amount_minor=top_up(agreement.minimum, fees).minor,
        currency=agreement.currency,
    )
    return True


@transaction.atomic
def _pay(charge_id: int, now: datetime) -> None:
    """Have a minimum paid to the centre if the carrier's account holds it."""
    charge = MonthCharge.objects.select_for_update(of=("self",)).get(pk=charge_id)
    if charge.paid_at is not None:
        return
    carrier = charge.agreement.carrier
    payer, earner = ledger.account_of_party(carrier.party_id), ledger.account_of_unit(carrier.unit_id)
    legs = (Leg(payer.pk, -charge.amount, Part.CARRIER), Leg(earner.pk, charge.amount, Part.FLEET))
    month = f"{charge.month:%Y-%m}"
    key = f"carrier-minimum/{charge.agreement_id}/{month}"
    try:
        ledger.post(by=SYSTEM, draft=Draft(Reason.FEE, f"carrier/{carrier.number}/{month}", legs, key), now=now)
    except InsufficientFunds:
        return
    charge.paid_at = now
    charge.save(update_fields=["paid_at"])
    details = {"month": month, "amount": str(charge.amount)}
    place = carrier.area_path
    audit.record(by=SYSTEM, act="logistics.post_minimum", subject=carrier, area_path=place, details=details, now=now)
