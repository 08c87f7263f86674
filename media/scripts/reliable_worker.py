"""Takes messages off a Redis queue without ever losing one, even when it is killed in mid-work.

Runs with: Python 3.8 or newer, redis-py         (python3 -m pip install redis)
           and Redis 6.2 or newer, or Valkey

Each message is moved by BLMOVE to a processing list and removed there by LREM when the work is done. So it is in exactly one
list until then, and is worked on at least once; let the work be harmless when repeated.

Every copy owns a processing list: <queue>:processing, then <queue>:processing:2 and so on. Whoever sets the key <list>:lease
owns the list, and renews the key while it lives. A message in a list without a lease was left by a dead worker, and the next
one puts it back. The reliable worker that comes with Redis Messaging does the same, so both can share a queue.

It is told where to connect by its environment:
    REDIS_URL           address, for example redis://127.0.0.1:6379/0
    REDIS_QUEUE         name of the queue
    REDIS_CLIENT_NAME   name of this worker; another one for each copy
"""

import os
import signal
import sys
import threading
import uuid

import redis

# What the locale cannot write is escaped: printing must not fail with a message at hand.
sys.stdout.reconfigure(errors="backslashreplace")

# Bytes, so that it is the same queue whatever the locale.
QUEUE = os.fsencode(os.environ.get("REDIS_QUEUE", "task_queue"))
DEAD = QUEUE + b":dead"
RETRIES = 3
LEASE_MS = 5_000
MOST_WORKERS = 64

RENEW = """if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('PEXPIRE', KEYS[1], ARGV[2]) end return 0"""
RELEASE = """if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0"""


def work_on(message: bytes) -> None:
    """Your work. When it raises, the message is tried again, and after RETRIES times it goes to the dead-letter list."""
    print(f"✓ {shown(message)}", flush=True)


def shown(message: bytes) -> str:
    """As text. What is unprintable or not UTF-8 is escaped: a terminal would obey the one and hide the other."""
    return "".join(char if char.isprintable() else repr(char)[1:-1] for char in message.decode(errors="backslashreplace"))


class ProcessingList:
    """The list in which this worker keeps what it works on."""

    def __init__(self, client: redis.Redis):
        self.client = client
        self.token = uuid.uuid4().hex
        self.number = 0

    def own(self) -> bytes:
        """The list's key. Takes the first that nobody owns where it has none, and puts back what its dead owner left."""
        number = self.number
        if number != 0:
            return self.key_of(number)
        # Who may not run EVAL could keep no lease and put nothing back. That is told before anything is taken.
        self.client.eval("return 1", 0)
        for number in range(1, MOST_WORKERS + 1):
            if self.lease(number):
                # From here on the lease is renewed.
                self.number = number
                print(f"processing list {shown(self.key_of(number))}", flush=True)
                self.recover(number)
                return self.key_of(number)
        raise SystemExit(f"{MOST_WORKERS} workers work on {shown(QUEUE)} already.")

    def renew(self) -> None:
        """To be called several times within LEASE_MS. Without a lease, others may have taken over what is in the list."""
        number = self.number
        if number != 0 and not self.client.eval(RENEW, 1, self.lease_of(number), self.token, LEASE_MS):
            self.number = 0

    def release(self) -> None:
        """Gives the list to the next worker."""
        if self.number != 0:
            self.client.eval(RELEASE, 1, self.lease_of(self.number), self.token)

    def recover_abandoned(self) -> None:
        """Puts back what other workers left that are dead by now."""
        for number in range(1, MOST_WORKERS + 1):
            if number == self.number or not self.client.exists(self.key_of(number)) or not self.lease(number):
                continue
            self.recover(number)
            self.client.eval(RELEASE, 1, self.lease_of(number), self.token)

    def recover(self, number: int) -> None:
        while (message := self.client.lindex(self.key_of(number), -1)) is not None:
            print(f"↺ {shown(message)} · left by a dead worker", flush=True)
            give_back(self.client, self.key_of(number), message, first=True)

    def lease(self, number: int) -> bool:
        return bool(self.client.set(self.lease_of(number), self.token, nx=True, px=LEASE_MS))

    def key_of(self, number: int) -> bytes:
        return QUEUE + b":processing" + (b"" if number <= 1 else b":%d" % number)

    def lease_of(self, number: int) -> bytes:
        return self.key_of(number) + b":lease"


def give_back(client: redis.Redis, processing: bytes, message: bytes, first: bool = False) -> bytes:
    """Puts a message that is not done back on the queue, or buries it. In one step, so that it is in exactly one list."""
    attempts = QUEUE + b":script-attempts"
    buried = client.hincrby(attempts, message, 1) > RETRIES
    # It pushes before it removes: a push that is refused ends the script, and the message is still in its list.
    script = """
        if not redis.call('LPOS', KEYS[1], ARGV[1]) then return 0 end
        redis.call(ARGV[2], KEYS[2], ARGV[1])
        return redis.call('LREM', KEYS[1], -1, ARGV[1])"""
    # Workers take from the tail: RPUSH makes it the next, LPUSH the last.
    push = "RPUSH" if first and not buried else "LPUSH"
    client.eval(script, 2, processing, DEAD if buried else QUEUE, message, push)
    if buried:
        client.hdel(attempts, message)
    return DEAD if buried else QUEUE


def keep_alive(processing: ProcessingList, stop: threading.Event) -> None:
    while not stop.wait(LEASE_MS / 3_000):
        try:
            processing.renew()
        except redis.RedisError:
            pass  # The main loop tells of it.


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

    # Ctrl+C and SIGTERM end the loop after the message at hand; a second Ctrl+C ends it at once.
    stop = threading.Event()

    def ask_to_stop(number, _frame):
        stop.set()
        signal.signal(number, signal.SIG_DFL)

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, ask_to_stop)

    processing = ProcessingList(client)
    ended = threading.Event()
    heart = threading.Thread(target=keep_alive, args=(processing, ended), daemon=True)
    heart.start()
    print(f"BLMOVE {shown(QUEUE)} · until Ctrl+C", flush=True)
    done = 0
    while not stop.is_set():
        try:
            own = processing.own()
            # What came with a reply that was lost is the next; else wait for one, and look at `stop` from time to time.
            message = client.lindex(own, -1)
            if message is None:
                message = client.blmove(QUEUE, own, 1, "RIGHT", "LEFT")
            if message is None:
                processing.recover_abandoned()
                continue
            try:
                work_on(message)
            except Exception as error:  # One bad message must not stop the others.
                to = shown(give_back(client, own, message))
                print(f"✗ {shown(message)}: {error} · to {to}", flush=True)
                continue
            client.lrem(own, 1, message)
            client.hdel(QUEUE + b":script-attempts", message)
            done += 1
        except redis.RedisError as error:
            # Also what a server says while another becomes the primary, or while its memory is full.
            print(f"Redis: {error} · trying again", flush=True)
            stop.wait(1)
    ended.set()
    heart.join()
    try:
        processing.release()
    except redis.RedisError:
        pass  # The lease lapses by itself.
    print(f"── {done} processed", flush=True)


if __name__ == "__main__":
    main()
