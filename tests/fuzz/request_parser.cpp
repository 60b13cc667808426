// SPDX-License-Identifier: Apache-2.0
// Bytes are parsed to the same request however they are cut into pieces.
#include "net/request_parser.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <tuple>

namespace {

namespace wire = lambdaprof::wire;
using lambdaprof::net::request_parser;

/// What came, if it is a request. When a bad head is recognised, and how much there is of a body
/// that was cut off, depends on the pieces.
auto parsed(std::string_view bytes, std::size_t piece) {
  request_parser parser;
  std::string waiting;
  const auto is_over = [&] {
    return parser.at() == request_parser::stage::done ||
           parser.at() == request_parser::stage::malformed;
  };
  while (!bytes.empty() && !is_over()) {
    waiting += bytes.substr(0, piece);
    bytes.remove_prefix(std::min(piece, bytes.size()));
    std::size_t used = 1;
    while (used != 0 && !waiting.empty() && !is_over()) {
      used = parser.put(waiting);
      if (used > waiting.size()) std::abort();
      waiting.erase(0, used);
    }
  }
  if (!is_over()) parser.put_end();
  const bool is_request = parser.at() == request_parser::stage::done;
  wire::request seen = is_request ? parser.message() : wire::request{};
  if (seen.body_state == wire::body_state::truncated) {
    seen.body.clear();
    seen.body_bytes = 0;
  }
  return std::tuple{is_request,      seen.method,     seen.target,         seen.body,
                    seen.body_bytes, seen.body_state, seen.headers.size(), seen.trailers.size()};
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  // The first byte is the size of the pieces.
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  if (parsed(bytes, data[0] + std::size_t{1}) != parsed(bytes, bytes.size() + 1)) std::abort();
  return 0;
}
