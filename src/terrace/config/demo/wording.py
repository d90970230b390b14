"""What people of the demo write: each text in Chinese and in English, of which a demo has the one it is written in.

An area, a product or a unit has a name in every language. A field of free text (somebody's name, a note, an advice)
has what its writer wrote, so a demo is written in one language, like a register in life.
"""

from dataclasses import dataclass

CHINESE = "zh-hans"


@dataclass(frozen=True, slots=True)
class Wording:
    """A text in Chinese and in Latin letters: English, or for somebody's name how it is read."""

    chinese: str
    latin: str

    def written_in(self, language: str) -> str:
        """Return the text as somebody writes it who writes `language`."""
        return self.chinese if language == CHINESE else self.latin
