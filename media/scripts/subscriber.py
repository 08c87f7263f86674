"""Shows what is published on a Redis channel, or on all channels of a pattern.

Runs with: Python 3.8 or newer and redis-py      (python3 -m pip install redis)
It reads plain text, plain JSON and the format of the redis-toolkit package, {"__type__": "dict", "__data__": {…}}. Pickled
values are shown as bytes and never loaded, since unpickling runs code that the sender chose.

It is told where to connect by its environment:
    REDIS_URL           address, for example redis://127.0.0.1:6379/0
    REDIS_CHANNEL       name of the channel; or REDIS_PATTERN, for example order_*
    REDIS_CLIENT_NAME   name of this subscriber in CLIENT LIST
"""

import base64
import json
import os
import signal
import sys
import threading

import redis

# What the locale cannot write is escaped: printing must not fail with a message at hand.
sys.stdout.reconfigure(errors="backslashreplace")

# Bytes, so that it is the same channel whatever the locale.
CHANNEL = os.fsencode(os.environ.get("REDIS_CHANNEL", "order_events"))
PATTERN = os.fsencode(os.environ.get("REDIS_PATTERN", ""))


def handle(channel: str, message) -> None:
    """Your work."""
    print(f"← {channel} {message!r}", flush=True)


def shown(name: bytes) -> str:
    """As text. What is unprintable or not UTF-8 is escaped: a terminal would obey the one and hide the other."""
    return "".join(char if char.isprintable() else repr(char)[1:-1] for char in name.decode(errors="backslashreplace"))


def unwrapped(data: bytes):
    """The value that was published. redis-toolkit sends None as __NONE__ and truth values as 1 and 0."""
    if data == b"__NONE__":
        return None
    if data in (b"0", b"1"):
        return data == b"1"
    try:
        value = json.loads(data)
    except ValueError:
        try:
            return data.decode()
        except UnicodeDecodeError:
            return data
    if isinstance(value, dict) and "__type__" in value and "__data__" in value:
        kind, inner = value["__type__"], value["__data__"]
        return base64.b64decode(inner) if kind == "bytes" else inner
    return value


def main() -> None:
    try:
        client = redis.Redis.from_url(
            os.environ.get("REDIS_URL", "redis://127.0.0.1:6379/0"),
            client_name=os.environ.get("REDIS_CLIENT_NAME"),
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

    received = 0
    subscription = None
    while not stop.is_set():
        try:
            if subscription is None:
                subscription = client.pubsub()
                if PATTERN:
                    subscription.psubscribe(PATTERN)
                else:
                    subscription.subscribe(CHANNEL)
            event = subscription.get_message(timeout=1)
        except redis.RedisError as error:
            # What is published meanwhile is lost: Redis keeps nothing for later.
            print(f"Redis: {error} · trying again", flush=True)
            subscription = None
            stop.wait(1)
            continue
        if event is None:
            continue
        if event["type"] in ("subscribe", "psubscribe"):
            print(f"subscribed to {shown(event['channel'])} · until Ctrl+C", flush=True)
        elif event["type"] in ("message", "pmessage"):
            handle(shown(event["channel"]), unwrapped(event["data"]))
            received += 1
    print(f"── {received} received", flush=True)


if __name__ == "__main__":
    main()
