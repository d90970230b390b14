"""What makes a day impossible: first what no vehicle could do alone, then what all together lack.

Every reason but the last kind is a proof: where there is one, no plan without fault exists. Where none is found the day
may still be impossible; then the jobs that the best plan leaves out are named.
"""

from terrace.logistics.domain.routing.alone import ShortestWays, Span, spans
from terrace.logistics.domain.routing.checking import check
from terrace.logistics.domain.routing.lacking import lacking
from terrace.logistics.domain.routing.plan import Plan
from terrace.logistics.domain.routing.problem import Problem
from terrace.logistics.domain.routing.reasons import Reason, ReasonKind


def explain(problem: Problem, plan: Plan | None = None) -> list[Reason]:
    """Return why a day is impossible: proofs, else what a plan with faults could not fit in; none for a good one."""
    if plan is not None and not check(problem, plan):
        return []
    ways = ShortestWays(problem)
    proofs: list[Reason] = []
    possible: dict[int, Span] = {}
    for job, found in enumerate(spans(problem, ways)):
        if isinstance(found, Span):
            possible[job] = found
        else:
            proofs.append(found)
    proofs = [reason for reason in proofs if all(problem.jobs[job].is_required for job in reason.jobs)]
    required = {job: span for job, span in possible.items() if problem.jobs[job].is_required}
    proofs += lacking(problem, required, ways)
    if proofs or plan is None:
        return proofs
    return [Reason(ReasonKind.NONE_FOUND, _troubled(problem, plan))]


def _troubled(problem: Problem, plan: Plan) -> tuple[int, ...]:
    """Return the jobs that a plan leaves out, or does with a fault."""
    return tuple(sorted({fault.job for fault in check(problem, plan) if fault.job is not None}))
