#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes the reference values of paired_test.cpp: p-values by SciPy, ranks by exact whole numbers. The data are
the same in both: lambdaprof's own generator and nothing that rounds differently. Needs numpy and scipy."""

import math
import statistics
import sys

import numpy
from scipy import stats

from samples import differences

EXACT = "exact" in sys.argv  # also the ranks beyond 300, for the size of the error there


def margin(n, confidence):
    """The largest k with P(T <= k-1) <= (1-confidence)/2: exact up to n = 300."""
    if n > 300 and not EXACT:
        spread = math.sqrt(n * (n + 1) * (2 * n + 1) / 24)
        return math.floor(n * (n + 1) / 4 + stats.norm.ppf((1 - confidence) / 2) * spread + 0.5)
    ways = [1]
    for rank in range(1, n + 1):
        longer = ways + [0] * rank
        for total, count in enumerate(ways):
            longer[total + rank] += count
        ways = longer
    tail = (1 - confidence) / 2
    below, k = 0, 0
    for count in ways:
        below += count
        if below / 2**n > tail:
            return k
        k += 1
    return k


def p_value(d):
    kept = [v for v in d if v != 0]
    if len(kept) > 300:
        return stats.wilcoxon(kept, correction=True, method="approx").pvalue
    if len(set(map(abs, kept))) == len(kept):
        return stats.wilcoxon(kept, method="exact").pvalue
    every_sign = stats.PermutationMethod(n_resamples=numpy.inf)
    return stats.wilcoxon(kept, method=every_sign).pvalue


CASES = [(1, 6, 0.1, 0), (2, 10, 0.5, 0), (3, 25, 0.1, 0), (4, 40, 0.0, 0), (5, 160, 0.05, 0),
         (6, 300, 0.02, 0), (7, 301, 0.05, 0), (8, 800, -0.03, 0), (9, 12, 0.4, 4), (10, 14, 0.0, 3),
         (11, 400, 0.06, 16)]

for seed, n, shift, grid in CASES:
    d = differences(seed, n, shift, grid)
    walsh = sorted((d[i] + d[j]) / 2 for i in range(n) for j in range(i, n))
    k = margin(n, 0.95)
    mean = numpy.mean(d)
    off = numpy.array(d) - mean
    lag = float((off[1:] * off[:-1]).sum() / (off**2).sum())
    print(f"{{{seed}, {n}, {shift}, {grid}, {k}, {statistics.median(walsh)!r}, {walsh[k - 1]!r}, "
          f"{walsh[len(walsh) - k]!r}, {float(p_value(d))!r}, {lag!r}, "
          f"{float(stats.median_abs_deviation(d, scale='normal'))!r}}},")
