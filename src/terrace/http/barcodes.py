"""Bars that any scanner reads: GS1-128, which is Code 128 whose first sign says that application identifiers follow.

Sources: ISO/IEC 15417 (Code 128: widths, check sign) and GS1 General Specifications, section 5.4 (GS1-128).
"""

_TABLE = (
    "212222 222122 222221 121223 121322 131222 122213 122312 132212 221213 221312 231212 112232 122132 122231 "
    "113222 123122 123221 223211 221132 221231 213212 223112 312131 311222 321122 321221 312212 322112 322211 "
    "212123 212321 232121 111323 131123 131321 112313 132113 132311 211313 231113 231311 112133 112331 132131 "
    "113123 113321 133121 313121 211331 231131 213113 213311 213131 311123 311321 331121 312113 312311 332111 "
    "314111 221411 431111 111224 111422 121124 121421 141122 141221 112214 112412 122114 122411 142112 142211 "
    "241211 221114 413111 241112 134111 111242 121142 121241 114212 124112 124211 411212 421112 421211 212141 "
    "214121 412121 111143 111341 131141 114113 114311 411113 411311 113141 114131 311141 411131 211412 211214 "
    "211232 2331112 "
)
WIDTHS = tuple(_TABLE.split())
"""Of each sign, the widths of its bars and gaps by turns, in modules; the last one ends the code."""
START_C, FNC1, STOP = 105, 102, 106
MODULUS = 103
QUIET = 10
"""So many modules stay white on either side, or a scanner does not find where the bars begin."""
HIGH = 60


def gs1_128(digits: str) -> str:
    """Return digits with their application identifiers as a GS1-128, drawn as SVG in black without a ground.

    An even number of them, for two stand in each sign. Raises `ValueError` for anything else.
    """
    if len(digits) % 2 or not (digits.isascii() and digits.isdigit()):
        raise ValueError("GS1-128 by pairs takes an even number of digits")
    signs = [START_C, FNC1, *(int(digits[at : at + 2]) for at in range(0, len(digits), 2))]
    check = (signs[0] + sum(place * sign for place, sign in enumerate(signs))) % MODULUS
    return _drawn("".join(WIDTHS[sign] for sign in [*signs, check, STOP]))


def _drawn(widths: str) -> str:
    """Return bars and gaps by turns, the first a bar, as one path of an SVG."""
    bars, at = [], QUIET
    for place, width in enumerate(int(digit) for digit in widths):
        if place % 2 == 0:
            bars.append(f"M{at} 0h{width}v{HIGH}h-{width}z")
        at += width
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {at + QUIET} {HIGH}"><path d="{"".join(bars)}"/></svg>'
    )
