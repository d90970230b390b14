"""Which days, and whose, the costs of carrying are shown of."""

from datetime import date

from django import forms

from terrace.http.forms import DayField, FilterForm
from terrace.kernel.words import _

UNITS, CARRIERS = "units", "carriers"


class CostFilter(FilterForm):
    """From which day until which, and by what."""

    by = forms.ChoiceField(
        label=_("By"), required=False, choices=lambda: [(UNITS, _("Station and point")), (CARRIERS, _("Carrier"))]
    )
    first = DayField(label=_("From"), required=False)
    last = DayField(label=_("Until"), required=False)

    def days(self, today: date) -> tuple[date, date]:
        """Return the first and the last day; where nothing is said, this month until today."""
        given = self.given()
        last: date = given.get("last", today)
        first: date = given.get("first", last.replace(day=1))
        return first, last

    @property
    def is_by_carrier(self) -> bool:
        """Whether costs are shown by carrier."""
        return bool(self.given().get("by") == CARRIERS)
