"""Calls: how an expression of a check is evaluated, and what is measured of it where the host asks for that.

A program that is not measured pays for none of it. What is measured is told as it is; it may not know what a check expects.
"""

AWAITS = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
MOST_WARNINGS = 32
run_async, Coroutine, any_names = asyncio.run, types.CoroutineType, type({}.keys())
trace_memory, traced_memory, forget_peak = tracemalloc.start, tracemalloc.get_traced_memory, tracemalloc.reset_peak
collect = gc.collect


def ours(text):
    """Code of our own, which is evaluated like the program's, so that no frame of ours stands below its frames."""
    return compile(text, HARNESS, "eval", dont_inherit=True)


RUN, CALL, ITER, NEXT = ours("run(it)"), ours("make(source)"), ours("iter(it)"), ours("next(it)")


def evaluate(expression, namespace, begin=None):
    """Evaluates an expression: its value, and the exception in its place. A coroutine is awaited, in a loop of its own.

    What it takes to read the expression is no part of what is measured: `begin` is called after that."""
    try:
        code, error = compile(expression, CHECK, "eval", AWAITS, dont_inherit=True), None
    except BaseException as unread:
        code, error = None, unread
    if begin is not None:
        begin()
    if error is not None:
        return None, error
    value, error = yield code, namespace
    if type(value) is Coroutine:
        value, error = yield RUN, {"run": run_async, "it": value}
    return value, error


class TooManyItems(BaseException):
    """Ends a program that draws from a source without end. Not an `Exception`: it is not for the program to catch."""

    __module__ = "builtins"


def counting_source(items, most):
    """An iterator, also an asynchronous one, over items, and what tells how many were drawn."""
    drawn = 0

    class Source:
        __slots__ = ()
        __module__ = "builtins"
        __qualname__ = "source"

        def __iter__(self):
            return self

        def __next__(self):
            nonlocal drawn
            item = next(items)
            drawn += 1
            if drawn > most:
                raise TooManyItems("the source was drawn from without end")
            return item

        def __aiter__(self):
            return self

        async def __anext__(self):
            try:
                return self.__next__()
            except StopIteration:
                raise StopAsyncIteration from None

    return Source(), lambda: drawn


class Gauge:
    """Measures one call, or the whole of a program up to it."""

    def __init__(self, spec):
        self.whole, self.kind = spec["whole"], spec["what"]
        self.warnings, self.draws, self.over, self.same, self.tests = [], None, False, None, None
        self.began, self.base = 0, 0
        if self.kind == "memory":
            trace_memory()
        elif self.kind == "warnings":
            self.record_warnings()

    def record_warnings(self):
        """Every warning counts, whatever the filters say of repetitions; those that a program catches itself do not."""
        plain = warnings._showwarnmsg_impl

        def _showwarnmsg_impl(message):
            self.note_warning(message)
            plain(message)

        warnings._showwarnmsg_impl = _showwarnmsg_impl
        warnings.simplefilter("always")

    def note_warning(self, shown):
        if len(self.warnings) >= MOST_WARNINGS:
            return
        warning = shown.message
        mro, args = mro_of(type(warning)), args_of(warning)
        text = str.__str__(args[0]) if args and has(mro_of(type(args[0])), str) else ""
        line = shown.lineno if type(shown.lineno) is int else None
        file = shown.filename if type(shown.filename) is str else ""
        classes = [class_name(kind).removeprefix("builtins.")[:NAME] for kind in mro if kind is not object]
        self.warnings.append({"bases": classes, "message": text[:MESSAGE], "file": file[:NAME], "line": line})

    def begin(self):
        """What was before is not counted, unless the whole program is."""
        if self.whole:
            return
        self.began = now_ns()
        figures.begin()
        self.warnings.clear()
        if self.kind == "memory":
            collect()
            forget_peak()
            self.base = traced_memory()[0]

    def evaluate(self, expression, namespace):
        """Evaluates a call; what else is asked with it stands behind it, after signs that no Python has."""
        expression, *asked = expression.split("\0")
        show_source(CHECK, expression)
        if self.kind == "draws":
            self.begin()
            answer = yield from self.draw(expression, namespace, *asked)
        elif self.kind == "tests":
            self.begin()
            answer = yield from self.run_tests(namespace)
        else:
            answer = yield from evaluate(expression, namespace, self.begin)
        self.end()
        if self.kind == "same" and answer[1] is not None:
            other, error = yield from evaluate(asked[0], namespace)
            self.same = other is answer[1] if error is None else None
        return answer

    def end(self):
        self.took = now_ns() - self.began
        self.peak = traced_memory()[1] - self.base if self.kind == "memory" and tracemalloc.is_tracing() else None
        if self.kind in ("warnings", "course"):
            collect()       # coroutines that nobody awaits say so when they go
        figures.note_left(tasks_pending())

    def draw(self, expression, namespace, items, take, most):
        """Takes items one by one from what an expression over `source` gives, and notes how many were drawn each time."""
        items, error = yield from evaluate("iter(" + items + ")", namespace)
        if error is not None:
            return None, error
        take = int(take)
        source, drawn = counting_source(items, int(most))
        taken, self.draws = [], []
        make, error = yield from evaluate("lambda source: (\n" + expression + "\n)", namespace)
        if error is None:
            it, error = yield CALL, {"make": make, "source": source}
        if error is None:
            self.draws.append(drawn())
            if hasattr(type(it), "__anext__"):
                _, error = yield RUN, {"run": run_async, "it": self.take_async(it, take, drawn, taken)}
            else:
                it, error = yield ITER, {"iter": iter, "it": it}
                while error is None and len(taken) < take:
                    item, error = yield NEXT, {"next": next, "it": it}
                    self.note_taken(item, error, drawn(), taken)
        if error is not None and has(mro_of(type(error)), TooManyItems):
            self.over = True
            self.draws.append(drawn())
        if error is not None and has(mro_of(type(error)), StopIteration):
            error = None
        return taken, error

    def note_taken(self, item, error, drawn, taken):
        if error is None:
            taken.append(item)
            self.draws.append(drawn)

    async def take_async(self, it, most, drawn, taken):
        while len(taken) < most:
            try:
                item = await type(it).__anext__(it)
            except StopAsyncIteration:
                return
            self.note_taken(item, None, drawn(), taken)

    def run_tests(self, namespace):
        """Calls each function whose name begins with `test`, in order, up to the first that raises."""
        self.tests = []
        for name, test in list(namespace.items()):
            if type(name) is str and name.startswith("test") and type(test) is types.FunctionType:
                self.tests.append(name[:NAME])
                _, error = yield from evaluate(name + "()", namespace)
                if error is not None:
                    return None, error
        return None, None

    def told(self):
        return dumps({
            "took_ns": None if run_clock is None else self.took,
            "tasks": figures.told(),
            "peak": self.peak,
            "warnings": self.warnings,
            "draws": self.draws,
            "over": self.over,
            "same": self.same,
            "tests": self.tests,
        })
