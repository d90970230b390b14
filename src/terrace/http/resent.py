"""A form sent again with other values under the key of what was done: it comes back with a fresh key, and says so."""

from typing import Any

from django.http import QueryDict
from django.utils.html import format_html
from django.utils.safestring import SafeString

from terrace.http.request import Request
from terrace.kernel import ids
from terrace.kernel.words import _

USED_UP = _("This form was sent before with other values, and that was done. To do it once more as it stands, send it.")
SEE_IT = _("See what was done")


class SentBefore(QueryDict):
    """What a form was sent with although its key is used up; `earlier` is where the first sending led."""

    earlier = ""


def renew(request: Request, key: str, earlier: str) -> None:
    """Let every form that `request` was sent from be refused, keep what was typed, and carry a fresh key."""
    sent: Any = SentBefore("", mutable=True, encoding=request.POST.encoding)
    for name, values in request.POST.lists():
        sent.setlist(name, values)
    sent[key] = ids.secret()
    sent.earlier = earlier
    request.POST = sent


def told(data: Any) -> str | SafeString:
    """Return what the form says that was sent with `data`, "" when there is nothing to say."""
    if not isinstance(data, SentBefore):
        return ""
    if not data.earlier:
        return str(USED_UP)
    return format_html('{} <a href="{}">{}</a>', USED_UP, data.earlier, SEE_IT)
