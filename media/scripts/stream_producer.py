"""Adds entries to a Redis stream, each once.

Runs with: Python 3.8 or newer and redis-py 4 or newer      (python3 -m pip install redis)
An entry has one field, message, as those of the stream producer that comes with Redis Messaging.

    python3 stream_producer.py                          an order a second until Ctrl+C
    python3 stream_producer.py '{"order": 1}' hello     these messages

What may have been added when the connection broke is named and not added again; what Redis refused is tried again.

It is told where to connect by its environment:
    REDIS_URL           address, for example redis://127.0.0.1:6379/0
    REDIS_STREAM        name of the stream
    REDIS_CLIENT_NAME   name of this producer in CLIENT LIST
"""

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

# Bytes, so that it is the same stream whatever the locale.
STREAM = os.fsencode(os.environ.get("REDIS_STREAM", "orders"))
FIELD = "message"
# The oldest entries beyond about so many are deleted, read or not. None keeps all.
MAX_LENGTH = None


def shown(message: bytes) -> str:
    """As text. What is unprintable or not UTF-8 is escaped: a terminal would obey the one and hide the other."""
    return "".join(char if char.isprintable() else repr(char)[1:-1] for char in message.decode(errors="backslashreplace"))


def messages():
    """Your messages."""
    given = [os.fsencode(message) for message in sys.argv[1:]]
    return given or (json.dumps({"order": n, "status": "created"}).encode() for n in itertools.count(1))


def main() -> None:
    try:
        client = redis.Redis.from_url(
            os.environ.get("REDIS_URL", "redis://127.0.0.1:6379/0"),
            client_name=os.environ.get("REDIS_CLIENT_NAME"),
            # An XADD whose reply was lost is not sent again: it would add a second entry.
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

    print(f"XADD {shown(STREAM)} · until Ctrl+C", flush=True)
    added = 0
    unsure = 0
    missing = 0
    connected = False
    for message in messages():
        settled = False
        while not settled and not stop.is_set():
            sent = False
            try:
                # Without a connection nothing is sent, so that an error below is about an entry that was.
                client.ping()
                if not connected:
                    connected = True
                    print("connected", flush=True)
                sent = True
                entry = client.xadd(STREAM, {FIELD: message}, maxlen=MAX_LENGTH)
                added += 1
                settled = True
                print(f"→ {shown(message)} · {entry.decode()}", flush=True)
            except (redis.ConnectionError, redis.TimeoutError) as error:
                if sent:
                    unsure += 1
                    settled = True
                    print(f"? {shown(message)} · it may have been added", flush=True)
                connected = False
                print(f"Redis: {error} · trying again", flush=True)
                stop.wait(1)
            except redis.RedisError as error:
                # What a server says while another becomes the primary, or while its memory is full: nothing was added.
                print(f"Redis: {error} · trying again", flush=True)
                stop.wait(1)
        if not settled:
            missing += 1
            print(f"✗ {shown(message)} · not added", flush=True)
        if len(sys.argv) == 1 and stop.wait(1):
            break
    print(f"── {added} added to {shown(STREAM)}{f' · {unsure} with unknown outcome' if unsure else ''}", flush=True)
    if missing + unsure > 0 and len(sys.argv) > 1:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
