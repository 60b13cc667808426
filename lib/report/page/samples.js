// SPDX-License-Identifier: Apache-2.0
// Every invocation as a row that can be sorted and filtered, some at a time.
import { h } from './dom.js';
import { exactMs } from './numbers.js';

const page_size = 25;

function rowsOf(subjects) {
  return subjects.flatMap((subject) => subject.invocations.map((i) => {
    const fresh = i.kind === 'cold' ? i.of : undefined;
    return {
      variant: subject.name,
      block: i.of?.block ?? -1,
      environment: i.env,
      invocation: i.id,
      start: i.discarded ? `${i.kind}, warm-up` : i.kind,
      outcome: i.how.replaceAll('_', ' '),
      due: i.due,
      latency: i.latency,
      handler: i.handler,
      init: fresh ? (fresh.restore ?? fresh.init) : null,
      cold: fresh?.cold ?? null,
      cpu: i.cpu,
    };
  }));
}

const number = (v) => (v == null ? '–' : String(v));
const text = (v) => v;

function columnsFor(subjects, rows) {
  return [
    ['variant', 'variant', text, subjects.length > 1],
    ['block', 'block', number, rows.some((r) => r.block >= 0)],
    ['environment', 'env.', number, true],
    ['invocation', 'no.', number, true],
    ['start', 'start', text, true],
    ['outcome', 'outcome', text, true],
    ['due', 'due', exactMs, true],
    ['latency', 'latency', exactMs, true],
    ['handler', 'handler', exactMs, true],
    ['init', 'init', exactMs, rows.some((r) => r.init != null)],
    ['cold', 'cold', exactMs, rows.some((r) => r.cold != null)],
    ['cpu', 'CPU', exactMs, rows.some((r) => r.cpu != null)],
  ].filter(([, , , is_shown]) => is_shown)
    .map(([key, name, show]) => ({ key, name, show, left: show === text }));
}

/** What is unknown is last, whichever way it is sorted. */
function compare(a, b, way) {
  if (a == null || b == null) return (a == null) - (b == null);
  return way * (typeof a === 'string' ? a.localeCompare(b) : a - b);
}

class Samples {
  constructor(subjects) {
    this.rows = rowsOf(subjects);
    this.columns = columnsFor(subjects, this.rows);
    this.chosen = {};
    this.sorted = { key: null, way: 1 };
    this.at = 0;
    this.body = h('tbody');
    this.status = h('output', { 'aria-live': 'polite' });
    this.back = h('button', { type: 'button', onclick: () => this.turn(-1) }, '‹ previous');
    this.on = h('button', { type: 'button', onclick: () => this.turn(1) }, 'next ›');
    this.heads = this.columns.map((c) => h('th', { scope: 'col', class: c.left && 'left' },
      h('button', { type: 'button', onclick: () => this.sortBy(c.key) }, c.name)));
    this.refresh();
  }

  filter(key, name) {
    const values = [...new Set(this.rows.map((r) => r[key]))];
    if (values.length < 2) return null;
    const select = h('select', { onchange: () => {
      this.chosen[key] = select.value;
      this.at = 0;
      this.refresh();
    } }, h('option', { value: '' }, 'all'), ...values.map((v) => h('option', { value: v }, v)));
    return h('label', {}, `${name} `, select);
  }

  sortBy(key) {
    const { sorted } = this;
    this.sorted = { key, way: sorted.key === key ? -sorted.way : 1 };
    this.at = 0;
    this.refresh();
  }

  turn(by) {
    this.at += by * page_size;
    this.show();
  }

  refresh() {
    const wanted = Object.entries(this.chosen).filter(([, value]) => value !== '');
    const { key, way } = this.sorted;
    this.shown = this.rows.filter((r) => wanted.every(([k, value]) => r[k] === value));
    if (key) this.shown.sort((a, b) => compare(a[key], b[key], way));
    this.columns.forEach((c, i) => {
      const direction = c.key !== key ? 'none' : way > 0 ? 'ascending' : 'descending';
      this.heads[i].setAttribute('aria-sort', direction);
    });
    this.show();
  }

  show() {
    const { at, shown } = this;
    this.body.replaceChildren(...shown.slice(at, at + page_size).map((row) =>
      h('tr', {}, ...this.columns.map((c) => h('td', { class: c.left && 'left' }, c.show(row[c.key]))))));
    const end = Math.min(at + page_size, shown.length);
    this.status.textContent = shown.length ? `${at + 1}–${end} of ${shown.length}` : 'none';
    this.back.disabled = at === 0;
    this.on.disabled = end >= shown.length;
  }
}

export function samples(subjects) {
  const table = new Samples(subjects);
  if (!table.rows.length) return null;
  const every = subjects[0].every;
  const all = subjects.reduce((n, s) => n + s.all_samples, 0);
  return h('section', { class: 'samples' },
    h('h2', {}, 'Samples'),
    h('div', { class: 'bar' },
      h('span', { class: 'controls' },
        table.filter('variant', 'Variant'), table.filter('start', 'Start'),
        table.filter('outcome', 'Outcome')),
      h('span', { class: 'controls' }, table.back, table.status, table.on)),
    h('div', { class: 'scroll', role: 'region', tabindex: 0, 'aria-label': 'Samples' },
      h('table', { 'aria-label': 'Samples' }, h('thead', {}, h('tr', {}, ...table.heads)), table.body)),
    h('p', { class: 'footnote' }, 'ms, to the microsecond', every > 1
      ? ` · every ${every}th of ${all} invocations; the results (--json) have all of them` : null));
}
