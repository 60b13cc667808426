// SPDX-License-Identifier: Apache-2.0
#include "optimizer-cpp/base64.hpp"

#include <openssl/evp.h>

#include <climits>

namespace optimizer {

std::optional<std::string> from_base64(std::string_view text) {
  if (text.size() % 4 != 0 || text.size() > INT_MAX) return std::nullopt;
  std::string bytes(text.size() / 4 * 3, '\0');
  const int size = ::EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                                     reinterpret_cast<const unsigned char*>(text.data()),
                                     static_cast<int>(text.size()));
  // It passes over blanks and newlines around the text, which the size below would not fit.
  if (size < 0 || static_cast<std::size_t>(size) != bytes.size()) return std::nullopt;
  // It counts the bytes that only fill up.
  for (int padding = 0; padding < 2 && text.ends_with('='); ++padding) {
    text.remove_suffix(1);
    bytes.pop_back();
  }
  return bytes;
}

}  // namespace optimizer
