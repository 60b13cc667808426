// SPDX-License-Identifier: Apache-2.0
#include "support/places.hpp"

namespace lambdaprof::support {

const char* const source_dir = SOURCE_DIR;
const char* const binary_dir = BINARY_DIR;
const char* const official_dir = OFFICIAL_DIR;

}  // namespace lambdaprof::support
