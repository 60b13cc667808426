// SPDX-License-Identifier: Apache-2.0
// Asio's own code for this test program: everywhere else it comes from the room host, which net
// does not use.
#include <boost/asio/impl/src.hpp>
