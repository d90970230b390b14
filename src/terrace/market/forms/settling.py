"""Forms of packing, shipping, refunds, disputes and agreements."""

from collections.abc import Sequence
from typing import Any, cast

from django import forms

from terrace.http import written
from terrace.http.forms import (
    ActForm,
    DayField,
    MoneyField,
    PermilleField,
    PlainForm,
    QuantityField,
    VersionForm,
    WholeField,
)
from terrace.http.photos import PhotoField, PhotosForm
from terrace.kernel.quantity import Quantity, Unit
from terrace.kernel.words import _
from terrace.logistics.models import Parcel
from terrace.market.domain import MOST_CONFIRM_DAYS, MOST_PERMILLE, DisputeKind, ReturnState
from terrace.market.domain.packing import Box, Chosen, Drawn, into_boxes
from terrace.market.queries.packing import Stock, harvest_of
from terrace.market.services import AgreementGiven, DisputeGiven
from terrace.traceability.models import Lot

LONGEST = 1000


def words(label: Any, help_text: Any = "") -> forms.CharField:
    """Return the field for a few sentences."""
    return forms.CharField(
        label=label, help_text=help_text, max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 3})
    )


class PackForm(VersionForm):
    """How much of which lot goes into an order, in how many parcels of which weight."""

    keeps_draft = False

    def __init__(self, *args: Any, stock: Sequence[Stock], carriers: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.stock = stock
        for one in stock:
            # What was sent is read also where the lot is no longer among those that are offered.
            for lot in one.lots:
                if lot in one.offered or _name(one, lot.pk) in self.data:
                    self.fields[_name(one, lot.pk)] = self._lot_field(one, lot)
        self.fields["parcels"] = WholeField(label=_("Number of parcels"), min_value=1, initial=1)
        self.fields["weight"] = QuantityField(
            label=_("Weight of each parcel"), help_text=_("In kilograms, on the scales.")
        )
        self.fields["carrier"] = forms.ChoiceField(label=_("Carrier"), choices=carriers, required=False)

    def _lot_field(self, one: Stock, lot: Lot) -> QuantityField:
        """Ask how much of the lot goes in; the proposal stands there."""
        unit = Unit(one.line.unit)
        label = _("Lot %(lot)s") % {"lot": lot.number}
        if len(self.stock) > 1:
            label = _("%(goods)s: lot %(lot)s") % {"goods": one.line.title, "lot": lot.number}
        proposed = one.proposed.get(lot.pk)
        field = QuantityField(
            label=label,
            required=False,
            initial=f"{Quantity(proposed, unit).amount.normalize():f}" if proposed else "",
            min_value=None,
            help_text=_("%(left)s here. Harvested %(harvest)s, best before %(end)s.")
            % {
                "left": written.quantity(lot.left),
                "harvest": written.localdate(harvest_of(lot), "short"),
                "end": written.localdate(one.best_before(lot)),
            },
        )
        field.widget.attrs["data-unit"] = unit.label
        return field

    def boxes(self) -> list[Box]:
        """Return the parcels that were packed; raise `Invalid` at a quantity finer than the unit is counted."""
        values = self.values
        weight = QuantityField.of(values["weight"], Unit.KILOGRAM).steps
        lines = [self._chosen(one) for one in self.stock]
        return [Box(contents, weight) for contents in into_boxes(lines, values["parcels"])]

    def _chosen(self, one: Stock) -> Chosen:
        line, unit = one.line, Unit(one.line.unit)
        drawn = [
            Drawn(lot.pk, QuantityField.of(given, unit).steps)
            for lot in one.lots
            if (given := self.values.get(_name(one, lot.pk)))
        ]
        if not one.lots:
            drawn = [Drawn(None, line.content.steps)]
        return Chosen(line.pk, line.quantity, line.content_steps, tuple(drawn))


def _name(one: Stock, lot_id: int) -> str:
    return f"line{one.line.pk}_lot{lot_id}"


class LotForm(PlainForm):
    """One more lot to pack from, by what its label says. Looked for by GET: nothing is done by it."""

    lot = forms.CharField(
        label=_("Take from another lot"),
        required=False,
        max_length=200,
        help_text=_("Scan its label, or type the number that begins with B-."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "data-scan": ""}),
    )


class ShipForm(VersionForm):
    """The waybill of each parcel, as the carrier gave it."""

    def __init__(self, *args: Any, parcels: Sequence[Parcel], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for parcel in parcels:
            self.fields[f"waybill_{parcel.number}"] = forms.CharField(
                label=_("Waybill of parcel %(number)s") % {"number": parcel.number},
                max_length=40,
                initial=parcel.waybill,
                widget=forms.TextInput(attrs={"autocomplete": "off"}),
            )

    @property
    def waybills(self) -> dict[str, str]:
        """The waybills by the parcels' numbers."""
        begin = "waybill_"
        return {name.removeprefix(begin): value for name, value in self.values.items() if name.startswith(begin)}


class RefundForm(VersionForm):
    """How much goes back to a buyer, and why."""

    amount = MoneyField(label=_("Amount"))
    note = forms.CharField(label=_("Why"), required=False, max_length=200)


class CancelForm(VersionForm):
    """Why an order is cancelled."""

    note = forms.CharField(label=_("Why"), required=False, max_length=200)


class DisputeForm(PhotosForm, ActForm):
    """What a buyer says is wrong."""

    kind = forms.ChoiceField(label=_("What is wrong"), choices=DisputeKind.choices())
    text = words(_("Tell us more"), _("What you found, and how much of it. The seller reads this."))
    wanted = MoneyField(label=_("How much you want back"))
    photo = PhotoField(label=_("Photo"), required=False)

    def __init__(self, *args: Any, owner: int | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.let_wait_for(owner)

    def given(self) -> DisputeGiven:
        """Return what the form says."""
        values = self.values
        kind = DisputeKind(values["kind"])
        return DisputeGiven(kind=kind, text=values["text"], wanted=values["wanted"], photo=values["photo"])


class AnswerForm(VersionForm):
    """What a seller answers and offers."""

    offered = MoneyField(label=_("How much you give back"), help_text=_("Zero if you think that all is well."))
    words = words(_("Your answer"), _("The buyer reads this."))


class AgreeForm(AnswerForm):
    """To how much a seller agrees, for the centre to grant."""

    offered = MoneyField(label=_("How much the buyer may have back"))
    words = words(_("Why you agree"), _("The buyer and the centre read this."))


class WaybillForm(ActForm):
    """By which waybill goods go back."""

    waybill = forms.CharField(label=_("Waybill"), max_length=40, widget=forms.TextInput(attrs={"autocomplete": "off"}))


class ArrivedForm(ActForm):
    """How the goods are that came back."""

    state = forms.ChoiceField(label=_("The goods are"), choices=ReturnState.choices(), widget=forms.RadioSelect)


class SentBackForm(ArrivedForm, VersionForm):
    """How the goods are that a buyer sent back and nobody waits for any more."""


class BroughtForm(ActForm):
    """How the goods are that a carrier brought back: they are here, so they are not lost."""

    state = forms.ChoiceField(
        label=_("The goods are"),
        choices=[(state.value, state.label) for state in ReturnState if state is not ReturnState.LOST],
        widget=forms.RadioSelect,
    )


class PutAwayForm(BroughtForm, VersionForm):
    """How goods are that a carrier brought back, beside any dispute."""


class DecideForm(VersionForm):
    """What the centre decides, with words for both sides."""

    amount = MoneyField(label=_("The buyer gets back"), help_text=_("All, some, or zero."))
    words_to_buyer = words(_("To the buyer"))
    words_to_seller = words(_("To the seller"))


class AgreementForm(ActForm):
    """How the money of orders is shared from a day on."""

    area = forms.ChoiceField(label=_("Area"))
    seller = forms.CharField(
        label=_("Seller"),
        required=False,
        max_length=20,
        help_text=_("Number in the register. Leave empty for the standard of the area."),
    )
    starts_on = DayField(label=_("In force from"))
    platform_permille = PermilleField(
        label=_("Platform"), max_value=MOST_PERMILLE // 10, help_text=_("A part of the price of the goods.")
    )
    packing = MoneyField(label=_("Packing of one parcel"), help_text=_("To the unit that packs."))
    confirm_days = WholeField(
        label=_("Days until an order counts as confirmed"), min_value=1, max_value=MOST_CONFIRM_DAYS, initial=7
    )
    note = forms.CharField(label=_("Note"), required=False, max_length=200)

    def __init__(self, *args: Any, areas: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(forms.ChoiceField, self.fields["area"]).choices = list(areas)

    def given(self) -> AgreementGiven:
        """Return what the form says."""
        return AgreementGiven(**self.values)
