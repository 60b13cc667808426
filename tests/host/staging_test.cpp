// SPDX-License-Identifier: Apache-2.0
#include "host/staging.hpp"

#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include "host/fixture.hpp"
#include "host/page_cache.hpp"
#include "support/skip.hpp"

namespace lambdaprof::host {

using namespace testing;

namespace {

std::string staged(const std::string& executable, const std::string& folder) {
  auto copy = stage(executable, folder);
  REQUIRE_MESSAGE(copy, to_string(copy.error()));
  return *copy;
}

fault fault_of(const std::string& executable, const std::string& folder) {
  const auto copy = stage(executable, folder);
  REQUIRE(!copy);
  return copy.error();
}

/// A tmpfs of 64 KiB on the folder `f`, for as long as it lives.
class small_disk {
 public:
  explicit small_disk(const folder& f, unsigned long flags = 0)
      : point_(f.path()),
        is_there_(::mount("tmpfs", point_.c_str(), "tmpfs", flags, "size=64k") == 0) {}
  small_disk(const small_disk&) = delete;
  small_disk& operator=(const small_disk&) = delete;
  ~small_disk() {
    if (is_there_) ::umount2(point_.c_str(), MNT_DETACH);
  }
  explicit operator bool() const { return is_there_; }

 private:
  std::string point_;
  bool is_there_;
};

/// More than fits on a small disk, and no whole number of blocks or pages.
std::string large_content() {
  std::string content = "#!/bin/sh\nexit 0\n";
  for (int i = 0; content.size() < 300'000; ++i) content += fmt::format("# {}\n", i);
  return content;
}

const std::string script = "#!/bin/sh\necho started as $0\n";

}  // namespace

TEST_CASE("a copy has the same bytes, can be executed by all, and starts") {
  const folder f;
  const folder private_folder;
  const std::string original = f.file("program", script, 0700);
  const mode_t mask = ::umask(077);
  const std::string path = staged(original, private_folder.path());
  ::umask(mask);
  CHECK(content_of(path) == script);
  struct stat info {};
  REQUIRE(::stat(path.c_str(), &info) == 0);
  CHECK((info.st_mode & 07777) == 0755);
  command c({path});
  CHECK(c.finish().status == 0);
  CHECK(c.lines == std::vector<std::string>{"started as " + path});
  CHECK(content_of(original) == script);
}

TEST_CASE("copies of whatever length lie at paths of one length, none over another") {
  const folder f;
  const std::string original = f.file("a-program-with-a-long-name", script, 0755);
  const std::string other = f.file("b", large_content(), 0755);
  const folder private_folder;
  CHECK(staged(original, private_folder.path()) == private_folder / "000001");
  CHECK(staged(other, private_folder.path()) == private_folder / "000002");
  CHECK(staged(original, private_folder.path()) == private_folder / "000003");
  CHECK(content_of(private_folder / "000001") == script);
  CHECK(content_of(private_folder / "000002") == large_content());
  CHECK(content_of(private_folder / "000003") == script);
  CHECK(staged(private_folder / "000002", private_folder.path()) == private_folder / "000004");
}

TEST_CASE("a real program starts from its copy, again and again") {
  const folder f;
  const std::string path = staged("/bin/true", f.path());
  CHECK(content_of(path) == content_of("/bin/true"));
  for (int i = 0; i < 3; ++i) CHECK(command({path}).finish().status == 0);
}

TEST_CASE("a copy is resident, and clean so that it can be evicted at once") {
  const folder f;
  const std::string path = staged(f.file("program", large_content(), 0755), f.path());
  const residency fresh = residency_of(path);
  CHECK(fresh.total_bytes == static_cast<std::int64_t>(large_content().size()));
  CHECK(fresh.resident_bytes == fresh.total_bytes);
  if (const auto can = can_evict(f.path()); !can) return support::skip(to_string(can.error()));
  // The kernel alone, without the writing back that `evict` would do.
  const descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  REQUIRE(::posix_fadvise(file.number(), 0, 0, POSIX_FADV_DONTNEED) == 0);
  CHECK(residency_of(path).resident_bytes == 0);
}

TEST_CASE("a source that is missing or no file is a fault, and nothing is left of it") {
  const folder f;
  const fault missing = fault_of(f / "missing", f.path());
  CHECK(missing.kind == fault_kind::file);
  CHECK(missing.where == f / "missing");
  CHECK(missing.message == "cannot be read: No such file or directory");
  CHECK(fault_of("/proc", f.path()).message == "cannot be read: Is a directory");
  CHECK(f.names().empty());
}

TEST_CASE("a folder that is not there is a fault that names it") {
  const fault missing = fault_of("/bin/true", "/no/such/folder");
  CHECK(missing.kind == fault_kind::host);
  CHECK(missing.where == "/no/such/folder");
  CHECK(missing.message == "cannot hold a copy of the executable: No such file or directory");
  CHECK(missing.hint == "choose another folder");
}

TEST_CASE("a folder that is full is a fault that says so, and holds no part of a copy") {
  const folder source;
  const folder f;
  const small_disk disk(f);
  if (!disk) return support::skip("a tmpfs cannot be mounted");
  const std::string small = staged(source.file("small", script, 0755), f.path());
  const fault full = fault_of(source.file("large", large_content(), 0755), f.path());
  CHECK(full.kind == fault_kind::host);
  CHECK(full.where == f.path());
  CHECK(full.message == "cannot hold a copy of the executable: No space left on device");
  CHECK(full.hint == "make room there, or choose another folder");
  CHECK(f.names() == std::vector<std::string>{"000001"});
  CHECK(content_of(small) == script);
}

TEST_CASE("a folder that cannot be written is a fault that says why") {
  const folder f;
  const small_disk disk(f, MS_RDONLY);
  if (!disk) return support::skip("a tmpfs cannot be mounted");
  const fault wrong = fault_of("/bin/true", f.path());
  CHECK(wrong.where == f.path());
  CHECK(wrong.message == "cannot hold a copy of the executable: Read-only file system");
  CHECK(wrong.hint == "choose another folder");
}

TEST_CASE("a folder from which nothing may be started is a fault before anything is copied") {
  const folder f;
  const small_disk disk(f, MS_NOEXEC);
  if (!disk) return support::skip("a tmpfs cannot be mounted");
  const fault wrong = fault_of("/bin/true", f.path());
  CHECK(wrong.kind == fault_kind::host);
  CHECK(wrong.where == f.path());
  CHECK(wrong.message == "is mounted noexec, so that nothing can be started from there");
  CHECK(f.names().empty());
}

}  // namespace lambdaprof::host
