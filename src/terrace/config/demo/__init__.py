"""A demo: invented people and firms on the real divisions of Longnan, made by the real acts.

Read `story` first: it tells the whole. `cast` are the people with known sign-ins,
`scales` how much is filled, one file each the nouns: `units`, `households`,
`firms`, `prices`, `supply`, `demand`, `advice`. `trade` is how a firm buys
and sells (`harvest`, `orders`): the cast's shop, and in larger demos the firms
of every county (`sellers`). `seasons` says when: where the last weeks had no
festival, the last one's season is played too. Chance and time come from
outside: one seed, one day, and the same rows again.
"""

from terrace.config.demo.cast import Member, cast
from terrace.config.demo.scales import SCALES, Scale
from terrace.config.demo.story import CannotLoad, Loaded, build, check_place, found

__all__ = ["SCALES", "CannotLoad", "Loaded", "Member", "Scale", "build", "cast", "check_place", "found"]
