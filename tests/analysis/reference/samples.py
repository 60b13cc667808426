# SPDX-License-Identifier: Apache-2.0
"""The data of the reference values: lambdaprof's own generator and nothing that rounds differently."""

import math

WORD = (1 << 64) - 1


class Random:
    """xoshiro256** seeded by splitmix64, as in lib/base/random.cpp."""

    def __init__(self, seed):
        self.state = []
        for _ in range(4):
            seed = (seed + 0x9E3779B97F4A7C15) & WORD
            z = ((seed ^ (seed >> 30)) * 0xBF58476D1CE4E5B9) & WORD
            z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & WORD
            self.state.append(z ^ (z >> 31))

    def bits(self):
        s = self.state
        turned = (s[1] * 5) & WORD
        drawn = ((((turned << 7) | (turned >> 57)) & WORD) * 9) & WORD
        t = (s[1] << 17) & WORD
        s[2] ^= s[0]
        s[3] ^= s[1]
        s[1] ^= s[2]
        s[0] ^= s[3]
        s[2] ^= t
        s[3] = ((s[3] << 45) | (s[3] >> 19)) & WORD
        return drawn

    def unit(self):
        return (self.bits() >> 11) * 2.0**-53

    def below(self, n):
        limit = WORD - WORD % n
        drawn = self.bits()
        while drawn >= limit:
            drawn = self.bits()
        return drawn % n


def differences(seed, n, shift, grid):
    """Sums of three uniform numbers; on a grid there are ties and zeros."""
    chance = Random(seed)
    values = [chance.unit() + chance.unit() + chance.unit() - 1.5 + shift for _ in range(n)]
    return [float(math.floor(v * grid)) / grid for v in values] if grid else values
