// SPDX-License-Identifier: Apache-2.0
// What each environment did when: a lane for each, or for as many as there are at a time.
import { Chart } from './chart.js';
import { h } from './dom.js';
import { episodesOf, mostTelling } from './episodes.js';
import { palette, tint, variantColour } from './theme.js';

const most_lanes_of_one = 40;
const phases = ['queued', 'init', 'restore', 'handler', 'after', 'frozen', 'shutdown'];
/** After these somebody is there to be frozen. */
const leave_process = ['success', 'function_error', 'too_large', 'truncated', 'bad_response_mode',
  'error_answer'];
const words = { after: 'after response' };

/** What an environment did, as [phase, from, to, row], in microseconds since `zero`. */
function slicesOf(e, { from: zero, to: last }) {
  const all = [];
  const add = (phase, from, to, row) => {
    if (from == null || to == null || to < zero || from > last) return;
    all.push([phase, Math.max(from, zero) - zero, Math.min(to, last) - zero, row]);
  };
  add('queued', e.ordered, e.began);
  let reached = e.began == null || e.init == null ? e.began : e.began + e.init;
  add(e.how === 'success' ? 'init' : 'failure', e.began, reached);
  // Whose init failed is no longer there to be frozen.
  if (e.how !== 'success') reached = null;
  for (const i of e.invocations) {
    if (i.due == null || i.latency == null) continue;
    const answered = i.due + i.latency;
    const delivered = answered - (i.handler ?? 0);
    if (e.restore != null && i === e.invocations[0]) {
      add('restore', delivered - e.restore, delivered);
      reached = null;
    }
    if (reached != null && delivered > reached && i.kind !== 'cold') add('frozen', reached, delivered);
    add(i.how === 'success' ? 'handler' : 'failure', delivered, answered, i);
    if (i.after > 0) add('after', answered, answered + i.after, i);
    reached = leave_process.includes(i.how) ? answered + i.after : null;
  }
  if (reached != null && e.retired != null && e.retired > reached) add('frozen', reached, e.retired);
  add('shutdown', e.retired, e.gone);
  return all;
}

/** Lanes from top to bottom; short lives share them where there are too many. */
function lanesOf(episode) {
  const lanes = [];
  for (const group of episode.groups) {
    const shares = group.environments.length > most_lanes_of_one;
    const own = [];
    for (const e of group.environments) {
      const slices = slicesOf(e, group);
      if (!slices.length) continue;
      const from = slices[0][1];
      const to = Math.max(...slices.map((s) => s[2]));
      const lane = shares ? own.find((l) => l.to <= from) : undefined;
      if (lane) {
        lane.lives.push({ e, slices });
        lane.to = to;
      } else {
        own.push({ group, to, lives: [{ e, slices }] });
      }
    }
    lanes.push(...own);
  }
  return lanes;
}

/** How much of its variant's colour a phase has; style.css has the same. What waits has none. */
const parts = { init: 1, restore: 1, handler: 0.7, after: 0.3 };

function colourOf(phase, variant) {
  if (phase === 'failure') return palette().failure;
  if (phase in parts) return tint(variant, parts[phase]);
  return phase === 'shutdown' ? palette().muted : palette().waiting;
}

function drawLane(context, place, lane, index) {
  const middle = place.row(index);
  const colour = variantColour(lane.group.subject.index);
  for (const { slices } of lane.lives)
    for (const [phase, from, to] of slices) {
      const left = place.x(from / 1000);
      const right = place.x(to / 1000);
      if (right < place.left || left > place.left + place.width) continue;
      const thin = phase === 'frozen' || phase === 'queued' || phase === 'shutdown';
      const height = Math.max(1, Math.min(place.rowHeight * 0.76, 18 * place.ratio)) * (thin ? 0.3 : 1);
      context.fillStyle = colourOf(phase, colour);
      context.fillRect(left, middle - height / 2, Math.max(right - left, 0.75), height);
    }
}

function under(lanes, x, y, place) {
  const lane = lanes[Math.floor((y - place.top) / place.rowHeight)];
  let best;
  let width = Infinity;
  for (const { e, slices } of lane?.lives ?? [])
    for (const [phase, from, to, row] of slices) {
      const [left, right] = [place.x(from / 1000) - 2, place.x(to / 1000) + 2];
      if (x >= left && x <= right && right - left < width) {
        width = right - left;
        const how = phase === 'failure' ? (row ?? e).how.replaceAll('_', ' ') : words[phase] ?? phase;
        best = `environment ${e.id}: ${how}, ${((to - from) / 1000).toFixed(3)} ms`;
      }
    }
  return best ?? '';
}

function namesOf(lanes, subjects) {
  return lanes.map((lane, i) => {
    if (subjects.length > 1) return lane.group === lanes[i - 1]?.group ? '' : lane.group.subject.name;
    return lanes.length <= 30 && lane.lives.length === 1 ? `#${lane.lives[0].e.id}` : '';
  });
}

function spokenOf(episode) {
  return episode.groups.map(({ subject, environments }) => {
    const failed = environments.filter((e) => e.how !== 'success').length;
    const invoked = environments.reduce((n, e) => n + e.invocations.length, 0);
    return `${subject.name}: ${environments.length} environments, ${invoked} invocations` +
      (failed ? `, ${failed} failed to start` : '');
  }).join('; ');
}

function optionsFor(episode, subjects) {
  const lanes = lanesOf(episode);
  const end = Math.max(...lanes.map((lane) => Math.max(...lane.lives.flatMap((l) =>
    l.slices.map((s) => s[2])))), 1);
  return {
    label: `Timeline, ${episode.name}. ${spokenOf(episode)}`,
    height: 42 + Math.max(40, Math.min(440, lanes.length * (lanes.length > 12 ? 16 : 26))),
    x: { min: 0, max: end / 1000 },
    rows: { names: namesOf(lanes, subjects) },
    draw: (context, place) => lanes.forEach((lane, i) => drawLane(context, place, lane, i)),
    pick: (x, y, place) => under(lanes, x, y, place),
  };
}

/** What is seen, and what of it to see next: all of it can be done by keyboard. */
function zoomButtons(chart) {
  const by = (change) => () => {
    const [from, to] = chart.span();
    const { min, max } = chart.options.x;
    const [low, high] = change(from, to, to - from);
    chart.zoom(Math.max(low, min - (max - min) * 0.03), Math.min(high, max * 1.03));
  };
  const button = (text, label, change) =>
    h('button', { type: 'button', 'aria-label': label, title: label, onclick: by(change) }, text);
  return [
    button('←', 'Earlier', (a, b, w) => [a - w / 3, b - w / 3]),
    button('→', 'Later', (a, b, w) => [a + w / 3, b + w / 3]),
    button('+', 'Zoom in', (a, b, w) => [a + w / 6, b - w / 6]),
    button('−', 'Zoom out', (a, b, w) => [a - w / 4, b + w / 4]),
    button('all', 'Show all of it', () => [-Infinity, Infinity]),
  ];
}

export function timeline(subjects) {
  const episodes = episodesOf(subjects);
  if (!episodes.length) return null;
  let shown = mostTelling(episodes);
  const chart = new Chart({ ...optionsFor(episodes[shown], subjects), zooms: true });
  const name = h('output', {}, '');
  const previous = h('button', { type: 'button', onclick: () => show(shown - 1) }, '‹ previous');
  const next = h('button', { type: 'button', onclick: () => show(shown + 1) }, 'next ›');
  const say = () => {
    name.textContent = episodes[shown].name;
    previous.disabled = shown === 0;
    next.disabled = shown === episodes.length - 1;
  };
  function show(at) {
    shown = at;
    chart.change(optionsFor(episodes[shown], subjects));
    say();
  }
  say();

  const used = new Set(episodes.flatMap((e) => lanesOf(e).flatMap((lane) =>
    lane.lives.flatMap((l) => l.slices.map((s) => s[0])))));
  const styles = { init: 'var(--accent)', restore: 'var(--accent)', handler: 'var(--tint-70)',
    after: 'var(--tint-30)', shutdown: 'var(--muted)', failure: 'var(--failure)' };
  const legend = h('ul', { class: 'legend' }, ...[...phases, 'failure'].filter((p) => used.has(p)).map(
    (p) => h('li', {}, h('i', { class: p, style: { background: styles[p] ?? 'var(--waiting)' } }),
      words[p] ?? p)));
  return h('section', { class: 'timeline' },
    h('h2', {}, 'Environments over time'),
    h('figure', { class: 'chart' },
      h('figcaption', { class: 'bar' },
        legend,
        h('span', { class: 'controls' },
          episodes.length > 1 ? previous : null, name, episodes.length > 1 ? next : null),
        h('span', { class: 'controls', role: 'group', 'aria-label': 'Zoom' }, ...zoomButtons(chart))),
      chart.host,
      h('p', { class: 'footnote' }, 'ms; drag to zoom, double-click to see all again')));
}
