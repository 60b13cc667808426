// SPDX-License-Identifier: Apache-2.0
#include "environment/answer_check.hpp"

#include "environment/error_body.hpp"
#include "environment/limits.hpp"

namespace lambdaprof::environment {

using journal::outcome;

checked_answer check_answer(const signal::responded& s, const function& f,
                            std::string_view request_id) {
  if (s.mode == signal::response_mode::unknown)
    return {reply::bad_response_mode, outcome::bad_response_mode, bad_mode_error(request_id)};
  // What an ordinary invoker gets is collected first, however it was sent.
  const bool is_streamed =
      s.mode == signal::response_mode::streaming && f.invoke_mode == invoke_mode::response_stream;
  const std::uint64_t limit = is_streamed ? stream_limit : payload_limit;
  if (s.bytes > limit) return {reply::too_large, outcome::too_large, too_large_error(limit)};
  if (s.body == signal::body::truncated)
    return {reply::truncated, outcome::truncated, truncated_error(request_id)};
  if (!s.error.empty()) return {reply::accepted, outcome::function_error, std::string(s.error)};
  return {reply::accepted, outcome::success};
}

journal::fact::responded told_of(const signal::responded& s, journal::journal& log) {
  return {s.bytes, s.cpu, s.http_status,
          s.answer.empty() ? journal::text_id{} : log.keep(s.answer)};
}

}  // namespace lambdaprof::environment
