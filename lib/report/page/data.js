// SPDX-License-Identifier: Apache-2.0
// Reads what html_data.cpp wrote: columns of microseconds, each value folded and in base 64 VLQ.

const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const value_of = new Uint8Array(128);
for (let i = 0; i < 64; ++i) value_of[digits.charCodeAt(i)] = i;

/** compact.cpp, backwards: null is none. */
export function unpacked(text) {
  const all = [];
  let value = 0;
  let weight = 1; // no shift: microseconds of a long run do not fit into 32 bits
  for (let i = 0; i < text.length; ++i) {
    const digit = value_of[text.charCodeAt(i)];
    value += (digit & 31) * weight;
    if (digit & 32) {
      weight *= 32;
      continue;
    }
    const folded = value - 1;
    all.push(value === 0 ? null : folded % 2 ? -(folded + 1) / 2 : folded / 2);
    value = 0;
    weight = 1;
  }
  return all;
}

const columns = (packed) =>
  Object.fromEntries(Object.entries(packed).map(([key, text]) => [key, unpacked(text)]));

function environmentsOf(packed) {
  const c = columns(packed);
  let before = 0;
  return c.ordered.map((since, i) => {
    const ordered = since == null ? null : before + since;
    before = ordered ?? before;
    const began = ordered == null || c.queued[i] == null ? null : ordered + c.queued[i];
    const retired = ordered == null || c.life[i] == null ? null : ordered + c.life[i];
    return {
      id: i,
      block: c.block[i],
      discarded: c.discarded[i] === 1,
      outcome: c.outcome[i],
      ordered,
      began,
      init: c.init[i],
      restore: c.restore[i],
      retired,
      gone: retired == null ? null : retired + (c.shutdown[i] ?? 0),
      cold: c.cold[i],
      invocations: [],
    };
  });
}

function invocationsOf(packed, kinds, every) {
  const c = columns(packed);
  let env = 0;
  let end = 0;
  return c.kind.map((kind, i) => {
    if (c.env[i] != null) env += c.env[i];
    const due = c.due[i] == null ? null : end + c.due[i];
    const latency = c.latency[i];
    end = (due ?? end) + (latency ?? 0) + (c.after[i] ?? 0);
    return {
      id: i * every,
      env: c.env[i] == null ? null : env,
      kind: kinds[kind >> 1],
      discarded: kind % 2 === 1,
      outcome: c.outcome[i],
      due,
      latency,
      handler: latency == null || c.before_handler[i] == null ? null : latency - c.before_handler[i],
      after: c.after[i] ?? 0,
      cpu: c.cpu[i],
    };
  });
}

function subjectOf(packed, outcomes, kinds, index) {
  const environments = environmentsOf(packed.environments);
  const invocations = invocationsOf(packed.invocations, kinds, packed.every);
  for (const i of invocations) {
    i.of = environments[i.env];
    i.how = i.kind === 'none' && outcomes[i.outcome] !== 'success' ? outcomes[i.outcome]
      : i.kind === 'none' ? 'throttled' : outcomes[i.outcome];
    if (i.of && i.kind !== 'none') i.of.invocations.push(i);
  }
  for (const e of environments) e.how = outcomes[e.outcome];
  return { ...packed, index, environments, invocations };
}

/** One list of subjects for each article. */
export function read(text) {
  const { kinds, outcomes, articles } = JSON.parse(text);
  return articles.map((list) => list.map((s, i) => subjectOf(s, outcomes, kinds, i)));
}

const counts = (row) => !row.discarded && row.how === 'success';

/** The samples behind a figure, in microseconds; what the summary leaves out is left out here. */
export function samplesOf(subject, key) {
  if (key === 'cold.cold_ms')
    return subject.environments
      .filter((e) => !e.discarded && e.cold != null && !e.invocations[0]?.discarded)
      .map((e) => ({ value: e.cold, row: e }));
  return subject.invocations
    .filter((i) => counts(i) && i.kind === 'warm' && i.latency != null)
    .map((i) => ({ value: i.latency, row: i }));
}
