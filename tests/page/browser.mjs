// SPDX-License-Identifier: Apache-2.0
// A report in Chromium: opened from disk, listened to, looked at.
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

export const place = process.env.PLACE;
const library = createRequire(join(place, 'package.json'));
const { chromium } = library('playwright-core');

const quiet = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
];

/** Calls `use(page, said)` with the file open; `said` are complaints, of which there should be none. */
export async function opened(file, options, use) {
  const profile = mkdtempSync(join(tmpdir(), 'lambdaprof-page-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: process.env.CHROMIUM,
    args: quiet,
    viewport: { width: 1200, height: 900 },
    ...options,
  });
  try {
    const said = [];
    const page = await context.newPage();
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) said.push(message.text());
    });
    page.on('pageerror', (error) => said.push(String(error)));
    page.on('request', (request) => {
      if (!/^(file|data):/.test(request.url())) said.push(`asks for ${request.url()}`);
    });
    await page.goto(pathToFileURL(file).href);
    return await use(page, said);
  } finally {
    await context.close();
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Milliseconds until it was all there. */
export const loadTime = (page) =>
  page.evaluate(() => Math.round(performance.getEntriesByType('navigation')[0].loadEventEnd));

/** What axe finds wrong for people who do not see it, or do not use a mouse. */
export async function barriers(page) {
  // The page lets no script in but its own, so this goes around it, as the tools of a browser do.
  const axe = library('axe-core').source;
  const session = await page.context().newCDPSession(page);
  await session.send('Runtime.evaluate', { expression: axe });
  const { result } = await session.send('Runtime.evaluate', {
    expression: 'axe.run().then((r) => JSON.stringify(r.violations.map((v) => ' +
      '`${v.id}: ${v.nodes.slice(0, 3).map((n) => `${n.target} ${n.failureSummary}`).join("; ")}`)))',
    awaitPromise: true,
    returnByValue: true,
  });
  return JSON.parse(result.value);
}

/** Pictures in light, in dark, on a phone and on paper. */
export async function pictures(file, name) {
  const shot = async (kind, options, by = {}) =>
    opened(file, options, async (page) => {
      await page.waitForTimeout(200);
      await page.screenshot({ path: join(place, `${name}-${kind}.png`), fullPage: true, ...by });
    });
  await shot('light', { colorScheme: 'light' });
  await shot('dark', { colorScheme: 'dark' });
  await shot('phone', { colorScheme: 'light', viewport: { width: 390, height: 844 }, deviceScaleFactor: 2 });
  await opened(file, { colorScheme: 'dark' }, async (page) => {
    await page.pdf({ path: join(place, `${name}.pdf`), format: 'A4', printBackground: false });
  });
}
