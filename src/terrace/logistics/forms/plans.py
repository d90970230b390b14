"""Forms of plans of a day: which day, a visit elsewhere, a route split, who drives."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, cast

from django import forms
from django.db.models import QuerySet

from terrace.http.forms import ActForm, DayField, FilterForm, VersionForm, WholeField
from terrace.kernel.words import _
from terrace.logistics.domain.plans import MOST_SECONDS, USUAL_SECONDS, PlanState
from terrace.logistics.domain.trials import MOST_MORE, Trial
from terrace.logistics.forms.fields import ANY, CHOOSE, Choices, offer
from terrace.logistics.models import Vehicle
from terrace.logistics.services import PlanGiven

NOBODY = "-"


class PlanForm(ActForm):
    """A day to be planned."""

    unit = forms.ChoiceField(label=_("Centre"))
    on = DayField(label=_("Day"))
    seconds = WholeField(
        label=_("Seconds to search"),
        min_value=5,
        max_value=MOST_SECONDS,
        initial=USUAL_SECONDS,
        help_text=_("The best plan so far is on the page meanwhile. A large county is planned well in under a minute."),
    )
    note = forms.CharField(
        label=_("Note"), required=False, max_length=80, help_text=_("What sets this plan apart from others of the day.")
    )
    on_two_levels = forms.BooleanField(
        label=_("On two levels: to the stations, and rounds from there"),
        required=False,
        help_text=_("With the vehicles that stand at stations. Without it they stay there."),
    )

    def __init__(self, *args: Any, units: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "unit", units)

    def given(self) -> PlanGiven:
        """Return the plan that was asked for."""
        values = self.values
        return PlanGiven(values["on"], values["seconds"], values["note"], on_two_levels=values["on_two_levels"])


class TrialForm(ActForm):
    """What is tried out on a day that is planned: other vehicles, another yard, separate tours."""

    without = forms.MultipleChoiceField(label=_("Stay at home"), required=False, widget=forms.CheckboxSelectMultiple)
    more = WholeField(label=_("More vehicles"), min_value=0, max_value=MOST_MORE, initial=0)
    more_like = forms.ChoiceField(label=_("Each like"), required=False)
    yard = forms.ChoiceField(label=_("Tours begin and end at"))
    is_separate = forms.BooleanField(
        label=_("Each carrier, and farm goods, on tours of their own"),
        required=False,
        help_text=_("As if nobody shared vehicles: each has as many as the centre."),
    )
    seconds = WholeField(label=_("Seconds to search"), min_value=5, max_value=MOST_SECONDS, initial=USUAL_SECONDS)
    note = forms.CharField(label=_("Note"), max_length=80, help_text=_("What is tried out."))

    def __init__(self, *args: Any, vehicles: Choices, yards: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(forms.MultipleChoiceField, self.fields["without"]).choices = list(vehicles)
        cast(forms.ChoiceField, self.fields["more_like"]).choices = [CHOOSE, *vehicles]
        cast(forms.ChoiceField, self.fields["yard"]).choices = list(yards)

    def given(self, on: date, centre_id: int) -> PlanGiven:
        """Return the plan that was asked for, of a day of a centre."""
        said = self.values
        yard_id, like = int(said["yard"]), said["more_like"]
        trial = Trial(
            without=tuple(int(pk) for pk in said["without"]),
            more_like=int(like) if like else None,
            more=said["more"],
            yard_id=None if yard_id == centre_id else yard_id,
            is_separate=said["is_separate"],
        )
        return PlanGiven(on, said["seconds"], said["note"], trial=trial)


class PlanFilter(FilterForm):
    """Filters of the list of plans."""

    first = DayField(label=_("From"), required=False)
    last = DayField(label=_("Until"), required=False)
    state = forms.ChoiceField(label=_("State"), required=False, choices=lambda: [ANY, *PlanState.choices()])

    def narrow(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Return the rows that the given filters leave."""
        given, named = self.given(), {"first": "on__gte", "last": "on__lte", "state": "state"}
        return rows.filter(**{column: given[name] for name, column in named.items() if name in given})


class SearchForm(VersionForm):
    """How long the engines search once more."""

    seconds = WholeField(label=_("Seconds to search"), min_value=5, max_value=MOST_SECONDS, initial=USUAL_SECONDS)


class VisitForm(VersionForm):
    """Where a visit goes: on which vehicle's tour, and at which place of it."""

    vehicle = forms.ChoiceField(label=_("Vehicle"))
    place = WholeField(label=_("Visit number"), min_value=1, max_value=200, initial=1)

    def __init__(self, *args: Any, vehicles: Choices, may_wait: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        nobody = (NOBODY, _("None: it waits for another day") if may_wait else _("None: nobody goes there"))
        offer(self, "vehicle", [*vehicles, nobody])

    @property
    def driven_by(self) -> int | None:
        """The vehicle's place in the plan, None for none."""
        chosen = self.values["vehicle"]
        return None if chosen == NOBODY else int(chosen)


class SplitForm(VersionForm):
    """From which visit on another vehicle drives, and which."""

    first = forms.ChoiceField(label=_("From the visit"))
    other = forms.ChoiceField(label=_("Driven by"))

    def __init__(self, *args: Any, visits: Choices, vehicles: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "first", visits)
        offer(self, "other", vehicles)


class KeepForm(VersionForm):
    """Whether a route stays when the engines search again."""

    is_kept = forms.BooleanField(required=False)


class ApproveForm(VersionForm):
    """Who drives each vehicle of a plan."""

    def __init__(
        self, *args: Any, vehicles: Sequence[Vehicle], drivers: Choices, usual: Mapping[int, int], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.vehicles = [vehicle.pk for vehicle in vehicles]
        for vehicle in vehicles:
            label = f"{vehicle.plate} {vehicle.label}".strip()
            driver = str(usual.get(vehicle.pk, ""))
            self.fields[f"driver_{vehicle.pk}"] = forms.ChoiceField(
                label=label, choices=[CHOOSE, *drivers], initial=driver
            )

    @property
    def drivers(self) -> dict[int, int]:
        """Who drives, by the vehicle's id."""
        return {pk: int(self.values[f"driver_{pk}"]) for pk in self.vehicles}


class CompareForm(FilterForm):
    """With which other plan of the day a plan is compared."""

    other = forms.ChoiceField(label=_("Compare with"), required=False)

    def __init__(self, *args: Any, plans: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "other", [CHOOSE, *plans])
