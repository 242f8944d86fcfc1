"""Event loops: under virtual time their selects are waits that the clock knows; tasks are counted under any clock.

The loops, tasks and selectors stay Python's own; what is replaced are single methods.
"""

selector_loops, base_loops = asyncio.selector_events.BaseSelectorEventLoop, asyncio.base_events.BaseEventLoop
plain_loop_init, plain_write_to_self = selector_loops.__init__, selector_loops._write_to_self
plain_create_task, plain_cancel_all = base_loops.create_task, asyncio.runners._cancel_all_tasks
plain_future_info = asyncio.base_futures._future_repr_info
running_loop, current_task = asyncio._get_running_loop, asyncio.current_task
all_tasks, plain_warn = asyncio.all_tasks, warnings.warn
PlainTimer = asyncio.TimerHandle
Future = asyncio.Future
is_done, is_cancelled = Future.done, Future.cancelled
get_origins, track_origins = sys.get_coroutine_origin_tracking_depth, sys.set_coroutine_origin_tracking_depth
origins = threading.local()   # how many frames of a coroutine's origin a thread of the program asks for
LISTED = 32                 # how many tasks or coroutines are told of
known_loops = weakref.WeakSet()


class TimerHandle(PlainTimer):
    """A timer that is ordered by its nanosecond, and then by when it was made."""

    __slots__ = ("order",)
    __module__, __qualname__, __doc__ = PlainTimer.__module__, PlainTimer.__qualname__, PlainTimer.__doc__
    count = itertools.count()

    def __init__(self, when, callback, args, loop, context=None):
        super().__init__(when, callback, args, loop, context)
        if self._source_traceback:
            del self._source_traceback[-1]
        self.order = round(when, 9), next(TimerHandle.count)

    def __lt__(self, other):
        return self.order < other.order if type(other) is TimerHandle else NotImplemented

    __hash__ = PlainTimer.__hash__
    __eq__ = PlainTimer.__eq__


class LoopWait:
    """A loop's wait for its files and its next timer."""

    def __init__(self, clock, loop, selector):
        self.clock, self.loop = weakref.proxy(clock), loop
        self.select_now, self.files = selector.select, selector.get_map
        self.waiter = None
        self.turned = False     # the loop's own reading of the clock comes next

    def select(self, timeout=None):
        clock = self.clock
        self.turned = True
        ready = self.select_now(0)
        if timeout is not None and timeout <= 0:
            self.count_turn()
            return ready
        if ready:
            return ready
        waiter = Waiter(lambda: plain_write_to_self(self.loop()), self.has_news if len(self.files()) > 1 else None)
        came = []

        def wait(patience):
            came[:] = self.select_now(patience)
            return came

        with clock.mu:
            self.waiter = waiter
            try:
                came[:] = self.select_now(0)    # another thread may have written before it could see the waiter
                if came:
                    return came
                if timeout is not None:
                    clock.arm(round(timeout * NS), waiter)
                clock.park(waiter, wait)
            finally:
                self.waiter = None
        return came or self.select_now(0)

    def has_news(self):
        """Whether something lies ready for a loop that waits; local connections deliver at once, or nearly."""
        return self.select_now(SOCKET_GRACE)

    def count_turn(self):
        """A program that spins on `sleep(0)`, while something waits for time to move, sees it move."""
        clock = self.clock
        clock.reads += TURN_READS
        if clock.reads > PATIENT_READS and (clock.heap or self.loop()._scheduled):
            with clock.mu:
                clock.advance(STEP_NS)

    def wake(self):
        """Counts the loop's thread as running from the moment on at which another calls it."""
        with self.clock.mu:
            if self.waiter is not None:
                self.clock.wake(self.waiter, WOKEN)


def virtualize_loops(clock):
    waits = weakref.WeakKeyDictionary()

    def __init__(self, selector=None):
        plain_loop_init(self, selector)
        waits[self] = wait = LoopWait(clock, weakref.ref(self), self._selector)
        self._selector.select = wait.select
        self._clock_resolution = 1e-9

    def _write_to_self(self):
        wait = waits.get(self)
        if wait is None:
            return plain_write_to_self(self)
        # In one: a loop that is just beginning to wait has either seen the byte or is woken, or it would look stuck.
        with clock.mu:
            wait.wake()
            plain_write_to_self(self)

    def time(self):
        wait = waits.get(self)
        if wait is not None and wait.turned:
            wait.turned = False
            return clock.now / NS
        return clock.read() / NS

    for holder, new in ((selector_loops, __init__), (selector_loops, _write_to_self), (base_loops, time),
                        (asyncio.events, TimerHandle), (asyncio, TimerHandle)):
        replace(holder, new.__name__, new)


def task_of_thread():
    """The task that runs in this thread, or nothing."""
    loop = running_loop()
    return None if loop is None else current_task(loop)


class Figures:
    """What is counted of a program's tasks and coroutines."""

    def __init__(self):
        self.alive = 0
        self.mains = set()      # those that loops were started with, by their identity
        self.begin()

    def begin(self):
        """Counts from here on."""
        self.most, self.beside, self.cancelled = self.alive, self.alive - len(self.mains), 0
        self.left, self.never_awaited = [], []

    def note_start(self, task, is_main):
        self.alive += 1
        if is_main:
            self.mains.add(id(task))
        self.most = max(self.most, self.alive)
        self.beside = max(self.beside, self.alive - len(self.mains))

    def note_end(self, task):
        self.alive -= 1
        self.mains.discard(id(task))
        if is_cancelled(task):
            self.cancelled += 1

    def note_left(self, tasks):
        for task in tasks:
            if len(self.left) < LISTED:
                place = place_of_task(task)
                self.left.append({"name": name_of_task(task), **{key: place[key] for key in LOOSE}})

    def note_unawaited(self, coroutine):
        code = coroutine.cr_code
        if len(self.never_awaited) >= LISTED or code.co_filename == HARNESS:
            return
        origin = coroutine.cr_origin
        file, line = origin[0][:2] if origin else (code.co_filename, code.co_firstlineno)
        function = coroutine.__qualname__.replace("<locals>.", "")[:NAME]
        self.never_awaited.append({"name": function, "file": file[:NAME], "line": line, "function": function})

    def told(self):
        return {
            "tasks_left": self.left,
            "cancelled": self.cancelled,
            "most_tasks": self.most,
            "beside": self.beside,
            "never_awaited": self.never_awaited,
        }


LOOSE = ("file", "line", "function")
figures = Figures()


def note_task_end(task):
    figures.note_end(task)


NOTE_SHOWN = asyncio.base_futures._format_callbacks([(note_task_end, None)])[4:-1]


def count_tasks():
    """Has tasks and coroutines counted. What a program can see of them stays as it is."""

    def create_task(self, coro, **named):
        task = plain_create_task(self, coro, **named)
        known_loops.add(self)
        if isinstance(task, Future) and not is_done(task):
            trace = task._source_traceback
            if trace:
                del trace[-1]
            figures.note_start(task, running_loop() is None)
            task.add_done_callback(note_task_end)
        return task

    def _cancel_all_tasks(loop):
        if run_clock is None or run_clock.stop is None:
            figures.note_left(pending_of(loop))
        plain_cancel_all(loop)

    def _future_repr_info(future):
        """What a task shows of itself, without our own callback."""
        info = []
        for item in plain_future_info(future):
            if item.startswith("cb=[") and NOTE_SHOWN in item:
                item = item.replace(NOTE_SHOWN + ", ", "").replace(", " + NOTE_SHOWN, "").replace(NOTE_SHOWN, "")
            if item != "cb=[]":
                info.append(item)
        return info

    def _warn_unawaited_coroutine(coro):
        figures.note_unawaited(coro)
        message = f"coroutine '{coro.__qualname__}' was never awaited"
        origin = coro.cr_origin or ()
        if len(origin) > 1:     # tracked for the program's own sake
            lines = [(*place, linecache.getline(*place[:2])) for place in reversed(origin)]
            shown = "".join(traceback.format_list(lines)).rstrip("\n")
            message += "\nCoroutine created at (most recent call last)\n" + shown
        plain_warn(message, category=RuntimeWarning, stacklevel=2, source=coro)

    for replacement, plain in ((create_task, plain_create_task), (_cancel_all_tasks, plain_cancel_all)):
        functools.update_wrapper(replacement, plain)
        del replacement.__wrapped__
    base_loops.create_task = create_task
    asyncio.runners._cancel_all_tasks = _cancel_all_tasks
    asyncio.base_futures._future_repr_info = _future_repr_info
    warnings._warn_unawaited_coroutine = _warn_unawaited_coroutine
    hide_origins()
    track_origins(1)


def hide_origins():
    """Keeps it from a program that a frame of each coroutine's origin is recorded; more than one is as it asks."""

    def get_depth():
        return getattr(origins, "asked", 0)

    def set_depth(*args, **named):
        track_origins(*args, **named)
        origins.asked = get_origins()
        track_origins(max(origins.asked, 1))

    sys.get_coroutine_origin_tracking_depth = builtin_function_or_method(get_depth, get_origins)
    sys.set_coroutine_origin_tracking_depth = builtin_function_or_method(set_depth, track_origins)


def pending_of(loop):
    """The tasks of a loop that have not ended, in the order of their making."""
    tasks = [task for task in all_tasks(loop) if isinstance(task, Future)]
    return sorted(tasks, key=lambda task: order_of_name(name_of_task(task)))


def order_of_name(name):
    head, _, number = name.rpartition("-")
    return (0, int(number), name) if head == "Task" and number.isdecimal() else (1, 0, name)


def tasks_pending():
    return [task for loop in list(known_loops) if not loop.is_closed() for task in pending_of(loop)]


def loop_threads():
    """The threads in which loops stand: their tasks say more of them."""
    return {loop._thread_id for loop in list(known_loops) if loop.is_running()}


def name_of_task(task):
    return str(task.get_name())[:NAME] if isinstance(task, asyncio.Task) else "a task"


def place_of_task(task):
    """The innermost line of the program's own files at which a task waits."""
    awaited = task.get_coro() if isinstance(task, asyncio.Task) else None
    found = None
    for _ in range(1000):
        if type(awaited) is types.CoroutineType:
            frame, awaited = awaited.cr_frame, awaited.cr_await
        elif type(awaited) is types.GeneratorType:
            frame, awaited = awaited.gi_frame, awaited.gi_yieldfrom
        else:
            break
        if frame is not None and is_own(frame.f_code):
            found = frame
    return place_of_frame(found)


def closing():
    """What there is to say of a program at its very end."""
    if run_clock is None or run_clock.stop is None:
        figures.note_left(tasks_pending())
    return {"virtual_ns": None if run_clock is None else run_clock.now, "tasks": figures.told()}
