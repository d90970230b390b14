"""Vehicles as plans know them: what they carry, where they get through, how long they drive, what they cost."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time

from terrace.kernel.words import Choice, Text, _
from terrace.logistics.domain.routing import Load, Vehicle, Window

FINE = 1000
"""Plans reckon costs in thousandths of the currency's minor unit: a metre costs less than one."""
ANY_VOLUME = 1 << 40
"""Millilitres of a vehicle whose room nobody measured: it never is what is full."""
STEEP = "steep"
"""What a vehicle offers that climbs mountain roads."""
MINUTE, HOUR = 60, 3600


class VehicleKind(Choice):
    """What a vehicle is."""

    TRICYCLE = "tricycle", _("Tricycle")
    VAN = "van", _("Van")
    LIGHT_TRUCK = "light_truck", _("Light truck")
    TRUCK = "truck", _("Truck")
    OTHER = "other", _("Another vehicle")


class Energy(Choice):
    """What a vehicle drives with."""

    DIESEL = "diesel", _("Diesel")
    PETROL = "petrol", _("Petrol")
    GAS = "gas", _("Natural gas")
    ELECTRICITY = "electricity", _("Electricity")

    @property
    def unit(self) -> Text:
        """What it is sold by."""
        return {Energy.GAS: _("kg"), Energy.ELECTRICITY: _("kWh")}.get(self, _("litre"))


@dataclass(frozen=True, slots=True)
class Shift:
    """From when until when a vehicle may be out, how many paid minutes are usual, and how many more are possible."""

    begins: time = time(7)
    ends: time = time(19)
    minutes: int = 480
    overtime_minutes: int = 120


@dataclass(frozen=True, slots=True)
class Equipment:
    """What a vehicle is beside its plate and payload.

    `capacity_ml` is None where nobody measured its room. Of its payload `cold_grams` may be cold. `use_per_100km` is
    in thousandths of what the energy is sold by; money is in the currency's minor unit. `pace_percent` is of the speed
    that is usual on the roads. It loads `reloads` times again on a day. `begins_at_id` and `ends_at_id` are the units
    where its day begins, and ends, where that is not the yard; one that ends elsewhere than it began drives once, for
    what it brought to the yard between would not come to where it ends.
    """

    kind: VehicleKind = VehicleKind.VAN
    width_cm: int = 200
    climbs: bool = True
    capacity_ml: int | None = None
    cold_grams: int = 0
    energy: Energy = Energy.DIESEL
    use_per_100km: int = 10_000
    wear_per_km_minor: int = 0
    per_day_minor: int = 0
    pace_percent: int = 100
    shift: Shift = Shift()
    reloads: int = 1
    begins_at_id: int | None = None
    ends_at_id: int | None = None


@dataclass(frozen=True, slots=True)
class Prices:
    """What energy and drivers cost, in the currency's minor unit; energy by what it is sold by."""

    diesel_minor: int = 780
    petrol_minor: int = 800
    gas_minor: int = 550
    electricity_minor: int = 70
    hour_minor: int = 2_500
    overtime_percent: int = 150

    def of(self, energy: Energy) -> int:
        """Return the price of a kind of energy."""
        return int(getattr(self, f"{energy.value}_minor"))

    def per_km(self, equipment: Equipment) -> int:
        """Return what a kilometre costs, energy and wear, in thousandths of the minor unit."""
        return self.of(equipment.energy) * equipment.use_per_100km // 100 + equipment.wear_per_km_minor * FINE

    @property
    def per_s(self) -> int:
        """What a driver costs a second, in thousandths."""
        return self.hour_minor * FINE // HOUR

    @property
    def more_per_s(self) -> int:
        """What a second of overtime costs beside the ordinary pay, in thousandths."""
        return self.per_s * max(0, self.overtime_percent - 100) // 100


def narrow(width_cm: int) -> str:
    """Return the name of what a road asks for that lets nothing wider through."""
    return f"at most {width_cm} cm"


def as_planned(
    key: str,
    grams: int,
    has: Equipment,
    prices: Prices,
    *,
    widths: frozenset[int],
    pace: int,
    bases: Sequence[int | None] = (None,),
    not_before: int = 0,
) -> Vehicle:
    """Return a vehicle as planners know it, which leaves not before a second of the day.

    `widths` are those that roads of the day ask for; `pace` is its matrix; `bases` are the units of the depots, None
    for the yard.
    """
    begins, reloads = bases.index(has.begins_at_id), 0 if has.ends_at_id else has.reloads
    offers = {narrow(width) for width in widths if has.width_cm <= width} | ({STEEP} if has.climbs else set())
    return Vehicle(
        key=key,
        capacity=capacity(grams, has),
        start=begins,
        end=bases.index(has.ends_at_id or has.begins_at_id),
        shift=_from(not_before, Window(seconds_of(has.shift.begins), seconds_of(has.shift.ends))),
        shift_s=has.shift.minutes * MINUTE,
        overtime_s=has.shift.overtime_minutes * MINUTE,
        reloads=reloads,
        reload_at=(begins,) if reloads else (),
        fixed_cost=has.per_day_minor * FINE,
        cost_per_m=prices.per_km(has) // 1000,
        cost_per_s=prices.per_s,
        cost_per_overtime_s=prices.more_per_s,
        offers=frozenset(offers),
        matrix=pace,
    )


def _from(second: int, shift: Window) -> Window:
    """Return what is left of a shift from a second of the day on; of one that is over, its last moment."""
    return Window(min(max(second, shift.earliest), shift.latest), shift.latest)


def capacity(grams: int, has: Equipment) -> Load:
    """Return what a vehicle carries: grams, millilitres, grams that are kept cold."""
    return grams, has.capacity_ml or ANY_VOLUME, has.cold_grams


def seconds_of(at: time) -> int:
    """Return a time of the day in seconds since midnight."""
    return at.hour * HOUR + at.minute * MINUTE + at.second
