// SPDX-License-Identifier: Apache-2.0
// The colours in force, for what is drawn on a canvas: style.css has them, and says when they change.

const watchers = new Set();
let colours;

export function palette() {
  if (colours) return colours;
  const style = getComputedStyle(document.documentElement);
  const of = (name) => style.getPropertyValue(`--${name}`).trim();
  colours = {
    text: of('text'),
    muted: of('muted'),
    line: of('line'),
    surface: of('surface'),
    failure: of('failure'),
    variants: Array.from({ length: 10 }, (_, i) => of(`variant-${i}`)),
    phases: Object.fromEntries(
      ['queued', 'spawn', 'init', 'restore', 'wait', 'handler', 'after', 'frozen', 'shutdown'].map(
        (name) => [name, of(`phase-${name}`)],
      ),
    ),
  };
  return colours;
}

export const variantColour = (index) => palette().variants[index % 10];

/** Calls `redraw` when the colours have changed. */
export function watch(redraw) {
  watchers.add(redraw);
}

function changed() {
  colours = undefined;
  for (const redraw of watchers) redraw();
}

function choose(theme) {
  document.documentElement.dataset.theme = theme;
  changed();
}

const is_dark = matchMedia('(prefers-color-scheme: dark)');
is_dark.addEventListener('change', changed);

/** Paper is white. */
export function watchPrinting(before, after) {
  let chosen;
  addEventListener('beforeprint', () => {
    chosen = document.documentElement.dataset.theme;
    choose('light');
    before();
  });
  addEventListener('afterprint', () => {
    if (chosen) choose(chosen);
    else {
      delete document.documentElement.dataset.theme;
      changed();
    }
    after();
  });
}

/** The other one of light and dark. */
export function toggle() {
  const now = document.documentElement.dataset.theme ?? (is_dark.matches ? 'dark' : 'light');
  choose(now === 'dark' ? 'light' : 'dark');
}
