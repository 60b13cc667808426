// SPDX-License-Identifier: Apache-2.0
#include "conformance/stage.hpp"

#include <doctest/doctest.h>
#include <sys/prctl.h>

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <exception>
#include <filesystem>
#include <future>
#include <utility>

#include "command/telemetry_feed.hpp"
#include "conformance/requests.hpp"
#include "journal/request_id.hpp"
#include "report/lambda_log.hpp"
#include "sandbox/trial.hpp"
#include "support/places.hpp"

namespace lambdaprof::conformance {
namespace {

namespace asio = boost::asio;
namespace fact = journal::fact;

constexpr auto pause_between_looks = std::chrono::milliseconds(1);

/// Asks in the loop, again and again, until it is so.
struct look : std::enable_shared_from_this<look> {
  look(asio::io_context& loop, const journal::journal& j,
       std::function<bool(const journal::journal&)> question)
      : timer(loop), log(j), is_so(std::move(question)) {}

  void ask() {
    if (is_so(log)) return answer.set_value();
    timer.expires_after(pause_between_looks);
    timer.async_wait([self = shared_from_this()](const boost::system::error_code& e) {
      if (!e) self->ask();
    });
  }

  asio::steady_timer timer;
  const journal::journal& log;
  std::function<bool(const journal::journal&)> is_so;
  std::promise<void> answer;
};

std::size_t descriptors_before_a_run() {
  // As the keeper does it for the program: what a function leaves behind becomes a child of ours.
  ::prctl(PR_SET_CHILD_SUBREAPER, 1);
  // Asio keeps what it opens for the whole process the first time a process is started.
  [[maybe_unused]] static const bool has_started = support::start_one();
  return support::open_descriptors();
}

}  // namespace

scene::scene(std::uint32_t events)
    : plan{load::sequential{events}, load::idle{std::chrono::hours(1)}} {
  const std::string folder = std::string(support::binary_dir) + "/sample-functions";
  settings.function.command = {folder + "/puppet"};
  settings.function.directory = folder;
  settings.give_up = 0;
  settings.pool.idle_clock = fleet::idle_clock::real;
}

void scene::add_extension(const std::string& name) {
  if (!links) links = std::make_shared<place>();
  const std::string path = links->path + "/" + name;
  std::filesystem::create_symlink(settings.function.command.front(), path);
  settings.function.extensions.push_back({name, path});
}

event runtime::next() const {
  reply r = line.call(ask_next());
  REQUIRE(r.status == 200);
  const auto id = r.header("Lambda-Runtime-Aws-Request-Id");
  REQUIRE(id.has_value());
  return {*id, std::move(r)};
}

reply runtime::respond(const event& e, std::string_view body, std::string_view fields) const {
  return line.call(post(response_path(e.id), body, fields));
}

reply runtime::fail(const event& e, std::string_view body, std::string_view fields) const {
  return line.call(post(error_path(e.id), body, fields));
}

reply runtime::init_error(std::string_view body, std::string_view fields) const {
  return line.call(post(init_error_path(), body, fields));
}

void runtime::park() const {
  line.send(ask_next());
}

void runtime::serve() const {
  REQUIRE(respond(next()).status == 202);
  park();
}

stage::stage(scene s)
    : scene_(std::move(s)),
      descriptors_before_(descriptors_before_a_run()),
      loop_(std::make_unique<asio::io_context>(1)) {
  auto& function = scene_.settings.function;
  function.variables.emplace_back("PUPPET_STRINGS", theatre_.name());
  auto& conditions = journal_.conditions();
  conditions.seed = scene_.settings.seed;
  conditions.function.name = function.name;
  conditions.function.memory_mb = function.memory_mb;
  conditions.function.timeout = function.timeout;
  conditions.function.handler = function.handler;
  conditions.function.max_concurrency = function.max_concurrency;
  conditions.function.initialization = environment::initialization_type(function);
  for (const auto& x : function.extensions) conditions.function.extensions.push_back(x.name);
  conditions.started_at = host::utc_now();
  thread_ = std::thread([this] { play(); });
}

void stage::play() {
  try {
    run::conductor conductor(scene_.settings, scene_.plan, {{scene_.event, 0}}, journal_);
    sandbox::world world(*loop_, time_, conductor, scene_.held, command::telemetry_of(journal_));
    world_ = &world;
    world.run();
  } catch (const std::exception& e) {
    broken_ = e.what();
  }
  world_ = nullptr;
}

void stage::leave() {
  asio::post(*loop_, [this] {
    if (world_ != nullptr) world_->stop();
  });
}

void stage::join() {
  leave();
  thread_.join();
}

stage::~stage() {
  if (!thread_.joinable()) return;
  join();
  if (std::uncaught_exceptions() == 0) FAIL_CHECK("the stage was not ended");
}

puppet& stage::process() {
  if (waiting_.empty()) waiting_.push_back(theatre_.next());
  puppets_.push_back(std::move(waiting_.front()));
  waiting_.erase(waiting_.begin());
  return *puppets_.back();
}

puppet& stage::process(std::string_view name) {
  const auto is_it = [&](const auto& one) { return one->name() == name; };
  while (std::none_of(waiting_.begin(), waiting_.end(), is_it)) waiting_.push_back(theatre_.next());
  const auto it = std::find_if(waiting_.begin(), waiting_.end(), is_it);
  std::rotate(waiting_.begin(), it, it + 1);
  return process();
}

raw_client& stage::connect(const puppet& to) {
  clients_.push_back(std::make_unique<raw_client>(to.port()));
  return *clients_.back();
}

runtime stage::runtime() {
  puppet& one = process("puppet");
  return {one, connect(one)};
}

extension stage::extension(const std::string& name) {
  return extension(name, process(name));
}

extension stage::extension(const std::string& name, puppet& in) {
  return {in, connect(in), name};
}

std::string stage::id_of(std::uint32_t invocation) const {
  return journal::request_id(scene_.settings.seed, {invocation});
}

void stage::await(std::function<bool(const journal::journal&)> is_so) {
  const auto one = std::make_shared<look>(*loop_, journal_, std::move(is_so));
  const std::future<void> answer = one->answer.get_future();
  asio::post(*loop_, [one] { one->ask(); });
  const auto end = answer.wait_for(patience);
  REQUIRE_MESSAGE(end == std::future_status::ready, "what was waited for has not happened");
}

void stage::end(std::size_t settled) {
  if (settled > 0)
    await([settled](const auto& log) { return count<fact::settled>(log) >= settled; });
  join();
  CHECK_MESSAGE(broken_.empty(), broken_);
  loop_.reset();
  clients_.clear();
  waiting_.clear();
  puppets_.clear();
  theatre_.close();
  CHECK(support::open_descriptors() == descriptors_before_);
  CHECK(host::strays({}).empty());
  for (const auto& b : journal::audit(journal_)) FAIL_CHECK(b.law << " at entry " << b.entry);
  seen_ = analysis::read_timeline(journal_);
}

const std::string& stage::error(std::size_t invocation) const {
  REQUIRE(invocation < seen_.invocations.size());
  return seen_.invocations[invocation].error;
}

std::vector<std::string> stage::log() const {
  report::lambda_log lines(journal_);
  std::vector<std::string> all;
  for (report::lambda_log_line& line : lines.read()) all.push_back(std::move(line.text));
  return all;
}

}  // namespace lambdaprof::conformance
