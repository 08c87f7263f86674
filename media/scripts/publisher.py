"""Publishes messages on a Redis channel, and says how many received each.

Runs with: Python 3.8 or newer and redis-py 4 or newer      (python3 -m pip install redis)
Values are published in the format of the redis-toolkit package, {"__type__": "dict", "__data__": {…}}, unless --plain is given.

    python3 publisher.py                          an event a second until Ctrl+C
    python3 publisher.py '{"order": 1}' hello     these messages; what is no JSON is text
    python3 publisher.py --plain …                plain JSON, and text as it is

It is told where to connect by its environment:
    REDIS_URL       address, for example redis://127.0.0.1:6379/0
    REDIS_CHANNEL   name of the channel
"""

import argparse
import base64
import itertools
import json
import os
import signal
import sys
import threading

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

# What the locale cannot write is escaped: printing must not fail with a message at hand.
sys.stdout.reconfigure(errors="backslashreplace")

# Bytes, so that it is the same channel whatever the locale.
CHANNEL = os.fsencode(os.environ.get("REDIS_CHANNEL", "order_events"))


def wrapped(value):
    """A value as redis-toolkit sends it: JSON that names the value's type, and bare words for None, True and False."""
    if value is None:
        return b"__NONE__"
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, (bytes, bytearray)):
        data = {"__type__": "bytes", "__data__": base64.b64encode(value).decode()}
    else:
        data = {"__type__": type(value).__name__, "__data__": value}
    return json.dumps(data, ensure_ascii=False).encode()


def plain(value):
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def parsed(text):
    """An argument: as JSON where it is that, else as text. It is UTF-8, whatever the locale."""
    text = os.fsencode(text).decode()
    try:
        return json.loads(text)
    except ValueError:
        return text


def shown(name: bytes) -> str:
    """As text. What is unprintable or not UTF-8 is escaped: a terminal would obey the one and hide the other."""
    return "".join(char if char.isprintable() else repr(char)[1:-1] for char in name.decode(errors="backslashreplace"))


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("messages", nargs="*", type=parsed)
    options.add_argument("--plain", action="store_true")
    given = options.parse_args()

    try:
        client = redis.Redis.from_url(
            os.environ.get("REDIS_URL", "redis://127.0.0.1:6379/0"),
            client_name=os.environ.get("REDIS_CLIENT_NAME"),
            # What may have been published is not published again.
            retry=Retry(NoBackoff(), 0),
        )
        # An option that does not exist is noticed only here.
        client.connection_pool.make_connection()
    except (ValueError, TypeError):
        # Not the error itself: it may quote a part of the password.
        print("REDIS_URL is not understood. It is to be like redis://127.0.0.1:6379/0.", file=sys.stderr)
        sys.exit(2)
    # Ctrl+C and SIGTERM end the loop; a second Ctrl+C ends it at once, also where Redis does not answer.
    stop = threading.Event()

    def ask_to_stop(number, _frame):
        stop.set()
        signal.signal(number, signal.SIG_DFL)

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, ask_to_stop)

    published = 0
    unsure = 0
    for message in given.messages or ({"order": n, "status": "created"} for n in itertools.count(1)):
        try:
            # Redis keeps nothing for later: what nobody hears is gone.
            receivers = client.publish(CHANNEL, plain(message) if given.plain else wrapped(message))
            published += 1
            heard = "nobody was listening" if receivers == 0 else f"{receivers} received it"
            print(f"→ {message!r} · {heard}", flush=True)
        except redis.RedisError as error:
            unsure += 1
            print(f"? {message!r} · it may not have been published: {error}", flush=True)
        if not given.messages and stop.wait(1):
            break
    print(f"── {published} published on {shown(CHANNEL)}", flush=True)
    if unsure > 0 and given.messages:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
