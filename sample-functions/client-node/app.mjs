// SPDX-License-Identifier: Apache-2.0
// What a function can do with the official Node.js client beside answering well: MODE says what.
import { setTimeout } from "node:timers/promises";

const mode = process.env.MODE;

class OrderRefused extends Error {
  name = "OrderRefused";
}

async function fail() {
  throw new OrderRefused("order 7 refused");
}

async function stream({ chunks = 3, pause_ms = 0, fail = false }, response) {
  response.setContentType("text/plain");
  for (let number = 1; number <= chunks; ++number) {
    await setTimeout(pause_ms);
    response.write(`chunk ${number}\n`);
  }
  if (fail) throw new OrderRefused("order 7 refused");
  response.end();
}

const handlers = { error: fail, stream: globalThis.awslambda.streamifyResponse(stream) };
if (!Object.hasOwn(handlers, mode)) {
  console.error(`MODE=${mode}: expected ${Object.keys(handlers).join(" or ")}`);
  process.exit(1);
}
export const handler = handlers[mode];
