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
    waiting: of('waiting'),
  };
  return colours;
}

export const variantColour = (index) => palette().variants[index % 10];

/** Some of a colour, and for the rest what is behind it; both as #rrggbb or #rgb. */
export function tint(colour, part) {
  const channels = (hex) => (hex.length === 4 ? [...hex.slice(1)].map((c) => c + c) : hex.match(/[^#]{2}/g))
    .map((c) => parseInt(c, 16));
  const behind = channels(palette().surface);
  const mixed = channels(colour).map((c, i) => Math.round(part * c + (1 - part) * behind[i]));
  return `rgb(${mixed.join(' ')})`;
}

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
