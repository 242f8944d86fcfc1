"""Virtual time: the clock of a program whose waits cost nothing.

Time moves only when no thread of the program runs: when each of them is in `time.sleep`, waits for a lock (and so for
an `Event`, a `Queue`, a `Future`), joins a thread, or stands in an event loop's select. Then the thread with the
earliest deadline is woken, first come first served, and the clock stands at that deadline. Where there is no deadline,
nothing can ever happen again: a deadlock.

What is real stays real. While a child process lives, time follows the real clock. A thread that computes holds time
for a moment, then time follows its work; one that is blocked in the system (a socket, a pipe) holds it no
longer, once that is sure. Reading the clock, or yielding, over and over at one instant moves it by small steps.
"""

NS = 1_000_000_000
GRACE = 0.05                # seconds: how often a waiting thread looks whether those that run hold time up
PATIENT_READS = 50_000      # readings of the clock at one instant before time moves by itself
TURN_READS = 5              # what a turn of a loop and a yield count
STEP_NS = 100_000
MONOTONIC_START = 10_000    # what time.monotonic begins at, in seconds, for code that takes 0 for long ago
LIFETIME_NS = 3653 * 86_400 * NS
STOPS = 20                  # how often a program that waits for ever is told before it is ended
SOCKET_GRACE = 0.001        # what a local connection may take to deliver, in seconds
QUANTUM = 1 << 20           # parts of a second in which perf_counter counts work
WAITING, WOKEN, DUE, STOPPED = range(4)

real_sleep, real_time_ns = time.sleep, time.time_ns
real_monotonic_ns = time.monotonic_ns
thread_clock, clock_gettime_ns = getattr(time, "pthread_getcpuclockid", None), time.clock_gettime_ns
allocate_lock, get_ident, real_lock_of_many = threading._allocate_lock, threading.get_ident, threading._CRLock
get_native_id = threading.get_native_id
waitid = getattr(os, "waitid", None)
wait_flags = (os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT) if waitid is not None else ()
heappush, heappop = heapq.heappush, heapq.heappop
open_file, to_index = os.open, operator.index
close_file = os.close
next_alarm, ITIMER_REAL = signal.getitimer, signal.ITIMER_REAL
# What `threading` makes anew in a forked process, by names that mean other locks by then.
FORKED_LOCKS = [
    (name, make)
    for name, make in (("_active_limbo_lock", real_lock_of_many), ("_shutdown_locks_lock", allocate_lock))
    if hasattr(threading, name)
]
READ_ONLY, weak_reference = os.O_RDONLY, weakref.ref


class Standstill(BaseException):
    """Nothing in the program can go on. Not an `Exception`, so that code which forgives those does not forgive it."""

    __module__ = "builtins"


def standstill(name, text):
    """A standstill under the name that a traceback is to show."""
    return type(name, (Standstill,), {"__module__": "builtins", "__qualname__": name})(text)


class Waiter:
    """One blocked thread; it is woken once."""

    __slots__ = ("gate", "state", "rouse", "ready")

    def __init__(self, rouse=None, ready=None):
        self.state = WAITING
        self.rouse = rouse      # called besides, where the thread is not blocked at the gate
        self.ready = ready      # says whether something outside has come for it already
        self.gate = allocate_lock()
        self.gate.acquire()


class Clock:
    """The virtual clock. What is said of `mu` is that the caller holds it.

    It is made in the zygote, and begins to run in a program."""

    def __init__(self):
        self.mu = real_lock_of_many()
        self.epoch = 0              # what time.time_ns begins at
        self.now = 0
        self.reads = 0              # at this instant
        self.main = get_ident()
        self.members = {self.main: get_native_id()}     # the threads that count
        self.parked = {}            # those that wait, by their identity
        self.running = 1
        self.heap, self.order = [], itertools.count()
        self.held = False           # the main thread waits for the host: nothing happens meanwhile
        self.kids = False           # a child process may live
        self.forked = False         # this is a child process itself
        self.followed = 0           # up to when the real clock was followed
        self.busy_at, self.busy = 0, {}     # what threads had computed when they were first seen to, at which instant
        self.quiet = {}             # what a running thread had computed when it was last looked at, and since when
        self.stop = None            # the standstill
        self.waiting = []           # who waited then
        self.stops = 0
        self.ends = weakref.WeakKeyDictionary()     # for each thread a lock that is held to its end
        self.main_end = None        # that of the main thread
        self.give_up = None         # ends a program that does not take being told
        self.counted_at = -1        # the instant of perf_counter's last reading
        self.counted = {}           # and when it was read at that instant, by thread and task
        self.work = 0               # the work that perf_counter has shown, in quanta

    def begin(self):
        """Runs from here on, in the process of a program."""
        self.epoch = real_time_ns() // NS * NS
        self.members[self.main] = get_native_id()
        for name, make in FORKED_LOCKS:
            setattr(threading, name, make())
        os.register_at_fork(after_in_parent=self.note_child, after_in_child=self.become_child)

    def arm(self, nanoseconds, waiter):
        """Gives a waiter a deadline; `mu`."""
        heappush(self.heap, (self.now + max(nanoseconds, 0), next(self.order), waiter))

    def wake(self, waiter, state):
        """Has a waiter go on, and says whether it still waited; `mu`."""
        if waiter.state:
            return False
        waiter.state = state
        self.running += 1
        waiter.gate.release()
        if waiter.rouse is not None:
            waiter.rouse()
        return True

    def resume(self, waiter):
        """Notes that a waiter goes on by itself; `mu`."""
        if not waiter.state:
            waiter.state = WOKEN
            self.running += 1

    def park(self, waiter, wait=None):
        """Blocks the calling thread until it is woken; `mu`. `wait` replaces the wait at the gate."""
        own = get_ident()
        if own not in self.members:
            self.members[own] = get_native_id()     # a thread that was not started through Python
            self.running += 1
        self.parked[own] = waiter
        self.running -= 1
        try:
            self.elect()
            while not waiter.state:
                patience = self.patience()
                depth = self.mu._release_save()
                try:
                    came = waiter.gate.acquire(True, patience) if wait is None else wait(patience)
                finally:
                    self.mu._acquire_restore(depth)
                if waiter.state:
                    break
                if came:
                    self.resume(waiter)
                else:
                    self.look_around()
        finally:
            del self.parked[own]
            self.resume(waiter)         # an interruption comes here unwoken
        if waiter.state == STOPPED:
            raise self.stop

    def patience(self):
        """How long to wait, in real seconds, before looking around; `mu`."""
        if not self.follows():
            return GRACE
        first = self.earliest()
        return GRACE if first is None else min(GRACE, max((first[0] - self.now) / NS, 0.0005))

    def earliest(self):
        while self.heap and self.heap[0][2].state:
            heappop(self.heap)
        return self.heap[0] if self.heap else None

    def elect(self):
        """Moves time on to the earliest deadline, where nothing runs; `mu`."""
        if self.held or self.follows() or self.running and not self.is_held_up():
            return
        for waiter in list(self.parked.values()):
            if waiter.ready is not None and not waiter.state and waiter.ready():
                self.wake(waiter, WOKEN)
                return
        first = self.earliest()
        if first is not None and first[0] > LIFETIME_NS:
            self.stand_still("Asleep", "the program sleeps for more than ten years")
        elif first is not None:
            heappop(self.heap)
            self.move_to(first[0])
            self.wake(first[2], DUE)
        elif not self.running and not any([waiter.ready for waiter in self.parked.values()]):
            self.stand_still("Deadlock", "everything in the program waits for something that cannot come")

    def move_to(self, when):
        if when > self.now:
            self.now = when
            self.reads = 0

    def advance(self, nanoseconds):
        """Moves time by itself, but past no deadline that someone waits for; `mu`."""
        target = self.now + nanoseconds
        first = self.earliest()
        if first is not None and first[0] <= target:
            heappop(self.heap)
            self.move_to(first[0])
            self.wake(first[2], DUE)
        else:
            self.now = target

    def stand_still(self, name, text):
        """Tells the main thread that nothing can go on; `mu`."""
        if self.stop is None:
            self.waiting = who_waits()
            self.stop = standstill(name, "\n".join([text + ":", *map(say_waiting, self.waiting)]))
        self.stops += 1
        main = self.parked.get(self.main)
        if self.stops > STOPS or main is None or not self.wake(main, STOPPED):
            if self.give_up is not None:
                self.give_up()

    def look_around(self):
        """What a waiting thread does now and then: sees to it that nothing holds time up for ever; `mu`."""
        if self.held:
            return
        if self.follows():
            self.follow()
        elif self.running == 0 or self.is_held_up(True):
            self.elect()
        else:
            self.follow_work()

    def follow_work(self):
        """Lets time pass as threads compute, once one has done so for a while at one instant; `mu`.

        What counts is the processor's time: on a busy machine a program may stand still and compute nothing."""
        if self.busy_at != self.now:
            self.busy_at, self.busy = self.now, {}
        for ident in self.members:
            if ident not in self.parked:
                computed = work_of(ident)
                since = self.busy.setdefault(ident, computed)
                if computed - since >= GRACE * NS:
                    self.move_past(self.now + computed - since)
                    self.busy_at, self.busy = self.now, {ident: computed}
                    return

    def is_held_up(self, fresh=False):
        """Whether the threads that run are all blocked in the system: they have not computed for a while; `mu`.

        Without `fresh` only those count that were found so before."""
        if not fresh and not self.quiet:
            return False
        now, seen, held_up = real_monotonic_ns(), 0, True
        for ident, native in self.members.items():
            if ident in self.parked and not self.parked[ident].state:
                continue
            seen += 1
            computed = work_of(ident)
            before = self.quiet.get(ident)
            if before is None or before[0] != computed:
                if fresh:
                    self.quiet[ident] = (computed, now)
                held_up = False
            elif now - before[1] < GRACE * NS or is_runnable(native):
                held_up = False
        return held_up and seen == self.running     # one that is about to begin is not seen yet

    def follows(self):
        """Whether time follows the real clock: a child process lives, this is one, or a signal is set to come; `mu`."""
        if self.kids and waitid is not None:
            try:
                waitid(*wait_flags)
            except ChildProcessError:
                self.kids = False
        if self.kids or self.forked or next_alarm(ITIMER_REAL)[0]:
            self.followed = self.followed or real_monotonic_ns()
            return True
        if self.followed:
            self.follow()
            self.followed = 0
        return False

    def follow(self):
        """Catches up with the real clock; `mu`."""
        now = real_monotonic_ns()
        since, self.followed = self.followed, now
        self.move_past(self.now + now - since)

    def move_past(self, target):
        """Moves time, and wakes all whose deadline comes; `mu`."""
        while (first := self.earliest()) is not None and first[0] <= target:
            self.advance(first[0] - self.now)
        self.move_to(target)

    def read(self):
        """The virtual time in nanoseconds; code that reads it over and over sees it move."""
        self.reads += 1
        if self.kids or self.forked or self.reads > PATIENT_READS:
            with self.mu:
                if self.follows():
                    self.follow()
                elif self.reads > PATIENT_READS:
                    self.advance(STEP_NS)
        return self.now

    def sleep(self, seconds):
        nanoseconds = to_nanoseconds(seconds)
        with self.mu:
            if nanoseconds == 0:
                self.reads += TURN_READS
                self.read()
            waiter = Waiter()
            self.arm(nanoseconds, waiter)
            self.park(waiter)

    def perf_counter(self):
        """Virtual time, and the work between two readings by one task or thread with no wait between them."""
        now, real = self.read(), real_monotonic_ns()
        if self.counted_at != now:
            self.counted_at, self.counted = now, {}
        ident, task = get_ident(), task_of_thread()
        key = ident, id(task)
        before, reader = self.counted.get(key, (None, None))
        if before is not None and reader() is task:
            self.work += max((real - before) * QUANTUM // NS, 1)
        self.counted[key] = real, refer(task)
        return now, self.work

    def become_child(self):
        """What a forked process does first: of its threads there is one, and its time is real."""
        self.ends.clear()
        self.mu = real_lock_of_many()
        self.main = get_ident()
        self.members, self.parked = {self.main: get_native_id()}, {}
        self.running, self.heap, self.held = 1, [], False
        self.forked, self.followed = True, 0
        self.give_up = None

    def forget(self, ident):
        """Takes a thread that ends out of all books; `mu`."""
        del self.members[ident]
        for book in (self.quiet, self.busy):
            book.pop(ident, None)
        self.counted.pop((ident, id(None)), None)

    def note_child(self):
        self.kids = True
        self.followed = self.followed or real_monotonic_ns()


def refer(task):
    """What gives a task back as long as it is there; outside of tasks, nothing."""
    try:
        return nothing if task is None else weak_reference(task)
    except TypeError:
        return lambda: task


def nothing():
    return None


def work_of(ident):
    """What a thread has computed, in nanoseconds; a system that does not tell has it count as blocked."""
    return clock_gettime_ns(thread_clock(ident)) if thread_clock is not None else 0


def is_runnable(native):
    """Whether the system has a thread in its queue of those that could run."""
    try:
        file = open_file("/proc/self/task/%d/stat" % native, READ_ONLY)
        try:
            return read(file, 512).rpartition(b") ")[2][:1] == b"R"
        finally:
            close_file(file)
    except OSError:
        return False
