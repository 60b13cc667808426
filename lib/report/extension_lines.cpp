// SPDX-License-Identifier: Apache-2.0
#include "report/extension_lines.hpp"

#include <utility>

#include "report/width.hpp"

namespace lambdaprof::report {

void extension_lines::add(std::uint32_t number, journal::text_id name) {
  if (number == all_.size()) all_.push_back({std::string(journal_.text(name)), {}});
}

void extension_lines::registered(const journal::fact::extension_registered& f) {
  add(f.extension, f.name);
  if (extension* x = at(f.extension)) {
    x->events = {f.invoke, f.shutdown};
    x->is_registered = true;
  }
}

std::string extension_lines::name_of(std::uint32_t number) const {
  return number < all_.size() ? printable(all_[number].name) : std::string();
}

std::optional<std::string> extension_lines::launch_failed(
    const journal::fact::extension_launch_failed& f) {
  add(f.extension, f.name);
  extension* x = at(f.extension);
  if (x == nullptr) return std::nullopt;
  x->is_told = true;
  return extension_text(x->name, "LaunchError", {}, "Extension.LaunchError");
}

std::optional<std::string> extension_lines::ready(std::uint32_t number) {
  extension* x = at(number);
  if (x == nullptr || std::exchange(x->is_told, true)) return std::nullopt;
  return extension_text(x->name, "Ready", x->events);
}

std::optional<std::string> extension_lines::failed(const journal::fact::extension_failed& f) {
  extension* x = at(f.extension);
  if (x == nullptr) return std::nullopt;
  const bool was_in_init = !std::exchange(x->is_told, true);
  is_ending_ = true;  // it is to exit after that
  return extension_text(x->name, was_in_init ? "InitError" : "ExitError", x->events,
                        journal_.text(f.type));
}

std::optional<std::string> extension_lines::exited(std::uint32_t number) {
  extension* x = at(number);
  if (x == nullptr || is_ending_) return std::nullopt;
  x->is_told = true;
  return extension_text(x->name, "Exited", x->events, "Extension.Crash");
}

std::optional<std::string> extension_lines::subscribed(const journal::fact::subscribed& f) const {
  if (f.extension >= all_.size()) return std::nullopt;
  return subscription_text(all_[f.extension].name, f);
}

std::vector<std::string> extension_lines::init_failed() {
  std::vector<std::string> lines;
  for (extension& x : all_)
    if (!std::exchange(x.is_told, true))
      lines.push_back(extension_text(x.name, x.is_registered ? "Registered" : "Started", x.events));
  return lines;
}

}  // namespace lambdaprof::report
