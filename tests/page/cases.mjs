// SPDX-License-Identifier: Apache-2.0
// What an HTML report promises, one promise a case: cases.mjs NAME. CMake makes a test of each.
import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { barriers, close, loadTime, opened, pictures, place } from './browser.mjs';
import { goldenRun, lambdaprof, reported, trial } from './results.mjs';

const megabyte = 1_000_000;

/** Three significant digits, as all reports have them. */
function short(value) {
  if (value === 0) return '0';
  const decimals = [0, 1, 2, 3, 4, 5, 6].find((d) =>
    d === 6 || Math.abs(Number(value.toFixed(d))) >= 10 ** (2 - d)) ?? 6;
  return value.toFixed(decimals);
}

const textsOf = (page, selector) => page.locator(selector).evaluateAll((rows) =>
  rows.map((row) => [...row.children].map((cell) => cell.textContent)));

/** The samples that the page shows, page by page. */
async function shownSamples(page) {
  const all = [];
  const next = page.locator('.samples button', { hasText: 'next' });
  for (;;) {
    all.push(...await textsOf(page, '.samples tbody tr'));
    if (await next.isDisabled()) return all;
    await next.click();
  }
}

/** To the microsecond. */
const exact = (ms) => (ms == null ? '–' : (Math.round(Math.abs(ms) * 1000 + 1e-7) / 1000).toFixed(3));

const threeVariants = [
  { name: 'sync', start: 40 },
  { name: 'async', start: 25 },
  { name: 'snapshot', start: 12 },
];
const sweep = [128, 256, 512, 1024, 1769].map((memory_mb) =>
  ({ name: `memory=${memory_mb}`, memory_mb, start: 8 + 6000 / memory_mb }));

const cases = {
  'a run opens from disk, and its numbers are those of the results': async () => {
    const { html, results } = reported('run', goldenRun());
    assert.ok(statSync(html).size < megabyte);
    const [{ summary, invocations, environments }] = results.variants;
    await opened(html, {}, async (page, said) => {
      const figures = Object.fromEntries((await textsOf(page, 'article > section:nth-of-type(1) table tbody tr'))
        .map((row) => [row[0], row]));
      for (const [name, f] of [['init', summary.cold.init_ms], ['first response', summary.cold.first_ms],
        ['cold = init + handler', summary.cold.cold_ms], ['warm', summary.warm.warm_ms]]) {
        const row = figures[name];
        assert.equal(row[1], short(f.p50), name);
        assert.equal(row[2], `[${short(f.p50_low)}, ${short(f.p50_high)}]`, name);
        assert.deepEqual(row.slice(-3), [short(f.min), short(f.max), String(f.n)], name);
      }
      const heads = (await textsOf(page, '.samples thead tr'))[0];
      const samples = await shownSamples(page);
      assert.equal(samples.length, invocations.length);
      const column = (name) => samples.map((row) => row[heads.indexOf(name)]);
      assert.deepEqual(column('latency'), invocations.map((i) => exact(i.latency_ms)));
      assert.deepEqual(column('handler'), invocations.map((i) => exact(i.handler_ms)));
      assert.deepEqual(column('due'), invocations.map((i) => exact(i.due_ms)));
      assert.deepEqual(column('CPU'), invocations.map((i) => exact(i.cpu_ms)));
      const cold = new Map(environments.map((e) => [e.id, exact(e.cold_ms)]));
      assert.deepEqual(column('cold'),
        invocations.map((i) => (i.start === 'cold' && i.delivered_ms != null ? cold.get(i.environment) : '–')));
      const said_by_chart = await page.locator('.plot').first().getAttribute('aria-label');
      assert.ok(said_by_chart.includes(`median ${short(summary.cold.cold_ms.p50)} ms`), said_by_chart);
      assert.ok(said_by_chart.includes(`${summary.cold.cold_ms.n} samples`), said_by_chart);
      assert.deepEqual(said, []);
    });
    await pictures(html, 'run');
  },

  'a trial shows all variants on one scale': async () => {
    const { html, results } = reported('trial', trial(threeVariants));
    await opened(html, {}, async (page, said) => {
      assert.equal(await page.locator('.waterfalls .waterfall').count(), 3);
      const rows = await textsOf(page, 'article > section table tbody tr');
      const cold = rows.findIndex((row) => row[0] === 'cold start');
      assert.equal(rows[cold][2], short(results.variants[0].summary.cold.cold_ms.p50));
      assert.equal(rows[cold + 1][1], short(results.variants[1].summary.cold.cold_ms.p50));
      assert.equal(await page.locator('.timeline output').textContent(), 'block 1 of 39');
      assert.deepEqual(said, []);
    });
    await pictures(html, 'trial');
  },

  'a sweep of memory is drawn as curves': async () => {
    const { html } = reported('sweep', trial(sweep, { blocks: 20 }));
    await opened(html, {}, async (page, said) => {
      const heading = page.locator('h2', { hasText: 'By memory' });
      assert.equal(await heading.count(), 1);
      assert.ok(await page.locator('.plot[aria-label*="against MB"]').count() >= 2);
      assert.deepEqual(said, []);
    });
    await pictures(html, 'sweep');
  },

  'ten variants of 160 blocks stay below one megabyte': async () => {
    const variants = Array.from({ length: 10 }, (_, i) => ({ name: `variant-${i}`, start: 30 + 4 * i }));
    const { html } = reported('large', trial(variants, { blocks: 161, warm: 20 }));
    const bytes = statSync(html).size;
    const time = await opened(html, {}, async (page, said) => {
      assert.equal(await page.locator('.samples output').textContent(), '1–25 of 33810');
      assert.deepEqual(said, []);
      return loadTime(page);
    });
    console.log(`${bytes} bytes, complete after ${time} ms`);
    assert.ok(bytes < megabyte, `${bytes} bytes`);
    await pictures(html, 'large', ['light']);
  },

  'a run in which every start failed says so, and draws no figures': async () => {
    const html = join(place, 'failed.html');
    lambdaprof(['run', '/bin/false', '--cold', '20', '--give-up', '0', '--html', html], [4]);
    await opened(html, {}, async (page, said) => {
      assert.match(await page.locator('.verdict').textContent(), /^nothing succeeded/);
      assert.equal(await page.locator('.waterfall, .charts figure').count(), 0);
      assert.ok(await page.locator('.samples tbody tr').count() > 0);
      assert.deepEqual(said, []);
    });
    await pictures(html, 'failed');
  },

  'a gate is told from afar by its verdict': async () => {
    const results = trial([{ name: 'main', start: 30 }, { name: 'change', start: 45 }]);
    results.trial = { budgets: [{ metric: 'cold.cold_ms', budget: 'p50 <= baseline + 10%' }], alpha: 0.05,
      machine_deviation: 0.05, max_blocks: 160, passes_inconclusive: false, stopped: 'all is decided' };
    const { html } = reported('gate', results);
    await opened(html, {}, async (page, said) => {
      assert.match(await page.locator('.verdict.failure').textContent(), /^over budget/);
      assert.deepEqual(said, []);
    });
    await pictures(html, 'gate');
  },

  'names from outside stay text': async () => {
    const evil = `</script><script>window.broken = 1</script><img src=x onerror="window.broken = 2">\u2028&amp;'`;
    const results = trial([{ name: evil, start: 30 }, { name: '<b>', start: 20 }], { blocks: 8 });
    const { html } = reported('hostile', results);
    await opened(html, {}, async (page, said) => {
      assert.equal(await page.evaluate(() => window.broken), undefined);
      assert.equal(await page.locator('img, b').count(), 0);
      assert.ok((await page.locator('h1').textContent()).includes('</script><script>window.broken'));
      assert.ok(await page.locator('.samples tbody tr').count() > 0);
      assert.deepEqual(said, []);
    });
  },

  'without scripts all that counts is there': async () => {
    const { html, results } = reported('plain', goldenRun());
    await opened(html, { javaScriptEnabled: false }, async (page) => {
      const text = await page.locator('main').innerText();
      assert.ok(text.includes(short(results.variants[0].summary.cold.cold_ms.p50)));
      assert.ok(text.includes('lambdaprof run ./thumbnail'));
      assert.equal(await page.locator('.histograms svg').first().isVisible(), true);
      await page.screenshot({ path: join(place, 'plain.png'), fullPage: true });
    });
  },

  'it can be used without a mouse and without seeing it': async () => {
    const { html } = reported('access', trial(threeVariants, { blocks: 12 }));
    for (const colorScheme of ['light', 'dark'])
      await opened(html, { colorScheme }, async (page) =>
        assert.deepEqual(await barriers(page), [], colorScheme));
    await opened(html, {}, async (page, said) => {
      const head = page.locator('.samples th', { hasText: 'latency' });
      await head.locator('button').focus();
      await page.keyboard.press('Enter');
      assert.equal(await head.getAttribute('aria-sort'), 'ascending');
      await page.keyboard.press('Space');
      assert.equal(await head.getAttribute('aria-sort'), 'descending');
      const index = await head.evaluate((th) => th.cellIndex);
      const values = (await textsOf(page, '.samples tbody tr')).map((row) => Number(row[index]));
      assert.deepEqual(values, [...values].sort((a, b) => b - a));
      await page.locator('button', { hasText: 'next' }).first().focus();
      await page.keyboard.press('Enter');
      assert.equal(await page.locator('.timeline output').textContent(), 'block 2 of 11');
      assert.deepEqual(said, []);
    });
  },

  'charts answer the pointer, and can be zoomed': async () => {
    const { html, results } = reported('pointer', trial(threeVariants, { blocks: 12 }));
    await opened(html, {}, async (page, said) => {
      const plot = page.locator('.timeline .plot');
      await plot.hover({ position: { x: 200, y: 22 } });
      const { init_ms } = results.variants[0].environments[1];
      assert.equal(await plot.locator('.tip').textContent(), `environment 1: init, ${exact(init_ms)} ms`);
      const before = await plot.screenshot();
      await page.locator('button[title="Zoom in"]').click();
      await page.mouse.move(0, 0);
      assert.notDeepEqual(await plot.screenshot(), before);
      assert.deepEqual(said, []);
    });
  },

  'it fits a phone': async () => {
    const { html } = reported('phone', trial(threeVariants, { blocks: 12 }));
    await opened(html, { viewport: { width: 360, height: 740 } }, async (page) => {
      const width = await page.evaluate(() => document.documentElement.scrollWidth);
      assert.ok(width <= 360, `${width} pixels wide`);
    });
  },
};

try {
  await cases[process.argv[2]]();
} finally {
  await close();
}
