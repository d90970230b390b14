"""How things are found and sorted by name: in lower case, by pinyin, by the initials that people type on a phone."""

import re
import unicodedata
from functools import lru_cache

from pypinyin import lazy_pinyin
from pypinyin.seg import mmseg

HAN = re.compile("[\u3400-\u9fff]+")


def narrow(text: str) -> str:
    """Return text with the wide letters and digits of Chinese keyboards as plain ones: `"Ｏ－１２"` is `"O-12"`."""
    return unicodedata.normalize("NFKC", text)


def search_text(*names: str) -> str:
    """Return what a search looks through: each name in lower case and, for its Chinese characters, pinyin and initials.

    `search_text("Apple", "苹果")` is `"apple 苹果 pingguo pg"`.
    """
    words = (word for name in names if name for word in (narrow(name).casefold(), *readings(name)))
    return " ".join(dict.fromkeys(words))


def readings(name: str) -> tuple[str, ...]:
    """Return the pinyin of a name's Chinese characters and its initials; nothing for a name without any."""
    syllables = _read("".join(HAN.findall(name)))
    return ("".join(syllables), "".join(syllable[0] for syllable in syllables)) if syllables else ()


def reading_order(name: str) -> tuple[str, str]:
    """Return what a name sorts by: Chinese characters by pinyin and, as in a dictionary, syllable by syllable.

    Two names that are read alike stay apart by their characters.
    """
    return HAN.sub(lambda run: " ".join((*_read(run[0]), "")), name).casefold(), name


def _read(characters: str) -> list[str]:
    return [syllable for word in mmseg.seg.cut(characters) for syllable in _syllables(word)]


@lru_cache(maxsize=65_536)
def _syllables(word: str) -> tuple[str, ...]:
    """Names share their words, and cutting a name into them is quick: a country's villages are read in seconds."""
    return tuple(lazy_pinyin(word))
