// SPDX-License-Identifier: Apache-2.0
// One quantity against another: lines through points, each with its interval.
import { Chart } from './chart.js';
import { h } from './dom.js';
import { short } from './numbers.js';
import { palette, variantColour } from './theme.js';

function drawCurve(context, place, points, colour) {
  context.strokeStyle = colour;
  context.fillStyle = colour;
  context.lineWidth = 1.75 * place.ratio;
  context.beginPath();
  points.forEach(([x, y], i) => context[i ? 'lineTo' : 'moveTo'](place.x(x), place.y(y)));
  context.stroke();
  for (const [x, y, low, high] of points) {
    const at = place.x(x);
    if (low != null && high != null) {
      const cap = 4 * place.ratio;
      context.beginPath();
      context.moveTo(at, place.y(low));
      context.lineTo(at, place.y(high));
      for (const end of [low, high]) {
        context.moveTo(at - cap, place.y(end));
        context.lineTo(at + cap, place.y(end));
      }
      context.stroke();
    }
    context.beginPath();
    context.arc(at, place.y(y), 3.5 * place.ratio, 0, 2 * Math.PI);
    context.fill();
  }
}

function legend(all) {
  if (all.length < 2) return null;
  return h('ul', { class: 'legend' }, ...all.map(({ name }, i) =>
    h('li', {}, h('i', { style: { background: `var(--variant-${i % 10})` } }), name)));
}

/** Of a figure that was measured, as far as one reads an axis. */
const round = (x) => String(+(Math.abs(x - Math.round(x)) < 1e-6 * x ? x.toPrecision(6) : x.toPrecision(3)));

/** `all` is a list of {name, points: [x, y, low, high]}, in order of x. */
export function curves({ x_name, y_name, all, title }) {
  const points = all.flatMap((curve) => curve.points);
  const xs = [...new Set(points.map(([x]) => x))].sort((a, b) => a - b);
  const ys = points.flatMap(([, y, low, high]) => [y, low ?? y, high ?? y]);
  if (xs.length < 2) return null;
  const log = xs[0] > 0 && xs.at(-1) / xs[0] >= 8;
  const chart = new Chart({
    label: `${title ?? y_name} against ${x_name}: ${all
      .map(({ name, points: its }) => `${name} ${its
        .map(([x, y]) => `${short(y)} at ${x}`).join(', ')}`)
      .join('; ')}`,
    height: 240,
    x: { min: xs[0], max: xs.at(-1), log, ...(xs.length <= 8 && { ticks: xs, show: round }) },
    y: { min: 0, max: Math.max(...ys) || 1 },
    draw: (context, place) =>
      all.forEach((curve, i) => drawCurve(context, place, curve.points,
        all.length > 1 ? variantColour(i) : palette().variants[0])),
    pick: (x, y, place) => {
      const near = all
        .flatMap((curve) => curve.points.map((point) => ({ curve, point })))
        .map((o) => ({
          ...o,
          away: Math.hypot(place.x(o.point[0]) - x, place.y(o.point[1]) - y),
        }))
        .sort((a, b) => a.away - b.away)[0];
      if (!near || near.away > 24 * place.ratio) return '';
      const [at, value, low, high] = near.point;
      const bounds = low == null ? '' : ` [${short(low)}, ${short(high)}]`;
      return `${near.curve.name ? `${near.curve.name}: ` : ''}${short(value)}${bounds} at ${at}`;
    },
  });
  return h('figure', { class: 'chart' },
    h('figcaption', {}, h('strong', {}, title ?? y_name), h('span', {},
      `${title ? y_name : ''}${title ? ' · ' : ''}${x_name}${log ? ', log scale' : ''}`)),
    legend(all), chart.host);
}

/** Variants by what they are called apart from their memory, if it is only that which they differ in. */
function byMemory(subjects) {
  const curves = new Map();
  for (const s of subjects) {
    const name = s.technique ?? '';
    if (!curves.has(name)) curves.set(name, new Map());
    if (curves.get(name).has(s.memory_mb)) return new Map();
    curves.get(name).set(s.memory_mb, s);
  }
  // Two that were not measured at each size may differ in anything.
  return curves.has('') && subjects.length < 3 ? new Map() : curves;
}

/** What variants take and cost with more memory, a curve for each technique. */
export function memorySweep(subjects) {
  const techniques = byMemory(subjects);
  return [
    ['cold.cold_ms', 'Cold start'],
    ['warm.warm_ms', 'Warm'],
    ['billed.cold_dollars_per_million', 'Cost of cold starts'],
    ['billed.warm_dollars_per_million', 'Cost of warm invocations'],
  ].map(([key, title]) => {
    const all = [...techniques].map(([name, sizes]) => ({
      name,
      points: [...sizes]
        .sort(([a], [b]) => a - b)
        .filter(([, s]) => s.figures[key])
        .map(([mb, s]) => {
          const { p50, low, high } = s.figures[key];
          return [mb, p50, low, high];
        }),
    }));
    const unit = key.startsWith('billed') ? '$ for a million' : 'ms';
    return curves({ title, x_name: 'MB', y_name: unit, all });
  }).filter(Boolean);
}
