"""Numbers that people read and type: each letter stands for one kind of row, as docs/words.md says."""

import re
from collections import Counter

from tests.architecture.house import ROOT, python_files

GIVEN = re.compile(r"""ids\.reference\(\s*"([A-Z])"|^PREFIX = "([A-Z])"|^    "([A-Z])",$""", re.MULTILINE)
ROW = re.compile(r"^\| ([A-Z]) \| .* \| `(\w+)\.(\w+)` \|$", re.MULTILINE)


def _given() -> Counter[tuple[str, str]]:
    """Return how often a letter is given in a room."""
    found: Counter[tuple[str, str]] = Counter()
    for path in python_files():
        for letters in GIVEN.findall(path.read_text(encoding="utf-8")):
            found[path.parts[path.parts.index("terrace") + 1], "".join(letters)] += 1
    return found


def test_every_letter_stands_for_one_kind_of_row_and_is_listed() -> None:
    text = (ROOT / "docs" / "words.md").read_text(encoding="utf-8")
    listed = Counter((room, letter) for letter, room, _model in ROW.findall(text))
    assert len({letter for _room, letter in listed}) == listed.total()
    assert _given() == listed
