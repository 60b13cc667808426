// SPDX-License-Identifier: Apache-2.0
// Parts of a run that can be looked at in one picture: a block of a trial, or what happens between
// two times of inactivity.

const inactivity = 500_000; // microseconds

const endOf = (i) => i.due + (i.latency ?? 0) + i.after;

function begins(environments) {
  const first = Math.min(...environments.flatMap((e) => [
    e.ordered ?? Infinity,
    // An environment of before may be waiting for it.
    ...e.invocations.map((i) => i.due ?? Infinity),
  ]));
  return Number.isFinite(first) ? first : 0;
}

function blocksOf(subjects) {
  const numbers = new Set();
  for (const s of subjects) for (const e of s.environments) numbers.add(e.block);
  const last = Math.max(...numbers);
  return [...numbers].sort((a, b) => a - b).map((block) => {
    const groups = subjects.map((subject) => {
      const environments = subject.environments.filter((e) => e.block === block);
      return { subject, environments, from: begins(environments), to: Infinity };
    });
    const is_discarded = groups.every((g) => g.environments.every((e) => e.discarded));
    return { name: `block ${block} of ${last}${is_discarded ? ', to warm up' : ''}`, groups };
  });
}

/** Environments that live through several parts are in all of them, as far as they did anything. */
function partsOf(subject) {
  const active = [];
  for (const e of subject.environments) {
    if (e.ordered != null)
      active.push([e.ordered, Math.max(e.ordered, (e.began ?? e.ordered) + (e.init ?? 0)), e]);
    for (const i of e.invocations) if (i.due != null) active.push([i.due, endOf(i), e]);
  }
  active.sort((a, b) => a[0] - b[0]);
  const parts = [];
  let end = -Infinity;
  for (const [from, to, e] of active) {
    if (from > end + inactivity) parts.push({ from, seen: new Set() });
    end = Math.max(end, to);
    parts.at(-1).seen.add(e);
    parts.at(-1).to = end;
  }
  return parts.map(({ from, to, seen }, i) => {
    const environments = [...seen].sort((a, b) => a.id - b.id);
    return {
      name: parts.length > 1 ? `part ${i + 1} of ${parts.length}` : 'the whole run',
      groups: [{ subject, environments, from, to: to + inactivity / 5 }],
    };
  });
}

export function episodesOf(subjects) {
  const is_trial = subjects.every((s) => s.environments.every((e) => e.block >= 0));
  const all = is_trial ? blocksOf(subjects) : partsOf(subjects[0]);
  return all.filter((e) => e.groups.some((g) => g.environments.length));
}

/** The one with most environments: a burst is what people look for. Else the first that counts. */
export function mostTelling(episodes) {
  const size = (e) => e.groups.reduce((n, g) => n + g.environments.length, 0);
  const counts = (e) => e.groups.some((g) => g.environments.some((one) => !one.discarded));
  let best = 0;
  episodes.forEach((e, i) => {
    const better = counts(e) - counts(episodes[best]) || size(e) - size(episodes[best]);
    if (better > 0) best = i;
  });
  return best;
}
