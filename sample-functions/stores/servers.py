# SPDX-License-Identifier: Apache-2.0
"""The real servers: how each is started behind TLS, and how it shows that it answers."""

import http.client
import json
import os
import shutil
import socket
import ssl
from pathlib import Path

from tls import memory_file

HERE = Path(__file__).resolve().parent
# Where sample-functions/build-official installs what package-lock.json locks.
INSTALLED = [HERE, HERE.parent.parent / "build/sample-functions/stores"]


class Redis:
    scheme = "rediss"

    def command(self, port, key, certificate):
        server = shutil.which("redis-server")
        if not server:
            raise RuntimeError("redis-server is not installed: apt-get install redis-server")
        key, certificate = memory_file(key), memory_file(certificate)
        # It saves nothing, and where it runs nothing could be saved.
        return (
            [server, "--port", "0", "--tls-port", str(port), "--bind", "127.0.0.1",
             "--tls-key-file", key[1], "--tls-cert-file", certificate[1], "--tls-ca-cert-file", certificate[1],
             "--tls-auth-clients", "no", "--save", "", "--appendonly", "no", "--dir", "/proc",
             "--loglevel", "warning", "--timeout", "0"],
            (key[0], certificate[0]))

    def probe(self, port, context):
        with socket.create_connection(("127.0.0.1", port), timeout=2) as plain:
            with context.wrap_socket(plain, server_hostname="localhost") as connection:
                connection.sendall(b"PING\r\n")
                answer = connection.recv(64)
        if answer != b"+PONG\r\n":
            raise OSError(f"it answered {answer!r} to PING")


class DynamoDB:
    scheme = "https"
    table = "optimizer"

    def command(self, port, key, certificate):
        node = shutil.which("node")
        if not node:
            raise RuntimeError("node is not installed: dynalite needs Node.js 20 or newer")
        modules = next((path for path in INSTALLED if (path / "node_modules/dynalite").is_dir()), None)
        if not modules:
            raise RuntimeError("dynalite is not installed: sample-functions/build-official build/sample-functions")
        key, certificate = memory_file(key), memory_file(certificate)
        return ([node, str(HERE / "serve-dynamodb.cjs"), str(modules / "node_modules/dynalite"), str(port), key[1],
                 certificate[1]],
                (key[0], certificate[0]))

    def probe(self, port, context):
        """Makes the table, which is no business of a function's."""
        connection = http.client.HTTPSConnection("localhost", port, timeout=5, context=context)
        body = {
            "TableName": self.table, "BillingMode": "PAY_PER_REQUEST",
            "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
            "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
        }
        # dynalite wants to see a signature and does not verify it.
        signature = "AWS4-HMAC-SHA256 Credential=a/20240101/us-east-1/dynamodb/aws4_request, " \
                    "SignedHeaders=host, Signature=0"
        connection.request("POST", "/", json.dumps(body), {
            "Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": "DynamoDB_20120810.CreateTable",
            "X-Amz-Date": "20240101T000000Z", "Authorization": signature})
        response = connection.getresponse()
        answer = response.read().decode()
        connection.close()
        # An attempt before this one may have got through, and not its answer.
        if response.status != 200 and "ResourceInUseException" not in answer:
            raise OSError(f"it answered {response.status} to CreateTable: {answer}")


def trusting(certificate_pem):
    return ssl.create_default_context(cadata=certificate_pem.decode())


def reserve_port():
    """A socket that keeps a port for whoever binds it with SO_REUSEADDR, as all servers here do: the kernel
    lets them as long as this one does not listen, and gives the port to nobody else."""
    keeper = socket.socket()
    keeper.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    keeper.bind(("127.0.0.1", 0))
    return keeper, keeper.getsockname()[1]


SERVERS = {"redis": Redis(), "dynamodb": DynamoDB()}
