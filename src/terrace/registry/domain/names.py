"""How a name is compared, and how it is found: by itself, by its reading, by its initials."""

import unicodedata

from terrace.kernel.readings import readings
from terrace.kernel.readings import search_text as kernel_search_text

SURNAMES = {
    "单": "shan", "解": "xie", "仇": "qiu", "曾": "zeng", "查": "zha", "区": "ou",
    "盖": "ge", "缪": "miao", "朴": "piao", "翟": "zhai", "乐": "yue", "任": "ren",
    "黑": "he", "繁": "po", "冼": "xian", "逄": "pang", "万俟": "moqi", "尉迟": "yuchi",
}  # fmt: skip
"""Characters that are read otherwise when they are a surname."""


def name_key(name: str) -> str:
    """Return what two spellings of one name share: no case, width, spaces or signs."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    return "".join(sign for sign in folded if sign.isalnum())[:120]


def search_text(number: str, name: str) -> str:
    """Return the text in which a search for a party looks: name, pinyin, initials, as a surname is read too, number."""
    plain = unicodedata.normalize("NFKC", name)
    return " ".join([kernel_search_text(plain, number), *_as_surname(plain)])


def _as_surname(name: str) -> list[str]:
    surname = next((known for known in (name[:2], name[:1]) if known in SURNAMES), "")
    given = readings(name[len(surname) :])
    if not surname or not given:
        return []
    reading = SURNAMES[surname]
    return [reading + given[0], reading[0] + given[1]]


COMPOUND = {
    "欧阳", "上官", "司马", "诸葛", "东方", "皇甫", "尉迟", "公孙", "令狐", "慕容", "宇文", "长孙", "司徒",
    "端木", "夏侯", "轩辕", "独孤", "南宫", "完颜", "呼延", "赫连", "澹台", "公羊", "申屠", "闻人", "万俟",
}  # fmt: skip
"""Chinese surnames of two characters; all others have one."""


def surname(name: str) -> str:
    """Return the surname of a person whose name is written surname first: 赵 of 赵素琴, Zhao of Zhao Suqin."""
    written = name.strip()
    if not written or written[0].isascii() or " " in written:
        return written.split(" ")[0]
    return written[:2] if written[:2] in COMPOUND else written[:1]
