// SPDX-License-Identifier: Apache-2.0
// Results to make reports of: those of the golden run, changed, so that they are the same on every machine.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { place } from './browser.mjs';

const golden = new URL('../golden/report.json', import.meta.url);
export const goldenRun = () => JSON.parse(readFileSync(golden, 'utf8'));

/** Always the same numbers in [0, 1). */
function chance(seed) {
  let state = seed;
  return () => {
    state = (state * 1664525 + 1013904223) % 4294967296;
    return state / 4294967296;
  };
}

const rounded = (ms) => Math.round(ms * 1e6) / 1e6;

/** A trial: `blocks` starts of a variant, each with `warm` invocations more, as the results file has them. */
function variantOf(run, { name, role, memory_mb, blocks, warm, start, seed }) {
  const next = chance(seed);
  const around = (middle) => middle * (0.85 + 0.3 * next() + (next() < 0.03 ? next() : 0));
  const [like] = run.variants;
  const environment = like.environments.find((e) => e.outcome === 'success');
  const [first, second] = like.invocations.filter((i) => i.environment === environment.id);
  const environments = [];
  const invocations = [];
  let now = 0;
  const invoke = (row, block, latency, before) => {
    const at = (ms) => rounded(now + ms);
    const end = before + latency;
    const its = { due_ms: at(0), arrived_ms: at(0), assigned_ms: at(before), delivered_ms: at(before),
      first_byte_ms: at(end), answered_ms: at(end), settled_ms: at(end + 0.02) };
    invocations.push({ ...row, id: invocations.length, environment: block, block, discarded: block < 1,
      ...its });
    now = its.settled_ms;
  };
  for (let block = 0; block < blocks; ++block) {
    const began = rounded(now + 0.05);
    const started = rounded(began + 0.4);
    const ready = rounded(started + around(start));
    environments.push({ ...environment, id: block, block, discarded: block < 1, ordered_ms: now,
      began_ms: began, started_ms: started, init_done_ms: ready, first_invocation: invocations.length,
      invocations: 1 + warm });
    invoke(first, block, around(start / 8), rounded(ready - now));
    for (let i = 0; i < warm; ++i) invoke(second, block, around(0.145 * (start / 20)), 0);
    const last = environments.at(-1);
    last.retired_ms = now;
    last.gone_ms = rounded(now + 0.4);
    now = rounded(now + 40);
  }
  return { ...like, name, variant: { role, settings: `MODE=${name}`, function: 'thumbnail' },
    function: { ...like.function, memory_mb }, environments, invocations, refusals: [], notes: [] };
}

export function trial(variants, { blocks = 40, warm = 5 } = {}) {
  const run = goldenRun();
  return { ...run, command: 'lambdaprof compare ./thumbnail', plan: `fresh, 1 + ${warm} sequential`,
    trial: { budgets: [], alpha: 0.05, machine_deviation: 0.05, max_blocks: blocks,
      passes_inconclusive: false, stopped: `all ${blocks} blocks measured` },
    variants: variants.map((v, i) => variantOf(run, { memory_mb: 512, blocks, warm, seed: i + 1,
      role: i === 0 ? 'base' : 'variant', ...v })) };
}

/** Runs lambdaprof, whose status may be one of those. */
export function lambdaprof(args, statuses = [0]) {
  try {
    execFileSync(process.env.LAMBDAPROF, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  } catch (fault) {
    if (!statuses.includes(fault.status)) throw new Error(`${args.join(' ')}: ${fault.stderr ?? fault}`);
  }
}

/** The page of results, and the results as lambdaprof writes them beside it. */
export function reported(name, results) {
  const [given, html, json] = ['given.json', 'html', 'json'].map((end) => join(place, `${name}.${end}`));
  writeFileSync(given, JSON.stringify(results));
  lambdaprof(['report', given, '--html', html, '--json', json]);
  return { html, results: JSON.parse(readFileSync(json, 'utf8')) };
}
