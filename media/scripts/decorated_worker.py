"""Functions that are workers: @worker("queue") runs the function for each message of a Redis queue.

Runs with: Python 3.8 or newer and redis-py 4 or newer      (python3 -m pip install redis)
A message is JSON where it can be read as such, else text; what is not UTF-8 stays bytes.

It is told where to connect by its environment:
    REDIS_URL           address, for example redis://127.0.0.1:6379/0
    REDIS_QUEUE         name of the queue
    REDIS_CLIENT_NAME   name of this worker in CLIENT LIST
"""

import functools
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
stop = threading.Event()


def worker(queue: str):
    """Makes of a function of one message one that takes messages until Ctrl+C. The function itself is `.function`."""

    def decorate(function):
        @functools.wraps(function)
        def run() -> int:
            key = os.fsencode(queue)
            name = key.decode(errors="backslashreplace")
            print(f"@worker({name!r}) {function.__name__} · until Ctrl+C", flush=True)
            done = 0
            unsure = 0
            connected = False
            while not stop.is_set():
                try:
                    if not connected:
                        client.ping()
                        connected = True
                        print("connected", flush=True)
                    taken = client.brpop(key, timeout=1)
                except (redis.ConnectionError, redis.TimeoutError) as error:
                    if connected:
                        unsure += 1
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
                    function(decoded(taken[1]))
                    done += 1
                except Exception as error:  # One bad message must not stop the others.
                    print(f"✗ {taken[1]!r}: {error}", flush=True)
            print(f"── {done} processed{f' · {unsure} pops with unknown outcome' if unsure else ''}", flush=True)
            return done

        run.function = function
        return run

    return decorate


def ask_to_stop(number, _frame):
    stop.set()
    signal.signal(number, signal.SIG_DFL)


def decoded(message: bytes):
    try:
        text = message.decode()
    except UnicodeDecodeError:
        return message
    try:
        return json.loads(text)
    except ValueError:
        return text


@worker(os.environ.get("REDIS_QUEUE", "task_queue"))
def handle(message) -> None:
    """Your work."""
    print(f"✓ {message!r}", flush=True)


if __name__ == "__main__":
    # Ctrl+C and SIGTERM end the loop after the message at hand, so that none is dropped half done; a second Ctrl+C at once.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, ask_to_stop)
    handle()
