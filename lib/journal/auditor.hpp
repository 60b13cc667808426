// SPDX-License-Identifier: Apache-2.0
// The inside of `audit`: reads a journal entry by entry and checks each against its laws. Those of
// invocations and of the run, of environments and of extensions are in a file each.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "journal/audit.hpp"
#include "journal/audit_books.hpp"

namespace lambdaprof::journal {

class auditor {
 public:
  explicit auditor(const journal& j) : journal_(j) {}

  std::vector<breach> audit();

 private:
  void check(bool holds, const char* law) {
    if (!holds) breaches_.push_back({index_, law});
  }
  void check_usage(std::int64_t amount) { check(amount >= -1, "usage is not negative"); }
  void check_usage(const usage& u);

  environment_book& books_of(const entry& e) { return environments_[e.env.value]; }
  /// Opens the books of whoever begins here; says whether all that the entry is about is known.
  bool is_of_known(const entry& e);

  template <class Then>
  void of_invocation(const entry& e, Then then) {
    check(!e.inv.is_none(), "a fact of an invocation names it");
    if (e.inv) then(invocations_[e.inv.value]);
  }
  template <class Then>
  void of_environment(const entry& e, Then then) {
    check(!e.env.is_none(), "a fact of an environment names it");
    if (e.env) then(books_of(e));
  }

  template <class Then>
  void of_extension(const entry& e, std::uint32_t number, Then then) {
    of_environment(e, [&](environment_book& env) {
      extension_book* x = env.extension(number);
      check(x != nullptr, "an extension begins with its process or its registration");
      if (x != nullptr) then(*x);
    });
  }

  // Of an invocation.
  void on(const entry& e, const fact::arrived& f);
  void on(const entry& e, const fact::throttled&);
  void on(const entry& e, const fact::delivered& f);
  void on(const entry& e, const fact::response_began&);
  void on(const entry& e, const fact::responded&);
  void on(const entry& e, const fact::failed& f);
  void on(const entry& e, const fact::runtime_ready& f);
  void on(const entry& e, const fact::settled& f);
  void end(invocation_book& i);
  std::uint32_t concurrency() const;
  bool may_lack_runtime(const environment_book& env) const;

  // Of an environment.
  void on(const entry& e, const fact::launch_ordered& f);
  void on(const entry& e, const fact::process_started& f);
  void on(const entry& e, const fact::launch_failed&);
  void on(const entry& e, const fact::runtime_initialized&);
  void on(const entry& e, const fact::init_finished& f);
  void on(const entry& e, const fact::init_failed& f);
  void on(const entry& e, const fact::restore_began&);
  void on(const entry& e, const fact::restore_finished& f);
  void on(const entry& e, const fact::restore_failed& f);
  void on(const entry& e, const fact::shutdown_began&);
  void on(const entry& e, const fact::reset&);
  void on(const entry& e, const fact::sampled& f);
  void on(const entry& e, const fact::thaw_cost& f);
  void on(const entry& e, const fact::frozen&);
  void on(const entry& e, const fact::thawed&);
  void on(const entry& e, const fact::retired&);
  void on(const entry& e, const fact::exited& f);
  void on(const entry& e, const fact::gone&);
  void end_restore(const entry& e);

  // Of an extension.
  void on(const entry& e, const fact::extension_started& f);
  void on(const entry& e, const fact::extension_launch_failed& f);
  void on(const entry& e, const fact::extension_registered& f);
  void on(const entry& e, const fact::extension_ready& f);
  void on(const entry& e, const fact::extension_failed& f);
  void on(const entry& e, const fact::extension_exited& f);
  void on(const entry& e, const fact::extension_line& f);
  void on(const entry& e, const fact::subscribed& f);
  void on(const entry& e, const fact::telemetry_dropped& f);
  extension_book* next_extension(environment_book& env, std::uint32_t number);

  // Of the run.
  void on(const entry& e, const fact::skipped& f);
  void on(const entry&, const fact::interrupted&);
  void on(const entry&, const fact::block_began& f);

  // What a function prints or calls, and what it leaves behind, can come at any time.
  void on(const entry&, const fact::left_groups&) {}
  void on(const entry&, const fact::strays&) {}
  void on(const entry&, const fact::log_line&) {}
  void on(const entry&, const fact::log_dropped&) {}
  void on(const entry&, const fact::refused&) {}
  void on(const entry&, const fact::note&) {}

  const journal& journal_;
  std::vector<breach> breaches_;
  std::vector<invocation_book> invocations_;
  std::vector<environment_book> environments_;
  std::size_t index_ = 0;
  instant now_{};
  std::int64_t under_way_ = 0;  // invocations that are not over
  std::size_t gone_ = 0;        // environments
  std::int64_t moving_ = 0;     // environments with a process that does not wait for an event
  bool interrupted_ = false;
  std::optional<std::uint32_t> block_;
};

}  // namespace lambdaprof::journal
