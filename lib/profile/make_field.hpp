// SPDX-License-Identifier: Apache-2.0
// A field of the table in fields.hpp, made of a shape and of the place of its value.
#pragma once

#include <string>
#include <utility>

#include "profile/fields.hpp"
#include "profile/profile.hpp"
#include "profile/shape.hpp"

namespace lambdaprof::profile {

/// `place` takes a profile, const or not, to the value.
template <class Shape, class Place>
field make_field(std::string path, std::string says, Shape shape, Place place) {
  field f{
      std::move(path), std::move(says), shape.expects(), shape.schema(), {}, {}, {}, {}, {}, {}};
  f.set = [shape, place](profile& p, const json& value, const source& from) -> result<void> {
    auto read = shape.read(value, from);
    if (!read) return read.error();
    place(p) = std::move(*read);
    return {};
  };
  if constexpr (requires(profile & p, const json& value) {
                  shape.add(place(p), *shape.read(value, {}));
                }) {
    f.use = flag_use::extends;
    f.add = [shape, place](profile& p, const json& value, const source& from) -> result<void> {
      auto read = shape.read(value, from);
      if (!read) return read.error();
      shape.add(place(p), std::move(*read));
      return {};
    };
  }
  if constexpr (requires(const profile& p) { shape.tell(place(p)); })
    f.tell = [shape, place](const profile& p) { return shape.tell(place(p)); };
  f.from_text = [shape](std::string_view words) { return shape.from_text(words); };
  return f;
}

}  // namespace lambdaprof::profile
