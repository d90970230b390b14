"""Splitting a whole number into whole parts that add up to it."""

from collections.abc import Sequence


def largest_remainder(whole: int, weights: Sequence[int]) -> list[int]:
    """Split `whole` in proportion to `weights`; the parts add up to `whole` exactly.

    Every part gets the floor of its share, and the units left over go one each
    to the largest remainders, the earlier part first on a tie (Hamilton's
    method). A negative whole is split as its mirror image. Raises `ValueError`
    when there is no weight, a negative one, or only zeros.
    """
    if not weights or min(weights) < 0 or not any(weights):
        raise ValueError("weights must be non-negative and not all zero")
    if whole < 0:
        return [-part for part in largest_remainder(-whole, weights)]
    total = sum(weights)
    parts = [whole * weight // total for weight in weights]
    remainders = [whole * weight % total for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda i: (-remainders[i], i))
    for i in by_remainder[: whole - sum(parts)]:
        parts[i] += 1
    return parts
