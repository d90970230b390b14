"""The cast: people with known sign-ins, one for each role, who live in the same places as the tests' cast."""

from dataclasses import dataclass

from terrace.config.demo.wording import Wording
from terrace.kernel.words import Text, _
from terrace.registry.domain import Kind

PASSWORD = "terraced-fields-7"  # noqa: S105 - the demo's one password is for everybody to know
PREFECTURE = "6212"
COUNTY, OTHER_COUNTY = "621226", "621227"
TOWNSHIP, NEIGHBOUR_TOWNSHIP = "621226101", "621226102"
VILLAGE, NEIGHBOUR_VILLAGE = "621226101200", "621226102200"


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody who can sign in: as what, under which name, and what there is to see; `area` is a code.

    `post` is the role at the area's unit; a member without one speaks for a party of the kind `party`.
    """

    role: Text
    name: Wording
    sign_in: str
    note: Text
    area: str
    post: str = ""
    party: Kind | None = None
    firm: Wording | None = None
    password: str = PASSWORD


CAST = (
    Member(
        _("Farmer"),
        Wording("赵素琴", "Zhao Suqin"),
        "farmer",
        _("records what her household will sell, and sees who wants it"),
        VILLAGE,
        party=Kind.HOUSEHOLD,
    ),
    Member(
        _("Point keeper"),
        Wording("李文海", "Li Wenhai"),
        "keeper",
        _("records for the households of a village, and acknowledges advice"),
        VILLAGE,
        post="point-keeper",
    ),
    Member(
        _("Station officer"),
        Wording("王雪梅", "Wang Xuemei"),
        "station",
        _("sees a township's supply and demand, and appoints keepers"),
        TOWNSHIP,
        post="station-officer",
    ),
    Member(
        _("Centre manager"),
        Wording("陈立秋", "Chen Liqiu"),
        "centre",
        _("sees a county's gaps and surpluses, and gives advice"),
        COUNTY,
        post="centre-manager",
    ),
    Member(
        _("Centre clerk"),
        Wording("马小满", "Ma Xiaoman"),
        "clerk",
        _("registers firms, enters prices and keeps bank accounts"),
        COUNTY,
        post="centre-clerk",
    ),
    Member(
        _("Packer"),
        Wording("高秋叶", "Gao Qiuye"),
        "packer",
        _("takes goods in at the centre, grades them and packs orders"),
        COUNTY,
        post="packer",
    ),
    Member(
        _("Driver"),
        Wording("罗大山", "Luo Dashan"),
        "driver",
        _("drives the tours that fetch goods and bring parcels"),
        COUNTY,
        post="driver",
    ),
    Member(
        _("Bureau officer"),
        Wording("孙望川", "Sun Wangchuan"),
        "bureau",
        _("sees the whole prefecture on the map, in sums and in prices"),
        PREFECTURE,
        post="bureau-officer",
    ),
    Member(
        _("Bureau administrator"),
        Wording("何清和", "He Qinghe"),
        "admin",
        _("founds units, appoints people, keeps the catalogue, reads the record of acts"),
        PREFECTURE,
        post="bureau-administrator",
    ),
    Member(
        _("Shop"),
        Wording("周云帆", "Zhou Yunfan"),
        "shop",
        _("buys for an online shop, and sees which supply fits"),
        COUNTY,
        party=Kind.ENTERPRISE,
        firm=Wording("云岭网店", "Cloud Ridge Shop"),
    ),
    Member(
        _("Group-buy leader"),
        Wording("林晓夏", "Lin Xiaoxia"),
        "leader",
        _("buys for a neighbourhood in the city"),
        COUNTY,
        party=Kind.BUYER,
        firm=Wording("河畔社区团购", "Riverside Group Buy"),
    ),
    Member(
        _("Keeper next door"),
        Wording("吴春田", "Wu Chuntian"),
        "neighbour",
        _("keeps another village's point, and sees nothing of this one"),
        NEIGHBOUR_VILLAGE,
        post="point-keeper",
    ),
    Member(
        _("Manager of another county"),
        Wording("郑安澜", "Zheng Anlan"),
        "stranger",
        _("manages the next county, and sees nothing of this one"),
        OTHER_COUNTY,
        post="centre-manager",
    ),
)


def cast() -> list[Member]:
    """Return who can sign in to the demo. They exist only where the demo was loaded, which production refuses."""
    return list(CAST)


def of_cast(sign_in: str) -> Member:
    """Return the member of the cast who signs in by `sign_in`."""
    return next(one for one in CAST if one.sign_in == sign_in)


def posted(role: str, area: str) -> Member | None:
    """Return the member of the cast who holds the post `role` at the unit of `area`, None when it is nobody of it."""
    return next((one for one in CAST if (one.post, one.area) == (role, area)), None)
