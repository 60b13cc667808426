// SPDX-License-Identifier: Apache-2.0
// Bundles the page into one HTML file, and that into a source of C++: build.mjs LIBRARIES OUTPUT
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const [libraries, output] = process.argv.slice(2);
const esbuild = createRequire(join(libraries, 'package.json'))('esbuild');

const bundled = async (entry, more = {}) => {
  const built = await esbuild.build({
    entryPoints: [join(here, entry)],
    nodePaths: [join(libraries, 'node_modules')],
    bundle: true,
    minify: true,
    write: false,
    charset: 'utf8',
    legalComments: 'none',
    target: ['chrome100', 'firefox100', 'safari15.4'],
    ...more,
  });
  return built.outputFiles[0].text.trim();
};

const script = await bundled('main.js', { format: 'iife' });
const style = await bundled('style.css');
// Only this one script may run, whatever a report contains.
const hash = createHash('sha256').update(script, 'utf8').digest('base64');

const licence = readFileSync(join(libraries, 'node_modules/uplot/LICENSE'), 'utf8').trim();
const places = { hash, style, script, licence };
const page = readFileSync(join(here, 'page.html'), 'utf8').replace(
  /\{\{(hash|style|script|licence)\}\}/g,
  (_, name) => places[name],
);

// Compilers need not take longer literals than 65536 characters.
const chunks = [];
for (let rest = Buffer.from(page); rest.length > 0;) {
  let end = Math.min(rest.length, 60000);
  while (end < rest.length && (rest[end] & 0xc0) === 0x80) --end; // within a character
  chunks.push(rest.subarray(0, end).toString());
  rest = rest.subarray(end);
}
const literals = chunks.map((chunk) => `    R"page--(${chunk})page--"`).join(',\n');
writeFileSync(
  output,
  `// SPDX-License-Identifier: Apache-2.0
// Written by page/build.mjs.
#include "report/page.hpp"

namespace lambdaprof::report {
namespace {

constexpr std::string_view parts[] = {
${literals}};

}  // namespace

const std::string& built_page() {
  static const std::string page = [] {
    std::string all;
    for (const std::string_view part : parts) all += part;
    return all;
  }();
  return page;
}

std::string_view why_no_page() {
  return "";
}

std::string_view remedy_for_no_page() {
  return "";
}

}  // namespace lambdaprof::report
`,
);
