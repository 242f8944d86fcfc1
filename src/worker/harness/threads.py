"""Threads under virtual time: locks whose waiters the clock knows, and threads that it counts.

All that `threading`, `queue` and `concurrent.futures` offer rests on locks, so that nothing but those is replaced,
besides `SimpleQueue`, which is written in C, and the start and the joining of threads. Waiters come first served.
"""

import concurrent.futures.thread
import _posixsubprocess as process_module, _thread as thread_module
import queue as queue_module, subprocess as subprocess_module

new_thread = getattr(threading, "_start_new_thread", None)              # to 3.12
joinable_thread = getattr(threading, "_start_joinable_thread", None)    # from 3.13
raw_thread = thread_module.start_new_thread
plain_join = threading.Thread.join
longest_wait = threading.TIMEOUT_MAX


class lock:
    """`threading.Lock`, whose waiters the clock knows; released, it goes to the first of them."""

    __slots__ = ("raw", "waiters", "__weakref__")
    __module__ = "_thread"

    def __init__(self):
        self.raw = allocate_lock()
        self.waiters = collections.deque()

    def acquire(self, blocking=True, timeout=-1):
        if self.raw.acquire(False):
            return True
        if not blocking or timeout != -1:
            check_timeout(blocking, timeout)
            if not blocking or timeout == 0:
                return False
        clock, waiter = run_clock, Waiter()
        with clock.mu:
            if self.raw.acquire(False):
                return True
            self.waiters.append(waiter)
            if timeout > 0:
                clock.arm(round(timeout * NS), waiter)
            try:
                clock.park(waiter)
            except BaseException:
                self.forget(waiter)
                raise
            if waiter.state == DUE:
                self.waiters.remove(waiter)
                return False
        return True

    def forget(self, waiter):
        """Takes back a wait that an exception ended; a lock that was handed over meanwhile goes on."""
        try:
            self.waiters.remove(waiter)
        except ValueError:
            self.release()

    def release(self):
        if self.waiters and self.raw.locked():
            with run_clock.mu:
                if self.hand_over():
                    return
        self.raw.release()
        if self.waiters:        # one came between
            with run_clock.mu:
                if self.raw.acquire(False) and not self.hand_over():
                    self.raw.release()

    def hand_over(self):
        for waiter in tuple(self.waiters):
            if run_clock.wake(waiter, WOKEN):
                self.waiters.remove(waiter)
                return True
        return False

    def locked(self):
        return self.raw.locked()

    __enter__ = acquire_lock = acquire
    release_lock = release
    locked_lock = locked

    def __exit__(self, kind, error, trace):
        self.release()

    def _at_fork_reinit(self):
        self.__init__()

    def __repr__(self):
        state = "locked" if self.raw.locked() else "unlocked"
        return f"<{state} _thread.lock object at {id(self):#x}>"


class RLock:
    """`threading.RLock` on such a lock."""

    __slots__ = ("block", "owner", "count", "__weakref__")
    __module__ = "_thread"

    def __init__(self):
        self.block, self.owner, self.count = lock(), None, 0

    def acquire(self, blocking=True, timeout=-1):
        own = get_ident()
        if self.owner == own:
            self.count += 1
            return True
        if not self.block.acquire(blocking, timeout):
            return False
        self.owner, self.count = own, 1
        return True

    __enter__ = acquire

    def release(self):
        if self.owner != get_ident():
            raise RuntimeError("cannot release un-acquired lock")
        self.count -= 1
        if not self.count:
            self.owner = None
            self.block.release()

    def __exit__(self, kind, error, trace):
        self.release()

    def _release_save(self):
        if not self.count:
            raise RuntimeError("cannot release un-acquired lock")
        state = self.count, self.owner
        self.count, self.owner = 0, None
        self.block.release()
        return state

    def _acquire_restore(self, state):
        self.block.acquire()
        self.count, self.owner = state

    def _is_owned(self):
        return self.owner == get_ident()

    def _recursion_count(self):
        return self.count if self._is_owned() else 0

    def _at_fork_reinit(self):
        self.__init__()

    def __repr__(self):
        state = "locked" if self.block.locked() else "unlocked"
        return f"<{state} _thread.RLock object owner={self.owner or 0} count={self.count} at {id(self):#x}>"


class SimpleQueue:
    """`queue.SimpleQueue`, whose waiters the clock knows."""

    __slots__ = ("items", "waiters", "__weakref__")
    __module__ = "_queue"

    def __init__(self):
        self.items, self.waiters = collections.deque(), collections.deque()

    def put(self, item, block=True, timeout=None):
        with run_clock.mu:
            self.items.append(item)
            while self.waiters and not run_clock.wake(self.waiters.popleft(), WOKEN):
                pass

    def get(self, block=True, timeout=None):
        if block and timeout is not None and timeout < 0:
            raise ValueError("'timeout' must be a non-negative number")
        clock = run_clock
        with clock.mu:
            until = None if timeout is None else clock.now + round(timeout * NS)
            while not self.items:
                if not block or until is not None and until <= clock.now:
                    raise queue_module.Empty
                waiter = Waiter()
                self.waiters.append(waiter)
                if until is not None:
                    clock.arm(until - clock.now, waiter)
                clock.park(waiter)
            return self.items.popleft()

    def put_nowait(self, item):
        self.put(item)

    def get_nowait(self):
        return self.get(False)

    def empty(self):
        return not self.items

    def qsize(self):
        return len(self.items)

    __class_getitem__ = classmethod(types.GenericAlias)


def check_timeout(blocking, timeout):
    """Refuses what a lock of Python's own refuses."""
    if not blocking and timeout != -1:
        raise ValueError("can't specify a timeout for a non-blocking call")
    if timeout < 0 and timeout != -1:
        raise ValueError("timeout value must be a non-negative number")
    if timeout > longest_wait:
        raise OverflowError("timeout value is too large")


def virtualize_threads(clock):
    """Has the clock count every thread, and know what it waits for."""
    ends = clock.ends

    def starter(start):
        def begin(function, *args, **named):
            end = lock()
            end.acquire()
            thread = getattr(function, "__self__", None)
            if isinstance(thread, threading.Thread):
                ends[thread] = end

            def run(*args, **named):
                with clock.mu:
                    clock.members[get_ident()] = get_native_id()
                try:
                    return function(*args, **named)
                finally:
                    with clock.mu:
                        clock.forget(get_ident())
                        end.release()
                        clock.running -= 1
                        clock.elect()

            with clock.mu:
                clock.running += 1
            try:
                return start(run, *args, **named)
            except BaseException:
                with clock.mu:
                    clock.running -= 1
                raise
        return begin

    def join(self, timeout=None):
        end = ends.get(self)
        if end is not None and self is not threading.current_thread():
            if not end.acquire(True, -1 if timeout is None else max(timeout, 0)):
                return
            end.release()
            if end is clock.main_end:
                return              # the interpreter itself says so only after the last thread has gone
        plain_join(self, timeout)

    join.__doc__, join.__qualname__, join.__module__ = plain_join.__doc__, "Thread.join", "threading"
    if new_thread is not None:
        replace(threading, "_start_new_thread", starter(new_thread))
    if joinable_thread is not None:
        replace(threading, "_start_joinable_thread", starter(joinable_thread))
    replace(thread_module, "start_new_thread", builtin_function_or_method(starter(raw_thread), raw_thread))
    replace(threading.Thread, "join", join)
    clock.main_end = ends[threading.main_thread()] = lock()
    clock.main_end.acquire()
    for name, new in (("Lock", lock), ("_allocate_lock", lock), ("RLock", RLock), ("_CRLock", RLock)):
        replace(threading, name, new)
    replace(queue_module, "SimpleQueue", SimpleQueue)
    notice_children(clock)


def notice_children(clock):
    """Has the clock know of every process that the program starts other than by a fork."""

    def noted(start):
        def begin(*args, **named):
            clock.note_child()
            return start(*args, **named)
        return builtin_function_or_method(begin, start)

    start = noted(process_module.fork_exec)
    replace(process_module, "fork_exec", start)
    replace(subprocess_module, "_fork_exec", start)
    for name in ("posix_spawn", "posix_spawnp"):
        replace(os, name, noted(getattr(os, name)))


def await_threads():
    """Waits for the threads of a program as the interpreter does at its end, but under the program's clock."""
    if run_clock is None:
        return                  # with the real clock the interpreter's own way will do
    run_clock.main_end.release()
    threading._SHUTTING_DOWN = True
    while threading._threading_atexits:
        threading._threading_atexits.pop()()
    for thread in threading.enumerate():
        if not thread.daemon and thread is not threading.current_thread():
            thread.join()


def who_waits():
    """Who waits where, of the tasks of every loop and of the threads: name, file, line, function and code."""
    found = [{"name": name_of_task(task), **place_of_task(task)} for task in tasks_pending()]
    idle, stacks, in_loops = [], sys._current_frames(), loop_threads()
    for thread in threading.enumerate():
        if thread.ident in run_clock.parked and thread.ident not in in_loops:
            waiting = {"name": str(thread.name)[:NAME], **place_in_stack(stacks.get(thread.ident))}
            (found if waiting["file"] else idle).append(waiting)
    if len(idle) > 1 and threading.main_thread().name == idle[0]["name"]:
        del idle[0]         # at its end, the main thread waits for the others
    return (found or idle)[:WAITING_MAX]


def place_in_stack(frame):
    """The innermost line of the program's own files in a stack."""
    while frame is not None and not is_own(frame.f_code):
        frame = frame.f_back
    return place_of_frame(frame)


def place_of_frame(frame):
    if frame is None:
        return {"file": None, "line": None, "function": None, "code": None}
    code, line = frame.f_code, frame.f_lineno
    lines = sources.get(code.co_filename, ())
    text = lines[line - 1].strip() if line and line <= len(lines) else ""
    function = code.co_qualname if hasattr(code, "co_qualname") else code.co_name
    return {
        "file": code.co_filename[:NAME],
        "line": line,
        "function": function.replace("<locals>.", "")[:NAME],
        "code": text[:CODE] or None,
    }


def is_own(code):
    """Whether code is of the program's units, or of a file that stands beside them."""
    file = code.co_filename
    return file in sources or file.startswith(own_folder + "/")


def say_waiting(waiting):
    text = "  " + waiting["name"] + " waits"
    if waiting["file"]:
        text += " at " + waiting["file"] + " line " + str(waiting["line"])
        if waiting["function"] != "<module>":
            text += " in " + waiting["function"]
        if waiting["code"]:
            text += ": " + waiting["code"]
    return text


WAITING_MAX = 32            # how many that wait are told
CODE = 200                  # characters of a line of code
own_folder = "/nowhere"
