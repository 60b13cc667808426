// SPDX-License-Identifier: Apache-2.0
#include "journal/auditor.hpp"

namespace lambdaprof::journal {

extension_book* auditor::next_extension(environment_book& env, std::uint32_t number) {
  const bool next = number == env.extensions.size();
  check(next, "extensions are counted from 0");
  return next ? &env.extensions.emplace_back() : nullptr;
}

void auditor::on(const entry& e, const fact::extension_started& f) {
  of_environment(e, [&](environment_book& env) {
    check(env.open && !env.started, "external extensions are started before the runtime");
    check(f.began <= e.at && f.began >= env.ordered,
          "a process begins after its launch was ordered");
    if (extension_book* x = next_extension(env, f.extension)) x->lives = x->busy = true;
  });
}

void auditor::on(const entry& e, const fact::extension_launch_failed& f) {
  of_environment(e, [&](environment_book& env) { next_extension(env, f.extension); });
}

void auditor::on(const entry& e, const fact::extension_registered& f) {
  of_environment(e, [&](environment_book& env) {
    check(!env.runtime_initialized && !env.init_over,
          "an extension registers before the runtime asks for an event");
    extension_book* x = f.external ? env.extension(f.extension) : next_extension(env, f.extension);
    check(x != nullptr && !x->registered, "an extension registers once");
    if (x == nullptr) return;
    x->registered = x->busy = true;
    x->wants_invoke = f.invoke;
  });
}

void auditor::on(const entry& e, const fact::extension_ready& f) {
  of_extension(e, f.extension, [&](extension_book& x) {
    check(x.registered && x.busy, "an extension comes back from what it is busy with");
    x.busy = false;
  });
}

void auditor::on(const entry& e, const fact::extension_failed& f) {
  of_extension(e, f.extension, [&](extension_book& x) {
    check(x.registered, "an extension is registered before it can fail");
  });
}

void auditor::on(const entry& e, const fact::extension_exited& f) {
  of_extension(e, f.extension, [&](extension_book& x) {
    check(x.lives, "an extension exits once, after it has started");
    x.lives = false;
  });
}

void auditor::on(const entry& e, const fact::extension_line& f) {
  of_extension(e, f.extension, [](extension_book&) {});
}

void auditor::on(const entry& e, const fact::subscribed& f) {
  of_extension(e, f.extension, [&](extension_book& x) {
    check(x.registered && !books_of(e).init_over, "an extension subscribes while in its init");
    x.subscribed = true;
  });
}

void auditor::on(const entry& e, const fact::telemetry_dropped& f) {
  of_extension(e, f.extension, [&](extension_book& x) {
    check(x.subscribed, "telemetry is sent to those who have subscribed");
  });
}

}  // namespace lambdaprof::journal
