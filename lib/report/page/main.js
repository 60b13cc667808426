// SPDX-License-Identifier: Apache-2.0
// Adds to a report that can be read without it: charts, a timeline, and samples to sort.
import { fitToPaper, fitToScreen } from './chart.js';
import { curves, memorySweep } from './curves.js';
import { read } from './data.js';
import { distribution } from './distributions.js';
import { h } from './dom.js';
import { samples } from './samples.js';
import { toggle, watchPrinting } from './theme.js';
import { timeline } from './timeline.js';

const paper = 680;

function fill(place, parts) {
  const some = parts.filter(Boolean);
  if (place && some.length) place.append(...some);
  return some.length > 0;
}

function section(title, figures) {
  const some = figures.filter(Boolean);
  if (!some.length) return null;
  return h('section', {}, h('h2', {}, title), h('div', { class: 'pair' }, ...some));
}

/** Names in tables get the colour that they have in the charts. */
function colourNames(article, subjects) {
  if (subjects.length < 2) return;
  const indices = new Map(subjects.map((s) => [s.name, s.index]));
  for (const cell of article.querySelectorAll('section table td.left, dt')) {
    const index = indices.get(cell.textContent);
    if (index === undefined) continue;
    cell.prepend(h('i', { class: 'swatch', style: { background: `var(--variant-${index % 10})` } }));
  }
}

function enhance(article, subjects) {
  for (const place of article.querySelectorAll('.curves')) {
    const given = JSON.parse(place.querySelector('script').textContent);
    const chart = curves(given);
    if (chart) place.prepend(chart);
  }
  for (const code of article.querySelectorAll('pre > code')) {
    const copy = h('button', { type: 'button', onclick: () => {
      navigator.clipboard?.writeText(code.textContent).then(() => { copy.textContent = 'copied'; });
    } }, 'copy');
    code.parentElement.append(copy);
  }
  if (!subjects.length) return;
  fill(article.querySelector('.charts'), [
    section('By memory', memorySweep(subjects)),
    section('Every start, every invocation', [
      distribution(subjects, 'cold.cold_ms', 'Cold start'),
      distribution(subjects, 'warm.warm_ms', 'Warm'),
    ]),
  ]);
  colourNames(article, subjects);
  // What the charts show better.
  article.classList.toggle('drawn', article.querySelector('.charts figure') !== null);
  const is_whole = subjects[0].every === 1;
  fill(article.querySelector('.evidence'), [
    is_whole ? timeline(subjects) : null,
    samples(subjects),
  ]);
}

const articles = read(document.getElementById('data').textContent);
document.querySelectorAll('article').forEach((article, i) => enhance(article, articles[i] ?? []));
document.querySelector('main').prepend(
  h('button', { class: 'theme', type: 'button', onclick: toggle, title: 'Light or dark',
    'aria-label': 'Switch between light and dark' }, '◐'));
watchPrinting(() => fitToPaper(paper), fitToScreen);
