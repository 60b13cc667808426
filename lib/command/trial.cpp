// SPDX-License-Identifier: Apache-2.0
#include "command/trial.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <csignal>
#include <deque>
#include <memory>

#include "command/conditions.hpp"
#include "command/confinement.hpp"
#include "command/interrupts.hpp"
#include "command/services.hpp"
#include "command/subject.hpp"
#include "command/telemetry_feed.hpp"
#include "host/facts.hpp"
#include "profile/plan.hpp"
#include "report/width.hpp"
#include "sandbox/world.hpp"
#include "trial/design.hpp"
#include "trial/looks.hpp"

namespace lambdaprof::command {
namespace {

constexpr std::chrono::milliseconds pace_of_blocks{200};

/// What the processes of a variant find above their stacks, as far as it differs between variants.
std::size_t bytes_above_the_stack(const profile::profile& p) {
  // The path of the program is there as an argument, as what was executed, and with its folder.
  std::size_t bytes = p.function.command.front().size() + 3 * p.function.directory.size();
  for (const std::string& argument : p.function.command) bytes += argument.size() + 1;
  for (const auto& [name, value] : p.function.variables) bytes += name.size() + value.size() + 2;
  return bytes + 2 * p.function.name.size() + 2 * p.function.handler.size();
}

/// One variant with all that it has for itself. Stays where it is made.
class turn_taker {
 public:
  turn_taker(boost::asio::io_context& loop, const host::clock& time, const contestant& c,
             grounds& shared, const trial_plan& plan, std::uint64_t descriptors)
      : held_(c.profile, shared, comparing::yes),
        conductor_(in_blocks(c.profile, held_, descriptors), profile::block_plan_of(c.profile),
                   profile::events_of(c.profile), log_),
        world_(loop, time, conductor_, held_.of_environments(), telemetry_of(log_)) {
    log_.conditions() =
        conditions_of(c.profile, conductor_.settings(), held_.assumptions(), plan.command_line);
    log_.conditions().plan = load::describe(profile::block_plan_of(c.profile));
    log_.conditions().variant = c.facts;
    log_.conditions().trial = plan.facts;
    log_.conditions().label = plan.label;
    // Of the instant from which the clock counts.
    log_.conditions().started_at = host::utc_in(instant{} - time.now());
    for (const std::string& note : held_.notes()) append_note(note);
  }

  void append_note(const std::string& note) {
    const instant at = log_.entries().empty() ? instant{} : log_.entries().back().at;
    log_.append(at, {}, {}, journal::fact::note{log_.keep(note)});
  }

  result<void> can_enforce() const { return held_.can_enforce(); }
  sandbox::world& world() { return world_; }
  const run::conductor& conductor() const { return conductor_; }
  journal::journal& log() { return log_; }

 private:
  static run::settings in_blocks(const profile::profile& p, const confinement& held,
                                 std::uint64_t descriptors) {
    run::settings s = settings_of(p, descriptors);
    s.function.command.front() = held.program();
    s.is_in_blocks = true;
    return s;
  }

  confinement held_;
  journal::journal log_;
  run::conductor conductor_;
  sandbox::world world_;
};

class player {
 public:
  player(const trial_plan& plan, services& beside, const console& c)
      : plan_(plan), beside_(beside), console_(c), loop_(1), ctrl_c_(loop_) {
    shared_.neighbours = beside.pids();
    const std::uint64_t descriptors = host::raise_descriptor_limit() / plan.contestants.size();
    for (const contestant& each : plan.contestants) {
      all_.emplace_back(loop_, time_, each, shared_, plan, descriptors);
      bytes_.push_back(bytes_above_the_stack(each.profile));
    }
    for (const std::string& note : shared_.notes()) all_.front().append_note(note);
    ctrl_c_.await([this] { stop(); }, time_);
  }
  ~player() {
    if (console_.has_progress) say(stderr, "\r\x1b[K");
  }

  result<void> can_enforce() const {
    for (const turn_taker& t : all_)
      if (auto able = t.can_enforce(); !able) return able.error();
    return {};
  }

  std::vector<report::subject> play(const stopping& is_enough) {
    for (turn_taker& t : all_) t.world().run();
    std::string why = play_blocks(is_enough);
    for (turn_taker& t : all_)
      if (t.conductor().is_resting()) t.world().end();
    for (turn_taker& t : all_) t.log().conditions().trial.stopped = why;
    for (const std::string& loss : beside_.losses()) all_.front().append_note(loss);
    return subjects();
  }

 private:
  void stop() {
    is_stopped_ = true;
    (current_ != nullptr ? current_ : &all_.front())->world().stop();
  }

  std::string play_blocks(const stopping& is_enough) {
    const std::uint32_t before = warm_ups();
    for (std::uint32_t block = 0; block < before + plan_.blocks; ++block) {
      const trial::block_design design =
          trial::design_of(plan_.contestants.front().profile.seed, block, all_.size());
      for (const std::size_t who : design.order)
        if (!play_turn(who, {block, design.padding + evened_out(who), block < before}))
          return is_stopped_ ? "interrupted" : "a variant gave up";
      const std::size_t measured = block + 1 - std::min(block + 1, before);
      if (measured == 0 || !trial::is_a_look(measured, plan_.blocks)) continue;
      if (is_enough)
        if (auto why = is_enough(rows(), measured)) return *why;
    }
    return fmt::format("all {} blocks measured", plan_.blocks);
  }

  std::uint32_t warm_ups() const { return plan_.contestants.front().profile.load.warm_up; }

  /// All variables together have the same length in a block, whatever those of a variant are.
  std::uint32_t evened_out(std::size_t who) const {
    const std::size_t longest = *std::max_element(bytes_.begin(), bytes_.end());
    return static_cast<std::uint32_t>(longest - bytes_[who]) + 1;
  }

  /// Whether the trial can go on.
  bool play_turn(std::size_t who, const run::begin_block& b) {
    show_progress(who, b.block);
    current_ = &all_[who];
    current_->world().run_block(b);
    return current_->conductor().is_resting() && !is_stopped_;
  }

  void show_progress(std::size_t who, std::uint32_t block) {
    const instant now = time_.now();
    const std::uint32_t before = warm_ups();
    if (!console_.has_progress || (block > 0 && now - shown_ < pace_of_blocks)) return;
    shown_ = now;
    const std::string which = block < before ? fmt::format("warm-up {} of {}", block + 1, before)
                                             : fmt::format("block {} of {}{}", block + 1 - before,
                                                           plan_.blocks, at_most());
    say(stderr, fmt::format("\r\x1b[K{} · {} · {:.0f} s", which,
                            report::printable(plan_.contestants[who].facts.name),
                            seconds(now - instant{})));
  }
  const char* at_most() const { return plan_.facts.budgets.empty() ? "" : " at most"; }

  /// What decides while more is measured; summaries and audits are for the end.
  std::vector<report::subject> rows() {
    std::vector<report::subject> found;
    for (turn_taker& t : all_)
      found.push_back({t.log().conditions(), analysis::read_timeline(t.log()), {}, {}});
    return found;
  }

  std::vector<report::subject> subjects() {
    std::vector<report::subject> found;
    for (turn_taker& t : all_) found.push_back(subject_of(t.log()));
    return found;
  }

  const trial_plan& plan_;
  services& beside_;
  const console& console_;
  const host::clock time_;
  boost::asio::io_context loop_;
  // From here on there is something to clean up, also where nobody is left who would do it for us.
  interrupts ctrl_c_;
  grounds shared_;
  std::deque<turn_taker> all_;
  std::vector<std::size_t> bytes_;
  turn_taker* current_ = nullptr;
  bool is_stopped_ = false;
  instant shown_{};
};

}  // namespace

result<std::vector<report::subject>> play(const trial_plan& plan, const stopping& is_enough,
                                          const console& c) {
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);  // a file that may not grow is an error to report
  const std::size_t variants = plan.contestants.size();
  if (const std::uint64_t allowed = host::raise_descriptor_limit();
      allowed < descriptors_of(variants))
    return fault{fault_kind::host,
                 fmt::format("{} variants take {} open files, and {} are allowed", variants,
                             descriptors_of(variants), allowed),
                 "", "raise the limit (ulimit -n), or compare fewer at a time"};
  // Common to all, and there before the first of them is told of it.
  auto beside = services::start(plan.contestants.front().profile, c);
  if (!beside) return beside.error();
  trial_plan whole = plan;
  for (contestant& each : whole.contestants)
    if (const auto fits = beside->introduce_to(each.profile.function); !fits) return fits.error();
  player p(whole, *beside, c);
  if (const auto able = p.can_enforce(); !able) return able.error();
  return p.play(is_enough);
}

}  // namespace lambdaprof::command
