# SPDX-License-Identifier: Apache-2.0
"""What a function can do with the official Python client beside answering well: MODE says what."""

import logging
import os

MODE = os.environ.get("MODE")
logging.getLogger().setLevel("INFO")


class OrderRefused(Exception):
    pass


def refuse(order):
    raise OrderRefused(f"order {order} refused")


def log():
    print("printed")
    print("printed on", "two lines", sep="\n")
    logging.info("informed")
    logging.warning("warned")


# The client ends the trace without a newline.
def log_exception():
    try:
        refuse(7)
    except OrderRefused:
        logging.exception("went wrong")


if MODE == "raise-at-import":
    refuse(7)
elif MODE == "import-missing":
    import no_such_module  # noqa: F401
elif MODE not in ("raise", "log", "log-exception"):
    raise SystemExit(f"MODE={MODE}: expected raise-at-import, import-missing, raise, log or log-exception")
elif MODE == "log":
    logging.info("informed at init")


def handler(_event, _context):
    if MODE == "raise":
        refuse(7)
    log() if MODE == "log" else log_exception()
    return {"message": "hello from python"}
