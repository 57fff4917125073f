"""The rows of compare.py: what each asks of a contestant, what is taken from it, and what qcc has set itself for it."""

import json
import math
import selectors
import socket
import time
from dataclasses import dataclass, field
from typing import Callable

from contestants import FOREIGN, Setting
from usage import machine_seconds

GIGABYTE = 1 << 30
MOST_GROWTH_MB = 32
PLAIN_BODY = b'{"model":"bench","max_tokens":1024,"stream":false,"messages":[{"role":"user","content":"' + b"x" * 900 + b'"}]}'


@dataclass(frozen=True)
class Column:
    title: str
    digits: int
    compared: bool = False  # with nginx's and haproxy's value


@dataclass(frozen=True)
class Row:
    about: str
    measure: Callable  # of a contest, or of all contests that are there at a time
    columns: dict  # key of a figure: Column
    setting: Setting = Setting()
    direct: bool = True  # is there one without a proxy
    beyond: dict = field(default_factory=dict)  # key of a figure: the key of what it is above direct's
    together: bool = False  # the contestants are measured at a time, because they do nothing
    without: dict = field(default_factory=dict)  # contestant: why it takes no part


def plain(requests, lanes, *more, quick):
    """So many requests over so many connections; `quick` in a quick run."""

    def measure(contest):
        count = quick if contest.options.quick else requests
        seen = contest.load("--mode", "plain", "--concurrency", str(min(lanes, count)), "--requests", str(count), *more)
        return {**seen, "per_cpu_s": seen["ok"] / seen["cpu_s"] if seen["cpu_s"] else None}

    return measure


def streams(count, events, gap_ms, *, quick):
    """So many streams at once of so many events; of `quick` events in a quick run."""

    def measure(contest):
        each = quick if contest.options.quick else events
        seen = contest.load("--mode", "sse", "--concurrency", str(count), "--requests", str(count), "--events", str(each), "--gap-ms", str(gap_ms))
        return {**seen, "us_per_event": seen["cpu_s"] * 1e6 / (count * each) if seen["cpu_s"] else None}

    return measure


def transfer(way):
    def measure(contest):
        size = GIGABYTE // 16 if contest.options.quick else GIGABYTE
        if way == "up":
            seen = contest.load("--body-bytes", str(size), "--content-type", "application/octet-stream", path="/v1/files")
        else:
            seen = contest.load("--answer-bytes", str(size), path="/v1/files/bench/content")
        return {**seen, "mb_per_s": size / (1 << 20) / seen["seconds"] if seen["ok"] else None}

    return measure


def idle(contests):
    """How often idle processes are woken, and what they keep."""
    quick = next(iter(contests.values())).options.quick
    time.sleep(1 if quick else 35)  # what follows on a request is not idleness: qcc keeps the connection to the upstream for 30 s
    trees = {name: contest.tree for name, contest in contests.items()}
    seconds = 2 if quick else 20
    before = {name: tree.switches() for name, tree in trees.items()}
    machine, used = machine_seconds(), sum(tree.seconds() for tree in trees.values())
    time.sleep(seconds)
    switches = {name: tree.switches() - before[name] for name, tree in trees.items()}
    others = max(0.0, machine_seconds() - machine - sum(tree.seconds() for tree in trees.values()) + used) * 100 / seconds
    return {name: {"ok": 1, "failed": 0, "failures": {}, "switches": switches[name], "rss_mb": tree.memory_kb("VmRSS") / 1024, "others_percent": others}
            for name, tree in trees.items()}


def ask(contest):
    """A connection that has got one answer, and stays; nothing where it got none."""
    client = socket.create_connection(("127.0.0.1", contest.port), timeout=30)
    head = ["POST /v1/messages HTTP/1.1", "Host: 127.0.0.1", "x-api-key: bench", "anthropic-version: 2023-06-01", "Content-Type: application/json",
            f"Content-Length: {len(PLAIN_BODY)}", *contest.headers()]
    client.sendall("\r\n".join([*head, "", ""]).encode() + PLAIN_BODY)
    answer = b""
    while b'"output_tokens":200}}' not in answer:
        more = client.recv(65536)
        if not more:
            client.close()
            return None
        answer += more
    return client


def idle_connections(contest):
    """Memory of client connections that have each made one request, and that make no more."""
    count = 200 if contest.options.quick else 2000
    # As many requests before on a single one: what requests leave behind is not what connections cost.
    before = contest.run_load("--mode", "plain", "--concurrency", "1", "--requests", str(count))
    time.sleep(1)
    with contest.watched() as seen:
        clients = [ask(contest) for _ in range(count)]
        time.sleep(1)
        resident = contest.tree.memory_kb("VmRSS")
        kept = [client for client in clients if client]
        with selectors.DefaultSelector() as ended:
            for client in kept:
                ended.register(client, selectors.EVENT_READ)
            open_ones = len(kept) - len(ended.select(0))
        for client in kept:
            client.close()
    return {**seen, "ok": before["ok"] + len(kept), "failed": before["failed"] + count - len(kept), "open": open_ones,
            "failures": {**before["failures"], **({"a connection without its answer": count - len(kept)} if len(kept) < count else {})},
            "kb_each": (resident - seen["resident_kb"]) / open_ones if open_ones else None}


def running_streams(contest):
    """Memory of streams that run, each between a client and the upstream."""
    count, events = (100, 16) if contest.options.quick else (1000, 40)
    contest.run_load("--mode", "plain", "--concurrency", "8", "--requests", "400")
    time.sleep(1)
    resident, most = None, 0
    with contest.watched() as seen:
        load = contest.begin_load("--mode", "sse", "--concurrency", str(count), "--requests", str(count), "--events", str(events), "--gap-ms", "250",
                                  "--timeout", "120")
        while load.poll() is None:
            time.sleep(0.25)
            # A second after the last one has begun they are what they are.
            if resident is None and (running := contest.upstream_stats()["open_streams"]) >= most:
                most = running
                if most == count:
                    time.sleep(1)
                    resident = contest.tree.memory_kb("VmRSS")
        told = json.loads(load.communicate()[0])
    return {**seen, "ok": told["ok"], "failed": told["failed"], "failures": told["failures"], "at_a_time": most,
            "kb_each": (resident - seen["resident_kb"]) / count if resident else None}


SERVED = {"ok": Column("ok", 0), "failed": Column("failed", 0)}
OTHERS = {"others_percent": Column("others %", 0)}
CPU = {"cpu_s": Column("CPU s", 2, True)}
STREAMED = {**CPU, "us_per_event": Column("µs/event", 2, True), "event_p99": Column("event p99 ms", 2),
            "event_beyond": Column("beyond direct", 2, True), "peak_mb": Column("peak MB", 1, True), "late": Column("late", 0)}
TRANSFER = {**CPU, "seconds": Column("wall s", 2), "mb_per_s": Column("MB/s", 0, True), "grew_mb": Column("grew MB", 1)}
TLS = {**CPU, "gate_cpu_s": Column("gate CPU s", 2)}

ROWS = {
    "one": Row("5 000 requests over one kept connection", plain(5000, 1, quick=500),
               {**SERVED, **CPU, "total_p50": Column("p50 ms", 3), "added_p50": Column("added p50", 3, True), **OTHERS}, beyond={"added_p50": "total_p50"}),
    "c32": Row("20 000 requests over 32 kept connections", plain(20000, 32, quick=2000),
               {**SERVED, **CPU, "seconds": Column("wall s", 2), "per_cpu_s": Column("req/CPU s", 0, True), "total_p99": Column("p99 ms", 2), **OTHERS}),
    "burst": Row("1 000 requests at once; 100 connections, 20 kept, where the program has such limits", plain(1000, 1000, "--delay-ms", "20", quick=300),
                 {**SERVED, "seconds": Column("wall s", 3, True), "total_p99": Column("p99 ms", 1, True), **CPU, **OTHERS}, Setting(most=100, kept=20)),
    "sse1000": Row("1 000 streams at once, 40 events 50 ms apart", streams(1000, 40, 50, quick=8), {**SERVED, **STREAMED, **OTHERS},
                   beyond={"event_beyond": "event_p99"}),
    "sse4000": Row("4 000 streams at once, 20 events 200 ms apart", streams(4000, 20, 200, quick=5), {**SERVED, **STREAMED, **OTHERS},
                   Setting(most=5000, kept=5000), beyond={"event_beyond": "event_p99"}),
    "down1g": Row("one answer of 1 GB", transfer("down"), {**SERVED, **TRANSFER, **OTHERS}),
    "up1g": Row("one request of 1 GB, which nginx and qcc have whole before they ask the upstream", transfer("up"), {**SERVED, **TRANSFER, **OTHERS},
                Setting(whole_uploads=True), without={"portkey": "it reads every request as JSON, in memory"}),
    "tls100": Row("an upstream behind TLS: 100 streams, 100 events 20 ms apart", streams(100, 100, 20, quick=10),
                  {**SERVED, **TLS, "event_p99": Column("event p99 ms", 2, True), **OTHERS}, Setting(tls=True), direct=False),
    "tls32": Row("an upstream behind TLS: 10 000 requests over 32 connections", plain(10000, 32, quick=1000),
                 {**SERVED, **TLS, "total_p99": Column("p99 ms", 2, True), **OTHERS}, Setting(tls=True), direct=False),
    "idle": Row("20 s without anything to do", idle, {"switches": Column("switches", 0), "rss_mb": Column("RSS MB", 1, True), **OTHERS}, direct=False,
                together=True),
    "conn": Row("2 000 client connections that have made one request each, and stay", idle_connections,
                {**SERVED, "open": Column("still open", 0), "kb_each": Column("KB each", 2, True), **OTHERS}, direct=False),
    "stream": Row("1 000 streams that run", running_streams,
                  {**SERVED, "at_a_time": Column("at a time", 0), "kb_each": Column("KB each", 2, True), **OTHERS}, direct=False),
}


class Unknown(Exception):
    """A figure is not there."""


@dataclass(frozen=True)
class Goal:
    """What qcc's figure is held against: `limit` gets a function that gives others' medians."""

    row: str
    words: str
    key: str
    holds: Callable  # of the value and the limit
    limit: Callable


def most_of(of, names):
    """The largest figure of those that took part."""
    found = []
    for name in names:
        try:
            found.append(of(name))
        except Unknown:
            continue
    if not found:
        raise Unknown(f"none of {', '.join(names)} took part")
    return max(found)


def at_most(value, limit):
    return value <= limit


def less(value, limit):
    return value < limit


def at_least(value, limit):
    return value >= limit


def more(value, limit):
    return value > limit


GOALS = (
    Goal("one", "adds at most twice what nginx adds to the p50", "added_p50", at_most, lambda of: 2 * of("nginx")),
    Goal("c32", "requests per processor second: at least two thirds of nginx's", "per_cpu_s", at_least, lambda of: of("nginx") * 2 / 3),
    Goal("c32", "requests per processor second: above half of haproxy's", "per_cpu_s", more, lambda of: of("haproxy") / 2),
    Goal("c32", "requests per processor second: above every peer in Node and Python", "per_cpu_s", more, lambda of: most_of(of, FOREIGN)),
    Goal("burst", "wall: at most 1.1 times haproxy's", "seconds", at_most, lambda of: 1.1 * of("haproxy")),
    Goal("burst", "wall: at most a quarter of aiohttp and httpx's", "seconds", at_most, lambda of: of("httpx") / 4),
    Goal("sse1000", "processor per event: at most 1.5 times nginx's", "us_per_event", at_most, lambda of: 1.5 * of("nginx")),
    Goal("sse1000", "event p99 beyond direct: at most 1.5 times nginx's and 1 ms", "event_beyond", at_most, lambda of: 1.5 * of("nginx") + 1),
    Goal("sse4000", "every stream whole", "failed", at_most, lambda of: 0),
    Goal("sse4000", "processor per event: at most 1.2 times that of sse1000", "us_per_event", at_most, lambda of: 1.2 * of("qcc", row="sse1000")),
    Goal("sse4000", "event p99: less than 20 ms", "event_p99", less, lambda of: 20),
    *(goal for row in ("down1g", "up1g") for goal in (
        Goal(row, "MB/s: at least 80 % of nginx's", "mb_per_s", at_least, lambda of: 0.8 * of("nginx")),
        Goal(row, f"memory grows by less than {MOST_GROWTH_MB} MB", "grew_mb", less, lambda of: MOST_GROWTH_MB))),
    Goal("tls100", "processor: at most 1.5 times nginx's", "cpu_s", at_most, lambda of: 1.5 * of("nginx")),
    Goal("tls32", "processor: at most 1.5 times nginx's", "cpu_s", at_most, lambda of: 1.5 * of("nginx")),
    Goal("idle", "nothing wakes it", "switches", at_most, lambda of: 0),
    Goal("idle", "less than 25 MB", "rss_mb", less, lambda of: 25),
    Goal("conn", "less than 8 KB for a client's idle connection", "kb_each", less, lambda of: 8),
    Goal("stream", "less than 24 KB for a stream", "kb_each", less, lambda of: 24),
)



def verdicts(medians):
    """Of every goal whose row was measured for qcc: the goal, qcc's value, the limit, and whether it is met; None where a peer is missing."""

    def value(row, name, key):
        found = medians.get(row, {}).get(name, {}).get(key)
        if found is None or math.isnan(found):
            raise Unknown(f"{name} has no figure" if row in medians else f"{row} was not measured")
        return found

    for goal in GOALS:
        if "qcc" not in medians.get(goal.row, {}):
            continue
        try:
            own = value(goal.row, "qcc", goal.key)
            limit = goal.limit(lambda name, row=goal.row, key=goal.key: value(row, name, key))
        except Unknown as reason:
            yield goal, medians[goal.row]["qcc"].get(goal.key), str(reason), None
            continue
        yield goal, own, limit, goal.holds(own, limit)
