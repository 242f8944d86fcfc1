"""Exceptions as data, bounded, with the harness's own frames taken out."""

traceback_of = BaseException.__dict__["__traceback__"]
cause_of = BaseException.__dict__["__cause__"].__get__
context_of = BaseException.__dict__["__context__"].__get__
context_hidden = BaseException.__dict__["__suppress_context__"].__get__
members_of = BaseExceptionGroup.__dict__["exceptions"].__get__
bare_modules = ("builtins", "__main__")
sources = {}


def shown_name(kind):
    """A class as a traceback names it; with its module where the program's own has the name of one of Python's."""
    name = class_name(kind)
    if name.startswith("__main__.") and name[9:] in python_classes:
        return name
    for module in bare_modules:
        if name.startswith(module + "."):
            return name[len(module) + 1:]
    return name


def cut_traceback(error):
    """Takes our own frames out of a traceback, and the middle of one that is too long: a runaway recursion has
    hundreds of thousands of entries, and everything that reads tracebacks goes through them all. Returns how many it
    took out of the middle, and whether they repeat the one before them."""
    entry = beyond_harness(traceback_of.__get__(error))
    traceback_of.__set__(error, entry)
    count, dropped, same, last, tail = 0, 0, True, None, collections.deque()
    while entry is not None:
        count, before = count + 1, entry
        if count == FRAMES:
            last = entry
        elif count > FRAMES:
            tail.append(entry)
            if len(tail) > FRAMES:
                gone = tail.popleft()
                dropped += 1
                same = same and gone.tb_lasti == last.tb_lasti and gone.tb_frame.f_code is last.tb_frame.f_code
        following = beyond_harness(entry.tb_next)
        if following is not entry.tb_next:
            entry.tb_next = following
        entry = following
    if dropped:
        last.tb_next = tail[0]
    return dropped, same


def beyond_harness(entry):
    while entry is not None and entry.tb_frame.f_code.co_filename == HARNESS:
        entry = entry.tb_next
    return entry


class Gap:
    """Stands in a printed stack for frames that were taken out of it."""
    filename = lineno = name = None

    def __init__(self, count):
        self.text = f"  [... {count} frames left out ...]\n"


class Stack(traceback.StackSummary):
    def format_frame_summary(self, summary, **options):
        return summary.text if type(summary) is Gap else format_frame(self, summary, **options)


format_frame = traceback.StackSummary.format_frame_summary


def mark_gap(view, dropped, same):
    """Has a printed stack tell what was taken out of it: repeated frames as Python counts them, others by a line."""
    stack = getattr(view, "stack", None)
    if not dropped or stack is None or len(stack) <= FRAMES:
        return
    if same and dropped <= REPEATED:
        stack[FRAMES:FRAMES] = [stack[FRAMES - 1]] * dropped
    else:
        stack[FRAMES:FRAMES] = [Gap(dropped)]
        stack.__class__ = Stack


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
    """Cuts the tracebacks of an exception and of all that are followed from it; returns what was cut, in that order."""
    cuts = [cut_traceback(error)]
    cause, context, members = related(error, depth, budget)
    for each in (cause, context, *members):
        if each is not None:
            cuts.extend(cut_all(each, depth + 1, budget))
    return cuts


def complete(error, view, depth, budget, cuts):
    """Adds to what the traceback module made of exceptions what it leaves out."""
    mark_gap(view, *next(cuts))
    if sys_version < (3, 12):
        suggest(error, view)
    cause, context, members = related(error, depth, budget)
    views = [getattr(view, "__cause__", None), getattr(view, "__context__", None)]
    views.extend(getattr(view, "exceptions", None) or ())
    for each, its_view in zip((cause, context, *members), chain(views, repeat(None))):
        if each is not None:
            complete(each, its_view, depth + 1, budget, cuts)


def suggest(error, view):
    """Adds "Did you mean", which before Python 3.12 only the interpreter's own printer says."""
    kind = next((kind for kind in (NameError, AttributeError) if type(error) is kind), None)
    text = getattr(view, "_str", None)
    if kind is None or type(text) is not str:
        return
    alone = kind(*args_of(error))
    for name in ("name", "obj") if kind is AttributeError else ("name",):
        setattr(alone, name, getattr(error, name))
    before, sys.stderr = sys.stderr, StringIO()
    try:
        default_hook(kind, alone, traceback_of.__get__(error))
        said = sys.stderr.getvalue().rstrip("\n")
    finally:
        sys.stderr = before
    head, found, name = said.rpartition(SUGGESTION)
    if found and head.endswith(text):
        view._str = text + found + name


SUGGESTION = ". Did you mean: "


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
    args = args_of(error)
    if type(error) in SUGGESTING and len(args) == 1 and type(args[0]) is str:
        return args[0]          # without what the traceback suggests
    text = getattr(view, "_str", None)
    if type(text) is str:
        return text
    try:
        return str.__str__(str(error))
    except BaseException:
        return "<exception str() failed>"


SUGGESTING = frozenset({NameError, AttributeError, ImportError, ModuleNotFoundError})


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


def describe_error(error, cuts=None):
    """An exception as JSON; never fails, if need be by saying less. `cuts` is what was cut from it already."""
    try:
        cuts = cuts or cut_all(error, 0, Budget(RELATED))
        try:
            view = TracebackException(type(error), error, traceback_of.__get__(error), compact=True)
            complete(error, view, 0, Budget(RELATED), iter(cuts))
        except BaseException:
            view = None
        text = dumps(describe(error, view, 0, Budget(RELATED)))
        return text if len(text) < ERROR_TEXT else dumps(describe(error, view, 0, Budget(0)))
    except BaseException:
        name = shown_name(type(error))[:NAME]
        bare = {"type": name, "bases": [name], "message": "", "frames": [], "traceback": name + "\n"}
        return dumps({**bare, "cause": None, "context": None, "group": []})


def cut_once(error):
    try:
        return cut_all(error, 0, Budget(RELATED))
    except BaseException:
        return None


def describe_before_its_text(error):
    """What can be told of an exception without calling any code of its class, as JSON; nothing where it has none."""
    try:
        if speaks_for_itself(error):
            return None
        head = "Traceback (most recent call last):\n"
        kind = shown_name(type(error))[:NAME]
        stack = "".join(format_stack(traceback_of.__get__(error)))[:TRACEBACK]
        bases = [shown_name(base)[:NAME] for base in mro_of(type(error))[:64]]
        told = {"type": kind, "bases": bases, "message": "", "frames": frames(error)}
        return dumps({**told, "traceback": head + stack + kind + "\n", "cause": None, "context": None, "group": []})
    except BaseException:
        return None


def speaks_for_itself(error):
    """Whether the text of an exception comes from Python's own code alone."""
    cause, context, members = related(error, 0, Budget(2))
    if cause is not None or context is not None or members:
        return False
    own = [kind for kind in mro_of(type(error)) if flags_of(kind) & HEAP_TYPE]
    overrides = any(["__str__" in dict_of_class(kind) or "__repr__" in dict_of_class(kind) for kind in own])
    return not overrides and all([type(each) in PLAIN for each in args_of(error)])


PLAIN = frozenset({str, int, float, bool, bytes, type(None)})


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
