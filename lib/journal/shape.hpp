// SPDX-License-Identifier: Apache-2.0
// What the journal looks like in a file: the key of every member of every struct that is written,
// once for both directions. A new fact is one row of `kinds`; lines_read and lines_write do the
// rest.
#pragma once

#include <array>
#include <concepts>
#include <cstdint>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>

#include "journal/entry.hpp"
#include "journal/header.hpp"

namespace lambdaprof::journal {

/// A number of -1 is unknown and has no key in the file; nor has what is the usual: false, or the
/// first of its names.
enum class presence : std::uint8_t { always, unless_unknown, unless_usual };

template <class T, class V>
struct member_of {
  std::string_view key;
  V T::*place;
  presence when;
};

template <class T, class V>
constexpr member_of<T, V> member(std::string_view key, V T::*place,
                                 presence when = presence::always) {
  return {key, place, when};
}

/// The members of a struct in the order of the file.
template <class T>
inline constexpr auto members_of = std::tuple{};

template <>
inline constexpr auto members_of<usage> = std::tuple{
    member("cpu_ns", &usage::cpu, presence::unless_unknown),
    member("user_ns", &usage::user, presence::unless_unknown),
    member("system_ns", &usage::system, presence::unless_unknown),
    member("throttled_ns", &usage::throttled, presence::unless_unknown),
    member("waited_ns", &usage::waited, presence::unless_unknown),
    member("cpu_some_ns", &usage::cpu_some, presence::unless_unknown),
    member("cpu_full_ns", &usage::cpu_full, presence::unless_unknown),
    member("io_some_ns", &usage::io_some, presence::unless_unknown),
    member("io_full_ns", &usage::io_full, presence::unless_unknown),
    member("peak_bytes", &usage::peak_bytes, presence::unless_unknown),
    member("minor_faults", &usage::minor_faults, presence::unless_unknown),
    member("major_faults", &usage::major_faults, presence::unless_unknown),
    member("read_bytes", &usage::read_bytes, presence::unless_unknown),
    member("slices", &usage::slices, presence::unless_unknown),
    member("voluntary_switches", &usage::voluntary_switches, presence::unless_unknown),
    member("involuntary_switches", &usage::involuntary_switches, presence::unless_unknown),
    member("busiest_ns", &usage::busiest, presence::unless_unknown),
    member("running", &usage::running, presence::unless_unknown),
    member("carried_ns", &usage::carried, presence::unless_unknown)};

template <>
inline constexpr auto members_of<function_facts> =
    std::tuple{member("name", &function_facts::name),
               member("command", &function_facts::command),
               member("directory", &function_facts::directory),
               member("handler", &function_facts::handler),
               member("variables", &function_facts::variables),
               member("memory_mb", &function_facts::memory_mb),
               member("timeout_ns", &function_facts::timeout),
               member("extensions", &function_facts::extensions),
               member("initialization", &function_facts::initialization),
               member("invoke_mode", &function_facts::invoke_mode),
               member("max_concurrency", &function_facts::max_concurrency),
               member("binary_bytes", &function_facts::binary_bytes),
               member("digest", &function_facts::digest)};

template <>
inline constexpr auto members_of<machine_facts> =
    std::tuple{member("kernel", &machine_facts::kernel),
               member("cpu", &machine_facts::cpu),
               member("cpus", &machine_facts::cpus),
               member("memory_mb", &machine_facts::memory_mb),
               member("virtualization", &machine_facts::virtualization),
               member("load_average", &machine_facts::load_average)};

template <>
inline constexpr auto members_of<assumption> =
    std::tuple{member("about", &assumption::about), member("says", &assumption::says),
               member("enforced", &assumption::enforced)};

template <>
inline constexpr auto members_of<variant_facts> = std::tuple{
    member("name", &variant_facts::name), member("role", &variant_facts::role),
    member("settings", &variant_facts::settings), member("group", &variant_facts::group)};

template <>
inline constexpr auto members_of<budget_text> =
    std::tuple{member("metric", &budget_text::metric), member("budget", &budget_text::limit)};

template <>
inline constexpr auto members_of<trial_facts> =
    std::tuple{member("budgets", &trial_facts::budgets),
               member("alpha", &trial_facts::alpha),
               member("machine_deviation", &trial_facts::machine_deviation),
               member("max_blocks", &trial_facts::max_blocks),
               member("passes_inconclusive", &trial_facts::passes_inconclusive),
               member("stopped", &trial_facts::stopped),
               member("question", &trial_facts::question),
               member("judged_by", &trial_facts::judged_by)};

template <>
inline constexpr auto members_of<mark> =
    std::tuple{member("name", &mark::name), member("text", &mark::text)};

template <>
inline constexpr auto members_of<init_trace_facts> =
    std::tuple{member("on", &init_trace_facts::is_on),
               member("loader_ticks_per_ms", &init_trace_facts::loader_ticks_per_ms)};

template <>
inline constexpr auto members_of<header> = std::tuple{member("tool_version", &header::tool_version),
                                                      member("command_line", &header::command_line),
                                                      member("started_at", &header::started_at),
                                                      member("label", &header::label),
                                                      member("seed", &header::seed),
                                                      member("plan", &header::plan),
                                                      member("function", &header::function),
                                                      member("machine", &header::machine),
                                                      member("model", &header::model),
                                                      member("variant", &header::variant),
                                                      member("trial", &header::trial),
                                                      member("marks", &header::marks),
                                                      member("init_trace", &header::init_trace)};

template <class T>
concept whole = std::integral<T> && !std::same_as<T, bool>;
template <class T>
concept enumeration = std::is_enum_v<T>;
template <class T>
concept described = std::tuple_size_v<std::remove_const_t<decltype(members_of<T>)>> >
0;

/// The names of an enumeration, by value.
template <class E>
inline constexpr auto names_of = nullptr;
template <>
inline constexpr auto names_of<start_kind> = start_kind_names;
template <>
inline constexpr auto names_of<origin> = origin_names;
template <>
inline constexpr auto names_of<outcome> = outcome_names;
template <>
inline constexpr auto names_of<retirement> = retirement_names;
template <>
inline constexpr auto names_of<shutdown_reason> = shutdown_reason_names;
template <>
inline constexpr auto names_of<telemetry_api> = telemetry_api_names;
template <>
inline constexpr auto names_of<role> = role_names;
template <>
inline constexpr auto names_of<stream> = std::array<std::string_view, 2>{"out", "err"};

template <class Fact, class... Members>
struct kind {
  using fact_type = Fact;
  std::string_view name;
  std::tuple<Members...> members;
};

template <class Fact, class... Members>
constexpr kind<Fact, Members...> row(std::string_view name, Members... members) {
  return {name, std::tuple{members...}};
}

/// Every kind of fact, in the order of the variant.
inline constexpr auto kinds = std::tuple{
    row<fact::arrived>("arrived", member("due_ns", &fact::arrived::due),
                       member("event", &fact::arrived::event),
                       member("discarded", &fact::arrived::discarded),
                       member("origin", &fact::arrived::origin, presence::unless_usual)),
    row<fact::throttled>("throttled"),
    row<fact::delivered>("delivered", member("kind", &fact::delivered::kind)),
    row<fact::response_began>("response_began"),
    row<fact::responded>(
        "responded", member("bytes", &fact::responded::bytes),
        member("cpu_ns", &fact::responded::cpu, presence::unless_unknown),
        member("http_status", &fact::responded::http_status, presence::unless_usual),
        member("answer", &fact::responded::answer)),
    row<fact::failed>("failed", member("why", &fact::failed::why),
                      member("payload", &fact::failed::payload),
                      member("cpu_ns", &fact::failed::cpu, presence::unless_unknown),
                      member("type", &fact::failed::type)),
    row<fact::runtime_ready>("runtime_ready",
                             member("cpu_ns", &fact::runtime_ready::cpu, presence::unless_unknown)),
    row<fact::settled>("settled", member("how", &fact::settled::how)),
    row<fact::launch_ordered>(
        "launch_ordered", member("attempt", &fact::launch_ordered::attempt),
        member("suppressed", &fact::launch_ordered::suppressed),
        member("provisioned", &fact::launch_ordered::provisioned, presence::unless_usual)),
    row<fact::process_started>(
        "process_started", member("began_ns", &fact::process_started::began),
        member("pid", &fact::process_started::pid),
        member("mapped_bytes", &fact::process_started::mapped_bytes, presence::unless_unknown),
        member("cached_bytes", &fact::process_started::cached_bytes, presence::unless_unknown)),
    row<fact::launch_failed>("launch_failed", member("reason", &fact::launch_failed::reason)),
    row<fact::runtime_initialized>("runtime_initialized"),
    row<fact::init_finished>("init_finished",
                             member("cpu_ns", &fact::init_finished::cpu, presence::unless_unknown)),
    row<fact::init_failed>("init_failed", member("why", &fact::init_failed::why),
                           member("detail", &fact::init_failed::detail),
                           member("type", &fact::init_failed::type)),
    row<fact::restore_began>("restore_began"),
    row<fact::restore_finished>("restore_finished", member("cpu_ns", &fact::restore_finished::cpu,
                                                           presence::unless_unknown)),
    row<fact::restore_failed>("restore_failed", member("why", &fact::restore_failed::why),
                              member("detail", &fact::restore_failed::detail),
                              member("type", &fact::restore_failed::type)),
    row<fact::shutdown_began>("shutdown_began", member("reason", &fact::shutdown_began::reason)),
    row<fact::reset>("reset"),
    row<fact::sampled>("sampled", member("usage", &fact::sampled::used)),
    row<fact::frozen>("frozen"),
    row<fact::thawed>("thawed"),
    row<fact::thaw_cost>("thaw_cost", member("took_ns", &fact::thaw_cost::took)),
    row<fact::retired>("retired", member("why", &fact::retired::why)),
    row<fact::exited>("exited", member("status", &fact::exited::status),
                      member("signal", &fact::exited::signal),
                      member("usage", &fact::exited::used)),
    row<fact::gone>("gone"),
    row<fact::left_groups>("left_groups"),
    row<fact::strays>("strays", member("count", &fact::strays::count)),
    row<fact::extension_started>("extension_started",
                                 member("extension", &fact::extension_started::extension),
                                 member("name", &fact::extension_started::name),
                                 member("began_ns", &fact::extension_started::began),
                                 member("pid", &fact::extension_started::pid)),
    row<fact::extension_launch_failed>(
        "extension_launch_failed", member("extension", &fact::extension_launch_failed::extension),
        member("name", &fact::extension_launch_failed::name),
        member("reason", &fact::extension_launch_failed::reason)),
    row<fact::extension_registered>("extension_registered",
                                    member("extension", &fact::extension_registered::extension),
                                    member("name", &fact::extension_registered::name),
                                    member("external", &fact::extension_registered::external),
                                    member("invoke", &fact::extension_registered::invoke),
                                    member("shutdown", &fact::extension_registered::shutdown)),
    row<fact::extension_ready>("extension_ready",
                               member("extension", &fact::extension_ready::extension)),
    row<fact::extension_failed>("extension_failed",
                                member("extension", &fact::extension_failed::extension),
                                member("type", &fact::extension_failed::type)),
    row<fact::extension_exited>("extension_exited",
                                member("extension", &fact::extension_exited::extension),
                                member("status", &fact::extension_exited::status),
                                member("signal", &fact::extension_exited::signal)),
    row<fact::extension_line>(
        "extension_line", member("extension", &fact::extension_line::extension),
        member("from", &fact::extension_line::from), member("text", &fact::extension_line::text)),
    row<fact::subscribed>("subscribed", member("extension", &fact::subscribed::extension),
                          member("api", &fact::subscribed::api),
                          member("schema", &fact::subscribed::schema),
                          member("platform", &fact::subscribed::platform),
                          member("function", &fact::subscribed::function),
                          member("extension_logs", &fact::subscribed::extension_logs)),
    row<fact::telemetry_dropped>("telemetry_dropped",
                                 member("extension", &fact::telemetry_dropped::extension),
                                 member("records", &fact::telemetry_dropped::records),
                                 member("bytes", &fact::telemetry_dropped::bytes)),
    row<fact::log_line>("log_line", member("from", &fact::log_line::from),
                        member("text", &fact::log_line::text)),
    row<fact::log_dropped>("log_dropped", member("bytes", &fact::log_dropped::bytes)),
    row<fact::refused>("refused", member("status", &fact::refused::status),
                       member("what", &fact::refused::what)),
    row<fact::skipped>("skipped", member("ahead_ns", &fact::skipped::ahead)),
    row<fact::interrupted>("interrupted"),
    row<fact::block_began>("block_began", member("block", &fact::block_began::block),
                           member("padding", &fact::block_began::padding)),
    row<fact::note>("note", member("text", &fact::note::text))};

template <std::size_t... I>
constexpr bool kinds_follow_the_variant(std::index_sequence<I...>) {
  return (std::is_same_v<std::variant_alternative_t<I, what>,
                         typename std::tuple_element_t<I, decltype(kinds)>::fact_type> &&
          ...);
}
static_assert(std::tuple_size_v<decltype(kinds)> == std::variant_size_v<what>);
static_assert(kinds_follow_the_variant(std::make_index_sequence<std::variant_size_v<what>>()));

}  // namespace lambdaprof::journal
