"""Takes messages off several Redis queues, always from the first in order that holds one, and works on each.

Runs with: Python 3.8 or newer and redis-py 4 or newer      (python3 -m pip install redis)

    python3 priority_worker.py                      <queue>:high, then <queue>, then <queue>:low
    python3 priority_worker.py urgent orders mail   these queues
    python3 priority_worker.py --blpop …            takes from the head, for producers that RPUSH

While there is always something on the first queue, nothing is taken from the others.
Several copies share the queues: each message goes to exactly one of them.
A message that was taken is on no list any more: if this program dies while it works, the message is lost. Where that must
not happen, use the reliable worker.

It is told where to connect by its environment:
    REDIS_URL           address, for example redis://127.0.0.1:6379/0
    REDIS_QUEUE         name of the queue
    REDIS_CLIENT_NAME   name of this worker in CLIENT LIST
"""

import argparse
import os
import signal
import sys
import threading

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

# What the locale cannot write is escaped: printing must not fail with a message at hand.
sys.stdout.reconfigure(errors="backslashreplace")

# Bytes, so that it is the same queue whatever the locale.
QUEUE = os.fsencode(os.environ.get("REDIS_QUEUE", "task_queue"))

options = argparse.ArgumentParser()
options.add_argument("queues", nargs="*", type=os.fsencode, default=[QUEUE + b":high", QUEUE, QUEUE + b":low"])
options.add_argument("--blpop", action="store_true")
given = options.parse_args()


def work_on(queue: bytes, message: bytes) -> None:
    """Your work. What it raises is printed, and the next message is taken."""
    print(f"✓ {shown(queue)} · {shown(message)}", flush=True)


def shown(message: bytes) -> str:
    """As text. What is unprintable or not UTF-8 is escaped: a terminal would obey the one and hide the other."""
    return "".join(char if char.isprintable() else repr(char)[1:-1] for char in message.decode(errors="backslashreplace"))


def main() -> None:
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

    # Ctrl+C and SIGTERM end the loop after the message at hand, so that none is dropped half done; a second Ctrl+C at once.
    stop = threading.Event()

    def ask_to_stop(number, _frame):
        stop.set()
        signal.signal(number, signal.SIG_DFL)

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, ask_to_stop)

    names = " ".join(shown(queue) for queue in given.queues)
    print(f"{'BLPOP' if given.blpop else 'BRPOP'} {names} · until Ctrl+C", flush=True)
    # Where producers LPUSH, the oldest message is at the tail.
    pop = client.blpop if given.blpop else client.brpop
    done = 0
    unsure = 0
    connected = False
    while not stop.is_set():
        try:
            if not connected:
                client.ping()
                connected = True
                print("connected", flush=True)
            # The order of the queues is their priority. The second is for looking at `stop`.
            taken = pop(given.queues, timeout=1)
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
        queue, message = taken
        try:
            work_on(queue, message)
            done += 1
        except Exception as error:  # One bad message must not stop the others.
            print(f"✗ {shown(queue)} · {shown(message)}: {error}", flush=True)
    print(f"── {done} processed{f' · {unsure} pops with unknown outcome' if unsure else ''}", flush=True)


if __name__ == "__main__":
    main()
