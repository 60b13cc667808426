# SPDX-License-Identifier: Apache-2.0
"""A throw-away certificate authority and a certificate for localhost, all in memory: no file is ever written,
so none is left behind, however the store ends."""

import os
import ssl
import subprocess


def memory_file(content=b""):
    """A file without a name, and the path under which child processes that inherit it find it."""
    descriptor = os.memfd_create("store", 0)
    os.write(descriptor, content)
    return descriptor, f"/proc/self/fd/{descriptor}"


def certificate(subject, *options, inherited=()):
    """(key, certificate), both PEM, valid for a week."""
    key, key_path = memory_file()
    made = subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-sha256",
         "-days", "7", "-subj", f"/CN={subject}", "-keyout", key_path, *options],
        pass_fds=(key, *inherited), stdin=subprocess.DEVNULL, capture_output=True, check=False)
    if made.returncode != 0:
        raise RuntimeError("openssl: " + made.stderr.decode().strip().replace("\n", "; "))
    with os.fdopen(key, "rb") as file:
        file.seek(0)
        return file.read(), made.stdout


class Authority:
    def __init__(self):
        self._key, self._certificate = (
            memory_file(pem) for pem in certificate("lambdaprof sample store CA"))

    def pem(self):
        with open(self._certificate[0], "rb", closefd=False) as file:
            file.seek(0)
            return file.read()

    def der(self):
        return ssl.PEM_cert_to_DER_cert(self.pem().decode())

    def server_certificate(self):
        """(key, certificate) of localhost, vouched for by this authority."""
        return certificate(
            "localhost", "-CA", self._certificate[1], "-CAkey", self._key[1],
            "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
            "-addext", "basicConstraints=critical,CA:FALSE", "-addext", "extendedKeyUsage=serverAuth",
            inherited=(self._key[0], self._certificate[0]))
