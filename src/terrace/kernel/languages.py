"""What languages are called, each in itself: on forms that ask for a name in every language, and to choose by."""

from babel import Locale, UnknownLocaleError
from django.conf.locale import LANG_INFO


def name_of_language(code: str) -> str:
    """Return what a language calls itself, by its code as in `TERRACE_LANGUAGES`; the code where nobody knows."""
    if known := LANG_INFO.get(code, {}).get("name_local"):
        return str(known)
    try:
        return Locale.parse(code, sep="-").get_display_name() or code
    except (UnknownLocaleError, ValueError):
        return code
