"""Moves messages from a sorted set to a Redis queue as soon as their time has come.

Runs with: Python 3.8 or newer and redis-py      (python3 -m pip install redis)
Who delays a message puts it into the set <queue>:delayed. Its score is the time at which it is due, in seconds since 1970:

    client.zadd("task_queue:delayed", {message: time.time() + 60})

A set holds each message once: adding the same one again changes its time. With an id in them, messages differ.

Redis moves what is due in one step, a script. So a message is in exactly one place, also when this program is killed, and when
several copies run, one of them moves it. The delayed scheduler that comes with Redis Messaging does the same.

It is told where to connect by its environment:
    REDIS_URL           address, for example redis://127.0.0.1:6379/0
    REDIS_QUEUE         name of the queue
    REDIS_CLIENT_NAME   name of this scheduler in CLIENT LIST
"""

import os
import signal
import sys
import threading
import time

import redis

# What the locale cannot write is escaped: printing must not fail with a message at hand.
sys.stdout.reconfigure(errors="backslashreplace")

# Bytes, so that it is the same queue whatever the locale.
QUEUE = os.fsencode(os.environ.get("REDIS_QUEUE", "task_queue"))
DELAYED = QUEUE + b":delayed"
POLL_SECONDS = 0.5
# A script holds up all others while it runs, so it moves no more than this at a time.
BATCH = 100

# It pushes before it removes: a push that is refused ends the script, and the message is still in the set.
# It answers with what is to be shown; a hundred messages of some megabytes would be too much for a reply.
MOVE = """
local due = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', ARGV[1], 'LIMIT', 0, ARGV[2])
for place, message in ipairs(due) do
  redis.call('LPUSH', KEYS[2], message)
  redis.call('ZREM', KEYS[1], message)
  if #message > 1000 then due[place] = '(a message of ' .. #message .. ' bytes)' end
end
return due"""


def shown(message: bytes) -> str:
    """As text. What is unprintable or not UTF-8 is escaped: a terminal would obey the one and hide the other."""
    return "".join(char if char.isprintable() else repr(char)[1:-1] for char in message.decode(errors="backslashreplace"))


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

    print(f"{shown(DELAYED)} → LPUSH {shown(QUEUE)} · until Ctrl+C", flush=True)
    moved = 0
    unsure = 0
    connected = False
    while not stop.is_set():
        try:
            if not connected:
                client.ping()
                connected = True
                print("connected", flush=True)
            # Workers take from the tail, so the message that is due first is pushed first.
            due = client.eval(MOVE, 2, DELAYED, QUEUE, time.time(), BATCH)
        except (redis.ConnectionError, redis.TimeoutError) as error:
            if connected:
                unsure += 1
                print("? what was due may have been moved and is not shown here; nothing is lost", flush=True)
            connected = False
            print(f"Redis: {error} · trying again", flush=True)
            stop.wait(1)
            continue
        except redis.RedisError as error:
            # What a server says while another becomes the primary, or while its memory is full: see the next round.
            print(f"Redis: {error} · trying again", flush=True)
            stop.wait(1)
            continue
        for message in due:
            print(f"→ {shown(message)}", flush=True)
        moved += len(due)
        if len(due) < BATCH:
            stop.wait(POLL_SECONDS)
    print(f"── {moved} moved{f' · {unsure} rounds with unknown outcome' if unsure else ''}", flush=True)


if __name__ == "__main__":
    main()
