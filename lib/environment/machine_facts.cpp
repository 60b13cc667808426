// SPDX-License-Identifier: Apache-2.0
// What a world can tell of an environment at any time, and what changes nothing.
#include "environment/limits.hpp"
#include "environment/machine.hpp"

namespace lambdaprof::environment {

namespace fact = journal::fact;

void machine::write(instant now, journal::what w, effects e) const {
  e.log.append(now, self_, invocation(), std::move(w));
}

void machine::note_refusal(instant now, std::uint16_t status, std::string_view what, effects e) {
  // A function that asks for the wrong thing in a loop is not to fill our memory.
  if (++refusals_ <= most_refusals) write(now, fact::refused{status, e.log.keep(what)}, e);
}

void machine::on(instant now, const signal::sampled& s, effects e) {
  // Of the environment: its invocation may be the next one already.
  e.log.append(now, self_, {}, fact::sampled{e.log.keep(s.used)});
}

void machine::on(instant now, const signal::thawed& s, effects e) {
  write(now, fact::thaw_cost{s.took}, e);
}

void machine::on(instant now, const signal::printed& s, effects e) {
  write(now, fact::log_line{s.from, e.log.keep(s.line)}, e);
}

void machine::on(instant now, const signal::print_dropped& s, effects e) {
  write(now, fact::log_dropped{s.bytes}, e);
}

void machine::on(instant now, const signal::misspoke& s, effects e) {
  note_refusal(now, s.status, s.what, e);
}

void machine::on(instant now, const signal::left_strays& s, effects e) {
  write(now, fact::strays{s.count}, e);
}

void machine::on(instant now, const signal::left_groups&, effects e) {
  write(now, fact::left_groups{}, e);
}

void machine::on(instant now, const signal::extension_printed& s, effects e) {
  write(now, fact::extension_line{s.extension, s.from, e.log.keep(s.line)}, e);
}

void machine::on(instant now, const signal::telemetry_dropped& s, effects e) {
  write(now, fact::telemetry_dropped{s.extension, s.records, s.bytes}, e);
}

}  // namespace lambdaprof::environment
