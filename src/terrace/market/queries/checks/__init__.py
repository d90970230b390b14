"""What must hold in a live database: each part names its own, here they are one list."""

from terrace.kernel.checks import Check
from terrace.market.queries.checks.buying import BUYING_CHECKS
from terrace.market.queries.checks.offers import OFFER_CHECKS
from terrace.market.queries.checks.returning import RETURNING_CHECKS
from terrace.market.queries.checks.settling import SETTLING_CHECKS
from terrace.market.queries.checks.sharing import SHARING_CHECKS

CHECKS: tuple[Check, ...] = (
    *OFFER_CHECKS,
    *BUYING_CHECKS,
    *SETTLING_CHECKS,
    *SHARING_CHECKS,
    *RETURNING_CHECKS,
)
