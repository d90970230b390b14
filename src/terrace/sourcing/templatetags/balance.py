"""The cells of a balance: supply, demand and what is left of one product, each number leading to its notices."""

from collections.abc import Iterable
from datetime import date

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from terrace.http import written
from terrace.kernel.words import Text, _
from terrace.sourcing.views.balance import Figure

register = template.Library()

GAPS = {"gap": (_("gap"), ""), "surplus": (_("surplus"), "+"), "even": (_("even"), "")}
"""How a gap's sign is said to who hears the page, and what goes before its amount."""


@register.simple_tag
def balance_cells(
    figures: Iterable[tuple[date | None, Figure | None]], demand_label: Text, style: str = "number"
) -> SafeString:
    """Draw a cell for each span of days: its first day that counts, or None for all weeks, and what there is in it.

    Where nothing was recorded stands None. `style` is "number" where the row names the unit, or "unit".
    """
    all_weeks, labels = str(_("All weeks")), (str(_("Supply")), str(demand_label))
    return format_html_join(
        "",
        '<td class="numeric balance-cell balance-{}" data-label="{}">{}</td>',
        (
            (
                figure.tone if figure else "none",
                written.localdate(first, "short") if first else all_weeks,
                _figure(figure, labels, style) if figure else written.NOTHING,
            )
            for first, figure in figures
        ),
    )


def _figure(figure: Figure, labels: tuple[str, str], style: str) -> SafeString:
    supply_label, demand_label = labels
    supply = _amount("↑", supply_label, written.quantity(figure.supply, style), figure.supply_url)
    demand = gap = SafeString("")
    if figure.demand is not None:
        demand = _amount("↓", demand_label, written.quantity(figure.demand, style), figure.demand_url)
    if figure.gap is not None:
        said, sign = GAPS[figure.tone]
        amount = written.quantity(figure.gap, style)
        gap = format_html('<b><span class="visually-hidden">{}</span> {}{}</b>', said, sign, amount)
    return supply + demand + gap


def _amount(sign: str, label: str, amount: str, url: str) -> SafeString:
    """Draw an amount behind its arrow; a screen reader hears the label instead of the arrow."""
    return format_html(
        '<a{}><span class="sign" aria-hidden="true">{}</span><span class="visually-hidden">{}</span> {}</a> ',
        format_html(' href="{}"', url) if url else "",
        sign,
        label,
        amount,
    )
