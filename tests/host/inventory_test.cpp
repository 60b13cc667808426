// SPDX-License-Identifier: Apache-2.0
#include "host/inventory.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <csignal>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <thread>
#include <vector>

#include "host/descriptor.hpp"

using namespace lambdaprof::host;

namespace {

inventory of_us(const std::string& tmp = "") {
  return inventory_of(std::array{static_cast<int>(::getpid())}, tmp);
}

}  // namespace

TEST_CASE("descriptors, threads and memory are those of the process") {
  const inventory before = of_us();
  const descriptor one(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  constexpr std::size_t block = std::size_t{8} * 1024 * 1024;
  std::vector<char> touched(block, 'x');
  std::atomic<bool> goes_on = true;
  std::thread other([&] { goes_on.wait(true); });
  const inventory after = of_us();
  goes_on = false;
  goes_on.notify_all();
  other.join();
  CHECK(after.descriptors == before.descriptors + 1);
  CHECK(after.threads == before.threads + 1);
  CHECK(after.memory_bytes > before.memory_bytes + static_cast<std::int64_t>(block) / 2);
  CHECK(touched.back() == 'x');
  CHECK(after.tmp_bytes == -1);
}

TEST_CASE("timers are counted, with a descriptor and without") {
  const inventory before = of_us();
  const descriptor file(::timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC));
  timer_t timer{};
  sigevent none{};
  none.sigev_notify = SIGEV_NONE;
  REQUIRE(::timer_create(CLOCK_MONOTONIC, &none, &timer) == 0);
  const inventory after = of_us();
  ::timer_delete(timer);
  const bool lists_posix_timers = std::filesystem::exists("/proc/self/timers");
  CHECK(after.timers == before.timers + (lists_posix_timers ? 2 : 1));
}

TEST_CASE("a folder is counted with what is below, and no link is followed") {
  namespace fs = std::filesystem;
  std::string name = "/tmp/lambdaprof-inventory-XXXXXX";
  const fs::path folder = ::mkdtemp(name.data());
  fs::create_directories(folder / "a" / "b");
  std::ofstream(folder / "a" / "b" / "file") << "12345";
  fs::create_symlink("/usr", folder / "link");
  fs::create_symlink(folder / "a" / "b" / "file", folder / "to-file");
  const inventory i = of_us(folder.string());
  CHECK(i.tmp_bytes == 5);
  CHECK(i.tmp_entries == 5);
  fs::remove_all(folder);
  CHECK(of_us(folder.string()).tmp_bytes == -1);
}

TEST_CASE("nothing is known of a process that is not there") {
  const inventory i = inventory_of(std::array{-1}, "");
  CHECK(i.memory_bytes == -1);
  CHECK(i.descriptors == -1);
  CHECK(i.threads == -1);
  CHECK(name_of(-1).empty());
  CHECK_FALSE(name_of(static_cast<int>(::getpid())).empty());
}
