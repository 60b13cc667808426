// SPDX-License-Identifier: Apache-2.0
// Numbers as the rest of the report shows them; report/number.cpp has the same rule.

/** Three significant digits, never an exponent, no digit of the whole part lost. */
export function short(value) {
  if (value === 0) return '0';
  const size = Math.abs(value);
  let decimals = 2 - Math.floor(Math.log10(size));
  if (Math.round(size * 10 ** decimals) >= 1000) --decimals; // 9.999 is 10.0
  return value.toFixed(Math.min(6, Math.max(0, decimals)));
}

/** Microseconds as milliseconds, all of them. */
export const exactMs = (us) => (us == null ? '–' : (us / 1000).toFixed(3));

export const withUnit = (value, unit) =>
  unit === '$' ? `$${short(value)}` : `${short(value)} ${unit}`;

export function interval(figure) {
  return figure.low == null ? '' : `[${short(figure.low)}, ${short(figure.high)}]`;
}

/** Round values on an axis, about so many of them. */
export function steps(low, high, about) {
  const raw = (high - low) / about;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((n) => n * power).find((n) => n >= raw * 0.999);
  const all = [];
  for (let n = Math.ceil(low / step - 1e-9); n * step <= high + step * 1e-9; ++n) all.push(n * step);
  return all;
}

/** 1, 2, 5, 10, … or, over many decades, powers of ten only. */
export function logSteps(low, high) {
  const all = [];
  const mantissas = Math.log10(high / low) > 2.5 ? [1] : [1, 2, 5];
  for (let power = Math.floor(Math.log10(low)); power <= Math.log10(high) + 1; ++power)
    for (const m of mantissas) {
      const value = m * 10 ** power;
      if (value >= low * 0.999 && value <= high * 1.001) all.push(value);
    }
  return all.length > 1 ? all : steps(low, high, 4);
}

/** A value of an axis, without digits that say nothing. */
export const tick = (value) => String(+value.toPrecision(6));
