// SPDX-License-Identifier: Apache-2.0
// A report in Chromium: opened from disk, listened to, looked at.
import { createRequire } from 'node:module';
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

let browser;

/** Calls `use(page, said)` with the file open; `said` are complaints, of which there should be none. */
export async function opened(file, options, use) {
  // With a profile of its own, which goes when it is closed.
  browser ??= await chromium.launch({ executablePath: process.env.CHROMIUM, args: quiet });
  const context = await browser.newContext({ viewport: { width: 1200, height: 900 }, ...options });
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
  }
}

export const close = () => browser?.close();

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

const looks = {
  light: { colorScheme: 'light' },
  dark: { colorScheme: 'dark' },
  phone: { colorScheme: 'light', viewport: { width: 390, height: 844 }, deviceScaleFactor: 2 },
};

/** For people to look at; on paper as well, unless only some kinds are asked for. */
export async function pictures(file, name, kinds) {
  for (const kind of kinds ?? Object.keys(looks))
    await opened(file, looks[kind], (page) =>
      page.screenshot({ path: join(place, `${name}-${kind}.png`), fullPage: true }));
  if (kinds) return;
  await opened(file, looks.dark, (page) => page.pdf({ path: join(place, `${name}.pdf`), format: 'A4' }));
}
