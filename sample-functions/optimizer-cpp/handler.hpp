// SPDX-License-Identifier: Apache-2.0
// From an event to an answer. It holds nothing that a correct answer needs.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "optimizer-cpp/event.hpp"
#include "optimizer-cpp/resources.hpp"
#include "optimizer-cpp/response_cache.hpp"

namespace optimizer {

class handler {
 public:
  handler(const switches& chosen, resources& from);

  /// The response object as JSON. Throws if the function has failed, not the client or the store.
  /// It stays valid until the next call.
  const std::string& answer(std::string_view event);
  /// Whether the last answer came from the cache; nothing without one.
  std::optional<bool> cache_hit() const { return cache_hit_; }

 private:
  struct response {
    int status = 200;
    std::string content_type;
    std::string body;
    std::string allow = {};
  };

  response serve(const request& asked);
  response put(const request& asked, const std::string& id);
  response get(const request& asked, const std::string& id);
  response show(const request& asked, const std::string& id, const std::string& document);
  void write_answer(response&& given);
  static response failure(int status, const std::string& message);

  resources& resources_;
  response_cache cache_;
  bool uses_cache_;
  bool uses_pool_;
  std::optional<bool> cache_hit_;
  // With POOL=on these keep their memory from request to request.
  std::string page_;
  std::string answer_;
};

}  // namespace optimizer
