"""Forms of traceability."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.db.models import QuerySet

from terrace.catalog import queries as catalog
from terrace.http.forms import ActForm, DayField, FilterForm, QuantityField, Typed, WholeField
from terrace.http.photos import PhotoField, PhotosForm
from terrace.http.written import quantity
from terrace.kernel.quantity import Quantity, Unit
from terrace.kernel.words import Text, _, in_context, in_language
from terrace.traceability import queries
from terrace.traceability.domain import BY_HAND, LONGEST_NOTE, Grade, LossReason, Measure, Result
from terrace.traceability.models import Lot
from terrace.traceability.services import InspectionGiven

MOST_COPIES = 200
"""Labels at once: a roll has some 500, and a slip of the finger should not empty it."""
MOST_PARTS_ON_PAGE = 6
PARTS = tuple(f"part_{number}" for number in range(1, MOST_PARTS_ON_PAGE + 1))
STANDINGS: tuple[tuple[str, Text], ...] = (
    ("stock", _("In stock")),
    ("away", in_context("a lot", "Under way")),
    ("empty", _("Nothing left")),
    ("recalled", _("Recalled")),
)


class LotFilter(FilterForm):
    """Filters of the list of lots."""

    text = forms.CharField(label=_("Number"), required=False, max_length=20)
    product = forms.ChoiceField(label=_("Product"), required=False)
    area = forms.ChoiceField(label=_("Area"), required=False)
    standing = forms.ChoiceField(
        label=_("State"), required=False, choices=lambda: [("", in_context("lots", "All")), *STANDINGS]
    )

    def __init__(self, *args: Any, areas: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        every = ("", in_context("lots", "All"))
        products = [(p.code, in_language(p.names)) for p in catalog.by_name(catalog.products())]
        cast(forms.ChoiceField, self.fields["product"]).choices = [every, *products]
        cast(forms.ChoiceField, self.fields["area"]).choices = [every, *areas]

    def narrow(self, rows: QuerySet[Lot]) -> QuerySet[Lot]:
        """Return the lots that the given filters leave."""
        return queries.narrowed(rows, **self.given())


class CopiesForm(FilterForm):
    """How many labels are printed."""

    copies = WholeField(label=_("Copies"), min_value=1, max_value=MOST_COPIES)


class CodeForm(FilterForm):
    """The number on a label whose code names the goods alone."""

    lot = forms.CharField(label=_("Lot number on the label"), max_length=200)


class LotForm(ActForm):
    """A form about some of a lot: what is entered counts in the lot's unit."""

    def __init__(self, *args: Any, lot: Lot, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.unit = Unit(lot.unit)
        for field in self.fields.values():
            if isinstance(field, QuantityField):
                field.widget.attrs["data-unit"] = self.unit.label


class SplitForm(LotForm):
    """Into which parts a lot is split; what they leave stays in it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for place, name in enumerate(PARTS, start=1):
            field = QuantityField(label=_("Part %(number)s") % {"number": place}, required=place == 1)
            field.widget.attrs["data-unit"] = self.unit.label
            self.fields[name] = field

    def parts(self) -> list[Quantity]:
        """Return the parts that were entered."""
        given = [(name, self.cleaned_data[name]) for name in PARTS if self.cleaned_data.get(name) is not None]
        return [QuantityField.of(amount, self.unit, field=name) for name, amount in given]


class MergeForm(ActForm):
    """With which other lots at the same unit a lot is put together."""

    lots = forms.MultipleChoiceField(label=_("Together with"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, others: Sequence[Lot], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(other.number, f"{other.number} · {quantity(other.left)}") for other in others]
        cast(forms.MultipleChoiceField, self.fields["lots"]).choices = choices


class LossForm(LotForm):
    """What is gone of a lot, and why."""

    quantity = QuantityField(label=in_context("a lot", "Lost"))
    reason = forms.ChoiceField(label=_("Because"), choices=LossReason.choices)
    note = forms.CharField(label=_("Note"), required=False, max_length=LONGEST_NOTE)

    def lost(self) -> dict[str, Any]:
        """Return what the service takes."""
        values = self.cleaned_data
        return {
            "quantity": QuantityField.of(values["quantity"], self.unit),
            "reason": LossReason(values["reason"]),
            "note": values["note"],
        }


class StepForm(ActForm):
    """A step that moves no mass."""

    kind = forms.ChoiceField(
        label=_("Step"), choices=lambda: [(kind.value, kind.label) for kind in BY_HAND], widget=forms.RadioSelect
    )
    note = forms.CharField(label=_("Note"), required=False, max_length=LONGEST_NOTE)


class ValueField(Typed, forms.DecimalField):
    """A measured value."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"min_value": 0, "max_digits": 9, "decimal_places": 4, "required": False, **options})


class InspectionForm(PhotosForm, ActForm):
    """A test: for each measure its value and limit, or whether it passed; who tested, when, and the report."""

    tested_by = forms.CharField(
        label=_("Tested by"), max_length=120, help_text=_("The laboratory or office, not a person. Buyers read this.")
    )
    tested_on = DayField(label=_("Tested on"))
    document = PhotoField(label=_("Photo of the report"), required=False)

    def __init__(self, *args: Any, owner: int | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for measure in Measure:
            self.fields |= _fields_of(measure)
        self.order_fields([*(name for name in self.fields if name not in self.base_fields), *self.base_fields])
        self.let_wait_for(owner)

    def given(self) -> InspectionGiven:
        """Return the test as the service takes it."""
        values = self.cleaned_data
        results = [self._result(measure) for measure in Measure if values.get(measure.value) is not None]
        return InspectionGiven(results, values["tested_by"], values["tested_on"], values.get("document"))

    def _result(self, measure: Measure) -> Result:
        values = self.cleaned_data
        passed = {"yes": True, "no": False}.get(values.get(f"{measure}_passed", ""))
        return Result(
            measure,
            values[measure.value],
            values.get(f"{measure}_limit"),
            passed,
            values.get(f"{measure}_substance", ""),
        )


def _fields_of(measure: Measure) -> dict[str, forms.Field]:
    """Return the fields of one measure."""
    limit = _("%(measure)s: at least") if measure.at_least else _("%(measure)s: at most")
    said = {"measure": measure.label}
    unit = {"data-unit": measure.unit}
    found: dict[str, forms.Field] = {
        measure.value: ValueField(label=measure.label),
        f"{measure}_limit": ValueField(label=limit % said),
        f"{measure}_passed": forms.ChoiceField(
            label=_("%(measure)s: passed") % said,
            required=False,
            choices=[("", _("By the limit")), ("yes", _("Passed")), ("no", _("Not passed"))],
        ),
    }
    for name in (measure.value, f"{measure}_limit"):
        found[name].widget.attrs |= unit
    if measure is Measure.RESIDUES:
        found[f"{measure}_substance"] = forms.CharField(label=_("Substance"), required=False, max_length=60)
    return found


class GradeForm(ActForm):
    """The class of a lot."""

    grade = forms.ChoiceField(label=_("Grade"), choices=Grade.choices, widget=forms.RadioSelect)


class RecallForm(ActForm):
    """Why nobody should eat it."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("It stands on the page behind the labels: say what buyers should do."),
    )
