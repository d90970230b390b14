"""Products as the trade knows them: categories, storage, seasons. Pure rules."""

from datetime import date

from terrace.kernel.words import Choice, _


class Permission(Choice):
    """What a post may allow about the catalogue."""

    MANAGE = "catalog.manage", _("Add and change products, varieties and packs")


class Category(Choice):
    """Shelves of the catalogue."""

    FRUIT = "fruit", _("Fruit")
    NUTS_SPICES = "nuts-spices", _("Nuts and spices")
    HERBS = "herbs", _("Medicinal herbs")
    GRAIN_OIL = "grain-oil", _("Grain, noodles and oil")
    FUNGI_VEGETABLES = "fungi-vegetables", _("Fungi and vegetables")
    ANIMAL = "animal", _("Honey, eggs and meat")
    PROCESSED = "processed", _("Processed food")
    HANDICRAFT = "handicraft", _("Handicraft")


class Storage(Choice):
    """How a product is kept."""

    AMBIENT = "ambient", _("Dry, at room temperature")
    COOL = "cool", _("Cool")
    COLD = "cold", _("Cold room")
    FROZEN = "frozen", _("Frozen")


def in_season(first_month: int, last_month: int, on: date) -> bool:
    """Say whether `on` lies in a season of months, which may run over the turn of the year (11 to 2)."""
    if first_month <= last_month:
        return first_month <= on.month <= last_month
    return on.month >= first_month or on.month <= last_month
