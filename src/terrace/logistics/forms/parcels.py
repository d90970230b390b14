"""Forms of parcels and scans."""

from typing import Any

from django import forms
from django.db.models import QuerySet

from terrace.http.forms import (
    ActForm,
    FilterForm,
    MoneyField,
    SecretForm,
    WholeField,
)
from terrace.http.photos import PhotoField, PhotosForm, SignatureField
from terrace.kernel import clock
from terrace.kernel.money import Money
from terrace.kernel.words import _
from terrace.logistics import queries
from terrace.logistics.domain import Direction, ParcelStatus, ScanKind
from terrace.logistics.domain.cash import CashWay
from terrace.logistics.domain.ends import FROM
from terrace.logistics.domain.parcels import LONGEST_CODE
from terrace.logistics.domain.shelf import Care
from terrace.logistics.forms.fields import ANY, Choices, KilogramField, offer

SAID = (ScanKind.ARRIVED, ScanKind.MISSING, ScanKind.DAMAGED, ScanKind.RETURNED, ScanKind.LOST)
"""What people at a unit say by a scan."""


class ParcelForm(ActForm):
    """A parcel to announce. Who it is for is nobody else's business: nothing is kept on the device."""

    keeps_draft = False

    from_unit = forms.ChoiceField(label=FROM)
    to_unit = forms.ChoiceField(label=_("To the point or station"))
    carrier = forms.ChoiceField(label=_("Carrier"), required=False)
    waybill = forms.CharField(label=_("Waybill"), required=False, max_length=40)
    recipient = forms.CharField(label=_("Recipient"), max_length=80)
    phone = forms.CharField(label=_("Phone"), max_length=40, widget=forms.TextInput(attrs={"inputmode": "tel"}))
    region = forms.CharField(label=_("Province, city, district"), required=False, max_length=120)
    address = forms.CharField(label=_("Address"), required=False, max_length=200)
    weight = KilogramField(label=_("Weight"))
    is_cold = forms.BooleanField(label=_("Has to ride cold"), required=False)
    cod = MoneyField(
        label=_("Cash on delivery"), required=False, help_text=_("What who fetches it pays for the carrier.")
    )

    def __init__(
        self, *args: Any, direction: Direction, origins: Choices, targets: Choices, carriers: Choices, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "from_unit", origins)
        offer(self, "carrier", [("", _("None")), *carriers])
        if direction is Direction.DOWN:
            offer(self, "to_unit", targets)
            self.fields["phone"].help_text = _("The pick-up code is sent there.")
            del self.fields["region"], self.fields["address"]
        else:
            self.fields["phone"].required = False
            del self.fields["to_unit"], self.fields["waybill"], self.fields["cod"]


class WaybillForm(ActForm):
    """Handing a parcel to its carrier."""

    carrier = forms.ChoiceField(label=_("Carrier"))
    waybill = forms.CharField(label=_("Waybill"), max_length=40, help_text=_("The carrier's own number."))

    def __init__(self, *args: Any, carriers: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "carrier", carriers)


class NewsForm(ActForm):
    """What a carrier says of a parcel."""

    status = forms.ChoiceField(label=_("The carrier says"), choices=[])

    def __init__(self, *args: Any, said: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "status", said)


class HandOverForm(PhotosForm, SecretForm):
    """Handing a parcel over. It carries no key of idempotency: a refusal must not undo the count of wrong codes."""

    either = ("code", "signature", "photo")

    code = forms.CharField(
        label=_("Pick-up code"),
        required=False,
        max_length=10,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    signature = SignatureField(
        label=_("Or a signature on the screen"),
        required=False,
        help_text=_("The recipient signs with a finger. It is deleted with the recipient's data."),
    )
    photo = PhotoField(
        label=_("Or a photo of the hand-over"),
        required=False,
        help_text=_("Instead of the code, for who has lost it. It is deleted with the recipient's data."),
    )

    paid = forms.ChoiceField(label=_("How it was paid"), choices=CashWay.choices(), widget=forms.RadioSelect)

    def __init__(self, *args: Any, owner: int | None, cod: Money | None, **options: Any) -> None:
        super().__init__(*args, **options)
        self.let_wait_for(owner)
        if cod is None:
            del self.fields["paid"]
        else:
            self.order_fields(["paid"])


class CollectorForm(forms.Form):
    """Who may collect a parcel instead of its recipient, said by who has the code; number and tail as asked before."""

    number = forms.CharField(widget=forms.HiddenInput, max_length=40)
    tail = forms.CharField(widget=forms.HiddenInput, min_length=4, max_length=4)
    name = forms.CharField(label=_("Who collects it"), max_length=80)
    phone = forms.CharField(
        label=_("Their phone"),
        max_length=40,
        widget=forms.TextInput(attrs={"inputmode": "tel"}),
        help_text=_("A code of their own is sent there."),
    )
    code = forms.CharField(
        label=_("Your pick-up code"),
        max_length=10,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )


class NoteForm(ActForm):
    """A question that takes a few words for an answer."""

    note = forms.CharField(label=_("Note"), required=False, max_length=200)


class LongerForm(ActForm):
    """For how many days a recipient asked."""

    days = WholeField(label=_("Days from today"), initial=3)


class ScanForm(ActForm):
    """One scan: what the label says, and what happened. Typed, or read by the camera where the browser can."""

    keeps_draft = False

    code = forms.CharField(
        label=_("Number or waybill"),
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "maxlength": LONGEST_CODE, "data-scan": ""}
        ),
    )
    kind = forms.ChoiceField(label=_("What happened"), choices=[(kind.value, kind.label) for kind in SAID])
    shelf = forms.CharField(
        label=_("Compartment"), required=False, max_length=20, help_text=_("Where on the shelf you lay it.")
    )
    note = forms.CharField(label=_("Note"), required=False, max_length=200)

    def clean_code(self) -> str:
        """Refuse what a camera reads from other labels: a lot's is an address."""
        code = str(self.cleaned_data["code"]).strip()
        if len(code) > LONGEST_CODE or "://" in code:
            told = _("This is another label. Scan the one whose number begins with W- or K-, or the carrier's waybill.")
            raise forms.ValidationError(told)
        return code


class ParcelFilter(FilterForm):
    """Filters of the list of parcels."""

    text = forms.CharField(label=_("Number or waybill"), required=False, max_length=40)
    direction = forms.ChoiceField(label=_("Direction"), required=False, choices=lambda: [ANY, *Direction.choices()])
    status = forms.ChoiceField(label=_("State"), required=False, choices=lambda: [ANY, *ParcelStatus.choices()])
    care = forms.ChoiceField(label=_("To be seen to"), required=False, choices=lambda: [ANY, *Care.choices()])
    open = forms.BooleanField(label=_("Only what is on its way"), required=False)

    def narrow(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Return the rows that the given filters leave."""
        given = self.given()
        if "text" in given:
            rows = queries.parcels_found_by(rows, given["text"])
        if "care" in given:
            rows = queries.needing(rows, Care(given["care"]), clock.now())
        if given.get("open"):
            rows = rows.filter(ended_at__isnull=True)
        return rows.filter(**{name: given[name] for name in ("direction", "status") if name in given})


class StatusForm(forms.Form):
    """A parcel that somebody waits for, by what only they have both of."""

    number = forms.CharField(label=_("Number of the parcel"), max_length=40)
    tail = forms.CharField(
        label=_("Last four digits of your phone"),
        min_length=4,
        max_length=4,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
