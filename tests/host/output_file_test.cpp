// SPDX-License-Identifier: Apache-2.0
#include "host/output_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <csignal>

#include "host/fixture.hpp"

namespace lambdaprof::host {

using namespace testing;

namespace {

std::string why_not(const std::string& path) {
  const auto file = output_file::open(path);
  REQUIRE(!file);
  CHECK(file.error().kind == fault_kind::usage);
  CHECK(file.error().where == path);
  return file.error().message;
}

void write(const std::string& path, std::string_view content) {
  const auto file = output_file::open(path);
  REQUIRE_MESSAGE(file, to_string(file.error()));
  const auto written = file->write(content);
  REQUIRE_MESSAGE(written, to_string(written.error()));
}

int mode_of(const std::string& path) {
  struct stat info {};
  REQUIRE(::stat(path.c_str(), &info) == 0);
  return static_cast<int>(info.st_mode & 07777);
}

/// Somebody whom permissions bind, for as long as it lives.
struct nobody {
  nobody() {
    if (::getuid() == 0) REQUIRE(::seteuid(65534) == 0);
  }
  nobody(const nobody&) = delete;
  nobody& operator=(const nobody&) = delete;
  ~nobody() {
    if (::getuid() == 0) ::seteuid(0);
  }
};

}  // namespace

TEST_CASE("opening neither creates nor changes anything") {
  const folder f;
  f.file("old", "as it was");
  CHECK(output_file::open(f / "new"));
  CHECK(output_file::open(f / "old"));
  CHECK(f.names() == std::vector<std::string>{"old"});
  CHECK(content_of(f / "old") == "as it was");
}

TEST_CASE("a new file has the content, the mode of new files, and no company") {
  const folder f;
  const mode_t mask = ::umask(027);
  write(f / "new", "content\n");
  ::umask(mask);
  CHECK(content_of(f / "new") == "content\n");
  CHECK(mode_of(f / "new") == 0640);
  CHECK(f.names().size() == 1);
}

TEST_CASE("an old file gets the new content and keeps its mode") {
  const folder f;
  f.file("old", "a much longer content than the new one", 0604);
  write(f / "old", "short");
  CHECK(content_of(f / "old") == "short");
  CHECK(mode_of(f / "old") == 0604);
  CHECK(f.names().size() == 1);
}

TEST_CASE("a file can be written again and again, to nothing too") {
  const folder f;
  const auto file = output_file::open(f / "file");
  REQUIRE(file);
  for (const char* content : {"first", "second", ""}) {
    CHECK(file->write(content));
    CHECK(content_of(f / "file") == content);
  }
}

TEST_CASE("whoever reads the old file keeps reading the old content") {
  const folder f;
  f.file("file", "old content");
  std::ifstream reader(f / "file");
  write(f / "file", "new");
  CHECK(std::string(std::istreambuf_iterator<char>(reader), {}) == "old content");
}

TEST_CASE("a symlink stays one and its target gets the content, whether it is there or not") {
  const folder f;
  fs::create_directory(f / "elsewhere");
  f.file("elsewhere/old", "old");
  fs::create_symlink("elsewhere/old", f / "to-old");
  fs::create_symlink("to-old", f / "to-link");
  fs::create_symlink("elsewhere/new", f / "to-new");
  write(f / "to-link", "content");
  write(f / "to-new", "content too");
  CHECK(fs::is_symlink(f / "to-link"));
  CHECK(fs::is_symlink(f / "to-old"));
  CHECK(fs::is_symlink(f / "to-new"));
  CHECK(content_of(f / "elsewhere/old") == "content");
  CHECK(content_of(f / "elsewhere/new") == "content too");
}

TEST_CASE("a name of the greatest length can be written") {
  const folder f;
  const std::string longest(255, 'n');
  write(f / longest, "content");
  CHECK(content_of(f / longest) == "content");
}

TEST_CASE("what cannot be written is found out before") {
  const folder f;
  f.file("file", "");
  CHECK(why_not("") == "cannot be written: its name is empty");
  CHECK(why_not(f.path()) == "cannot be written: it is a folder");
  CHECK(why_not(f / "no/such/file") == "cannot be written: there is no folder " + f / "no/such");
  CHECK(why_not(f / "file/below") == "cannot be written: Not a directory");
  CHECK(why_not(f / std::string(300, 'n')) == "cannot be written: File name too long");
  CHECK(why_not("/dev/fd/987") == "cannot be written: Bad file descriptor");
  CHECK(!output_file::open("/proc/new-file"));
}

TEST_CASE("what permissions forbid is found out before") {
  const folder f;
  fs::permissions(f.path(), fs::perms(0755));
  f.file("read-only", "", 0444);
  f.file("writable", "a longer content", 0666);
  const nobody n;
  CHECK(why_not(f / "read-only") == "cannot be written: Permission denied");
  if (::getuid() != 0) return;  // our own folder would be writable
  CHECK(why_not(f / "new") == "cannot be written: Permission denied");
  // It cannot be replaced in that folder, but it can be overwritten.
  write(f / "writable", "content");
  CHECK(content_of(f / "writable") == "content");
}

TEST_CASE("a folder that goes away in the meantime is a fault of the file") {
  const folder f;
  fs::create_directory(f / "sub");
  const auto later = output_file::open(f / "sub/file");
  REQUIRE(later);
  fs::remove(f / "sub");
  const auto written = later->write("content");
  REQUIRE(!written);
  CHECK(written.error().kind == fault_kind::file);
  CHECK(written.error().message == "cannot be written: No such file or directory");
}

TEST_CASE("devices and pipes are written, not replaced") {
  const folder f;
  write("/dev/null", "content");
  CHECK(fs::is_character_file("/dev/null"));

  REQUIRE(::mkfifo((f / "fifo").c_str(), 0600) == 0);
  const descriptor reader(::open((f / "fifo").c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  write(f / "fifo", "through the pipe");
  char text[64];
  CHECK(std::string(text, static_cast<std::size_t>(::read(reader.number(), text, 64))) ==
        "through the pipe");
  CHECK(fs::is_fifo(f / "fifo"));

  const auto full = output_file::open("/dev/full");
  REQUIRE(full);
  CHECK(full->write("content").error().message == "cannot be written: No space left on device");
}

TEST_CASE("an open descriptor is written where it stands") {
  const folder f;
  const descriptor log(::open((f / "log").c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0600));
  REQUIRE(::write(log.number(), "before\n", 7) == 7);
  write(fmt::format("/dev/fd/{}", log.number()), "content\n");
  write(fmt::format("/proc/self/fd/{}", log.number()), "and more\n");
  CHECK(content_of(f / "log") == "before\ncontent\nand more\n");

  const descriptor reading(::open((f / "log").c_str(), O_RDONLY | O_CLOEXEC));
  CHECK(why_not(fmt::format("/dev/fd/{}", reading.number())) ==
        "cannot be written: it is open for reading only");
}

TEST_CASE("a dash is standard output, and so is its device") {
  for (const char* name : {"-", "/dev/stdout"}) {
    auto ends = make_pipe();
    const descriptor ours(::dup(STDOUT_FILENO));
    const auto file = output_file::open(name);
    REQUIRE(file);
    ::dup2(ends->write.number(), STDOUT_FILENO);
    const bool is_written = file->write("content").has_value();
    ::dup2(ours.number(), STDOUT_FILENO);
    CHECK(is_written);
    char text[64];
    CHECK(std::string(text, static_cast<std::size_t>(::read(ends->read.number(), text, 64))) ==
          "content");
  }
}

TEST_CASE("a reader of standard output that has gone away is no error") {
  ::signal(SIGPIPE, SIG_IGN);
  auto ends = make_pipe();
  const auto file = output_file::open(fmt::format("/dev/fd/{}", ends->write.number()));
  REQUIRE(file);
  ends->read.close();
  CHECK(file->write("nobody reads this"));
  ::signal(SIGPIPE, SIG_DFL);
}

}  // namespace lambdaprof::host
