"""Forms of carriers' files: the file, its columns, the village of a parcel whose address did not tell it."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms

from terrace.http.forms import ActForm
from terrace.http.sheets import sheet_field
from terrace.kernel.words import _
from terrace.logistics.domain.handing_in import ALWAYS, Need
from terrace.logistics.forms.fields import Choices, offer


class ParcelFileForm(ActForm):
    """A file of parcels."""

    keeps_draft = False

    file = sheet_field(label=_("xlsx or CSV file"))


class ColumnsForm(ActForm):
    """Which column of a file tells what."""

    def __init__(self, *args: Any, titles: Sequence[str], known: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices: Choices = [("", _("Not in the file")), *((title, title) for title in titles if title)]
        for need in Need:
            self.fields[need.value] = forms.ChoiceField(
                label=need.label, required=need in ALWAYS, choices=choices, initial=known.get(need.value, "")
            )

    @property
    def columns(self) -> dict[str, str]:
        """What was chosen."""
        return {need.value: self.values[need.value] for need in Need if self.values[need.value]}


class HandInForm(ActForm):
    """Handing over what a file holds."""

    takes_good_rows = forms.BooleanField(
        label=_("Take the good rows"), required=False, help_text=_("Otherwise a file with a bad row changes nothing.")
    )


class PlaceForm(ActForm):
    """The point or station to which a parcel goes."""

    unit = forms.ChoiceField(label=_("To the point or station"), required=False)

    def __init__(self, *args: Any, units: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "unit", [("", _("Choose")), *units])
