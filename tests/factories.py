"""Objects for tests: small, believable, each valid on its own."""

from datetime import date

import factory
from factory.django import DjangoModelFactory

from terrace.accounts.models import Person, Post
from terrace.catalog.models import Pack, Product, Variety
from terrace.network.models import Area, ServiceUnit
from terrace.registry.domain import search_text
from terrace.registry.models import Household, Party, Representative

PASSWORD = "terraced-fields-7"
FOUNDED = date(2020, 1, 1)
LEVELS = {
    2: ("", "province"),
    4: ("prefecture", "prefecture"),
    6: ("county", "county"),
    9: ("township", "township"),
    12: ("village", "village"),
}
"""Tier and level of an area by the length of its code."""


class AreaFactory(DjangoModelFactory):
    """An area by its code alone; the areas above it are made when they are missing."""

    class Meta:
        model = Area
        django_get_or_create = ("code",)

    code = "621226101200"
    path = factory.SelfAttribute("code")
    parent = factory.LazyAttribute(lambda area: _parent(area.code))
    tier = factory.LazyAttribute(lambda area: LEVELS[len(area.code)][0])
    level = factory.LazyAttribute(lambda area: LEVELS[len(area.code)][1])
    county_code = factory.LazyAttribute(lambda area: area.code[:6])
    names = factory.LazyAttribute(lambda area: {"en": f"Place {area.code}", "zh-hans": f"地方{area.code}"})
    search = factory.LazyAttribute(lambda area: f"place {area.code}")


def _parent(code: str) -> Area | None:
    shorter = {12: 9, 9: 6, 6: 4, 4: 2}.get(len(code))
    if not shorter:
        return None
    # The areas above one that is there are there too: most tests ask for the same few again and again.
    return Area.objects.filter(code=code[:shorter]).first() or AreaFactory(code=code[:shorter])


class UnitFactory(DjangoModelFactory):
    """A service unit of the area's tier."""

    class Meta:
        model = ServiceUnit

    number = factory.Sequence(lambda n: f"U-TEST{n:04}")
    area = factory.SubFactory(AreaFactory)
    area_path = factory.SelfAttribute("area.path")
    tier = factory.SelfAttribute("area.tier")
    names = factory.LazyAttribute(
        lambda unit: {"en": f"Unit at {unit.area.code}", "zh-hans": f"{unit.area.code}服务点"}
    )
    founded_on = FOUNDED


class PersonFactory(DjangoModelFactory):
    """Somebody who can sign in with `PASSWORD`."""

    class Meta:
        model = Person
        skip_postgeneration_save = True

    username = factory.Sequence(lambda n: f"person{n}")
    name = factory.Sequence(lambda n: f"Person {n}")
    password = factory.django.Password(PASSWORD)


class PostFactory(DjangoModelFactory):
    """A post held since long ago."""

    class Meta:
        model = Post

    person = factory.SubFactory(PersonFactory)
    unit = factory.SubFactory(UnitFactory)
    area_path = factory.SelfAttribute("unit.area_path")
    role = "point-keeper"
    starts_on = FOUNDED


class PartyFactory(DjangoModelFactory):
    """A party: a cooperative, unless told otherwise."""

    class Meta:
        model = Party
        skip_postgeneration_save = True

    number = factory.Sequence(lambda n: f"P-TEST{n:04}")
    kind = "cooperative"
    name = factory.Sequence(lambda n: f"Party {n}")
    search = factory.LazyAttribute(lambda party: search_text(party.number, party.name))
    area = factory.SubFactory(AreaFactory)
    area_path = factory.SelfAttribute("area.path")
    county_code = factory.SelfAttribute("area.county_code")


class HouseholdFactory(PartyFactory):
    """A household."""

    kind = "household"

    @factory.post_generation
    def marks(self, create: bool, extracted: object, **marks: bool) -> None:
        """Give the party its household row."""
        Household.objects.create(party=self, **marks)


class RepresentativeFactory(DjangoModelFactory):
    """Somebody who speaks for a party."""

    class Meta:
        model = Representative

    party = factory.SubFactory(PartyFactory)
    person = factory.SubFactory(PersonFactory)


class ProductFactory(DjangoModelFactory):
    """Apples, unless told otherwise."""

    class Meta:
        model = Product
        django_get_or_create = ("code",)

    code = "apple"
    names = {"en": "Apple", "zh-hans": "苹果"}
    search = "apple 苹果 pingguo pg"
    category = "fruit"
    unit = "KGM"
    hs_code = "080810"
    storage = "cold"
    keeps_days = 180
    season_from = 9
    season_to = 11


class VarietyFactory(DjangoModelFactory):
    """Fuji, unless told otherwise."""

    class Meta:
        model = Variety
        django_get_or_create = ("product", "code")

    product = factory.SubFactory(ProductFactory)
    code = "fuji"
    names = {"en": "Fuji", "zh-hans": "富士"}


class PackFactory(DjangoModelFactory):
    """A box of 5 kg."""

    class Meta:
        model = Pack

    product = factory.SubFactory(ProductFactory)
    code = "box-5kg"
    names = {"en": "5 kg box", "zh-hans": "5公斤箱"}
    content = 5000
