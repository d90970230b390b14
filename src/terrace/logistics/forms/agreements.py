"""Forms of agreements with carriers."""

from datetime import date
from typing import Any, cast

from django import forms

from terrace.http.forms import ActForm, DayField, MoneyField, QuantityField, VersionForm
from terrace.kernel.errors import Invalid
from terrace.kernel.quantity import Unit
from terrace.kernel.words import _
from terrace.logistics.domain.agreements import Round
from terrace.logistics.forms.fields import Choices, TimeField, grams_of
from terrace.logistics.services import AgreementGiven, ZoneGiven

ZONES, ROUNDS = 3, 2
"""As many as the page has room for; programs may name more."""


class AgreementForm(ActForm):
    """From when until when, the rounds of a day, the minimum of a month, and up to three zones with their prices."""

    starts_on = DayField(label=_("From the day"))
    ends_on = DayField(label=_("Last day"), required=False, help_text=_("Empty: until it is ended."))
    minimum = MoneyField(
        label=_("Minimum for a month"), required=False, help_text=_("What a whole month lacks to it is paid on top.")
    )

    def __init__(self, *args: Any, areas: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for place in range(1, ROUNDS + 1):
            self._add_round(place)
        for place in range(1, ZONES + 1):
            self._add_zone(place, areas)

    def given(self) -> AgreementGiven:
        """Return what was agreed; raises `Invalid` for a zone or round that is half filled in."""
        values = self.values
        zones = [self._zone(place) for place in range(1, ZONES + 1) if place == 1 or values[f"name_{place}"]]
        rounds = [self._round(place) for place in range(1, ROUNDS + 1) if values[f"by_{place}"]]
        return AgreementGiven(values["starts_on"], zones, values["ends_on"], values["minimum"], rounds)

    def _add_round(self, place: int) -> None:
        number = {"number": place}
        self.fields[f"by_{place}"] = TimeField(label=_("Round %(number)d: handed over until") % number, required=False)
        self.fields[f"ready_{place}"] = TimeField(label=_("Round %(number)d: rides from") % number, required=False)

    def _add_zone(self, place: int, areas: Choices) -> None:
        number, is_first = {"number": place}, place == 1
        self.fields[f"name_{place}"] = forms.CharField(
            label=_("Zone %(number)d: name") % number, max_length=40, required=is_first
        )
        self.fields[f"areas_{place}"] = forms.MultipleChoiceField(
            label=_("Zone %(number)d: areas") % number,
            required=False,
            widget=forms.CheckboxSelectMultiple,
            help_text=_("None: all areas that no other zone names."),
        )
        cast(forms.MultipleChoiceField, self.fields[f"areas_{place}"]).choices = list(areas)
        self.fields[f"parcel_{place}"] = MoneyField(
            label=_("Zone %(number)d: for each parcel") % number, required=is_first
        )
        self.fields[f"kg_{place}"] = MoneyField(label=_("Zone %(number)d: for each kilogram") % number, required=False)
        first = QuantityField(label=_("Zone %(number)d: weight included") % number, required=False)
        first.widget.attrs["data-unit"] = Unit.KILOGRAM.label
        self.fields[f"first_{place}"] = first
        self.fields[f"return_{place}"] = MoneyField(
            label=_("Zone %(number)d: for a parcel that comes back") % number, required=False
        )

    def _zone(self, place: int) -> ZoneGiven:
        values = self.values
        per_parcel = values[f"parcel_{place}"]
        if per_parcel is None:
            raise Invalid(_("Enter a price, 0 for none."), field=f"parcel_{place}")
        first = values[f"first_{place}"]
        return ZoneGiven(
            name=values[f"name_{place}"],
            per_parcel=per_parcel,
            per_kg=values[f"kg_{place}"] or per_parcel * 0,
            first_grams=grams_of(first, f"first_{place}") if first else 0,
            return_parcel=values[f"return_{place}"],
            areas=tuple(values[f"areas_{place}"]),
        )

    def _round(self, place: int) -> Round:
        by, ready_at = self.values[f"by_{place}"], self.values[f"ready_{place}"]
        return Round(by, ready_at or by)


class EndingForm(VersionForm):
    """The last day of an agreement."""

    ends_on = DayField(label=_("Last day"))

    @property
    def day(self) -> date:
        """The day that was chosen."""
        return cast(date, self.values["ends_on"])
