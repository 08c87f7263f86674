"""Works on what is put on a HotQueue: the Redis list hotqueue:<name>. The decorated function gets one message at a time.

Runs with: Python 3.8 or newer and redis-py 4 or newer      (python3 -m pip install redis)
           The hotqueue package itself is not needed.

    python3 hotqueue_worker.py                    messages that were pickled, as HotQueue does it
    python3 hotqueue_worker.py --json             messages in JSON
    python3 hotqueue_worker.py --database 1       another database than the one in REDIS_URL

Unpickling runs code that the sender chose. Take pickled messages only from a Redis to which nobody else can write; otherwise
use JSON on both sides.

It is told where to connect by its environment:
    REDIS_URL           address, for example redis://127.0.0.1:6379/0
    REDIS_QUEUE         name of the queue; a leading "hotqueue:" is left out
    REDIS_CLIENT_NAME   name of this worker in CLIENT LIST
"""

import argparse
import functools
import json
import os
import pickle
import signal
import sys
import threading
import time

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

# What the locale cannot write is escaped: printing must not fail with a message at hand.
sys.stdout.reconfigure(errors="backslashreplace")

options = argparse.ArgumentParser()
options.add_argument("--json", action="store_true")
options.add_argument("--database", type=int)
options.add_argument("--queue", default=os.environ.get("REDIS_QUEUE", "tasks"))
options.add_argument("--seconds", type=float, default=0.5, help="how long the work on a message takes")
given = options.parse_args()

try:
    client = redis.Redis.from_url(
        os.environ.get("REDIS_URL", "redis://127.0.0.1:6379/0"),
        client_name=os.environ.get("REDIS_CLIENT_NAME"),
        # A pop whose reply was lost is not sent again: it would take a second message.
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
stop = threading.Event()


class HotQueue:
    """The few lines that are compatible with the hotqueue package: RPUSH puts, BLPOP takes, a serializer in between."""

    def __init__(self, name, client, serializer=pickle):
        self.key = os.fsencode(f"hotqueue:{name}")
        self.client = client
        self.serializer = serializer
        # Pops of which it is not known whether they took a message.
        self.unsure = 0

    def __len__(self):
        return self.client.llen(self.key)

    def consume(self):
        """Messages as they come, until Ctrl+C."""
        connected = False
        while not stop.is_set():
            try:
                if not connected:
                    self.client.ping()
                    connected = True
                    print("connected", flush=True)
                taken = self.client.blpop(self.key, timeout=1)
            except (redis.ConnectionError, redis.TimeoutError) as error:
                if connected:
                    self.unsure += 1
                    print("? a message may have been taken and lost with the connection", flush=True)
                connected = False
                print(f"Redis: {error} · trying again", flush=True)
                stop.wait(1)
                continue
            except redis.RedisError as error:
                # What a server says while another becomes the primary, or while its memory is full: nothing was taken.
                print(f"Redis: {error} · trying again", flush=True)
                stop.wait(1)
                continue
            if taken is None:
                continue
            try:
                yield self.serializer.loads(taken[1])
            except Exception as error:  # It was put by somebody else, in another format.
                print(f"✗ not readable: {taken[1]!r}: {error}", flush=True)

    def worker(self, function):
        """Decorator: calling the function then works on each message of the queue."""

        @functools.wraps(function)
        def run():
            done = 0
            for message in self.consume():
                try:
                    function(message)
                    done += 1
                except Exception as error:  # One bad message must not stop the others.
                    print(f"✗ {message!r}: {error}", flush=True)
            return done

        return run


def shown(name: bytes) -> str:
    """As text. What is unprintable or not UTF-8 is escaped: a terminal would obey the one and hide the other."""
    return "".join(char if char.isprintable() else repr(char)[1:-1] for char in name.decode(errors="backslashreplace"))


def ask_to_stop(number, _frame):
    stop.set()
    signal.signal(number, signal.SIG_DFL)


name = given.queue[len("hotqueue:"):] if given.queue.startswith("hotqueue:") else given.queue
queue = HotQueue(name, client, serializer=json if given.json else pickle)


@queue.worker
def work(message) -> None:
    """Your work."""
    time.sleep(given.seconds)
    print(f"✓ {message!r} · {len(queue)} left", flush=True)


if __name__ == "__main__":
    # Ctrl+C and SIGTERM end the loop after the message at hand, so that none is dropped half done; a second Ctrl+C at once.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, ask_to_stop)
    print(f"@worker on {shown(queue.key)} · until Ctrl+C", flush=True)
    done = work()
    print(f"── {done} processed{f' · {queue.unsure} pops with unknown outcome' if queue.unsure else ''}", flush=True)
