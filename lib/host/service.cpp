// SPDX-License-Identifier: Apache-2.0
#include "host/service.hpp"

#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <csignal>
#include <string_view>
#include <utility>
#include <variant>

#include "host/child.hpp"
#include "host/descriptor.hpp"
#include "host/launcher.hpp"

namespace lambdaprof::host {
namespace {

using namespace std::chrono_literals;

constexpr auto pace = 10ms;
constexpr span grace = 5s;
constexpr std::string_view ready_word = "ready";
constexpr std::size_t longest_output = std::size_t{64} * 1024;
constexpr std::size_t longest_quotation = 300;

/// What it writes goes to memory: nobody has to read it while something is being measured.
descriptor in_memory(const char* name) {
  return descriptor(::memfd_create(name, MFD_CLOEXEC));
}

/// The beginning or the end of what was written.
enum class part { first, last };
std::string written(const descriptor& file, part wanted) {
  const off_t size = std::max<off_t>(0, ::lseek(file.number(), 0, SEEK_END));
  std::string text(std::min(static_cast<std::size_t>(size), longest_output), '\0');
  const off_t from = wanted == part::first ? 0 : size - static_cast<off_t>(text.size());
  const ssize_t got = ::pread(file.number(), text.data(), text.size(), from);
  text.resize(static_cast<std::size_t>(std::max<ssize_t>(0, got)));
  return text;
}

std::vector<std::string> our_variables() {
  std::vector<std::string> all;
  for (char** at = environ; *at != nullptr; ++at) all.emplace_back(*at);
  return all;
}

}  // namespace

struct service::running {
  running(launched l, descriptor o, descriptor e)
      : out(std::move(o)), err(std::move(e)), process(loop, std::move(l)) {
    process.on_exit([](const exit_report&) {});
  }
  ~running() {
    process.kill_group(SIGTERM);
    wait_for(grace, [] { return false; });
    process.kill_group(SIGKILL);
  }

  /// Until it has ended, or what was waited for has come, or the time is over.
  template <class Condition>
  void wait_for(span longest, Condition has_come) {
    const clock time;
    while (process.is_alive() && !has_come() && time.now() - instant{} < longest) {
      loop.restart();
      loop.run_for(pace);
    }
  }

  bool find_announcement() {
    const std::string text = written(out, part::first);
    std::string_view rest = text;
    for (std::size_t end; (end = rest.find('\n')) != rest.npos; rest.remove_prefix(end + 1)) {
      const std::string_view line = rest.substr(0, end);
      if (!line.starts_with(ready_word)) continue;
      const std::string_view after = line.substr(ready_word.size());
      if (!after.empty() && after.front() != ' ') continue;
      announcement = after.substr(std::min<std::size_t>(after.size(), 1));
      return true;
    }
    return false;
  }

  std::string last_words() const {
    std::string text = written(err, part::last);
    while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
    if (text.size() > longest_quotation) text.erase(0, text.size() - longest_quotation);
    std::replace(text.begin(), text.end(), '\n', ' ');
    return text;
  }

  descriptor out;
  descriptor err;
  boost::asio::io_context loop{1};
  child process;
  std::string announcement;
};

service::service(std::unique_ptr<running> r) : running_(std::move(r)) {}
service::service(service&&) noexcept = default;
service& service::operator=(service&&) noexcept = default;
service::~service() = default;

result<service> service::start(const std::vector<std::string>& command,
                               const std::string& directory, span patience) {
  descriptor out = in_memory("service-output");
  descriptor err = in_memory("service-errors");
  if (!out || !err)
    return fault{fault_kind::host, "no memory for what a service says", command.front(), ""};
  const launch_request request{command, our_variables(), directory, out.number(), err.number()};
  const clock time;
  auto outcome = launch(request, time);
  if (const auto* error = std::get_if<launch_error>(&outcome))
    return fault{fault_kind::host, to_string(*error, request), command.front(), ""};
  auto r = std::make_unique<running>(std::move(std::get<launched>(outcome)), std::move(out),
                                     std::move(err));
  r->wait_for(patience, [&] { return r->find_announcement(); });
  if (r->process.is_alive() && r->find_announcement()) return service(std::move(r));
  const bool has_ended = !r->process.is_alive();
  std::string said = r->last_words();
  return fault{
      fault_kind::host,
      fmt::format("the service {}{}{}",
                  has_ended ? "ended before it was ready"
                            : fmt::format("was not ready within {:.0f} s", seconds(patience)),
                  said.empty() ? "" : ": ", said),
      command.front(), "it says so by a line on standard output: ready NAME=VALUE …"};
}

int service::pid() const {
  return running_->process.pid();
}

const std::string& service::announcement() const {
  return running_->announcement;
}

std::string service::last_words() {
  running_->loop.restart();
  running_->loop.poll();
  if (running_->process.is_alive()) return "";
  const std::string said = running_->last_words();
  return said.empty() ? "it said nothing" : said;
}

}  // namespace lambdaprof::host
