"""Reads a Redis stream in a consumer group, and acknowledges each entry when the work is done.

Runs with: Python 3.8 or newer, redis-py 4 or newer  (python3 -m pip install redis)
           and Redis 6.2 or newer, or Valkey

XREADGROUP gives an entry to one consumer of the group, and keeps it as pending until XACK. So nothing is lost when this program
is killed: what a consumer has left for IDLE_MS, another claims by XAUTOCLAIM. An entry is worked on at least once; let the work
be harmless when repeated. What comes back more than RETRIES times goes to the stream <stream>:dead.

The stream consumer that comes with Redis Messaging reads in the same group, so both can share a stream.

It is told where to connect by its environment:
    REDIS_URL           address, for example redis://127.0.0.1:6379/0
    REDIS_STREAM        name of the stream
    REDIS_CLIENT_NAME   name of this consumer; another one for each copy
"""

import os
import signal
import socket
import sys
import threading
import time

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

# What the locale cannot write is escaped: printing must not fail with a message at hand.
sys.stdout.reconfigure(errors="backslashreplace")

# Bytes, so that it is the same stream whatever the locale.
STREAM = os.fsencode(os.environ.get("REDIS_STREAM", "orders"))
DEAD = STREAM + b":dead"
GROUP = "workers"
NAME = os.environ.get("REDIS_CLIENT_NAME") or f"{socket.gethostname()}:{os.getpid()}"
CONSUMER = NAME[len("redis-messaging:"):] if NAME.startswith("redis-messaging:") else NAME
RETRIES = 3
IDLE_MS = 10_000

# Says that an entry is still worked on, if it is still this consumer's. JUSTID, since it is no further delivery.
KEEP = """
if #redis.call('XPENDING', KEYS[1], ARGV[1], ARGV[3], ARGV[3], 1, ARGV[2]) == 0 then return 0 end
redis.call('XCLAIM', KEYS[1], ARGV[1], ARGV[2], 0, ARGV[3], 'JUSTID')
return 1"""
# It adds before it acknowledges: when the dead-letter stream refuses the entry, the script ends, and the entry is still pending.
BURY = """
if #redis.call('XPENDING', KEYS[1], ARGV[1], ARGV[3], ARGV[3], 1, ARGV[2]) == 0 then return 0 end
local entry = redis.call('XRANGE', KEYS[1], ARGV[3], ARGV[3])[1]
if entry and #entry[2] > 7000 then return redis.error_reply('too many fields') end
if entry then redis.call('XADD', KEYS[2], '*', unpack(entry[2])) end
return redis.call('XACK', KEYS[1], ARGV[1], ARGV[3])"""


def work_on(entry: bytes, fields: dict) -> None:
    """Your work. When it raises, the entry is tried again after IDLE_MS, and after RETRIES times it goes to DEAD.

    Of fields of the same name, redis-py hands on the last only.
    """
    pairs = (f"{shown(name)}={shown(value)}" for name, value in fields.items())
    print(f"✓ {entry.decode()}  {'  '.join(pairs)}", flush=True)


def shown(message: bytes) -> str:
    """As text. What is unprintable or not UTF-8 is escaped: a terminal would obey the one and hide the other."""
    return "".join(char if char.isprintable() else repr(char)[1:-1] for char in message.decode(errors="backslashreplace"))


class Consumer:
    """One consumer of the group."""

    def __init__(self, client: redis.Redis, stop: threading.Event):
        self.client = client
        self.stop = stop
        self.done = 0
        # The entry that is worked on.
        self.current = None
        # Where it is among those that it has had and not acknowledged; None when it has seen them all.
        self.own_after = b"0"
        self.cursor = b"0-0"

    def begin(self) -> None:
        """To be called at first, and again after each error: the group may be gone, and a reply with an entry be lost."""
        self.client.ping()
        print("connected", flush=True)
        try:
            self.client.xgroup_create(STREAM, GROUP, id="0", mkstream=True)
        except redis.ResponseError as error:
            if not str(error).startswith("BUSYGROUP"):
                raise
        self.own_after = b"0"

    def read_own(self) -> None:
        """Goes on with what it has had before a restart, or with a reply that was lost."""
        for _, entries in self.client.xreadgroup(GROUP, CONSUMER, {STREAM: self.own_after}, count=1):
            for entry, fields in entries:
                self.own_after = entry
                self.handle(entry, fields, " · had it before")
                return
        self.own_after = None

    def claim(self) -> bool:
        """Takes over at most one entry that somebody left for too long. Returns whether there may be more."""
        claimed = self.client.xautoclaim(STREAM, GROUP, CONSUMER, IDLE_MS, self.cursor, count=1)
        self.cursor, entries = claimed[0], claimed[1]
        for entry, fields in entries:
            if entry is None:
                # Redis 6 does not tell the id of one that was deleted from the stream; it is among its own now.
                self.own_after = b"0"
            else:
                self.handle(entry, fields, " · claimed, it had been left")
        return self.cursor != b"0-0"

    def read_new(self) -> None:
        """Works on the next entry that nobody has had. The second is for looking at `stop`."""
        for _, entries in self.client.xreadgroup(GROUP, CONSUMER, {STREAM: ">"}, count=1, block=1_000) or []:
            for entry, fields in entries:
                self.handle(entry, fields, "")

    def handle(self, entry: bytes, fields: dict, remark: str) -> None:
        if remark:
            print(f"↺ {entry.decode()}{remark}", flush=True)
        if not fields:
            print(f"✗ {entry.decode()}: it was deleted from the stream", flush=True)
            self.acknowledge(entry)
            return
        deliveries = self.deliveries(entry)
        if deliveries > RETRIES + 1:
            print(f"✗ {entry.decode()}: left {deliveries - 1} times · {self.bury(entry)}", flush=True)
            return
        self.current = entry
        try:
            work_on(entry, fields)
        except Exception as error:  # One bad entry must not stop the others.
            what_then = self.bury(entry) if deliveries > RETRIES else "stays pending"
            print(f"✗ {entry.decode()}: {error} · {what_then}", flush=True)
            return
        finally:
            self.current = None
        self.acknowledge(entry)
        self.done += 1

    def deliveries(self, entry: bytes) -> int:
        for pending in self.client.xpending_range(STREAM, GROUP, entry, entry, 1):
            return pending["times_delivered"]
        return 1

    def bury(self, entry: bytes) -> str:
        """In one step, so that the entry is either pending or in the dead-letter stream. Returns what became of it."""
        try:
            buried = self.client.eval(BURY, 2, STREAM, DEAD, GROUP, CONSUMER, entry)
            return f"to {shown(DEAD)}" if buried else "another has it"
        except (redis.ConnectionError, redis.TimeoutError):
            print(f"? {entry.decode()}: it is still pending, or in {shown(DEAD)}", flush=True)
            raise
        except redis.ResponseError as error:
            return f"stays pending, not to {shown(DEAD)}: {error}"

    def acknowledge(self, entry: bytes) -> None:
        """Asks until Redis answers, since the work is done. Where it does not until Ctrl+C, the entry will be done again."""
        again = False
        while True:
            try:
                if not self.client.xack(STREAM, GROUP, entry) and not again:
                    print(f"? {entry.decode()}: was no longer pending, so another may have done it, too", flush=True)
                return
            except redis.RedisError as error:
                again = True
                print(f"Redis: {error} · trying again, {entry.decode()} is done and not acknowledged", flush=True)
                if self.stop.wait(1):
                    raise

    def leave(self) -> None:
        """Takes the name out of the group, in which it would stay for ever, unless entries wait under it."""
        try:
            if not self.client.xpending_range(STREAM, GROUP, "-", "+", 1, CONSUMER):
                self.client.xgroup_delconsumer(STREAM, GROUP, CONSUMER)
        except redis.RedisError:
            pass  # It is about a name only.

    def keep_alive(self, ended: threading.Event) -> None:
        told = None
        while not ended.wait(IDLE_MS / 3_000):
            entry = self.current
            try:
                if entry is not None:
                    self.client.eval(KEEP, 1, STREAM, GROUP, CONSUMER, entry)
                    told = None
            except redis.RedisError as error:
                if str(error) != told:
                    told = str(error)
                    print(f"Redis: {error} · {entry.decode()} is worked on, but others may claim it", flush=True)


def main() -> None:
    try:
        client = redis.Redis.from_url(
            os.environ.get("REDIS_URL", "redis://127.0.0.1:6379/0"),
            client_name=NAME,
            # What a lost reply had in it is read again as this consumer's own.
            retry=Retry(NoBackoff(), 0),
        )
        # An option that does not exist is noticed only here.
        client.connection_pool.make_connection()
    except (ValueError, TypeError):
        # Not the error itself: it may quote a part of the password.
        print("REDIS_URL is not understood. It is to be like redis://127.0.0.1:6379/0.", file=sys.stderr)
        sys.exit(2)

    # Ctrl+C and SIGTERM end the loop after the entry at hand; a second Ctrl+C ends it at once, and leaves the entry pending.
    stop = threading.Event()

    def ask_to_stop(number, _frame):
        stop.set()
        signal.signal(number, signal.SIG_DFL)

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, ask_to_stop)

    consumer = Consumer(client, stop)
    ended = threading.Event()
    heart = threading.Thread(target=consumer.keep_alive, args=(ended,), daemon=True)
    heart.start()
    print(f"XREADGROUP {shown(STREAM)} · group {GROUP}, consumer {CONSUMER} · until Ctrl+C", flush=True)
    begun = False
    claim_at = 0.0
    while not stop.is_set():
        try:
            if not begun:
                consumer.begin()
                begun = True
            if consumer.own_after is not None:
                consumer.read_own()
            elif time.monotonic() >= claim_at:
                if not consumer.claim():
                    claim_at = time.monotonic() + IDLE_MS / 2_000
            else:
                consumer.read_new()
        except redis.RedisError as error:
            # Also what a server says while another becomes the primary, or when somebody has deleted the group.
            begun = False
            print(f"Redis: {error} · trying again", flush=True)
            stop.wait(1)
    ended.set()
    heart.join()
    consumer.leave()
    print(f"── {consumer.done} processed", flush=True)


if __name__ == "__main__":
    main()
