// SPDX-License-Identifier: Apache-2.0
#include "command/experiment.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <optional>
#include <vector>

#include "base/text.hpp"
#include "command/conditions.hpp"
#include "command/run.hpp"
#include "command/settings.hpp"
#include "command/simulate.hpp"
#include "profile/read.hpp"
#include "report/page.hpp"
#include "report/width.hpp"

namespace lambdaprof::command {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view extension = ".json";

/// The profiles stand above the program, in a checkout or where it was installed.
std::optional<fs::path> folder_of_profiles() {
  std::error_code ignored;
  for (fs::path at = fs::read_symlink("/proc/self/exe", ignored).parent_path();
       at != at.parent_path(); at = at.parent_path())
    for (const char* below : {"profiles/experiments", "share/lambdaprof/experiments"})
      if (fs::is_directory(at / below, ignored)) return at / below;
  return std::nullopt;
}

/// The question of each profile that asks one, by its name; of one that cannot be read, why.
std::map<std::string, std::string> experiments_in(const fs::path& folder) {
  std::map<std::string, std::string> found;
  std::error_code error;
  for (fs::directory_iterator at(folder, error); !error && at != fs::directory_iterator();
       at.increment(error)) {
    if (at->path().extension() != extension) continue;
    const auto p = profile::read_profile(at->path().string());
    std::string says = p ? p->trial.question : "cannot be read: " + to_string(p.error());
    if (!says.empty()) found.emplace(at->path().stem().string(), std::move(says));
  }
  return found;
}

int list(const fs::path& folder) {
  const auto all = experiments_in(folder);
  if (all.empty())
    return complain({fault_kind::usage, "no profile asks a question", folder.string(),
                     "name the folder of the experiments with --profiles"});
  std::size_t widest = 0;
  for (const auto& [name, says] : all) widest = std::max(widest, name.size());
  std::string text;
  for (const auto& [name, says] : all)
    text += fmt::format("{:{}}  {}\n", report::printable(name), widest, report::printable(says));
  say(stdout, text + "\nlambdaprof experiment NAME runs one and writes NAME.html\n");
  return exit_status::success;
}

result<std::string> find_profile(const experiment_options& o, const fs::path& folder) {
  std::error_code ignored;
  if (o.name.ends_with(extension) && fs::exists(o.name, ignored)) return o.name;
  const fs::path file = folder / (o.name + std::string(extension));
  if (fs::exists(file, ignored)) return file.string();
  std::vector<std::string> known;
  for (const auto& [name, says] : experiments_in(folder)) known.push_back(name);
  const auto near = nearest(o.name, known);
  return fault{fault_kind::usage, "no experiment is called that", o.name,
               near ? "did you mean " + *near + "?" : "lambdaprof experiment lists all"};
}

/// What an experiment runs is built apart: who has not done so is told how.
result<void> has_its_function(const profile::profile& p) {
  if (p.function.command.empty()) return {};
  profile::profile alone = p;
  const auto found = resolve(alone);
  if (found || p.trial.needs.empty()) return found;
  fault f = found.error();
  f.hint = p.trial.needs;
  return f;
}

int compare_by(const std::string& file, const output_paths& outputs, const experiment_options& o,
               const console& c) {
  compare_options compared = o;
  compared.profile = file;
  compared.outputs = outputs;
  return compare(compared, c);
}

/// The times are those of a run, which is kept beside the report.
int measure_and_simulate(const std::string& file, const std::string& stem,
                         const output_paths& outputs, const experiment_options& o,
                         const console& c) {
  run_options measured;
  measured.profile = file;
  measured.flags = o.flags;
  measured.label = o.label;
  measured.ignores_failures = o.ignores_failures;
  measured.command_line = o.command_line;
  measured.outputs.json = stem + "-run.json";
  if (const int status = run(measured, c); status != exit_status::success) return status;
  simulate_options simulated;
  simulated.from = measured.outputs.json;
  simulated.profile = file;
  simulated.flags = o.flags;
  simulated.outputs = outputs;
  simulated.command_line = o.command_line;
  return simulate(simulated, c);
}

}  // namespace

int experiment(const experiment_options& options, const console& c) {
  const std::optional<fs::path> folder =
      options.folder.empty() ? folder_of_profiles() : std::optional<fs::path>(options.folder);
  if (!folder)
    return complain({fault_kind::usage, "the folder of the experiments is not beside the program",
                     "--profiles", "name it: lambdaprof experiment NAME --profiles DIR"});
  if (options.name.empty()) return list(*folder);
  const auto file = find_profile(options, *folder);
  if (!file) return complain(file.error());
  const auto p = read_settings(*file, options.flags);
  if (!p) return complain(p.error());
  if (p->trial.question.empty())
    return complain({fault_kind::usage, "asks no question (trial.question)", *file,
                     "to compare by a profile: lambdaprof compare --profile " + *file});
  if (const auto able = has_its_function(*p); !able) return complain(able.error());
  const std::string stem = fs::path(*file).stem().string();
  output_paths outputs = options.outputs;
  if (outputs.html.empty() && report::why_no_page().empty()) outputs.html = stem + ".html";
  const auto began = fs::file_time_type::clock::now();
  const int status = p->simulation.traffic.empty()
                         ? compare_by(*file, outputs, options, c)
                         : measure_and_simulate(*file, stem, outputs, options, c);
  std::error_code ignored;
  // One of last week is no report of this run.
  if (fs::exists(outputs.html, ignored) && fs::last_write_time(outputs.html, ignored) >= began)
    say(stderr, fmt::format("lambdaprof: the report is in {}\n", report::printable(outputs.html)));
  return status;
}

}  // namespace lambdaprof::command
