#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes the reference values of bootstrap_test.cpp: the same draws, quantiles by numpy. Needs numpy."""

import numpy

from samples import Random, differences

CASES = [(1, 20, 0.5, 0.95, 200), (2, 101, 0.9, 0.9, 300), (3, 2, 0.5, 0.95, 50)]

for seed, n, q, confidence, resamples in CASES:
    base = numpy.array([20 + d for d in differences(seed, n, 0, 0)])
    variant = numpy.array([25 + d for d in differences(seed + 100, n, 0, 8)])
    chance = Random(seed + 200)
    shifts = []
    for _ in range(resamples):
        drawn = [chance.below(n) for _ in range(n)]
        shifts.append(numpy.log(numpy.quantile(variant[drawn], q) / numpy.quantile(base[drawn], q)))
    low, high = numpy.quantile(shifts, [(1 - confidence) / 2, 1 - (1 - confidence) / 2])
    print(f"{{{seed}, {n}, {q}, {confidence}, {resamples}, {float(low)!r}, {float(high)!r}}},")
