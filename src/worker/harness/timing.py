"""The functions of `time` that a program under virtual time calls, and the start of a program's clock."""

import queue, subprocess, timeit    # they hold clocks under names of their own


def to_nanoseconds(seconds):
    """What `time.sleep` was given, refused as `time.sleep` refuses it."""
    if not isinstance(seconds, float):
        seconds = to_index(seconds)
    elif seconds != seconds:
        raise ValueError("Invalid value NaN (not a number)")
    if seconds < 0:
        raise ValueError("sleep length must be non-negative")
    if seconds > threading.TIMEOUT_MAX:
        raise OverflowError("timestamp out of range for platform time_t")
    return round(seconds * NS)


class builtin_function_or_method:
    """A function that stands for one of the interpreter's own, and looks like it."""

    __slots__ = ("call", "original")

    def __init__(self, call, original):
        self.call, self.original = call, original

    def __call__(self, *args, **named):
        return self.call(*args, **named)

    def __repr__(self):
        return repr(self.original)

    def __reduce__(self):
        return self.original.__name__

    def __getattr__(self, name):
        return getattr(self.original, name)

    __doc__ = property(lambda self: self.original.__doc__)
    __module__ = property(lambda self: self.original.__module__)


def aliases_of(originals):
    """Where modules hold the functions under names of their own, as `threading._time`; sought once, in the zygote."""
    return [
        (module.__dict__, name, key)
        for module in list(sys.modules.values())
        for name, value in list(getattr(module, "__dict__", {}).items())
        for key, original in originals.items()
        if value is original
    ]


TIME_NAMES = ("sleep", "time", "time_ns", "monotonic", "monotonic_ns", "perf_counter", "perf_counter_ns")
TIME_ALIASES = aliases_of({name: getattr(time, name) for name in TIME_NAMES})
replaced = []                   # what was put in the place of something else: where, by which name, and what was there


def replace(holder, name, new):
    """Puts something in the place of what a module, a class or a namespace has by a name."""
    put = holder.__setitem__ if type(holder) is dict else partial(setattr, holder)
    replaced.append((put, name, holder[name] if type(holder) is dict else holder.__dict__[name]))
    put(name, new)


def put_back():
    """Puts everything back that was replaced."""
    while replaced:
        put, name, old = replaced.pop()
        put(name, old)


def hide_harness():
    """Leaves our own functions out of the tracebacks that a program prints by itself."""
    walk, hook = traceback._walk_tb_with_full_positions, threading.excepthook

    def _walk_tb_with_full_positions(entry):
        return (item for item in walk(entry) if item[0].f_code.co_filename != HARNESS)

    def excepthook(args, /):
        if args.exc_value is not None:
            cut_traceback(args.exc_value)
            args = threading.ExceptHookArgs((*args[:2], traceback_of.__get__(args.exc_value), args[3]))
        hook(args)

    replace(traceback, "_walk_tb_with_full_positions", _walk_tb_with_full_positions)
    replace(threading, "excepthook", excepthook)
    replace(threading, "__excepthook__", excepthook)


HERE = globals()
run_clock = None                # the virtual clock of this program
run_began = 0


def now_ns():
    """Nanoseconds on the program's clock since its start."""
    return real_monotonic_ns() - run_began if run_clock is None else run_clock.now


def hold_clock(held):
    """Has nothing happen while the program waits for the host."""
    if run_clock is not None:
        run_clock.held = held


def standstill_of_program():
    """That the program came to a standstill, and who waits for what, as JSON; nothing where it did not."""
    stop = None if run_clock is None else run_clock.stop
    if stop is None:
        return None
    why, waiting = quote(type(stop).__name__.lower()), dumps(run_clock.waiting)
    return '{"why":' + why + ',"exception":' + describe_error(stop) + ',"waiting":' + waiting + "}"


def prepare_clock():
    """Puts virtual time in the place of the real one, in the zygote: that takes longer than many a program."""
    global run_clock
    run_clock = clock = Clock()
    start = MONOTONIC_START * NS
    counter_ns = lambda now, work: now + work * NS // QUANTUM
    calls = {
        "sleep": lambda seconds, /: clock.sleep(seconds),
        "time": lambda: (clock.epoch + clock.read()) / NS,
        "time_ns": lambda: clock.epoch + clock.read(),
        "monotonic": lambda: (start + clock.read()) / NS,
        "monotonic_ns": lambda: start + clock.read(),
        "perf_counter": lambda: (lambda now, work: now / NS + work / QUANTUM)(*clock.perf_counter()),
        "perf_counter_ns": lambda: counter_ns(*clock.perf_counter()),
    }
    new = {name: builtin_function_or_method(call, getattr(time, name)) for name, call in calls.items()}
    for namespace, name, key in TIME_ALIASES:
        if namespace is not HERE:
            replace(namespace, name, new[key])
    virtualize_threads(clock)
    virtualize_loops(clock)
    hide_harness()


def start_clock(virtual):
    """Gives the program its clock. With the real one nothing is replaced."""
    global run_clock, run_began
    run_began = real_monotonic_ns()
    if virtual:
        run_clock.begin()
    else:
        run_clock = None
        put_back()
