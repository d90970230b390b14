"""What an xlsx file may hold, judged before a reader lays it out in memory.

The reader makes a place for every cell from the first to the last one filled,
so that a file of 5 kB with two cells can ask for more memory than any machine
has. Here the file is unpacked piece by piece and each piece read as it comes;
what was judged is packed anew, so that the reader sees that and nothing else.
"""

import re
import struct
import zlib
from array import array
from functools import lru_cache
from io import BytesIO
from typing import IO
from xml.parsers.expat import ExpatError, ParserCreate
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from terrace.kernel.errors import Invalid
from terrace.kernel.words import _

MOST_UNPACKED = 100_000_000
"""Bytes of all parts together, and characters of all texts together, each counted as often as a cell shows it."""
MOST_PARTS = 500
MOST_CELLS = 3_000_000
"""Cells of the rectangle from A1 to the last ones filled: 100,000 rows of 30 columns."""
STRINGS = "xl/sharedstrings.xml"
READ = (".xml", ".rels")
"""Endings of the parts that hold cells and their texts; pictures and fonts are left out."""
PIECE = 1 << 18
REFERENCE = re.compile(r"([A-Za-z]{1,7})([0-9]{1,10})")
BROKEN = (
    BadZipFile,
    ExpatError,
    EOFError,
    LookupError,
    NotImplementedError,
    OSError,
    RuntimeError,
    UnicodeError,
    ValueError,
    struct.error,
    zlib.error,
)
"""What a file that is no workbook makes its readers raise."""


class TooFarOut(Exception):
    """A cell is filled so far from the first one that no table reaches there."""

    def __init__(self, cell: str) -> None:
        super().__init__(cell)
        self.cell = cell


class TooMuch(Exception):
    """The parts, or the texts that the cells show, are more than is ever read."""


def judged(upload: IO[bytes], *, field: str) -> BytesIO:
    """Return the parts of an xlsx file that are read, packed anew, or raise `Invalid` at `field`.

    All sheets are judged alike, for which of them is read is the reader's business.
    """
    try:
        return _repacked(upload)
    except TooFarOut as found:
        reason = _("Cell %(cell)s is filled, too far from the first one. Empty it, or split the file.")
        raise Invalid(reason % {"cell": found.cell}, field=field) from None
    except TooMuch:
        raise Invalid(_("This file is too large. Split it."), field=field) from None
    except BROKEN:
        raise Invalid(_("This file is not an xlsx workbook."), field=field) from None


def _repacked(upload: IO[bytes]) -> BytesIO:
    target = BytesIO()
    texts = Texts()
    left = MOST_UNPACKED
    with ZipFile(upload) as given, ZipFile(target, "w", ZIP_STORED) as taken:
        for name, part in _parts(given):
            judge = Judge(texts, keeps_texts=name == STRINGS)
            with given.open(part) as source, taken.open(part.filename, "w") as copy:
                while piece := source.read(PIECE):
                    left -= len(piece)
                    if left < 0:
                        raise TooMuch
                    judge.read(piece)
                    copy.write(piece)
            judge.end()
    target.seek(0)
    return target


def _parts(given: ZipFile) -> list[tuple[str, ZipInfo]]:
    """Return the parts that are read by name, each name once, the texts first because the cells refer to them."""
    if len(given.infolist()) > MOST_PARTS:
        raise TooMuch
    named = {part.filename.replace("\\", "/").strip("/").lower(): part for part in given.infolist()}
    parts = {name: part for name, part in named.items() if name.endswith(READ)}
    if any(part.compress_type not in (ZIP_STORED, ZIP_DEFLATED) for part in parts.values()):
        raise BadZipFile
    return sorted(parts.items(), key=lambda found: (found[0] != STRINGS, found[0]))


class Texts:
    """How long the texts are that cells share, and how much more the cells may show of them."""

    def __init__(self) -> None:
        self.lengths = array("L")
        self.left = MOST_UNPACKED

    def show(self, number: int) -> None:
        """Count one more cell that shows the text `number`."""
        if 0 <= number < len(self.lengths):
            self.left -= self.lengths[number]
        if self.left < 0:
            raise TooMuch


class Judge:
    """Reads one part as it comes, and raises at the first cell that lies too far out or shows too much.

    Positions are counted as readers count them: a row or cell without a
    reference follows the one before it, and where a cell names another row
    than its own, the next row still follows its own. Only filled cells take room; a sheet
    whose empty cells have colours down to its last row is no danger.
    """

    def __init__(self, texts: Texts, *, keeps_texts: bool) -> None:
        self.texts, self.keeps_texts = texts, keeps_texts
        self.row = self.cell_row = self.column = self.last_row = self.last_column = 0
        self.shares = False
        self.shown = ""
        self.parser = ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self.begin
        self.parser.StartDoctypeDeclHandler = self.refuse_definitions

    def read(self, piece: bytes) -> None:
        """Judge the next bytes of the part."""
        self.parser.Parse(piece, False)

    def end(self) -> None:
        """Judge the end of the part, which has to be whole."""
        self.parser.Parse(b"", True)

    def refuse_definitions(self, *given: object) -> None:
        """Refuse a part with definitions of its own: no office writes them, and two readers may differ about them."""
        raise ValueError("a document type")

    def begin(self, element: str, attributes: dict[str, str]) -> None:
        """Take the beginning of an element that is a row, a cell, what fills a cell, or a text."""
        name = element.rpartition(":")[2] if ":" in element else element
        if name == "c":
            self.cell_row, self.column = self.place(attributes.get("r", ""))
            self.shares = attributes.get("t") == "s"
        elif name in ("v", "is"):
            self.fill()
            if self.shares and name == "v":
                self.listens(True)
        elif name == "row":
            self.row, self.column = int(attributes.get("r", self.row + 1)), 0
        elif self.keeps_texts and name == "si":
            self.texts.lengths.append(0)
        elif self.keeps_texts and name == "t":
            self.listens(True)

    def finish(self, element: str) -> None:
        """Take the end of an element, after which the text that was listened to is whole."""
        if element.rpartition(":")[2] == "t":
            self.texts.lengths[-1] += len(self.shown)
        elif self.shown.strip():
            self.texts.show(int(self.shown))
        self.listens(False)

    def listens(self, wanted: bool) -> None:
        """Begin or stop to listen to text: a call for each text and end of a sheet would cost more than all else."""
        self.shown = ""
        self.parser.CharacterDataHandler = self.hear if wanted else None
        self.parser.EndElementHandler = self.finish if wanted else None

    def hear(self, text: str) -> None:
        """Take a piece of the text that is listened to."""
        self.shown += text

    def place(self, reference: str) -> tuple[int, int]:
        """Return row and column of the cell that `reference` names, or of the next in the row."""
        if not reference:
            return self.row, self.column + 1
        found = REFERENCE.fullmatch(reference)
        if found is None:
            raise ValueError(reference)
        return int(found[2]), _column(found[1])

    def fill(self) -> None:
        """Stretch the rectangle to the cell that is filled now."""
        if self.cell_row <= self.last_row and self.column <= self.last_column:
            return
        self.last_row, self.last_column = max(self.last_row, self.cell_row), max(self.last_column, self.column)
        if self.last_row * self.last_column > MOST_CELLS:
            raise TooFarOut(f"{_letters(self.column)}{self.cell_row}")


@lru_cache(maxsize=1000)
def _column(letters: str) -> int:
    """Return the number of a column from 1: A is 1, AA is 27."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number


def _letters(column: int) -> str:
    """Return what a spreadsheet calls a column."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
