// SPDX-License-Identifier: Apache-2.0
// The Lambda Runtime API on one blocking keep-alive socket and no library, so that a static
// function starts fast. Whatever goes wrong on the wire ends the process with one line on stderr: a
// sample must never hide a fault.
#pragma once

#include <string>
#include <string_view>

namespace sample {

struct invocation {
  std::string id;
  std::string attempt;  // Lambda-Runtime-Invocation-Id; empty when the server sent none
  std::string event;
};

class lambda_runtime {
 public:
  /// Reads AWS_LAMBDA_RUNTIME_API (numeric IPv4 address or localhost, and a port); connects on
  /// first use.
  lambda_runtime();
  ~lambda_runtime() { hang_up(); }
  lambda_runtime(const lambda_runtime&) = delete;
  lambda_runtime& operator=(const lambda_runtime&) = delete;

  invocation next();
  void respond(const invocation& current, std::string_view json);
  /// `type` and `message` go into JSON as they are: no quotes, no backslashes.
  void fail(const invocation& current, std::string_view type, std::string_view message);
  void init_error(std::string_view type, std::string_view message);

  // The parts, for functions that break the rules on purpose.

  /// Posts to a path below /2018-06-01/runtime and returns the status; `fields` are whole header
  /// lines.
  int post(std::string_view path, std::string_view body, std::string_view fields = {});
  /// Sends the request for the next event and leaves the answer unread.
  void ask_next();
  /// Waits for that answer.
  invocation take_next();
  void send_raw(std::string_view bytes);
  /// Waits until the server closes the connection; what it sends is dropped.
  void await_close();
  void hang_up();

 private:
  struct reply {
    int status = 0;
    std::string head;
    std::string body;
  };

  void post_accepted(std::string_view path, std::string_view body, std::string_view fields);
  reply read_reply();
  std::string read_chunks();
  std::string take(std::size_t count);
  std::string take_line();
  bool fill();
  void connect();

  std::string host_;
  std::string received_;
  int socket_ = -1;
};

[[noreturn]] void die(std::string_view message);

}  // namespace sample
