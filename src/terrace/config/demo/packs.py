"""What goods are sold in, and what their sellers tell of them, in two languages."""

from collections.abc import Mapping
from types import MappingProxyType

from terrace.catalog.models import Product
from terrace.config.demo.wording import Wording
from terrace.kernel.quantity import Quantity, Unit

PACKS: Mapping[str, int] = MappingProxyType(
    {
        "apple": 5_000,
        "pear": 5_000,
        "potato": 5_000,
        "walnut": 2_000,
        "peach": 2_500,
        "kiwifruit": 2_500,
        "persimmon": 2_500,
        "hanging-noodles": 2_500,
        "buckwheat": 2_500,
        "garlic": 2_500,
        "konjac": 2_500,
        "sichuan-pepper": 250,
        "wood-ear": 250,
        "silver-ear": 250,
        "tea": 250,
        "shiitake": 500,
        "dried-chili": 500,
        "codonopsis": 500,
        "angelica": 500,
        "astragalus": 500,
        "apple-chips": 500,
    }
)
"""Grams of what is sold at a time; of what is not named, a kilogram."""
BOX, BAG = Wording("{goods} {size}装", "{goods}, {size} box"), Wording("{goods} {size}袋装", "{goods}, {size} bag")
STORIES: Mapping[str, Wording] = MappingProxyType(
    {
        "apple": Wording(
            "海拔一千五百米的山地果园，昼夜温差大，果子长得慢，又脆又甜。采下当天送到村里服务点，称重、贴码、装车。",
            "From orchards at 1,500 metres, where cold nights make the fruit grow slowly and turn crisp and sweet. "
            "Picked, weighed, labelled and loaded at the village point on one day.",
        ),
        "walnut": Wording(
            "老核桃树就长在地埂上。青皮自然脱落后拾起，山泉水洗净，太阳晒干，不漂白。",
            "From old trees along the field walls: gathered when the husk falls, washed in spring water, "
            "dried in the sun, never bleached.",
        ),
        "potato": Wording(
            "高山旱地洋芋，沙土里长，皮薄粉糯，蒸着吃最好。",
            "Grown in sandy mountain soil: thin-skinned, floury, best steamed.",
        ),
        "sichuan-pepper": Wording(
            "七月头茬大红袍，手工采摘，当天晾晒，麻香足。",
            "The first picking of July, by hand, dried on the same day: red, fragrant and numbing.",
        ),
        "honey": Wording(
            "中华蜂土巢蜜，一年只取一次，山里百花都在里面。",
            "From native bees in log hives, taken once a year: all the flowers of the mountain are in it.",
        ),
        "dried-persimmon": Wording(
            "霜降后削皮、挂晒四十天，自然起霜，不加糖。",
            "Peeled after the first frost and hung for forty days until the sugar blooms by itself; nothing is added.",
        ),
        "woven-basket": Wording(
            "帮扶车间的姐妹用柳条和麦秸手编，每只编一天。",
            "Woven of willow and straw by the women of the workshop; each takes a day.",
        ),
        "shiitake": Wording(
            "椴木香菇，山里散种，烘干后肉厚味浓。",
            "Grown on oak logs in the shade of the forest and dried: thick and full of taste.",
        ),
        "apple-juice": Wording(
            "等外小苹果榨的原汁，不加水不加糖，农户的小果也有了去处。",
            "Pressed from apples too small for the box, nothing added: so the small ones earn money, too.",
        ),
        "apple-chips": Wording(
            "真空低温脱水，一斤片用七斤鲜果，脆而不油。",
            "Dried cold in a vacuum, seven kilograms of fruit to one of chips: crisp without oil.",
        ),
        "hanging-noodles": Wording(
            "手工拉出、挂在院里晾干的空心挂面。",
            "Pulled by hand and hung to dry in the yard: thin, hollow, quick to cook.",
        ),
        "pear": Wording("窖藏到冬天更甜的山梨。", "Mountain pears that turn sweeter in the cellar until winter."),
        "kiwifruit": Wording("秋天采下的猕猴桃，放软了吃。", "Picked in autumn; let them turn soft at home."),
    }
)
STORY = Wording(
    "山里农户自家种的，由村里服务点收齐寄出。", "Grown by mountain households, sent by their village point."
)


def size_of(product: Product) -> Quantity | None:
    """Return what one pack of a product holds, None of what is sold by the piece."""
    unit = Unit(product.unit)
    if unit is Unit.PIECE:
        return None
    return Quantity(PACKS.get(product.code, unit.steps) if unit is Unit.KILOGRAM else unit.steps, unit)


def titles_of(product: Product) -> dict[str, str]:
    """Return what a pack is called: 苹果 5公斤装; Apple, 5 kg box."""
    size, names = size_of(product), product.names
    if size is None or size.unit is not Unit.KILOGRAM:
        return {"zh-hans": names["zh-hans"], "en": names["en"]}
    grams, wording = size.steps, BOX if size.steps > Unit.KILOGRAM.steps else BAG
    chinese, latin = (f"{grams / 1_000:g}公斤", f"{grams / 1_000:g} kg")
    if grams < Unit.KILOGRAM.steps:
        chinese, latin = f"{grams}克", f"{grams} g"
    return {
        "zh-hans": wording.chinese.format(goods=names["zh-hans"], size=chinese),
        "en": wording.latin.format(goods=names["en"], size=latin),
    }


def stories_of(product: Product) -> dict[str, str]:
    """Return what is told of it."""
    story = STORIES.get(product.code, STORY)
    return {"zh-hans": story.chinese, "en": story.latin}
