// SPDX-License-Identifier: Apache-2.0
// One run of the real world in a thread of its own, with puppets for its processes: the test speaks
// for them, over sockets. Whatever the test does, the run has to end in order, break no law of the
// journal and leave nothing behind.
#pragma once

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "analysis/timeline.hpp"
#include "conformance/extension.hpp"
#include "conformance/place.hpp"
#include "conformance/puppet.hpp"
#include "conformance/raw_client.hpp"
#include "host/clock.hpp"
#include "journal/journal.hpp"
#include "load/plan.hpp"
#include "run/settings.hpp"
#include "sandbox/provisions.hpp"

namespace lambdaprof::sandbox {
class world;
}

namespace lambdaprof::conformance {

/// How often the journal has this fact.
template <class Fact>
std::size_t count(const journal::journal& log) {
  return static_cast<std::size_t>(
      std::count_if(log.entries().begin(), log.entries().end(),
                    [](const auto& e) { return std::holds_alternative<Fact>(e.what); }));
}

/// What is played: so many events, each when the one before has settled, and then nothing until the
/// stage is ended. The function is a puppet.
struct scene {
  explicit scene(std::uint32_t events = 1);

  run::settings settings;
  load::plan plan;
  std::string event = R"({"key":"value"})";
  sandbox::confinement held;
  /// Links to the puppet, which come as extensions.
  std::shared_ptr<place> links;

  /// An external one, which the test speaks for.
  void add_extension(const std::string& name);
};

/// What /next has answered.
struct event {
  std::string id;
  reply whole;
};

/// A process of the function and a connection of it, with what every runtime does.
struct runtime {
  puppet& process;
  raw_client& line;

  event next() const;
  reply respond(const event& e, std::string_view body = "{}", std::string_view fields = {}) const;
  reply fail(const event& e, std::string_view body, std::string_view fields = {}) const;
  reply init_error(std::string_view body, std::string_view fields = {}) const;
  /// Asks for the next event and leaves the answer unread.
  void park() const;
  /// Takes an event, answers it and parks.
  void serve() const;
};

class stage {
 public:
  explicit stage(scene s = scene());
  stage(const stage&) = delete;
  stage& operator=(const stage&) = delete;
  ~stage();

  /// The next process that starts.
  puppet& process();
  /// A connection to the environment of a process.
  raw_client& connect(const puppet& to);
  /// That of an external extension, or of the runtime, which come in no order.
  puppet& process(std::string_view name);
  /// The next process of the runtime, with a connection.
  conformance::runtime runtime();
  /// The process of an external extension, with a connection.
  conformance::extension extension(const std::string& name);
  /// An internal extension of that process.
  conformance::extension extension(const std::string& name, puppet& in);

  const std::string& path_of_links() const { return scene_.links->path; }
  /// The request id of an invocation, in the order in which they come.
  std::string id_of(std::uint32_t invocation) const;
  /// Waits until the journal is so.
  void await(std::function<bool(const journal::journal&)> is_so);
  /// Waits until so many invocations have settled, stops the run and checks what every run has to
  /// pass.
  void end(std::size_t settled = 0);
  /// Stops the run, which goes on as long as its environments need for their end in order.
  void leave();

  // Once it has ended:
  const analysis::timeline& seen() const { return seen_; }
  const journal::journal& facts() const { return journal_; }
  /// What the invoker got instead of a result.
  const std::string& error(std::size_t invocation) const;
  /// The lines of the log, those of the function and those of Lambda.
  std::vector<std::string> log() const;

 private:
  void play();
  void join();

  scene scene_;
  journal::journal journal_;
  std::size_t descriptors_before_;
  puppet_theatre theatre_;
  std::vector<std::unique_ptr<puppet>> waiting_;  // have come and were not asked for
  std::vector<std::unique_ptr<puppet>> puppets_;
  std::vector<std::unique_ptr<raw_client>> clients_;
  const host::clock time_;
  std::unique_ptr<boost::asio::io_context> loop_;
  sandbox::world* world_ = nullptr;  // of the thread alone
  std::string broken_;               // what the thread died of
  analysis::timeline seen_;
  std::thread thread_;
};

}  // namespace lambdaprof::conformance
