// SPDX-License-Identifier: Apache-2.0
// Every sample as a dot, a row for each variant; over it the median, and behind that its interval.
import { Chart } from './chart.js';
import { samplesOf } from './data.js';
import { h } from './dom.js';
import { interval, short } from './numbers.js';
import { variantColour } from './theme.js';

const bins = 60;

/** Dots go as far from the middle as there are others beside them. */
function spread(samples, to, low, high) {
  const of = (s) => Math.min(bins - 1, Math.floor((bins * (to(s.value) - low)) / (high - low || 1)));
  const counts = new Array(bins).fill(0);
  for (const s of samples) ++counts[of(s)];
  const most = Math.max(...counts);
  samples.forEach((s, i) => {
    // Evenly, and the same each time: multiples of the golden ratio.
    const even = ((i * 0.618034) % 1) * 2 - 1;
    s.offset = even * Math.sqrt(counts[of(s)] / most);
  });
}

function drawRow(context, place, row) {
  const { samples, figure, index } = row;
  const colour = variantColour(row.subject.index);
  const middle = place.row(index);
  const reach = Math.min(place.rowHeight * 0.34, 18 * place.ratio);
  context.fillStyle = colour;
  if (figure.low != null) {
    context.globalAlpha = 0.16;
    const left = place.x(figure.low);
    context.fillRect(left, middle - place.rowHeight * 0.46, Math.max(1, place.x(figure.high) - left),
      place.rowHeight * 0.92);
  }
  context.globalAlpha = Math.max(0.12, Math.min(0.6, 12 / Math.sqrt(samples.length)));
  const radius = (samples.length > 1000 ? 1.4 : 2.1) * place.ratio;
  for (const s of samples) {
    context.beginPath();
    context.arc(place.x(s.value / 1000), middle + s.offset * reach, radius, 0, 2 * Math.PI);
    context.fill();
  }
  context.globalAlpha = 1;
  const width = 2.5 * place.ratio;
  context.fillRect(place.x(figure.p50) - width / 2, middle - place.rowHeight * 0.46, width,
    place.rowHeight * 0.92);
}

function nearest(rows, x, y, place) {
  const row = rows[Math.floor((y - place.top) / place.rowHeight)];
  if (!row) return '';
  let best;
  let distance = 12 * place.ratio;
  for (const s of row.samples) {
    const away = Math.abs(place.x(s.value / 1000) - x);
    if (away < distance) [best, distance] = [s, away];
  }
  if (!best) return '';
  const block = best.row.block ?? best.row.of?.block ?? -1;
  const where = block >= 0 ? `block ${block}` : `environment ${best.row.of?.id ?? best.row.id}`;
  return `${row.subject.name}: ${(best.value / 1000).toFixed(3)} ms, ${where}`;
}

/** A figure of all subjects, or nothing where there are too few samples to have a shape. */
export function distribution(subjects, key, title) {
  const rows = [];
  for (const subject of subjects) {
    const figure = subject.figures[key];
    if (!figure) continue;
    rows.push({ subject, figure, samples: samplesOf(subject, key), index: rows.length });
  }
  const all = rows.flatMap((row) => row.samples.map((s) => s.value / 1000)).filter((v) => v > 0);
  if (all.length < 2) return null;
  let min = Infinity;
  let max = 0;
  for (const v of all) {
    min = Math.min(min, v);
    max = Math.max(max, v);
  }
  const log = max > 20 * min;
  const to = (us) => (log ? Math.log10(Math.max(us / 1000, min)) : us / 1000);
  for (const row of rows) spread(row.samples, to, to(min * 1000), to(max * 1000));

  const chart = new Chart({
    label: `${title}: ${rows
      .map((r) => `${r.subject.name} median ${short(r.figure.p50)} ms ${interval(r.figure)}, from ` +
        `${short(r.figure.min)} to ${short(r.figure.max)}, ${r.figure.n} samples`)
      .join('; ')}`,
    height: 44 + rows.length * (rows.length === 1 ? 84 : rows.length > 5 ? 40 : 52),
    x: { min, max, log },
    rows: {
      names: rows.map((r) => (rows.length === 1 ? '' : r.subject.name)),
      values: rows.map((r) => short(r.figure.p50)),
    },
    draw: (context, place) => rows.forEach((row) => drawRow(context, place, row)),
    pick: (x, y, place) => nearest(rows, x, y, place),
  });
  return h('figure', { class: 'chart' },
    h('figcaption', {}, h('strong', {}, title), h('span', {}, log ? 'ms, log scale' : 'ms')),
    chart.host);
}
