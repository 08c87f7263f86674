"""Works on jobs: takes ids off a Redis queue, and keeps the status of each job in its hash, job:<id>.

Runs with: Python 3.8 or newer and redis-py 4 or newer      (python3 -m pip install redis)
Who makes a job writes its hash first, then puts its id on the queue:

    HSET job:17 status pending payload '{"to":"a@b.c"}'
    LPUSH email_queue 17

The status goes from pending to processing, and then to sent or to failed. The job producer and the job worker that come with
Redis Messaging do the same, so all of them can share a queue. Several copies share it: each id goes to exactly one of them.

An id that was taken is on no list any more: if this program dies while it works, nobody else does the job. Its hash stays, with
the status processing and the name of the worker. Where that must not happen, use the reliable worker.

It is told where to connect by its environment:
    REDIS_URL           address, for example redis://127.0.0.1:6379/0
    REDIS_QUEUE         name of the queue
    REDIS_CLIENT_NAME   name of this worker in CLIENT LIST, and in the hashes
"""

import os
import re
import signal
import sys
import threading
import time
from datetime import datetime, timezone

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

# What the locale cannot write is escaped: printing must not fail with a message at hand.
sys.stdout.reconfigure(errors="backslashreplace")

# Bytes, so that it is the same queue whatever the locale.
QUEUE = os.fsencode(os.environ.get("REDIS_QUEUE", "email_queue"))
WORKER = os.environ.get("REDIS_CLIENT_NAME") or f"job_worker:{os.getpid()}"
PREFIX = b"job:"
DONE = "sent"
# False: the hash of a job that is done is deleted. That of one that failed is always kept.
KEEP = True

# A hash that was deleted or has expired is not made again: it would be one without a payload that never expires.
UPDATE = """
if redis.call('EXISTS', KEYS[1]) == 0 then return -1 end
return redis.pcall('HSET', KEYS[1], unpack(ARGV))"""


# Set by Ctrl+C.
stop = threading.Event()


def work_on(job: bytes, payload: bytes) -> None:
    """Your work. When it raises, the status of the job becomes failed."""
    print(f"✓ {shown(job)}  {shown(payload)}", flush=True)


def shown(message: bytes) -> str:
    """As text. What is unprintable or not UTF-8 is escaped: a terminal would obey the one and hide the other."""
    return "".join(char if char.isprintable() else repr(char)[1:-1] for char in message.decode(errors="backslashreplace"))


def now() -> str:
    return datetime.now(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def finish(job: bytes, command, *args, **options):
    """The reply to a command that may be carried out twice. Asks until Redis answers, since nobody else has the id."""
    while True:
        try:
            return command(*args, **options)
        except redis.RedisError as error:
            # Where it is no hash, or where the user may not run EVAL, that does not change.
            if isinstance(error, redis.ResponseError) and re.search(r"WRONGTYPE|(?i:\beval\b)", str(error)):
                raise
            then = " (Ctrl+C again leaves it so)" if stop.is_set() else ""
            print(f"Redis: {error} · trying again, {shown(job)} is taken and not finished{then}", flush=True)
            time.sleep(1)


def update(client: redis.Redis, job: bytes, *fields: str) -> bool:
    """Sets fields of the job's hash. Returns whether there is one."""
    key = PREFIX + job
    try:
        return finish(job, client.eval, UPDATE, 1, key, *fields) >= 0
    except redis.ResponseError as error:
        if "WRONGTYPE" in str(error):
            raise
    # As near as it gets for a user that may not run EVAL: between the two commands the hash may go.
    if not finish(job, client.exists, key):
        return False
    finish(job, client.execute_command, "HSET", key, *fields)
    return True


def do(client: redis.Redis, job: bytes) -> bool:
    """Does one job. Returns whether it is done."""
    key = PREFIX + job
    if not update(client, job, "status", "processing", "started_at", now(), "worker", WORKER):
        print(f"✗ {shown(job)}: there is no hash {shown(key)}", flush=True)
        return False
    payload = finish(job, client.hget, key, "payload")
    try:
        work_on(job, payload or b"")
    except Exception as error:  # One bad job must not stop the others.
        there = update(client, job, "status", "failed", "finished_at", now())
        print(f"✗ {shown(job)}: {error} · {'failed' if there else f'its hash {shown(key)} is gone'}", flush=True)
        return False
    if not KEEP:
        finish(job, client.delete, key)
    elif not update(client, job, "status", DONE, "finished_at", now()):
        print(f"? {shown(job)}: done, but its hash {shown(key)} is gone", flush=True)
    return True


def main() -> None:
    try:
        client = redis.Redis.from_url(
            os.environ.get("REDIS_URL", "redis://127.0.0.1:6379/0"),
            client_name=WORKER,
            # A pop whose reply was lost is not sent again: it would take a second id.
            retry=Retry(NoBackoff(), 0),
        )
        # An option that does not exist is noticed only here.
        client.connection_pool.make_connection()
    except (ValueError, TypeError):
        # Not the error itself: it may quote a part of the password.
        print("REDIS_URL is not understood. It is to be like redis://127.0.0.1:6379/0.", file=sys.stderr)
        sys.exit(2)

    # Ctrl+C and SIGTERM end the loop after the job at hand, so that none is dropped half done; a second Ctrl+C at once.
    def ask_to_stop(number, _frame):
        stop.set()
        signal.signal(number, signal.SIG_DFL)

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, ask_to_stop)

    print(f"BRPOP {shown(QUEUE)} · until Ctrl+C", flush=True)
    done = 0
    unsure = 0
    connected = False
    while not stop.is_set():
        try:
            if not connected:
                client.ping()
                connected = True
                print("connected", flush=True)
            # Producers LPUSH, so the oldest id is at the tail. The second is for looking at `stop`.
            taken = client.brpop(QUEUE, timeout=1)
        except (redis.ConnectionError, redis.TimeoutError) as error:
            if connected:
                unsure += 1
                print("? an id may have been taken and lost with the connection: its job stays pending", flush=True)
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
        _, job = taken
        try:
            done += do(client, job)
        except redis.RedisError as error:
            print(f"✗ {shown(job)}: {error}", flush=True)
    print(f"── {done} processed{f' · {unsure} pops with unknown outcome' if unsure else ''}", flush=True)


if __name__ == "__main__":
    main()
