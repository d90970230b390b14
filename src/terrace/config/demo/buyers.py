"""Who buys on the market: invented people in cities, without an account; one of them comes again and again."""

from terrace.config.demo import names
from terrace.config.demo.wording import Wording
from terrace.config.demo.world import World
from terrace.market.services import Delivery

CITIES = (
    (Wording("陕西西安 雁塔区", "Shaanxi, Xi'an, Yanta"), Wording("柳荫路", "Willow Lane")),
    (Wording("甘肃兰州 城关区", "Gansu, Lanzhou, Chengguan"), Wording("河滨路", "Riverbank Road")),
    (Wording("四川成都 武侯区", "Sichuan, Chengdu, Wuhou"), Wording("竹林街", "Bamboo Street")),
    (Wording("上海 浦东新区", "Shanghai, Pudong"), Wording("银杏路", "Ginkgo Road")),
    (Wording("广东深圳 南山区", "Guangdong, Shenzhen, Nanshan"), Wording("海风路", "Sea Breeze Road")),
    (Wording("北京 海淀区", "Beijing, Haidian"), Wording("枣树胡同", "Jujube Alley")),
)
REGULAR = Wording("林悦", "Lin Yue")
REGULAR_PHONE = "19900999001"
"""The phone of a buyer who orders often: who tries the demo finds her orders by it and an order's number."""


def somebody(world: World) -> Delivery:
    """Return to whom an order goes: anybody, or now and then the one who comes again."""
    random = world.random
    (region, street), house = random.choice(CITIES), random.randint(2, 98)
    is_regular = random.random() < 0.06
    name = REGULAR if is_regular else names.person(random, random.choice("fm"))
    return Delivery(
        recipient=world.write(name),
        phone=REGULAR_PHONE if is_regular else names.mobile(next(world.mobiles)),
        region=world.write(region),
        address=world.write(Wording(f"{street.chinese}{house}号", f"{house} {street.latin}")),
    )
