// SPDX-License-Identifier: Apache-2.0
#include "host/page_cache.hpp"

#include <fcntl.h>
#include <netinet/in.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/socket.h>

#include <algorithm>

#include "host/fixture.hpp"
#include "support/places.hpp"
#include "support/skip.hpp"

namespace lambdaprof::host {

using namespace testing;

namespace {

constexpr std::int64_t large = 1'000'000;  // no whole number of pages

/// A private file of ours, dirty as files are that have just been written.
std::string large_file(const folder& f, const std::string& name = "file") {
  return f.file(name, std::string(static_cast<std::size_t>(large), 'x'), 0755);
}

/// Why the tests cannot evict in this folder; empty if they can.
std::string hindrance(const folder& f) {
  const auto can = can_evict(f.path());
  return can ? "" : to_string(can.error());
}

bool is_among(const std::string& path, const std::vector<std::string>& paths) {
  return std::find(paths.begin(), paths.end(), path) != paths.end();
}

/// The C library as `mapped_files` shows it; empty if there is none.
std::string c_library_in(const std::vector<std::string>& paths) {
  for (const std::string& path : paths) {
    const std::string name = fs::path(path).filename().string();
    if (name.starts_with("libc.so") || name.starts_with("libc-") || name.starts_with("ld-musl"))
      return path;
  }
  return "";
}

/// A Runtime API that takes connections and never answers, so that a function lives until killed.
class silent_api {
 public:
  silent_api() : listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in name{};
    name.sin_family = AF_INET;
    name.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof name;
    auto* const address = reinterpret_cast<sockaddr*>(&name);
    REQUIRE(::bind(listener_.number(), address, size) == 0);
    REQUIRE(::listen(listener_.number(), 1) == 0);
    REQUIRE(::getsockname(listener_.number(), address, &size) == 0);
    port_ = ntohs(name.sin_port);
  }

  std::string variable() const { return fmt::format("AWS_LAMBDA_RUNTIME_API=127.0.0.1:{}", port_); }
  /// Waits until the function has come, and keeps its connection.
  void await() {
    connection_ = descriptor(::accept(listener_.number(), nullptr, nullptr));
    REQUIRE(connection_);
  }

 private:
  descriptor listener_;
  descriptor connection_;
  int port_ = 0;
};

/// Permissions bind it, for as long as it lives.
struct nobody {
  nobody() { REQUIRE(::seteuid(65534) == 0); }
  nobody(const nobody&) = delete;
  nobody& operator=(const nobody&) = delete;
  ~nobody() { ::seteuid(0); }
};

/// Something mounted on a folder, for as long as it lives.
class mounted {
 public:
  mounted(std::string point, const char* type, const std::string& options)
      : point_(std::move(point)),
        is_there_(::mount(type, point_.c_str(), type, 0, options.c_str()) == 0) {}
  mounted(const mounted&) = delete;
  mounted& operator=(const mounted&) = delete;
  ~mounted() {
    if (is_there_) ::umount2(point_.c_str(), MNT_DETACH);
  }
  explicit operator bool() const { return is_there_; }

 private:
  std::string point_;
  bool is_there_;
};

}  // namespace

TEST_CASE("a process that is linked dynamically maps its executable, its loader and libc") {
  const command c({"/bin/sleep", "1000"});
  std::vector<std::string> files;
  // The start of a process is over before its loader has mapped the rest.
  REQUIRE(eventually([&] {
    files = mapped_files(c.process->pid());
    return !c_library_in(files).empty();
  }));
  CHECK(is_among(fs::canonical("/bin/sleep").string(), files));
  CHECK(std::is_sorted(files.begin(), files.end()));
  CHECK(std::adjacent_find(files.begin(), files.end()) == files.end());
  for (const std::string& path : files) CHECK_MESSAGE(fs::is_regular_file(path), path);
}

TEST_CASE("a process that is linked statically maps its executable only") {
  const std::string hello = std::string(support::binary_dir) + "/sample-functions/hello";
  silent_api api;
  const command c({hello}, {api.variable()});
  api.await();
  const auto files = mapped_files(c.process->pid());
  REQUIRE(files.size() == 1);
  CHECK(files[0] == fs::canonical(hello).string());
}

TEST_CASE("a file that is mapped twice is named once, with the blanks in its name") {
  const folder f;
  const std::string path = f.file("a  file", "content");
  const descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  void* const first = ::mmap(nullptr, 1, PROT_READ, MAP_SHARED, file.number(), 0);
  void* const second = ::mmap(nullptr, 1, PROT_READ, MAP_PRIVATE, file.number(), 0);
  const auto files = mapped_files(::getpid());
  CHECK(std::count(files.begin(), files.end(), fs::canonical(path).string()) == 1);
  fs::remove(path);
  for (const std::string& name : mapped_files(::getpid()))
    CHECK(name.find("a  file") == std::string::npos);
  ::munmap(first, 1);
  ::munmap(second, 1);
}

TEST_CASE("a process that has ended maps nothing") {
  command c({"/bin/true"});
  const int pid = c.process->pid();
  c.finish();
  CHECK(mapped_files(pid).empty());
}

TEST_CASE("a file that is touched is wholly resident, one that is evicted is not") {
  const folder f;
  if (const auto why = hindrance(f); !why.empty()) return support::skip(why);
  const std::string path = large_file(f);
  REQUIRE(evict(path));
  CHECK(residency_of(path).total_bytes == large);
  CHECK(residency_of(path).resident_bytes == 0);
  REQUIRE(touch(path));
  CHECK(residency_of(path).total_bytes == large);
  CHECK(residency_of(path).resident_bytes == large);
  REQUIRE(evict(path));
  CHECK(residency_of(path).resident_bytes == 0);
}

TEST_CASE("a file of which some pages are missing is touched to the end") {
  const folder f;
  if (const auto why = hindrance(f); !why.empty()) return support::skip(why);
  const std::string path = large_file(f);
  REQUIRE(evict(path));
  const descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  // No read-ahead beyond what is asked for.
  REQUIRE(::posix_fadvise(file.number(), 0, 0, POSIX_FADV_RANDOM) == 0);
  char byte = 0;
  REQUIRE(::pread(file.number(), &byte, 1, large / 2) == 1);
  const std::int64_t some = residency_of(path).resident_bytes;
  CHECK(some > 0);
  CHECK(some < large);
  REQUIRE(touch(path));
  CHECK(residency_of(path).resident_bytes == large);
}

TEST_CASE("what is just being read is evicted, too") {
  const folder f;
  if (const auto why = hindrance(f); !why.empty()) return support::skip(why);
  const std::string path = f.file("file", std::string(16 * large, 'x'));
  const descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  for (int i = 0; i < 10; ++i) {
    REQUIRE(evict(path));
    REQUIRE(residency_of(path).resident_bytes == 0);
    // Begins to read and does not wait.
    REQUIRE(::posix_fadvise(file.number(), 0, 0, POSIX_FADV_WILLNEED) == 0);
  }
}

TEST_CASE("what another process maps stays resident, until it has ended") {
  const folder f;
  if (const auto why = hindrance(f); !why.empty()) return support::skip(why);
  const std::string path = f / "sleep";
  fs::copy_file("/bin/sleep", path);
  command c({path, "1000"});
  REQUIRE(eventually([&] { return !c_library_in(mapped_files(c.process->pid())).empty(); }));
  REQUIRE(evict(path));
  CHECK(residency_of(path).resident_bytes > 0);
  c.process->kill_group(SIGKILL);
  c.finish();
  REQUIRE(evict(path));
  CHECK(residency_of(path).resident_bytes == 0);
}

TEST_CASE("the files of a set are evicted, touched and counted together") {
  const folder f;
  if (const auto why = hindrance(f); !why.empty()) return support::skip(why);
  const std::vector<std::string> set{large_file(f, "one"), large_file(f, "two")};
  REQUIRE(evict_all(set));
  CHECK(residency_of_all(set).total_bytes == 2 * large);
  CHECK(residency_of_all(set).resident_bytes == 0);
  REQUIRE(touch(set[1]));
  CHECK(residency_of_all(set).resident_bytes == large);
  REQUIRE(touch_all(set));
  CHECK(residency_of_all(set).resident_bytes == 2 * large);
  CHECK(residency_of_all(set).unknown_bytes == 0);
}

TEST_CASE("a file that has vanished is no fault, and nothing of it is resident") {
  const folder f;
  const std::vector<std::string> set{f / "vanished", f.file("file", "") + "/below"};
  for (const std::string& path : set) {
    CHECK(residency_of(path).total_bytes == 0);
    CHECK(residency_of(path).resident_bytes == 0);
  }
  CHECK(evict_all(set));
  CHECK(touch_all(set));
  CHECK(residency_of_all(set).unknown_bytes == 0);
}

TEST_CASE("an empty file is resident as far as there is anything of it") {
  const folder f;
  const std::string path = f.file("empty", "");
  CHECK(evict(path));
  CHECK(touch(path));
  CHECK(residency_of(path).total_bytes == 0);
  CHECK(residency_of(path).resident_bytes == 0);
}

TEST_CASE("what cannot be read is a fault that names it, and the rest of its set is done") {
  const folder f;
  CHECK(touch(f.path()).error().where == f.path());
  CHECK(touch(f.path()).error().message == "cannot be read: Is a directory");
  if (const auto why = hindrance(f); !why.empty()) return support::skip(why);
  if (::getuid() != 0) return support::skip("needs root to become somebody else");
  fs::permissions(f.path(), fs::perms(0755));
  const std::vector<std::string> set{f.file("secret", "content", 0700), large_file(f)};
  REQUIRE(evict_all(set));
  {
    const nobody n;
    const auto done = touch_all(set);
    REQUIRE(!done);
    CHECK(done.error().where == set[0]);
    CHECK(done.error().message == "cannot be read: Permission denied");
    CHECK(evict(set[0]).error().message == "cannot be evicted: Permission denied");
    CHECK(residency_of(set[0]).resident_bytes == -1);
    CHECK(residency_of_all(set).unknown_bytes >= residency_of(set[0]).total_bytes);
  }
  CHECK(residency_of(set[0]).resident_bytes == 0);
  CHECK(residency_of(set[1]).resident_bytes == large);
}

TEST_CASE(
    "of somebody else's file it is said that nothing is known rather than that all is there") {
  const folder f;
  if (const auto why = hindrance(f); !why.empty()) return support::skip(why);
  if (::getuid() != 0) return support::skip("needs root to become somebody else");
  fs::permissions(f.path(), fs::perms(0755));
  const std::string path = large_file(f);
  REQUIRE(evict(path));
  const nobody n;
  const residency seen = residency_of(path);
  CHECK(seen.total_bytes == large);
  CHECK(seen.resident_bytes <= 0);  // kernels before 6.14 tell, others do not
  const set_residency all = residency_of_all(std::vector<std::string>{path});
  CHECK(all.resident_bytes == 0);
  CHECK(all.unknown_bytes == (seen.resident_bytes < 0 ? large : 0));
}

TEST_CASE("on an overlay, as in a container, what is resident is that of the file below") {
  const folder f;
  if (const auto why = hindrance(f); !why.empty()) return support::skip(why);
  for (const char* name : {"lower", "upper", "work", "merged"}) fs::create_directory(f / name);
  const std::string below = large_file(f, "lower/file");
  const mounted overlay(
      f / "merged", "overlay",
      fmt::format("lowerdir={0}/lower,upperdir={0}/upper,workdir={0}/work", f.path()));
  if (!overlay) return support::skip("an overlay cannot be mounted");
  const std::string new_one = large_file(f, "merged/new");
  REQUIRE(evict(below));
  for (const std::string& path : {f / "merged/file", new_one}) {
    CAPTURE(path);
    REQUIRE(evict(path));
    CHECK(residency_of(path).resident_bytes == 0);
    REQUIRE(touch(path));
    CHECK(residency_of(path).resident_bytes == large);
  }
  CHECK(residency_of(below).resident_bytes == large);
  // Here, reads under way can only be waited for; below, they would be seen.
  const descriptor file(::open(below.c_str(), O_RDONLY | O_CLOEXEC));
  for (int i = 0; i < 10; ++i) {
    REQUIRE(evict(f / "merged/file"));
    REQUIRE(residency_of(below).resident_bytes == 0);
    REQUIRE(::posix_fadvise(file.number(), 0, 0, POSIX_FADV_WILLNEED) == 0);
  }
}

TEST_CASE("files that live in memory cannot be evicted, and are said to be resident") {
  const folder f;
  const mounted memory(f.path(), "tmpfs", "size=4m");
  if (!memory) return support::skip("a tmpfs cannot be mounted");
  const auto can = can_evict(f.path());
  REQUIRE(!can);
  CHECK(can.error().kind == fault_kind::host);
  CHECK(can.error().where == f.path());
  CHECK(can.error().message == "its files cannot be evicted: it is a file system in memory");
  CHECK(can.error().hint == "choose a folder on a disk");
  const std::string path = large_file(f);
  CHECK(evict(path));
  CHECK(residency_of(path).resident_bytes == large);
}

TEST_CASE("where there is no folder, nothing can be evicted") {
  CHECK(can_evict("/no/such/folder").error().message ==
        "cannot be used: No such file or directory");
}

}  // namespace lambdaprof::host
