// SPDX-License-Identifier: Apache-2.0
#include "command/output_files.hpp"

#include <algorithm>
#include <filesystem>
#include <utility>

#include "report/terminal.hpp"

namespace lambdaprof::command {
namespace {

namespace fs = std::filesystem;

fault refused(std::string what, const std::string& path, std::string remedy) {
  return {fault_kind::usage, std::move(what), path, std::move(remedy)};
}

/// One name for each place.
std::string place_of(const std::string& path) {
  if (is_standard_output(path)) return "standard output";
  std::error_code ignored;
  const std::string place = fs::weakly_canonical(path, ignored).string();
  return place.empty() ? path : place;
}

}  // namespace

bool is_standard_output(const std::string& path) {
  return path == "-" || path == "/dev/stdout" || path == "/dev/fd/1" || path == "/proc/self/fd/1";
}

result<output_files> output_files::open(const std::vector<std::string>& paths,
                                        const std::vector<std::string>& functions) {
  output_files all;
  std::vector<std::string> taken;
  for (const std::string& path : paths) {
    std::optional<host::output_file>& file = all.files_.emplace_back();
    if (path.empty()) continue;
    std::error_code ignored;
    for (const std::string& function : functions)
      if (!is_standard_output(path) && fs::equivalent(path, function, ignored))
        return refused("is the function itself", path, "give the output another name");
    auto opened = host::output_file::open(path);
    if (!opened) return opened.error();
    file = std::move(*opened);
    std::string place = place_of(path);
    if (std::find(taken.begin(), taken.end(), place) != taken.end())
      return refused("only one output can go to " + (is_standard_output(path) ? place : path), path,
                     "give each its own file");
    taken.push_back(std::move(place));
    all.takes_stdout_ |= is_standard_output(path);
  }
  return all;
}

std::vector<fault> output_files::write(const std::vector<renderer>& renderers,
                                       const renderer& terminal) const {
  std::vector<fault> faults;
  const auto put = [&](const host::output_file& file, const renderer& render) {
    if (const auto written = file.write(render()); !written) faults.push_back(written.error());
  };
  for (std::size_t i = 0; i < files_.size(); ++i)
    if (files_[i]) put(*files_[i], renderers[i]);
  if (takes_stdout_) return faults;
  if (const auto out = host::output_file::open("-")) {
    put(*out, terminal);
  } else {
    faults.push_back(out.error());
  }
  return faults;
}

std::string render_for(const console& c, const report::document& d) {
  return report::render_terminal(d, c.has_colour ? report::style::colour : report::style::plain,
                                 c.columns);
}

}  // namespace lambdaprof::command
