// SPDX-License-Identifier: Apache-2.0
// One chart: uPlot has the axes, the zoom and the cursor; what is in it is drawn by its owner.
import uPlot from 'uplot';
import { h } from './dom.js';
import { logSteps, steps, tick } from './numbers.js';
import { palette, watch } from './theme.js';

const font = '12px system-ui, sans-serif';
const all = [];

const ruler = document.createElement('canvas').getContext('2d');
export function widthOf(text) {
  ruler.font = font;
  return ruler.measureText(text).width;
}

/** As much of the text as fits. */
export function fitted(text, width) {
  if (widthOf(text) <= width) return text;
  let length = text.length;
  while (length > 1 && widthOf(`${text.slice(0, length)}…`) > width) --length;
  return `${text.slice(0, length)}…`;
}

/** Where values are far apart, their logarithm is what is drawn. */
function scaleOf({ min, max, log }) {
  const to = log ? Math.log10 : (v) => v;
  const from = log ? (v) => 10 ** v : (v) => v;
  const margin = (to(max) - to(min)) * 0.03 || Math.abs(to(max)) * 0.05 || 1;
  return { to, from, low: min === 0 && !log ? 0 : to(min) - margin, high: to(max) + margin };
}

const axis = (more) => ({
  stroke: () => palette().muted,
  font,
  ticks: { show: false },
  gap: 6,
  ...more,
});

/**
 * `x` and `y` are {min, max, log, ticks, name}, or `rows` {names, values} of a chart with a row for
 * each thing. `draw(context, place)` draws; `pick(x, y, place)` says what is under the pointer.
 */
export class Chart {
  constructor(options) {
    this.options = options;
    this.host = h('div', { class: 'plot', role: 'img', 'aria-label': options.label });
    this.tip = h('div', { class: 'tip', hidden: true });
    this.host.append(this.tip);
    all.push(this);
    watch(() => this.plot?.redraw(false));
    new ResizeObserver(() => this.fit()).observe(this.host);
  }

  fit(width = this.host.clientWidth) {
    if (width === 0) return;
    if (!this.plot || this.needsNew) this.make(width);
    else if (width !== this.plot.width) {
      // The columns of names depend on the width.
      this.make(width);
    }
  }

  /** Shows another part of x, or other things altogether. */
  change(options) {
    Object.assign(this.options, options);
    this.host.setAttribute('aria-label', this.options.label);
    this.make(this.host.clientWidth);
  }

  make(width) {
    this.plot?.destroy();
    const { x, y, rows, height } = this.options;
    this.x = scaleOf(x);
    this.y = rows ? { low: 0, high: rows.names.length, to: (v) => v } : scaleOf(y);
    this.plot = new uPlot(
      {
        width,
        height,
        padding: [8, rows?.values ? 0 : 16, 0, 0],
        legend: { show: false },
        cursor: {
          x: this.options.zooms === true,
          y: false,
          drag: { x: this.options.zooms === true, y: false },
          points: { show: false },
        },
        scales: {
          x: { time: false, range: (_, low, high) => this.range(low, high) },
          y: { range: () => [this.y.low, this.y.high] },
        },
        axes: this.axes(width),
        series: [{}, { show: false }],
        hooks: {
          draw: [() => this.draw()],
          setCursor: [() => this.point()],
          setScale: [(_, key) => key === 'x' && this.options.zoomed?.(this.span())],
        },
      },
      [
        [this.x.low, this.x.high],
        [this.y.low, this.y.high],
      ],
      this.host,
    );
  }

  range(low, high) {
    return low == null || high - low < 1e-9 ? [this.x.low, this.x.high] : [low, high];
  }

  axes(width) {
    const { x, y, rows } = this.options;
    const across = axis({
      side: 2,
      size: 34,
      splits: (u) => this.splitsOf(x, u.scales.x, u.bbox.width / devicePixelRatio / 90, this.x),
      values: (_, splits) => splits.map((v) => (x.show ?? tick)(this.x.from(v))),
      grid: { stroke: () => palette().line, width: 1 },
    });
    if (!rows)
      return [
        across,
        axis({
          side: 3,
          size: 52,
          splits: (u) => this.splitsOf(y, u.scales.y, 4, this.y),
          values: (_, splits) => splits.map((v) => (y.show ?? tick)(this.y.from(v))),
          grid: { stroke: () => palette().line, width: 1 },
        }),
      ];
    const middle = () => rows.names.map((_, i) => rows.names.length - i - 0.5);
    const column = (side, texts, most) => {
      const shown = texts.map((text) => fitted(text, most));
      return axis({
        scale: 'y',
        side,
        size: Math.ceil(Math.max(...shown.map(widthOf), 0)) + (shown.some(Boolean) ? 12 : 0),
        splits: middle,
        values: () => shown,
        stroke: () => palette().text,
        grid: { show: false },
      });
    };
    const columns = [across, column(3, rows.names, width * 0.32)];
    if (rows.values) columns.push(column(1, rows.values, width * 0.3));
    return columns;
  }

  splitsOf(given, scale, about, mapping) {
    if (given.ticks) return given.ticks.map(mapping.to);
    if (scale.min == null) return [];
    if (!given.log) return steps(scale.min, scale.max, Math.max(2, about));
    return logSteps(mapping.from(scale.min), mapping.from(scale.max)).map(mapping.to);
  }

  /** What is seen of x now. */
  span() {
    const { min, max } = this.plot.scales.x;
    return [this.x.from(min), this.x.from(max)];
  }

  place() {
    const u = this.plot;
    const { left, top, width, height } = u.bbox;
    return {
      left,
      top,
      width,
      height,
      ratio: devicePixelRatio,
      x: (v) => u.valToPos(this.x.to(v), 'x', true),
      y: (v) => u.valToPos(this.y.to(v), 'y', true),
      /** The middle of a row, and how high it is. */
      row: (i) => u.valToPos(this.y.high - i - 0.5, 'y', true),
      rowHeight: height / (this.y.high - this.y.low),
      from: this.x.from(u.scales.x.min),
      to: this.x.from(u.scales.x.max),
    };
  }

  draw() {
    const context = this.plot.ctx;
    const place = this.place();
    context.save();
    context.beginPath();
    context.rect(place.left, place.top, place.width, place.height);
    context.clip();
    this.options.draw(context, place);
    context.restore();
  }

  point() {
    const { left, top } = this.plot.cursor;
    const text = left >= 0 && this.options.pick?.(
      left * devicePixelRatio + this.plot.bbox.left,
      top * devicePixelRatio + this.plot.bbox.top,
      this.place(),
    );
    this.tip.hidden = !text;
    if (!text) return;
    this.tip.textContent = text;
    const box = this.plot.over;
    const x = box.offsetLeft + left;
    const right = x > this.host.clientWidth / 2;
    this.tip.style.left = right ? '' : `${x + 12}px`;
    this.tip.style.right = right ? `${this.host.clientWidth - x + 12}px` : '';
    this.tip.style.top = `${box.offsetTop + top + 12}px`;
  }

  zoom(from, to) {
    this.plot.setScale('x', { min: this.x.to(from), max: this.x.to(to) });
  }
}

/** The width of a page of paper, less its margins. */
export function fitToPaper(width) {
  for (const chart of all) {
    const share = chart.host.closest('.pair') ? 0.48 : 1;
    chart.make(Math.round(width * share));
  }
}

export function fitToScreen() {
  for (const chart of all) chart.fit();
}
