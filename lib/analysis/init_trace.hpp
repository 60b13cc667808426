// SPDX-License-Identifier: Apache-2.0
// What runtimes and the dynamic loader say of a start when they are asked to: Go's
// GODEBUG=inittrace=1, Python's -X importtime, glibc's LD_DEBUG=statistics. Other lines may stand
// between theirs.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"

namespace lambdaprof::analysis {

enum class tracer : std::uint8_t { go, python, loader };
inline constexpr std::array<std::string_view, 3> tracer_names{"go", "python", "loader"};

/// Something that a start spent time on, without what it did for others: these add up.
struct init_step {
  tracer by = tracer::go;
  std::string name;  ///< a package, a module, a task of the loader; empty: all that are not named
  span self{};
};

/// The lines of one start.
class init_trace {
 public:
  /// Of the loader's clock; 0: not known, and its lines tell nothing.
  explicit init_trace(double loader_ticks_per_ms = 0) : ticks_per_ms_(loader_ticks_per_ms) {}

  /// Whether the line was one of theirs.
  bool take(std::string_view line);

  /// The longest first, at most so many with names; those of one name are one.
  std::vector<init_step> steps(std::size_t most) const;

 private:
  bool take_go(std::string_view line);
  bool take_python(std::string_view line);
  bool take_loader(std::string_view line);
  void add(tracer by, std::string_view name, double ms);

  double ticks_per_ms_;
  double loader_ms_ = 0;  ///< of the last start that the loader told of, still to be divided
  std::vector<init_step> all_;
};

}  // namespace lambdaprof::analysis
