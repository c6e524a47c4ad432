"""Exact parts of whole numbers in compiled code."""

from __future__ import annotations

from buildsim.engine.kernel.jit import compiled

PPM = 1_000_000
SAFE = 3_000_000_000
"""Products of two numbers up to this fit int64."""


@compiled()
def part_of(part: int, amount: int, whole: int) -> tuple[int, int]:
    """Quotient and remainder of part x amount / whole, for 0 <= part <= whole, without overflow."""
    if part < SAFE and amount < SAFE:
        product = part * amount
        quotient = product // whole
        return quotient, product - quotient * whole
    quotient, remainder = 0, 0
    for bit in range(62, -1, -1):
        quotient *= 2
        remainder *= 2
        if remainder >= whole:
            remainder -= whole
            quotient += 1
        if (amount >> bit) & 1:
            remainder += part
            if remainder >= whole:
                remainder -= whole
                quotient += 1
    return quotient, remainder
