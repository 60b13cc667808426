// SPDX-License-Identifier: Apache-2.0
#include "report/github.hpp"

#include "report/findings_text.hpp"
#include "report/variant_name.hpp"
#include "report/width.hpp"

namespace lambdaprof::report {
namespace {

/// As GitHub's own toolkit escapes: a message keeps colons and commas, a property does not.
std::string escaped(std::string_view text, std::string_view also) {
  std::string all;
  for (const char c : text) {
    if (c == '%') {
      all += "%25";
    } else if (c == '\r') {
      all += "%0D";
    } else if (c == '\n') {
      all += "%0A";
    } else if (also.find(c) != std::string_view::npos) {
      all += c == ':' ? "%3A" : "%2C";
    } else {
      all += c;
    }
  }
  return all;
}

std::string command(std::string_view kind, std::string_view title, std::string_view message) {
  return "::" + std::string(kind) + " title=" + escaped(title, ":,") + "::" + escaped(message, "") +
         "\n";
}

std::string broken(const subject& s) {
  std::string message = "no figure of it can be trusted";
  for (const std::string& breach : s.breaches) message += "\n" + printable(breach);
  return command("error", "broken laws: " + printable(variant_name(s)), message);
}

std::string ruled(const trial::findings& f, trial::ruling which, std::string_view kind) {
  std::string all;
  for (const trial::verdict& v : f.verdicts)
    if (v.ruling == which)
      all += command(kind, std::string(name(which)) + ": " + name_of(v),
                     wording(v) + "\n" + grounds(v));
  return all;
}

}  // namespace

std::string render_github(std::span<const subject> subjects, const trial::findings& f) {
  std::string all;
  for (const subject& s : subjects)
    if (!s.breaches.empty()) all += broken(s);
  all += ruled(f, trial::ruling::over, "error");
  all += ruled(f, trial::ruling::inconclusive, "warning");
  for (const trial::self_test& t : f.self_tests)
    if (t.found == trial::self_test::state::noisy)
      all += command("warning", "noisy machine", wording(t));
  if (all.empty() || f.caveats.empty()) return all;
  std::string message;
  for (const std::string& caveat : f.caveats)
    message += (message.empty() ? "" : "\n") + printable(caveat);
  return all + command("notice", "what speaks against trusting this", message);
}

}  // namespace lambdaprof::report
