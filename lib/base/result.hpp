// SPDX-License-Identifier: Apache-2.0
// A value or the fault that prevented it. For what the user or the world can get wrong; what the
// function under test does wrong is a fact in the journal, and a bug of ours is `broken_law`.
#pragma once

#include <stdexcept>
#include <string>
#include <utility>
#include <variant>

namespace lambdaprof {

enum class fault_kind { usage, host, file };

/// `where` names the place (a flag, a file, a path in a profile), `hint` what the user can do about
/// it.
struct fault {
  fault_kind kind = fault_kind::usage;
  std::string message;
  std::string where;
  std::string hint;
};

/// The fault as one line: "where: message (hint)".
inline std::string to_string(const fault& f) {
  std::string line = f.where.empty() ? f.message : f.where + ": " + f.message;
  if (!f.hint.empty()) line += " (" + f.hint + ")";
  return line;
}

template <class T>
class [[nodiscard]] result {
 public:
  result(T value) : content_(std::in_place_index<0>, std::move(value)) {}
  result(fault f) : content_(std::in_place_index<1>, std::move(f)) {}

  bool has_value() const { return content_.index() == 0; }
  explicit operator bool() const { return has_value(); }

  T& value() { return std::get<0>(content_); }
  const T& value() const { return std::get<0>(content_); }
  T& operator*() { return value(); }
  const T& operator*() const { return value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }
  const fault& error() const { return std::get<1>(content_); }

 private:
  std::variant<T, fault> content_;
};

struct nothing {};

template <>
class [[nodiscard]] result<void> : public result<nothing> {
 public:
  result() : result<nothing>(nothing{}) {}
  result(fault f) : result<nothing>(std::move(f)) {}
};

/// A bug of ours: caught only in main, which says so and exits with 70.
struct broken_law : std::logic_error {
  using std::logic_error::logic_error;
};

inline void ensure(bool holds, const char* law) {
  if (!holds) throw broken_law(law);
}

/// For std::visit with one lambda per alternative.
template <class... Ts>
struct overloaded : Ts... {
  using Ts::operator()...;
};
// Spelled out for clang 14, which the fuzz targets are built with.
template <class... Ts>
overloaded(Ts...) -> overloaded<Ts...>;

}  // namespace lambdaprof
