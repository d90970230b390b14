"""Forms of roads that are closed or slow."""

from collections.abc import Mapping
from typing import Any

from django import forms

from terrace.http.forms import ActForm, DayField
from terrace.http.sheets import SheetForm
from terrace.kernel.words import _
from terrace.logistics.domain.roads import CLOSED
from terrace.logistics.forms.equipping import CountField
from terrace.logistics.forms.fields import Choices, offer
from terrace.logistics.services import NETWORK_HEADS, ConditionGiven
from terrace.network.domain.places import read_point

SHUT, SLOW = "closed", "slow"
WHAT = ((SHUT, _("Closed: nothing gets through")), (SLOW, _("Slow: snow, works, queues")))


class ConditionForm(ActForm):
    """What is closed or slow, and on which days; where is said by each of the two that follow."""

    centre = forms.ChoiceField(label=_("Centre"))
    what = forms.ChoiceField(label=_("How is the road?"), choices=WHAT, widget=forms.RadioSelect, initial=SHUT)
    pace_percent = CountField(
        label=_("Speed"),
        counts="%",
        required=False,
        help_text=_("Only where it is slow: 50 takes twice as long as usual."),
    )
    reason = forms.CharField(label=_("Why"), max_length=120, help_text=_("For example: landslide at the gorge."))
    from_on = DayField(label=_("From"))
    until_on = DayField(label=_("Until"), required=False, help_text=_("Left empty: until somebody ends it."))

    def __init__(self, *args: Any, centres: Choices, **options: Any) -> None:
        super().__init__(*args, **options)
        offer(self, "centre", centres)

    def clean(self) -> dict[str, Any]:
        """Ask for the speed where a road is slow."""
        told = super().clean() or {}
        if told.get("what") == SLOW and not told.get("pace_percent") and "pace_percent" not in self.errors:
            self.add_error("pace_percent", _("Say how fast one drives there."))
        return told

    def common(self) -> dict[str, Any]:
        """Return what was entered but for where."""
        said = self.values
        pace = said["pace_percent"] if said["what"] == SLOW else CLOSED
        return {"pace_percent": pace, **{name: said[name] for name in ("reason", "from_on", "until_on")}}


class NetworkForm(SheetForm):
    """The roads of a centre's area as a sheet."""

    heads = NETWORK_HEADS
    centre = forms.ChoiceField(label=_("Centre"))

    def __init__(self, *args: Any, centres: Choices, **options: Any) -> None:
        super().__init__(*args, **options)
        offer(self, "centre", centres)


class NearForm(ConditionForm):
    """Roads near a unit, or near a point."""

    unit = forms.ChoiceField(label=_("Near"), required=False)
    latitude = forms.FloatField(
        label=_("Or latitude"), required=False, widget=forms.TextInput(attrs={"data-pick": "latitude"})
    )
    longitude = forms.FloatField(
        label=_("and longitude"), required=False, widget=forms.TextInput(attrs={"data-pick": "longitude"})
    )
    radius_m = CountField(label=_("As far around as"), counts=_("m"), initial=1000)
    field_order = ("centre", "what", "pace_percent", "unit", "latitude", "longitude", "radius_m", "reason")

    def __init__(self, *args: Any, units: Choices, **options: Any) -> None:
        super().__init__(*args, **options)
        offer(self, "unit", [("", _("A point on the map")), *units])

    def given(self, ids: Mapping[str, int]) -> ConditionGiven:
        """Return what was entered; `ids` are those of units by their numbers."""
        said = self.values
        point = None if said["unit"] else read_point(said["latitude"], said["longitude"])
        return ConditionGiven(**self.common(), unit_id=ids.get(said["unit"]), point=point, radius_m=said["radius_m"])


class BetweenForm(ConditionForm):
    """Roads between two areas."""

    one_area = forms.ChoiceField(label=_("Between"))
    other_area = forms.ChoiceField(label=_("and"))
    field_order = ("centre", "what", "pace_percent", "one_area", "other_area", "reason")

    def __init__(self, *args: Any, areas: Choices, **options: Any) -> None:
        super().__init__(*args, **options)
        offer(self, "one_area", areas)
        offer(self, "other_area", areas)

    def given(self) -> ConditionGiven:
        """Return what was entered."""
        said = self.values
        return ConditionGiven(**self.common(), areas=(said["one_area"], said["other_area"]))
