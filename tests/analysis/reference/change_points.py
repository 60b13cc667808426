#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes the reference values of change_points_test.cpp: energy statistics by their definition, t-tests by SciPy.
Needs numpy and scipy."""

import numpy
from scipy import stats
from scipy.spatial.distance import cdist, pdist

from samples import differences

SHORTEST = 3


def student_p(a, b):
    return stats.ttest_ind(a, b).pvalue


def larger_p(a, b):
    return max(student_p(a, b), stats.ttest_ind(a, b, equal_var=False).pvalue)


def divergence(a, b):
    a, b = a.reshape(-1, 1), b.reshape(-1, 1)
    apart = 2 * cdist(a, b).mean() - pdist(a).mean() - pdist(b).mean()
    return apart * len(a) * len(b) / (len(a) + len(b))


def split(values, begin, largest_p):
    every = range(SHORTEST, len(values) - SHORTEST + 1)
    if not every:
        return []
    at = max(every, key=lambda i: divergence(values[:i], values[i:]))
    if student_p(values[:at], values[at:]) > largest_p:
        return []
    return split(values[:at], begin, largest_p) + [begin + at] + split(values[at:], begin + at, largest_p)


def change_points(series, window=50, largest_p=0.001, magnitude=0.05):
    logs = numpy.log(series)
    places, begin = [], 0
    while True:
        places += split(logs[begin:begin + window], begin, 10 * largest_p)
        if begin + window >= len(logs):
            break
        begin = max([begin + window // 2] + places)
    while True:
        parts = numpy.split(logs, places)
        found = [(place, a.mean(), b.mean(), larger_p(a, b)) for place, a, b in zip(places, parts, parts[1:])]
        if not found:
            return []
        weakest = max(found, key=lambda c: c[3])
        if weakest[3] <= largest_p:
            weakest = min(found, key=lambda c: abs(c[2] - c[1]))
            if abs(weakest[2] - weakest[1]) >= numpy.log1p(magnitude):
                return found
        places.remove(weakest[0])


def levels(seed, noise, *parts):
    """Twenty, times 1 + noise, times the factor of each part, which is so many values long."""
    series = []
    for number, (n, factor) in enumerate(parts):
        series += [20 * factor * (1 + noise * d) for d in differences(seed + number, n, 0, 0)]
    return series


for seed, noise, parts in [(1, 0.1, [(30, 1.0), (20, 1.2)]), (11, 0.05, [(40, 1.0), (6, 1.1)]),
                           (51, 0.1, [(40, 1.0), (5, 0.75), (12, 1.0)]),
                           (21, 0.1, [(60, 1.0), (45, 1.3), (80, 0.9), (40, 1.0)]),
                           (31, 0.02, [(25, 1.0), (25, 1.03)]), (41, 0.15, [(200, 1.0)])]:
    print(seed, noise, parts)
    for place, before, after, p in change_points(levels(seed, noise, *parts)):
        print(f"{{{place}, {float(numpy.exp(before))!r}, {float(numpy.exp(after))!r}, {float(p)!r}}},")
