"""Invented names: of people by common surnames and given names, of firms by places that no map shows."""

import re
from collections.abc import Sequence
from random import Random

from terrace.config.demo.wording import Wording

PARTS = re.compile(r"([\u4e00-\u9fff])([a-z]+)")
SURNAMES = (
    "王wang 李li 张zhang 刘liu 陈chen 杨yang 赵zhao 黄huang 周zhou 吴wu 徐xu 孙sun 胡hu 朱zhu 高gao 林lin 何he 郭guo "
    "马ma 罗luo 梁liang 宋song 郑zheng 谢xie 韩han 唐tang 冯feng 于yu 董dong 萧xiao 程cheng 曹cao 袁yuan 邓deng 许xu "
    "傅fu 沈shen 彭peng 吕lv 苏su 卢lu 蒋jiang 蔡cai 贾jia 丁ding 魏wei 薛xue 叶ye 阎yan 余yu 潘pan 杜du 戴dai 石shi"
)
WOMEN = (
    "素su 琴qin 桂gui 兰lan 秀xiu 英ying 玉yu 梅mei 雪xue 芳fang 春chun 霞xia 红hong 燕yan 彩cai 凤feng 月yue 巧qiao "
    "淑shu 珍zhen 爱ai 莲lian 香xiang 翠cui 萍ping 慧hui 娟juan 云yun 菊ju 静jing"
)
MEN = (
    "文wen 海hai 建jian 平ping 志zhi 强qiang 永yong 福fu 军jun 生sheng 明ming 德de 祥xiang 正zheng 国guo 林lin 贵gui "
    "成cheng 宝bao 元yuan 有you 全quan 万wan 山shan 春chun 田tian 守shou 义yi 长chang 青qing"
)
BRANDS = (
    "石阶 Stone Steps|听泉 Listening Spring|半坡 Half Slope|青檐 Green Eaves|拾穗 Gleaners|七弯 Seven Bends|"
    "晒场 Drying Floor|云脚 Foot of Clouds|老井 Old Well|东窗 East Window|竹篓 Bamboo Creel|三道梁 Third Ridge|"
    "晨炊 Morning Smoke|麦垛 Wheat Stack|向南坡 South Slope|石磨 Millstone|雁过 Passing Geese|清明雨 April Rain|"
    "暖棚 Warm Shed|草帽 Straw Hat|月台 Moon Terrace|苔桥 Mossy Bridge|柿灯 Persimmon Lantern|山嘴 Hill Spur|"
    "响水 Loud Water|野菊 Wild Aster|红瓦 Red Tile|木梯 Wooden Ladder|风口 Wind Gap|半亩 Half an Acre|"
    "谷仓 Granary|归燕 Homing Swallow|松针 Pine Needle|雾岭 Misty Ridge|小满 Grain Buds|火塘 Hearth|"
    "背篓 Back Basket|双槐 Twin Locusts|歇脚 Resting Place|新酿 New Brew"
)


def _read(text: str) -> tuple[Wording, ...]:
    return tuple(Wording(sign, reading.capitalize()) for sign, reading in PARTS.findall(text))


FAMILY = _read(SURNAMES)
GIVEN = {"f": _read(WOMEN), "m": _read(MEN)}
FIRMS = tuple(Wording(*brand.split(" ", 1)) for brand in BRANDS.split("|"))


def person(random: Random, sex: str, families: Sequence[Wording] = FAMILY) -> Wording:
    """Return somebody's name: a family name and one or two given ones."""
    family = random.choice(families)
    given = random.sample(GIVEN[sex], random.choice((1, 2, 2, 2)))
    latin = "".join(part.latin for part in given).capitalize()
    return Wording(family.chinese + "".join(part.chinese for part in given), f"{family.latin} {latin}")


def people(random: Random, count: int, families: Sequence[Wording] = FAMILY) -> list[tuple[Wording, str]]:
    """Return `count` names that are different when written and when read, each with the sex that registers keep."""
    found: dict[str, tuple[Wording, str]] = {}
    while len(found) < count:
        sex = random.choice("fm")
        name = person(random, sex, families)
        found.setdefault(name.latin, (name, sex))
    return list(found.values())


def families_of_a_village(random: Random) -> list[Wording]:
    """Return the few family names that most of a village shares."""
    return random.sample(FAMILY, 5)


def user_name(name: Wording, number: int) -> str:
    """Return a user name that nobody else has: the number makes it so."""
    return f"{name.latin.lower().replace(' ', '.')}.{number}"


def mobile(number: int) -> str:
    """Return the invented mobile number `number` (1 to 999,999): 199 00.. is in order, as no real one is."""
    return f"19900{number:06}"


def landline(number: int) -> str:
    """Return the invented landline `number` (1 to 9,999) in Longnan's area code: 555 as in films."""
    return f"0939555{number:04}"
