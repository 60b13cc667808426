// SPDX-License-Identifier: Apache-2.0
// Ctrl-C for what has no loop to hear of it: whoever works asks now and then.
#pragma once

namespace lambdaprof::command {

/// Of SIGINT, SIGTERM and SIGHUP, each unless it is ignored already, as under nohup. One is a
/// request; another one, later than it takes to arrive twice, ends us at once.
class stop_request {
 public:
  stop_request();
  bool is_made() const;
  /// From here on none of them ends us: something is being written.
  void close();
};

}  // namespace lambdaprof::command
