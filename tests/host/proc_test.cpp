// SPDX-License-Identifier: Apache-2.0
#include "host/proc.hpp"

#include <sys/wait.h>

#include "host/fixture.hpp"

namespace lambdaprof::host {

using namespace testing;

TEST_CASE("a size in a status file is given in bytes") {
  constexpr std::string_view status =
      "Name:\tx\nVmPeak:\t   2000 kB\nVmHWM:\t    1234 kB\nXVmRSS:\t 7 kB\nVmRSS:\t huge kB\n";
  CHECK(status_bytes(status, "VmHWM") == 1234 * 1024);
  CHECK(status_bytes(status, "VmPeak") == 2000 * 1024);
  CHECK(status_bytes(status, "VmRSS") == -1);
  CHECK(status_bytes(status, "VmSwap") == -1);
  CHECK(status_bytes(status, "Vm") == -1);
  CHECK(status_bytes("", "VmHWM") == -1);
  CHECK(status_bytes("VmHWM: 5 kB", "VmHWM") == 5 * 1024);
}

TEST_CASE("a file that cannot be read has no text") {
  CHECK(read_text("/nowhere/at/all").empty());
  CHECK(read_text("/proc").empty());
  CHECK(!read_text("/proc/self/status").empty());
}

TEST_CASE("the state of a process is read past whatever its name holds") {
  command c({"/bin/sh", "-c", "printf ') Z (' >/proc/$$/comm; echo up; read line </dev/zero"});
  c.until([&] { return !c.lines.empty(); });
  CHECK(read_text(fmt::format("/proc/{}/stat", c.process->pid())).find("() Z ()") !=
        std::string::npos);
  c.process->kill_group(SIGSTOP);
  CHECK(eventually([&] { return state_of(c.process->pid()) == 'T'; }));
  c.process->kill_group(SIGKILL);
  c.finish();
  CHECK(state_of(c.process->pid()) == '\0');
}

TEST_CASE("the peak memory is known of a living process only") {
  CHECK(peak_bytes_of(::getpid()) > 0);
  const int pid = ::fork();
  if (pid == 0) ::_exit(0);
  REQUIRE(eventually([&] { return state_of(pid) == 'Z'; }));
  CHECK(peak_bytes_of(pid) == -1);
  CHECK(children_of(::getpid()) == std::vector<int>{pid});
  REQUIRE(::waitpid(pid, nullptr, 0) == pid);
  CHECK(peak_bytes_of(pid) == -1);
  CHECK(children_of(::getpid()).empty());
}

}  // namespace lambdaprof::host
