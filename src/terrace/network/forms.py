"""Forms of the network: a unit's details, its place, its closing; filters of the lists."""

from collections.abc import Mapping
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.dates import WEEKDAYS_ABBR

from terrace.http.forms import ActForm, CoordinateField, DayField, FilterForm, VersionForm
from terrace.kernel.db import found_by, within
from terrace.kernel.deployment import current
from terrace.kernel.errors import Invalid
from terrace.kernel.languages import name_of_language
from terrace.kernel.phones import show_phone
from terrace.kernel.words import _, in_context, in_language, one_by_one
from terrace.network import queries
from terrace.network.domain import Service
from terrace.network.domain.hours import WEEK, Period, read_hours
from terrace.network.models import ServiceUnit
from terrace.network.services import Details

FEWEST_PERIODS = 4
"""Lines for opening hours that the form offers: two are enough for most, mornings and afternoons."""


class NamesWidget(forms.Widget):
    """One line of text for each language of the installation."""

    template_name = "network/widgets/names.html"
    use_fieldset = True

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Give the template each language with its input's name, id and value."""
        known = value if isinstance(value, Mapping) else {}
        lines = [
            {
                "name": f"{name}_{code}",
                "id": f"id_{name}_{code}",
                "language": code,
                "label": name_of_language(code),
                "value": known.get(code, ""),
            }
            for code in current().languages
        ]
        return {**super().get_context(name, value, attrs), "lines": lines}

    def value_from_datadict(self, data: Any, files: Any, name: str) -> dict[str, str]:
        """Gather the names by language."""
        return {code: data.get(f"{name}_{code}", "").strip() for code in current().languages}

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        """Say whether no language was sent at all."""
        return not any(f"{name}_{code}" in data for code in current().languages)


class NamesField(forms.Field):
    """What something is called, by language; at least one."""

    widget = NamesWidget

    def clean(self, value: Mapping[str, str] | None) -> dict[str, str]:
        """Return the names that were given."""
        names = {code: name for code, name in (value or {}).items() if name}
        if self.required and not names:
            raise ValidationError(_("Enter the name in at least one language."), code="required")
        if any("\x00" in name for name in names.values()):
            raise ValidationError(_("Null characters are not allowed."), code="null_characters_not_allowed")
        return names

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compare only names that were given."""
        return {k: v for k, v in (initial or {}).items() if v} != {k: v for k, v in (data or {}).items() if v}


class HoursWidget(forms.Widget):
    """Lines of opening hours: the days of the week, from, to. Lines without days and times count for nothing."""

    template_name = "network/widgets/hours.html"
    use_fieldset = True

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Give the template as many lines as there are hours and one more, at least four."""
        rows = list(value or ())
        empty: dict[str, Any] = {"days": [], "opens": "", "closes": ""}
        rows += [empty] * max(FEWEST_PERIODS - len(rows), 1)
        lines = [{**row, "days": self._days(row["days"]), "number": number} for number, row in enumerate(rows)]
        return {**super().get_context(name, value, attrs), "lines": lines, "name": name}

    def _days(self, chosen: Any) -> list[dict[str, Any]]:
        known = {str(day) for day in chosen}
        return [{"number": day, "label": WEEKDAYS_ABBR[day - 1], "chosen": str(day) in known} for day in WEEK]

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[dict[str, Any]]:
        """Gather the lines in which something was entered."""
        count = sum(1 for key in data if key.startswith(f"{name}_") and key.endswith("_opens"))
        lines = (self._line(data, f"{name}_{number}") for number in range(min(count, 50)))
        return [line for line in lines if line["days"] or line["opens"] or line["closes"]]

    def _line(self, data: Any, prefix: str) -> dict[str, Any]:
        days = data.getlist(f"{prefix}_days") if isinstance(data, QueryDict) else data.get(f"{prefix}_days", [])
        return {"days": days, "opens": data.get(f"{prefix}_opens", ""), "closes": data.get(f"{prefix}_closes", "")}


class HoursField(forms.Field):
    """Opening hours, cleaned to periods that do not overlap."""

    widget = HoursWidget

    def clean(self, value: Any) -> tuple[Period, ...]:
        """Return the periods."""
        try:
            return read_hours(value or ())
        except Invalid as refused:
            raise ValidationError(str(refused), code=refused.code) from refused

    def prepare_value(self, value: Any) -> list[Mapping[str, Any]]:
        """Return periods as lines of the form; what was sent is lines already."""
        return [row.plain if isinstance(row, Period) else row for row in value or ()]

    def shown(self, periods: tuple[Period, ...]) -> str:
        """Write opening hours in one line: Mon, Tue 08:30–12:00."""
        lines = (
            f"{one_by_one(WEEKDAYS_ABBR[day - 1] for day in p.days)} {p.opens:%H:%M}–{p.closes:%H:%M}" for p in periods
        )
        return "; ".join(lines) or str(_("nothing"))


class UnitForm(ActForm):
    """What a unit tells its visitors."""

    names = NamesField(label=_("Name"))
    services = forms.MultipleChoiceField(
        label=_("Services"), required=False, choices=Service.choices, widget=forms.CheckboxSelectMultiple
    )
    hours = HoursField(label=_("Opening hours"), required=False, help_text=_("Leave lines empty that you do not need."))
    phone = forms.CharField(
        label=_("Telephone"), required=False, max_length=30, widget=forms.TextInput(attrs={"type": "tel"})
    )
    address = forms.CharField(
        label=_("Address"),
        required=False,
        max_length=200,
        help_text=_("As somebody from the next village would say it."),
    )

    def details(self) -> Details:
        """Return what the form says."""
        return Details(**{name: self.cleaned_data[name] for name in ("names", "services", "hours", "phone", "address")})


class NewUnitForm(UnitForm):
    """A unit to found."""

    founded_on = DayField(label=_("Founded on"), required=False, help_text=_("Leave empty for today."))
    is_further = forms.BooleanField(
        label=_("This is a further unit of the area"), required=False, widget=forms.HiddenInput
    )

    def ask_whether_further(self) -> None:
        """Offer the box that confirms that the area is to have more than one."""
        self.fields["is_further"].widget = forms.CheckboxInput()


class ChangeUnitForm(UnitForm):
    """A unit as it was loaded, to change."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class PlaceForm(VersionForm):
    """Where a unit is, in degrees of WGS84."""

    latitude = CoordinateField(label=_("Latitude"), widget=forms.TextInput(attrs={"data-pick": "latitude"}))
    longitude = CoordinateField(label=_("Longitude"), widget=forms.TextInput(attrs={"data-pick": "longitude"}))


class CloseForm(VersionForm):
    """The day on which a unit closes."""

    closed_on = DayField(label=_("Closed on"), required=False, help_text=_("Leave empty for today."))


def initial_of(unit: ServiceUnit) -> dict[str, Any]:
    """Return what a form shows that changes `unit`."""
    return {
        "names": unit.names,
        "services": unit.services,
        "hours": unit.opening_hours,
        "phone": show_phone(unit.phone, current().region),
        "address": unit.address,
        "version": unit.version,
    }


class AreaFilter(FilterForm):
    """Finds places below an area."""

    text = forms.CharField(
        label=_("Find a place"), required=False, max_length=60, widget=forms.TextInput(attrs={"type": "search"})
    )


class UnitFilter(FilterForm):
    """Filters of the list of units."""

    text = forms.CharField(
        label=_("Name"), required=False, max_length=60, widget=forms.TextInput(attrs={"type": "search"})
    )
    tier = forms.ChoiceField(label=_("Tier"), required=False)
    service = forms.ChoiceField(label=_("Service"), required=False)
    state = forms.ChoiceField(label=_("State"), required=False)
    area = forms.CharField(widget=forms.HiddenInput, required=False, max_length=32)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        tiers = [(tier.code, in_language(tier.unit)) for tier in current().plan.tiers]
        self._offer("tier", [("", _("All")), *tiers])
        self._offer("service", [("", _("All")), *Service.choices()])
        self._offer("state", [("", in_context("a service unit", "Open")), ("closed", _("Closed")), ("all", _("All"))])

    def _offer(self, name: str, choices: list[tuple[str, Any]]) -> None:
        cast(forms.ChoiceField, self.fields[name]).choices = choices

    def narrow(self, units: QuerySet[ServiceUnit]) -> QuerySet[ServiceUnit]:
        """Return the units that the given filters leave: open ones, unless others are asked for."""
        given = self.given()
        if given.get("state") != "all":
            units = units.filter(closed_on__isnull="state" not in given)
        if "text" in given:
            units = units.filter(found_by(given["text"]))
        if "tier" in given:
            units = units.filter(tier=given["tier"])
        if "service" in given:
            units = units.filter(services__contains=[given["service"]])
        if "area" in given:
            units = units.filter(within(area.path for area in queries.areas_by_code([given["area"]]).values()))
        return units
