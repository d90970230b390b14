"""What languages are called, each in itself: on forms that ask for a name in every language, and to choose by."""

from babel import Locale, UnknownLocaleError

SCRIPTS = {"zh-hans": "简体中文", "zh-hant": "繁體中文"}
"""Where a language is told apart by its script, as its readers say it."""


def name_of_language(code: str) -> str:
    """Return what a language calls itself, by its code as in `TERRACE_LANGUAGES`; the code where nobody knows."""
    try:
        return SCRIPTS.get(code) or Locale.parse(code, sep="-").get_display_name() or code
    except (UnknownLocaleError, ValueError):
        return code
