#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes the reference values of unpaired_test.cpp: p-values by SciPy and, where it has no exact ones, from whole
numbers; ranks by another recursion than lambdaprof's. Needs numpy and scipy."""

import functools
import math
import statistics
from collections import Counter
from fractions import Fraction

import numpy
from scipy import stats

from samples import differences

LARGEST_PRODUCT = 10_000


def counts(n, m):
    """In how many ways n and m values lie so that 0, 1, ... pairs of them are in order: a Gaussian binomial."""
    poly = [1]
    for i in range(1, n + 1):
        longer = poly + [0] * m
        for at, count in enumerate(poly):
            if at + m + i < len(longer):
                longer[at + m + i] -= count
        for at in range(i, len(longer)):
            longer[at] += longer[at - i]
        poly = longer
    return poly


def margin(n, m, confidence, product=LARGEST_PRODUCT):
    """The largest k with P(U <= k-1) <= (1-confidence)/2."""
    if n * m > product:
        spread = math.sqrt(n * m * (n + m + 1) / 12)
        return max(0, math.floor(n * m / 2 + stats.norm.ppf((1 - confidence) / 2) * spread + 0.5))
    tail = Fraction(1 - confidence) / 2
    below, k = 0, 0
    for count in counts(n, m):
        below += count
        if Fraction(below, math.comb(n + m, n)) > tail:
            return k
        k += 1
    return k


def permutation_p(base, variant):
    """The smaller tail, twice, of all ways to divide the ranks."""
    ranks = [round(2 * r) for r in stats.rankdata(base + variant)]
    ways = [Counter() for _ in range(len(variant) + 1)]
    ways[0][0] = 1
    for rank in ranks:
        for chosen in range(len(variant), 0, -1):
            for total, count in ways[chosen - 1].items():
                ways[chosen][total + rank] += count
    seen = sum(ranks[len(base):])
    every = math.comb(len(ranks), len(variant))
    low = Fraction(sum(c for t, c in ways[-1].items() if t <= seen), every)
    high = Fraction(sum(c for t, c in ways[-1].items() if t >= seen), every)
    return float(min(1, 2 * min(low, high)))


def p_value(base, variant):
    tied = len(set(base + variant)) < len(base) + len(variant)
    if len(base) * len(variant) > LARGEST_PRODUCT:
        return stats.mannwhitneyu(variant, base, method="asymptotic").pvalue
    if not tied:
        return stats.mannwhitneyu(variant, base, method="exact").pvalue
    ours = permutation_p(base, variant)
    if math.comb(len(base) + len(variant), len(base)) < 20_000:
        every = stats.PermutationMethod(n_resamples=numpy.inf)
        assert abs(stats.mannwhitneyu(variant, base, method=every).pvalue - ours) < 1e-12
    return ours


CASES = [(1, 4, 4, 2.0, 0), (2, 5, 7, 0.4, 0), (3, 20, 20, 0.3, 0), (4, 1, 60, 0.8, 0), (5, 60, 3, -0.6, 0),
         (6, 40, 90, 0.1, 0), (7, 100, 100, 0.0, 0), (8, 101, 100, 0.15, 0), (9, 160, 160, -0.05, 0),
         (10, 900, 30, 0.2, 0), (11, 6, 5, 0.5, 3), (12, 7, 8, -0.2, 2), (13, 30, 20, 0.2, 4),
         (14, 45, 55, 0.1, 16), (15, 12, 80, 0.3, 2), (16, 160, 160, 0.1, 16), (17, 300, 40, 0.0, 3)]

for seed, n, m, shift, grid in CASES:
    base, variant = differences(seed, n, 0, grid), differences(seed + 100, m, shift, grid)
    every = sorted(v - b for v in variant for b in base)
    k = margin(n, m, 0.95)
    low, high = (every[k - 1], every[len(every) - k]) if k else (0, 0)
    print(f"{{{seed}, {n}, {m}, {shift}, {grid}, {k}, {statistics.median(every)!r}, {low!r}, {high!r}, "
          f"{float(p_value(base, variant))!r}}},")

print("margins beyond the exact range, by the normal law and exact:")
for n, m in [(101, 100), (160, 160), (300, 40), (2000, 6), (5001, 2), (12000, 1)]:
    for confidence in (0.8, 0.95, 0.99):
        print(n, m, confidence, margin(n, m, confidence), margin(n, m, confidence, math.inf))
