"""Forms of tours."""

from typing import Any, cast

from django import forms
from django.db.models import QuerySet

from terrace.http.forms import (
    ActForm,
    DayField,
    DegreesField,
    FilterForm,
    VersionForm,
)
from terrace.kernel.words import _
from terrace.logistics.domain import TourStatus
from terrace.logistics.forms.fields import ANY, Choices, TimeField, offer
from terrace.logistics.services import TourGiven

ITSELF, NOBODY = "itself", "nobody"


class TourForm(ActForm):
    """A tour of a day."""

    vehicle = forms.ChoiceField(label=_("Vehicle"))
    driver = forms.ChoiceField(label=_("Driver"))
    on = DayField(label=_("Day"))
    starts_at = TimeField(label=_("Leaves at"))

    def __init__(self, *args: Any, vehicles: Choices, drivers: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "vehicle", vehicles)
        offer(self, "driver", drivers)

    def given(self) -> TourGiven:
        """Return the tour that was entered."""
        values = self.values
        return TourGiven(int(values["vehicle"]), int(values["driver"]), values["on"], values["starts_at"])


class ChangedTourForm(TourForm, VersionForm):
    """A tour that is planned."""


class TourFilter(FilterForm):
    """Filters of the list of tours."""

    first = DayField(label=_("From"), required=False)
    last = DayField(label=_("Until"), required=False)
    status = forms.ChoiceField(label=_("State"), required=False, choices=lambda: [ANY, *TourStatus.choices()])

    def narrow(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Return the rows that the given filters leave."""
        given, named = self.given(), {"first": "on__gte", "last": "on__lte", "status": "status"}
        return rows.filter(**{column: given[name] for name, column in named.items() if name in given})


class StopForm(VersionForm):
    """One more stop of a tour."""

    unit = forms.ChoiceField(label=_("Stop at"))
    planned_at = TimeField(label=_("Time"), required=False)

    def __init__(self, *args: Any, units: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "unit", units)


class PlacesForm(VersionForm):
    """Moving a stop: by how many places, up where it is below zero."""

    places = DegreesField(min_value=-60, max_value=60)


class TimedForm(VersionForm):
    """When a tour is to be at a stop."""

    planned_at = TimeField(label=_("Time"), required=False)


class AssignForm(VersionForm):
    """What is to ride on a tour."""

    codes = forms.MultipleChoiceField(label=_("Put on the tour"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, waiting: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(forms.MultipleChoiceField, self.fields["codes"]).choices = list(waiting)


class PickUpForm(VersionForm):
    """What waits at a unit and is to be fetched by a tour, by its numbers."""

    unit = forms.CharField(max_length=20, widget=forms.HiddenInput)
    codes = forms.CharField(max_length=20_000, widget=forms.HiddenInput)

    def clean_codes(self) -> list[str]:
        """Return the numbers one by one."""
        return str(self.cleaned_data["codes"]).split()


class RelieveForm(VersionForm):
    """Which vehicle goes on with a tour, and who drives."""

    vehicle = forms.ChoiceField(label=_("Vehicle"))
    driver = forms.ChoiceField(label=_("Driver"))

    def __init__(self, *args: Any, vehicles: Choices, drivers: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "vehicle", vehicles)
        offer(self, "driver", drivers)


class WhoForm(FilterForm):
    """Who goes on with a tour that cannot go on as it is: another vehicle, nobody, or its own."""

    who = forms.ChoiceField(label=_("With what is on board and still to be brought"))

    def __init__(self, *args: Any, vehicles: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [*vehicles, (ITSELF, _("The vehicle goes on itself")), (NOBODY, _("Nobody goes on"))]
        cast(forms.ChoiceField, self.fields["who"]).choices = choices


class CarryOutForm(ActForm):
    """What was shown is to be done; who drives the vehicle that goes on. `version` is what was shown, signed."""

    version = forms.CharField(max_length=50_000, widget=forms.HiddenInput)
    driver = forms.ChoiceField(label=_("Driver"), required=False)

    def __init__(self, *args: Any, drivers: Choices, is_relieved: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_relieved:
            offer(self, "driver", drivers)
            self.fields["driver"].required = True
        else:
            del self.fields["driver"]


class ProblemForm(ActForm):
    """What is wrong on the way."""

    text = forms.CharField(label=_("What is wrong?"), max_length=120)
