// SPDX-License-Identifier: Apache-2.0
// The baseline function on the official Node.js client.
export async function handler() {
  return { message: "hello from node" };
}
