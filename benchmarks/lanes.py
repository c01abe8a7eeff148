"""Seconds that tasks wait for a slot, by class of load and by scheduling rule: a simulation of a day, without Airflow.

The rules are Airflow's and the product's: pools, active runs of a workflow, tasks of a step at the same time, the
order by weight, and `long_encodes`. Uploads arrive at random (Poisson), films and campaigns in groups. The time that
the scheduler itself takes is left out, as is the broker: each lane has a queue with as many workers as slots.
"""

from __future__ import annotations

import heapq
import itertools
import random
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from benchmarks.options import Options
from benchmarks.report import Table, percentile
from media_workflows.orchestration.long_encodes import CHECK_INTERVAL_S
from media_workflows.orchestration.priority import BELOW_ALL_UPLOADS

DAY_S = 86_400.0
SLOTS = {"encode": 4, "light": 4}
ACTIVE_RUNS = 16  # Airflow's default for a workflow
CHECK_S = 2.0  # of a slot, by a task that finds no place among the long ones
SEED = 19


@dataclass(frozen=True)
class Rules:
    """`ages`: of two uploads the earlier one is first, else as `UploadsFirst` and Airflow leave it. 0 = no limit."""

    ages: bool = False
    per_workflow: int = 0
    long: int = 0
    sound_is_light: bool = False


RULES = {
    "before": Rules(),
    "features of sound in the light pool": Rules(sound_is_light=True),
    "and long_encodes = 2": Rules(sound_is_light=True, long=2),
    "and encode_tasks_per_workflow = 3": Rules(sound_is_light=True, long=2, per_workflow=3),
    "and the order by age (rejected)": Rules(sound_is_light=True, long=2, per_workflow=3, ages=True),
    "the order by age alone (rejected)": Rules(sound_is_light=True, ages=True),
}


@dataclass(frozen=True)
class Load:
    """A class of runs. `encode_s`, `light_s` and `sound_s` are what the tasks of a run take, in seconds."""

    name: str
    workflow: str
    encode_s: float
    light_s: float = 2.0
    sound_s: float = 0.0
    is_backfill: bool = False
    is_long: bool = False


CLIPS = Load("short clips", "clips", encode_s=15, sound_s=5)
BACKFILL = Load("backfill", "clips", encode_s=40, is_backfill=True)
FILMS = Load("two-hour films", "films", encode_s=2400, is_long=True)
CAMPAIGN = Load("campaign", "campaign", encode_s=15)


@dataclass
class Run:
    load: Load
    came_s: float
    unfinished: int = 0


@dataclass(order=True)
class Task:
    """`place` orders the tasks of a pool: by weight, then as Airflow leaves it."""

    place: tuple[float, float]
    run: Run = field(compare=False)
    pool: str = field(compare=False)
    takes_s: float = field(compare=False)
    ready_s: float = field(compare=False)
    encodes: bool = field(compare=False)


class Day:
    """One simulated day. `waits` has the seconds from ready to started, by class and pool."""

    def __init__(self, rules: Rules, arrivals: list[tuple[float, Load]], backfill_at_once: int) -> None:
        self.waits: dict[tuple[str, str], list[float]] = defaultdict(list)
        self.ended: Counter[str] = Counter()
        self._rules = rules
        self._random = random.Random(SEED)
        self._ready: dict[str, list[Task]] = {pool: [] for pool in SLOTS}
        self._used: Counter[str] = Counter()
        self._encoding: Counter[str] = Counter()  # by workflow
        self._long = 0
        self._active: Counter[str] = Counter()
        self._queued: dict[str, deque[Run]] = defaultdict(deque)
        self._events: list[tuple[float, int, Callable[[float], None]]] = []
        self._number = itertools.count()
        for at_s, load in arrivals:
            self._at(at_s, lambda now_s, load=load: self._come(now_s, load))  # type: ignore[misc]
        for _ in range(backfill_at_once):
            self._at(0.0, lambda now_s: self._come(now_s, BACKFILL))
        while self._events and self._events[0][0] < DAY_S:
            now_s, _, act = heapq.heappop(self._events)
            act(now_s)
            for pool in SLOTS:
                self._fill(pool, now_s)

    def _at(self, at_s: float, act: Callable[[float], None]) -> None:
        heapq.heappush(self._events, (at_s, next(self._number), act))

    def _come(self, now_s: float, load: Load) -> None:
        self._queued[load.workflow].append(Run(load, now_s))
        self._begin_runs(load.workflow, now_s)

    def _begin_runs(self, workflow: str, now_s: float) -> None:
        while self._queued[workflow] and self._active[workflow] < ACTIVE_RUNS:
            run = self._queued[workflow].popleft()
            self._active[workflow] += 1
            load, sound_pool = run.load, "light" if self._rules.sound_is_light else "encode"
            parts = [("encode", load.encode_s, True), ("light", load.light_s, False), (sound_pool, load.sound_s, False)]
            arbitrary = self._random.random()
            for pool, takes_s, encodes in parts:
                if takes_s:
                    run.unfinished += 1
                    place = (-self._weight(run), arbitrary)
                    heapq.heappush(self._ready[pool], Task(place, run, pool, takes_s, now_s, encodes))

    def _weight(self, run: Run) -> float:
        """Airflow orders equal weights by logical date, which runs of uploads have not."""
        age = -run.came_s / DAY_S if self._rules.ages else 0.0
        return age - BELOW_ALL_UPLOADS * run.load.is_backfill

    def _fill(self, pool: str, now_s: float) -> None:
        """Start what may start, in the order of places; what its workflow's share holds back is left out."""
        held_back = []
        while self._ready[pool] and self._used[pool] < SLOTS[pool]:
            task = heapq.heappop(self._ready[pool])
            if task.encodes and 0 < self._rules.per_workflow <= self._encoding[task.run.load.workflow]:
                held_back.append(task)
            else:
                self._start(task, now_s)
        for task in held_back:
            heapq.heappush(self._ready[pool], task)

    def _start(self, task: Task, now_s: float) -> None:
        self._take(task, 1)
        is_long = task.encodes and task.run.load.is_long
        if is_long and 0 < self._rules.long <= self._long:
            self._at(now_s + CHECK_S, lambda _: self._take(task, -1))
            self._at(now_s + CHECK_S + CHECK_INTERVAL_S, lambda _: heapq.heappush(self._ready[task.pool], task))
            return
        self._long += is_long
        self.waits[task.run.load.name, "encode" if task.encodes else "light"].append(now_s - task.run.came_s)
        self._at(now_s + task.takes_s, lambda end_s: self._end(task, end_s))

    def _take(self, task: Task, count: int) -> None:
        self._used[task.pool] += count
        if task.encodes:
            self._encoding[task.run.load.workflow] += count

    def _end(self, task: Task, now_s: float) -> None:
        run = task.run
        self._take(task, -1)
        self._long -= task.encodes and run.load.is_long
        run.unfinished -= 1
        if run.unfinished:
            return
        self._active[run.load.workflow] -= 1
        self.ended[run.load.name] += 1
        self._begin_runs(run.load.workflow, now_s)
        if run.load.is_backfill:  # which keeps so many runs at work
            self._come(now_s, BACKFILL)


def _at_random(load: Load, every_s: float) -> Iterator[tuple[float, Load]]:
    chance, at_s = random.Random(SEED), 0.0
    while (at_s := at_s + chance.expovariate(1 / every_s)) < DAY_S:
        yield at_s, load


def _in_groups(load: Load, count: int, every_s: float) -> Iterator[tuple[float, Load]]:
    for number in range(1, int(DAY_S / every_s)):
        yield from ((number * every_s, load) for _ in range(count))


def run(options: Options) -> list[Table]:
    """A table of a day with films and a backfill, and one of a day with campaigns of another workflow."""
    del options
    clips = list(_at_random(CLIPS, every_s=12))
    films = [*clips, *_in_groups(FILMS, count=4, every_s=7200)]
    campaigns = [*clips, *_in_groups(CAMPAIGN, count=300, every_s=7200)]
    return [
        _table("short clips, a backfill, and four films every two hours", films, (CLIPS, BACKFILL, FILMS), 2),
        _table("short clips, and 300 uploads of one workflow every two hours", campaigns, (CLIPS, CAMPAIGN), 0),
    ]


def _table(title: str, arrivals: list[tuple[float, Load]], loads: tuple[Load, ...], at_once: int) -> Table:
    rows = []
    for name, rules in RULES.items():
        day = Day(rules, sorted(arrivals, key=lambda one: one[0]), at_once)
        cells = [f"{_seconds(day, load, 'encode')} ({day.ended[load.name]})" for load in loads]
        rows.append([name, _seconds(day, CLIPS, "light"), *cells])
    slots = f"{SLOTS['encode']} slots for encodes, {SLOTS['light']} for light tasks"
    columns = ["rules", "short clips: light task", *(f"{load.name}: encode (runs ended)" for load in loads)]
    note = f"{slots}. Seconds from the upload to the start of the task: p50 / p99. An encode of a clip takes "
    times = f"{CLIPS.encode_s} s, of a film {FILMS.encode_s} s, of the backfill {BACKFILL.encode_s} s."
    return Table(f"Lanes: {title} (simulated)", columns, rows, [note + times])


def _seconds(day: Day, load: Load, pool: str) -> str:
    waits = day.waits[load.name, pool]
    return f"{percentile(waits, 50):.0f} / {percentile(waits, 99):.0f}"
