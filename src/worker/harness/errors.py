"""Exceptions as data, bounded, with the harness's own frames taken out."""

traceback_of = BaseException.__dict__["__traceback__"]
cause_of = BaseException.__dict__["__cause__"].__get__
context_of = BaseException.__dict__["__context__"].__get__
context_hidden = BaseException.__dict__["__suppress_context__"].__get__
members_of = BaseExceptionGroup.__dict__["exceptions"].__get__
bare_modules = ("builtins", "__main__")
sources = {}


def shown_name(kind):
    """A class as a traceback names it."""
    name = class_name(kind)
    for module in bare_modules:
        if name.startswith(module + "."):
            return name[len(module) + 1:]
    return name


def cut_traceback(error):
    """Takes our own frames out of a traceback, and the middle of one that is too long: a runaway recursion has
    hundreds of thousands of entries, and everything that reads tracebacks goes through them all."""
    entry = beyond_harness(traceback_of.__get__(error))
    traceback_of.__set__(error, entry)
    count, last, tail = 0, None, collections.deque(maxlen=FRAMES)
    while entry is not None:
        count, before = count + 1, entry
        if count == FRAMES:
            last = entry
        elif count > FRAMES:
            tail.append(entry)
        following = entry.tb_next
        entry = beyond_harness(following)
        if entry is not following:
            before.tb_next = entry
    if count > 2 * FRAMES:
        last.tb_next = tail[0]


def beyond_harness(entry):
    """The first entry of a traceback that is not our own."""
    while entry is not None and entry.tb_frame.f_code.co_filename == HARNESS:
        entry = entry.tb_next
    return entry


def related(error, depth, budget):
    """Cause, shown context and members of an exception: those that are followed."""
    cause = cause_of(error)
    context = None if cause is not None or context_hidden(error) else context_of(error)
    members = members_of(error) if has(mro_of(type(error)), BaseExceptionGroup) else ()
    if depth >= CHAIN:
        return None, None, ()
    take = lambda each: each if each is not None and budget.grant() else None
    return take(cause), take(context), [each for each in members if budget.grant()]


class Budget:
    def __init__(self, count):
        self.count = count

    def grant(self):
        self.count -= 1
        return self.count >= 0


def cut_all(error, depth, budget):
    cut_traceback(error)
    cause, context, members = related(error, depth, budget)
    for each in (cause, context, *members):
        if each is not None:
            cut_all(each, depth + 1, budget)


def describe(error, view, depth, budget):
    """An exception as plain data; `view` is what the traceback module made of it, if it did."""
    kind = type(error)
    mro = mro_of(kind)
    cause, context, members = related(error, depth, budget)
    views = getattr(view, "exceptions", None) or ()
    inner = lambda each, its_view: None if each is None else describe(each, its_view, depth + 1, budget)
    return {
        "type": shown_name(kind)[:NAME],
        "bases": [shown_name(base)[:NAME] for base in mro[:64]],
        "message": message(error, view)[:MESSAGE],
        "frames": frames(error),
        "traceback": printed(view, kind),
        "cause": inner(cause, getattr(view, "__cause__", None)),
        "context": inner(context, getattr(view, "__context__", None)),
        "group": [inner(*pair) for pair in zip(members, chain(views, repeat(None)))],
    }


def message(error, view):
    """`str()` of an exception; the traceback module has called it already, and once is enough."""
    text = getattr(view, "_str", None)
    if type(text) is str:
        return text
    try:
        return str.__str__(str(error))
    except BaseException:
        return "<exception str() failed>"


def printed(view, kind):
    """The traceback as Python prints it, bounded."""
    pieces, length = [], 0
    try:
        for piece in format_traceback(view):
            pieces.append(piece[:TRACEBACK])
            length += len(piece)
            if length > TRACEBACK:
                pieces.append("\n[the rest is left out]\n")
                break
    except BaseException:
        pieces.append(shown_name(kind) + "\n")
    return "".join(pieces)


def frames(error):
    found = []
    entry = traceback_of.__get__(error)
    while entry is not None and len(found) < 2 * FRAMES:
        found.append(frame(entry))
        entry = entry.tb_next
    if has(mro_of(type(error)), SyntaxError):
        place = syntax_place(error)
        if place is not None:
            found.append(place)
    return found


def frame(entry):
    code = entry.tb_frame.f_code
    line, end_line, start, end = next(islice(code.co_positions(), entry.tb_lasti // 2, None), (None,) * 4)
    known = line == entry.tb_lineno and start is not None
    return {
        "file": code.co_filename[:NAME],
        "line": max(entry.tb_lineno or 0, 0),
        "column": column(code.co_filename, line, start) if known else None,
        "end_column": column(code.co_filename, line, end) if known and end is not None and end_line == line else None,
        "function": code.co_name[:NAME],
    }


def column(file, line, offset):
    """The column, from 1, of a place that Python gives in bytes from 0."""
    lines = sources.get(file)
    if lines is None or line > len(lines):
        return offset + 1
    return len(lines[line - 1].encode("utf-8", "replace")[:offset].decode("utf-8", "replace")) + 1


def syntax_place(error):
    """Where a syntax error lies; programs can make them with attributes of any kind."""
    read_field = lambda name: SyntaxError.__dict__[name].__get__(error)
    file, line, start, end = map(read_field, ("filename", "lineno", "offset", "end_offset"))
    if type(file) is not str or type(line) is not int or line < 1 or line >= 1 << 32:
        return None
    place = lambda number: number if type(number) is int and 0 < number < 1 << 32 else None
    same_line = read_field("end_lineno") == line if type(read_field("end_lineno")) is int else False
    return {
        "file": file[:NAME],
        "line": line,
        "column": place(start),
        "end_column": place(end) if same_line else None,
        "function": "<module>",
    }


def describe_error(error):
    """An exception as JSON; never fails, if need be by saying less."""
    try:
        cut_all(error, 0, Budget(RELATED))
        try:
            view = TracebackException(type(error), error, traceback_of.__get__(error), compact=True)
        except BaseException:
            view = None
        text = dumps(describe(error, view, 0, Budget(RELATED)))
        return text if len(text) < ERROR_TEXT else dumps(describe(error, view, 0, Budget(0)))
    except BaseException:
        name = shown_name(type(error))[:NAME]
        bare = {"type": name, "bases": [name], "message": "", "frames": [], "traceback": name + "\n"}
        return dumps({**bare, "cause": None, "context": None, "group": []})


def shortage(error, compiling):
    """Which limit is behind an exception, if one is."""
    mro = mro_of(type(error))
    args = args_of(error)
    first = args[0] if args else None
    number = first if type(first) is int and has(mro, OSError) else None
    if has(mro, MemoryError) and not args and not compiling and not from_parser(error) or number == ENOMEM:
        return "memory"
    if type(first) is str and first == "can't start new thread" or number == EAGAIN and starts_processes(error):
        return "tasks"
    return None


def innermost(error):
    entry = found = beyond_harness(traceback_of.__get__(error))
    while entry is not None:
        found, entry = entry, beyond_harness(entry.tb_next)
    return found


def from_parser(error):
    """Whether the parser gave up on nesting, for which it says `MemoryError` too."""
    entry = innermost(error)
    return entry is not None and entry.tb_frame.f_code.co_filename.endswith("ast.py")


def starts_processes(error):
    """Whether the call that failed for want of a resource was one that makes a process."""
    entry = innermost(error)
    names = entry.tb_frame.f_code.co_names if entry is not None else ()
    return any([name in STARTERS for name in names])


STARTERS = frozenset({"fork", "forkpty", "fork_exec", "_fork_exec", "posix_spawn", "posix_spawnp"})
