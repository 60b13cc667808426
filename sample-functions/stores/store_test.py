#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Tests of the store, against the real servers: store_test.py [Redis|DynamoDB|Usage]. Without its server a
test is skipped, and the exit status is 77."""

import base64
import os
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
import servers  # noqa: E402

STORE = Path(__file__).resolve().parent / "store"
INSTALLED = {
    "redis": shutil.which("redis-server"),
    "dynamodb": shutil.which("node") and any((at / "node_modules/dynalite").is_dir() for at in servers.INSTALLED),
}


def descendants(pid):
    """All processes below this one; they are looked for while it lives."""
    found = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text().split():
            found += [int(child), *descendants(int(child))]
    return found


def is_alive(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def within(seconds, condition):
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.01)
    return True


class Started:
    def __init__(self, *options, command=(), **popen):
        popen.setdefault("stdin", subprocess.DEVNULL)
        self.process = subprocess.Popen([*command, str(STORE), *options], stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, text=True, **popen)
        line = self.process.stdout.readline()
        assert line.startswith("ready STORE_URL="), line + self.process.stderr.read()
        words = dict(word.split("=", 1) for word in line.split()[1:])
        self.port = int(words["STORE_URL"].rpartition(":")[2])
        self.context = ssl.create_default_context()
        self.context.load_verify_locations(cadata=base64.b64decode(words["STORE_CA"]))
        self.family = [self.process.pid, *descendants(self.process.pid)]

    def connect(self):
        plain = socket.create_connection(("localhost", self.port), timeout=30)
        return self.context.wrap_socket(plain, server_hostname="localhost")

    def is_gone(self):
        return within(30, lambda: not any(is_alive(pid) for pid in self.family))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(30)
        self.process.stdout.close()
        self.process.stderr.close()


class OfEachKind:
    """What holds for both; each test is run once for each kind."""

    kind = None

    def setUp(self):
        if not INSTALLED[self.kind]:
            self.skipTest(f"the server of {self.kind} is not installed")
        self.before = set(os.listdir("/tmp"))

    def test_sigterm_ends_it_with_status_0_and_leaves_nothing(self):
        with Started(self.kind) as store:
            self.assertGreaterEqual(len(store.family), 2)
            store.connect().close()
            store.process.send_signal(signal.SIGTERM)
            self.assertEqual(store.process.wait(30), 0)
            self.assertTrue(store.is_gone())
        self.assertFalse([name for name in set(os.listdir("/tmp")) - self.before if "store" in name])

    def test_killing_its_parent_ends_it(self):
        with Started(self.kind, command=["sh", "-c", '"$@"; exit 1', "sh"]) as store:
            self.assertGreaterEqual(len(store.family), 3)
            store.process.kill()
            self.assertTrue(store.is_gone())

    def test_killing_it_ends_its_server(self):
        with Started(self.kind) as store:
            store.process.kill()
            self.assertTrue(store.is_gone())

    def test_the_end_of_its_standard_input_ends_it(self):
        with Started(self.kind, stdin=subprocess.PIPE) as store:
            store.process.stdin.close()
            self.assertEqual(store.process.wait(30), 0)
            self.assertTrue(store.is_gone())

    def test_a_server_that_dies_is_told(self):
        with Started(self.kind) as store:
            os.kill(store.family[1], signal.SIGKILL)
            self.assertEqual(store.process.wait(30), 1)
            said = store.process.stderr.read()
        self.assertTrue(said.startswith("store: the server ended with status -9: "), said)
        self.assertEqual(said.count("\n"), 1)

    def test_a_bad_certificate_is_refused(self):
        with Started(self.kind, "--bad-certificate") as store:
            with self.assertRaises(ssl.SSLCertVerificationError):
                store.connect()

    def test_a_delay_is_that_of_a_round_trip_and_opening_takes_two(self):
        with Started(self.kind, "--delay", "40") as store:
            begin = time.monotonic()
            with store.connect() as connection:
                opening = time.monotonic() - begin
                begin = time.monotonic()
                self.ask(connection)
                asking = time.monotonic() - begin
        # TCP and TLS 1.3 take one each. A busy machine may add to that, and nothing can take from it.
        self.assertGreater(opening, 0.08)
        self.assertGreater(asking, 0.04)

    def test_idle_connections_are_closed_and_busy_ones_are_not(self):
        with Started(self.kind, "--idle-timeout", "2") as store, store.connect() as connection:
            connection.settimeout(60)
            for _ in range(6):
                time.sleep(0.4)
                self.ask(connection)
            begin = time.monotonic()
            connection.recv(1)  # nothing comes but the end
            self.assertGreater(time.monotonic() - begin, 1.5)


class Redis(OfEachKind, unittest.TestCase):
    kind = "redis"

    def ask(self, connection):
        connection.sendall(b"PING\r\n")
        self.assertEqual(connection.recv(100), b"+PONG\r\n")


class DynamoDB(OfEachKind, unittest.TestCase):
    kind = "dynamodb"

    def ask(self, connection):
        connection.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        self.assertTrue(connection.recv(4096).startswith(b"HTTP/1.1 200 OK"))


class Usage(unittest.TestCase):
    def said(self, *options, **environment):
        ended = subprocess.run([sys.executable, str(STORE), *options], stdin=subprocess.DEVNULL, text=True,
                               capture_output=True, check=False, env={**os.environ, **environment})
        return ended.returncode, ended.stderr.splitlines()[-1], ended.stdout

    def test_what_is_not_installed_is_named(self):
        with tempfile.TemporaryDirectory() as folder:
            self.assertEqual(self.said("redis", PATH=folder),
                             (1, "store: openssl is not installed: apt-get install openssl", ""))
            Path(folder, "openssl").symlink_to(shutil.which("openssl"))
            self.assertEqual(self.said("redis", PATH=folder),
                             (1, "store: redis-server is not installed: apt-get install redis-server", ""))

    def test_bad_options_are_refused(self):
        self.assertEqual(self.said("redis", "--delay", "soon"), (
            2, "store: error: argument --delay: soon: expected a number above 0", ""))


if __name__ == "__main__":
    program = unittest.main(exit=False)
    # 77 tells ctest that something was skipped.
    sys.exit(1 if not program.result.wasSuccessful() else 77 if program.result.skipped else 0)
