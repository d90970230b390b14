"""Forms of where vehicles were."""

from terrace.http.sheets import SheetForm
from terrace.http.workbooks import GivenRow
from terrace.logistics.services import POSITION_HEADS, position_rows


class PositionFileForm(SheetForm):
    """A tracker's file of one vehicle, whose columns are guessed by their titles."""

    heads = POSITION_HEADS

    def rows(self) -> list[GivenRow]:
        """Return the rows of the file; raises `Invalid` when it cannot be read."""
        upload = self.cleaned_data["file"]
        return position_rows(upload, upload.name)
