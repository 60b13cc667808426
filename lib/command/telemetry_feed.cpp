// SPDX-License-Identifier: Apache-2.0
#include "command/telemetry_feed.hpp"

#include <memory>

#include "report/telemetry.hpp"

namespace lambdaprof::command {

sandbox::telemetry_source telemetry_of(const journal::journal& j) {
  return [&j, view = std::shared_ptr<report::telemetry>()](
             const sandbox::telemetry_sink& give) mutable {
    if (!view) view = std::make_shared<report::telemetry>(j);
    for (const report::telemetry_item& item : view->read())
      give(item.env, item.extension, item.text);
  };
}

}  // namespace lambdaprof::command
