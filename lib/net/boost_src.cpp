// SPDX-License-Identifier: Apache-2.0
// Beast, compiled once (BOOST_BEAST_SEPARATE_COMPILATION). Asio is compiled in host/asio_src.cpp.
#if defined(__GNUC__) && !defined(__clang__)
// GCC sees through Boost.Optional only partly when a sanitizer is on; the code here is not ours to
// mend.
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif
#include <boost/beast/src.hpp>
