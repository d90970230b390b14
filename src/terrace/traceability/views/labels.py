"""Labels: what sticks on a crate, in the installation's two languages, with the code that leads to its history."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.utils.translation import override

from terrace.http import typeset, written
from terrace.http.access import needs
from terrace.http.request import Request
from terrace.kernel import clock
from terrace.kernel.deployment import current
from terrace.kernel.errors import Invalid
from terrace.kernel.quantity import Quantity
from terrace.kernel.words import Text, _, in_language
from terrace.registry.queries import Grower
from terrace.traceability import queries
from terrace.traceability.domain import Permission, element_string, link_path
from terrace.traceability.forms import CopiesForm
from terrace.traceability.queries import Named
from terrace.traceability.views.growers import grower_in_words

LANGUAGES_ON_IT = 2
"""More do not fit on ten centimetres."""


@needs(Permission.VIEW, or_party=True)
def label(request: Request, number: str) -> HttpResponse:
    """Send a lot's label as PDF, `copies` of it, each numbered where there are several."""
    lot = queries.get_lot(request.actor, number)
    form = CopiesForm({"copies": "1", **request.GET.dict()})
    if not form.is_valid():
        raise Invalid(str(form.errors["copies"][0]), field="copies")
    if queries.was_taken_back(lot):
        raise Invalid(_("These goods went back to who brought them, so no label is printed of them."))
    copies = form.cleaned_data["copies"]
    # Printed for good: the address under which everybody reaches the site, whichever one the keeper's browser used.
    link = settings.ENV.site_url.rstrip("/") + link_path(lot.gtin, lot.number)
    return typeset.answer(
        f"label-{lot.number}", "traceability/label.typ", _sheet(queries.named([lot])[0], link, copies)
    )


def _sheet(named: Named, link: str, copies: int) -> dict[str, Any]:
    lot = named.lot
    facts: list[tuple[Text, object]] = [
        (_("Grower"), named.grower),
        (_("Village"), named.place),
        (_("Net weight") if lot.unit != "C62" else _("Contents"), lot.left if lot.left else lot.began_with),
        (_("Harvested"), lot.harvested_on),
        (_("Taken in"), queries.taken_in_on(lot.pk) or lot.created_at),
    ]
    return {
        "title": lot.number,
        "goods": _goods(named),
        "facts": [(_both(label), _value(value)) for label, value in facts if value],
        "number": lot.number,
        "element": element_string(lot.gtin, lot.number),
        "link": link,
        "code": typeset.qr(link),
        "scan": _each(_("Scan: who grew it, and its way")),
        "copies": [f"{n} / {copies}" if copies > 1 else "" for n in range(1, copies + 1)],
    }


def _goods(named: Named) -> list[str]:
    """Product and variety, first in the language that most readers of a label have, then in the other."""
    titles = []
    for language in _languages():
        with override(language):
            titles.append(named.title)
    return [titles[0], *(titles[1:] or [""])]


def _languages() -> list[str]:
    """The languages on a label: the installation's own people read it first, and English where they have another."""
    return sorted(current().languages, key=lambda code: code == "en")[:LANGUAGES_ON_IT]


def _both(text: Text) -> str:
    return " ".join(dict.fromkeys(_each(text)))


def _each(text: Text) -> list[str]:
    said = []
    for language in _languages():
        with override(language):
            said.append(str(text))
    return said


def _value(value: object) -> str:
    """Write a value in both languages; a day and a number once, as both languages read them."""
    if isinstance(value, datetime):
        return clock.today(value).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Quantity):
        return f"{written.quantity(value, 'number')} {_both(value.unit.label)}"
    said = []
    for language in _languages():
        with override(language):
            said.append(_written(value))
    return " · ".join(dict.fromkeys(said))


def _written(value: object) -> str:
    if isinstance(value, Grower):
        return grower_in_words(value)
    if isinstance(value, Mapping):
        return in_language(value)
    return written.anything(value)
