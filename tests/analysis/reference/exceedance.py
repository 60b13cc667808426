#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes the reference values of exceedance_test.cpp: the e-process as its formula stands, to sixty digits, and
bounds by bisection of it. Takes some minutes. Needs mpmath."""

import mpmath
from mpmath import mp, mpf

mp.dps = 60
HALF = mpf(1) / 2


def lower_beta(a, b, x):
    """The integral of t^(a-1) (1-t)^(b-1) up to x, by series of positive terms: its own, or that of the rest."""
    if x * (a + b) > a + 1 or (1 - x) * (a + b) < 50:  # where about e^-50 of it remains
        return mpmath.beta(a, b) - series(b, a, 1 - x)
    return series(a, b, x)


def series(a, b, x):
    term = total = mpf(1)
    i = 0
    while term > total * mpf(10) ** -(mp.dps + 5):
        term *= x * (a + b + i) / (a + 1 + i)
        total += term
        i += 1
    return x**a * (1 - x) ** b / a * total


def log_e(k, n, x):
    """Against every rate from x up."""
    above = lower_beta(k + HALF, n - k + HALF, x) / lower_beta(HALF, HALF, x)
    return mpmath.log(above) - k * mpmath.log(x) - (n - k) * mpmath.log(1 - x)


def within(k, n, q):
    return log_e(k, n, 1 - mpf(q))


def over(k, n, q):
    return log_e(n - k, n, mpf(q))


def crossing(proved, denied, kept):
    for _ in range(80):
        middle = (denied + kept) / 2
        if proved(middle):
            denied = middle
        else:
            kept = middle
    return denied


def rates(k, n, alpha):
    need = -mpmath.log(mpf(alpha))
    seen = mpf(k) / n
    low = crossing(lambda p: log_e(n - k, n, 1 - p) >= need, mpf(0), seen) if k else mpf(0)
    high = crossing(lambda p: log_e(k, n, p) >= need, mpf(1), seen) if k < n else mpf(1)
    return low, high


# The series against the integral itself.
assert abs(lower_beta(mpf("3.5"), mpf("20.5"), mpf("0.3")) /
           mpmath.betainc(mpf("3.5"), mpf("20.5"), 0, mpf("0.3")) - 1) < mpf(10) ** -50

CASES = [(0, 0, 0.5), (0, 1, 0.5), (1, 1, 0.9), (0, 6, 0.5), (3, 10, 0.5), (10, 10, 0.5), (2, 40, 0.9), (9, 40, 0.9),
         (5, 100, 0.95), (0, 377, 0.99), (12, 377, 0.99), (50, 100, 0.01), (480, 1000, 0.5), (600, 1000, 0.5),
         (1000, 1000, 0.99), (0, 1000, 0.01), (37, 5000, 0.99), (100_000, 1_000_000, 0.9),
         (100_900, 1_000_000, 0.9), (0, 1_000_000, 0.5), (1_000_000, 1_000_000, 0.5), (518_000, 1_000_000, 0.5),
         (7_300, 1_000_000, 0.99), (999_990, 1_000_000, 0.001), (3, 1000, 0.001)]

for k, n, q in CASES:
    print(f"{{{k}, {n}, {q}, {mpmath.nstr(within(k, n, q), 17)}, {mpmath.nstr(over(k, n, q), 17)}}},")

print("rates:")
for k, n, alpha in [(0, 20, 0.05), (20, 20, 0.05), (3, 20, 0.05), (10, 20, 0.01), (30, 300, 0.05), (1, 1000, 0.001)]:
    low, high = rates(k, n, alpha)
    print(f"{{{k}, {n}, {alpha}, {mpmath.nstr(low, 17)}, {mpmath.nstr(high, 17)}}},")

print("samples that prove, at 0.05 and 0.01:")
for q in (0.01, 0.5, 0.9, 0.95, 0.99, 0.999):
    needed = []
    for alpha in (0.05, 0.01):
        short, enough = 0, 10_000
        while enough - short > 1:
            n = (short + enough) // 2
            if within(0, n, q) >= -mpmath.log(mpf(alpha)):
                enough = n
            else:
                short = n
        needed.append(enough)
    print(q, *needed)
