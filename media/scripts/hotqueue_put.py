"""Puts messages on a HotQueue, the Redis list hotqueue:<name>, for programs that use the hotqueue package or its format.

Runs with: Python 3.8 or newer and redis-py 4 or newer      (python3 -m pip install redis)
           The hotqueue package itself is not needed.

    python3 hotqueue_put.py                       ten messages, pickled as HotQueue does it
    python3 hotqueue_put.py --json                as JSON, which other languages can read
    python3 hotqueue_put.py '{"to": "a@b.c"}' 5   these messages; what is no JSON is text
    python3 hotqueue_put.py --database 1          another database than the one in REDIS_URL

It is told where to connect by its environment:
    REDIS_URL     address, for example redis://127.0.0.1:6379/0
    REDIS_QUEUE   name of the queue; a leading "hotqueue:" is left out
"""

import argparse
import json
import os
import pickle
import sys

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

# What the locale cannot write is escaped: printing must not fail with a message at hand.
sys.stdout.reconfigure(errors="backslashreplace")


class HotQueue:
    """The few lines that are compatible with the hotqueue package: RPUSH puts, BLPOP takes, a serializer in between."""

    def __init__(self, name, client, serializer=pickle):
        self.key = os.fsencode(f"hotqueue:{name}")
        self.client = client
        self.serializer = serializer

    def __len__(self):
        return self.client.llen(self.key)

    def put(self, *messages):
        self.client.rpush(self.key, *map(self.serializer.dumps, messages))


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
    options.add_argument("--json", action="store_true")
    options.add_argument("--database", type=int)
    options.add_argument("--queue", default=os.environ.get("REDIS_QUEUE", "tasks"))
    given = options.parse_args()

    try:
        client = redis.Redis.from_url(
            os.environ.get("REDIS_URL", "redis://127.0.0.1:6379/0"),
            client_name=os.environ.get("REDIS_CLIENT_NAME"),
            # A push whose reply was lost is not sent again: it would put the message twice.
            retry=Retry(NoBackoff(), 0),
        )
        # An option that does not exist is noticed only here.
        client.connection_pool.make_connection()
    except (ValueError, TypeError):
        # Not the error itself: it may quote a part of the password.
        print("REDIS_URL is not understood. It is to be like redis://127.0.0.1:6379/0.", file=sys.stderr)
        sys.exit(2)
    if given.database is not None:
        client.connection_pool.connection_kwargs["db"] = given.database

    name = given.queue[len("hotqueue:"):] if given.queue.startswith("hotqueue:") else given.queue
    queue = HotQueue(name, client, serializer=json if given.json else pickle)
    for message in given.messages or [{"task": number} for number in range(1, 11)]:
        try:
            queue.put(message)
            print(f"→ {message!r} · {len(queue)} on {shown(queue.key)}", flush=True)
        except redis.RedisError as error:
            raise SystemExit(f"? {message!r} · it may not have been put, and none after it was: {error}")


if __name__ == "__main__":
    main()
