# SPDX-License-Identifier: Apache-2.0
"""The baseline function on the official Python client."""


def handler(_event, _context):
    return {"message": "hello from python"}
