"""Forms of consignments."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet

from terrace.http.forms import (
    ActForm,
    FilterForm,
    QuantityField,
    WholeField,
)
from terrace.kernel.quantity import Quantity, Unit
from terrace.kernel.words import _
from terrace.logistics.domain import ConsignmentStatus
from terrace.logistics.domain.consignments import Window
from terrace.logistics.domain.ends import TO
from terrace.logistics.domain.sscc import UnitKind
from terrace.logistics.forms.fields import ANY, Choices, KilogramField, MomentField, offer
from terrace.logistics.models import ConsignmentLine
from terrace.traceability.domain import LossReason
from terrace.traceability.models import Lot


class ConsignmentFilter(FilterForm):
    """Filters of the list of consignments."""

    text = forms.CharField(label=_("Number"), required=False, max_length=20)
    status = forms.ChoiceField(label=_("State"), required=False, choices=lambda: [ANY, *ConsignmentStatus.choices()])

    def narrow(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Return the rows that the given filters leave."""
        given = self.given()
        if "text" in given:
            rows = rows.filter(number__icontains=given["text"].strip())
        return rows.filter(status=given["status"]) if "status" in given else rows


class WindowForm(ActForm):
    """From when goods can be fetched, and until when they may wait."""

    ready_at = MomentField(label=_("Ready from"), required=False, help_text=_("Empty: at once."))
    waits_until = MomentField(
        label=_("May wait until"), required=False, help_text=_("Empty: they ride on the day they are ready.")
    )

    def window(self) -> Window:
        """Return what was entered."""
        return Window(self.values["ready_at"], self.values["waits_until"])


class UnitsForm(ActForm):
    """How many crates or pallets are to bear numbers."""

    kind = forms.ChoiceField(label=_("What"), choices=UnitKind.choices())
    count = WholeField(label=_("How many"))


class ConsignmentForm(WindowForm):
    """What goes along of the lots that lie here: all of each unless somebody says less, empty for what stays.

    Pieces are not filled in: they have to be weighed first.
    """

    to_unit = forms.ChoiceField(label=TO)
    crates = WholeField(label=_("Crates"), required=False)
    grams = KilogramField(label=_("Weight with crates"), required=False)
    is_cold = forms.BooleanField(label=_("Has to ride cold"), required=False)

    def __init__(self, *args: Any, targets: Choices, lots: Sequence[tuple[Lot, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "to_unit", targets)
        self.fields["grams"].help_text = _("Needed for what is counted in pieces.")
        self.lots = [lot for lot, _title in lots]
        for lot, title in lots:
            field = QuantityField(label=title, required=False)
            unit = Unit(lot.unit)
            left = f"{Quantity(lot.steps, unit).amount.normalize():f}"
            field.help_text = _("Here lie %(left)s %(unit)s.") % {"left": left, "unit": unit.label}
            field.widget.attrs["data-unit"] = unit.label
            field.initial = "" if unit is Unit.PIECE else left
            self.fields[f"lot_{lot.pk}"] = field
        self.order_fields(["to_unit", *(f"lot_{lot.pk}" for lot in self.lots), "crates", "grams", "is_cold"])

    def chosen(self) -> list[tuple[int, Quantity]]:
        """Return the lots that go along with how much; raise `Invalid` at the field that is too fine or zero."""
        given = [(lot, self.cleaned_data.get(f"lot_{lot.pk}")) for lot in self.lots]
        return [
            (lot.pk, QuantityField.of(amount, Unit(lot.unit), field=f"lot_{lot.pk}"))
            for lot, amount in given
            if amount is not None
        ]


class CountForm(ActForm):
    """Counting a consignment in: how much arrived of each lot, and why less, where it is less."""

    reason = forms.ChoiceField(label=_("Why less arrived"), required=False)
    note = forms.CharField(label=_("Note"), required=False, max_length=200)

    def __init__(self, *args: Any, lines: Sequence[tuple[ConsignmentLine, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = [line for line, _title in lines]
        offer(self, "reason", [("", _("Nothing is missing")), *LossReason.choices()])
        for line, title in lines:
            field = forms.DecimalField(label=title, min_value=0, max_digits=12, decimal_places=3)
            field.widget = forms.TextInput(attrs={"inputmode": "decimal", "data-unit": line.sent.unit.label})
            field.initial = f"{line.sent.amount.normalize():f}"
            self.fields[f"lot_{line.lot_id}"] = field
        self.order_fields([*(f"lot_{line.lot_id}" for line in self.lines), "reason", "note"])

    def counted(self) -> dict[int, Quantity]:
        """Return how much arrived of each lot, by its id; raise `Invalid` for what is finer than a step."""
        return {
            line.lot_id: Quantity.parse(
                str(self.cleaned_data[f"lot_{line.lot_id}"]), line.sent.unit, field=f"lot_{line.lot_id}"
            )
            for line in self.lines
        }
