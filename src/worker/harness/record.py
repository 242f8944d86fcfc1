"""The record of a run: what a program did, event by event, as lines on the tape that the host reads after its end.

It knows its frames by a mark that hangs on each, keeps texts and numbers alone, and calls nothing of the learner's. From
3.12 on it is told by `sys.monitoring`, on 3.11 by a trace function of `native`: the same course gives the same lines.

Each line is a JSON array. Frames, tasks, threads and pieces of code have numbers from 1; 0 is none. A place is
`[line, column, end line, end column]`, columns in bytes from 0. Changes are names and texts by turns, a text `null`
where the name is bound no more; 0 where nothing changed. What is and happens:

    ["f", code, name, file, line, kind]             a piece of code, before its first call: kind is m(odule), k(lass
                                                    body), f(unction), g(enerator), c(oroutine), a(sync generator)
    ["h", thread, name]                             a thread, before its first call
    ["o", bytes]  ["t", nanoseconds]                from here on so much was written to standard output; the time
    ["c", frame, code, parent, thread, task, ch.]   called, or a generator begun
    ["l", frame, line, changes]                     about to run a line
    ["r", frame, value, changes]                    returned
    ["y", frame, value, changes]                    yielded, and is suspended
    ["w", frame, task, place, changes]              awaits what stands there, and is suspended; a task if it is one,
                                                    -1 where it only gives way
    ["s", frame, value, parent, thread, task]       resumed; with what was sent, or null
    ["i", frame, exception, parent, thread, task]   resumed by an exception that was thrown in
    ["x", frame, exception]                         an exception is raised in it, or came out of what it called
    ["k", frame, line, exception]                   the exception is caught
    ["u", frame, exception]                         the exception leaves it, and it is over
    ["g", frame]                                    suspended, and then dropped
    ["e", frame, place, changes]                    enters a context
    ["z", frame, place, exception]                  leaves a context, with an exception or null
    ["p", frame, place, swallowed]                  whether the context has swallowed the exception
    ["n", task, name, coroutine, frame]             a task is made by a frame
    ["a", task, name]                               it got another name
    ["d", task, how, text]                          a task is done: how is result, exception or cancelled
"""

getframe = sys._getframe
get_ident = threading.get_ident
thread_names = threading._active
make_ref = weakref.ref
add, top_of, UNSET, Mark = native.add, native.top, native.UNSET, native.Mark
changed, changed_in = native.changed, native.changed_in
running_loop, task_in = asyncio._get_running_loop, asyncio.current_task
get_referents = gc.get_referents
monitoring = getattr(sys, "monitoring", None)
CancelledError = asyncio.CancelledError
create_task_code = asyncio.base_events.BaseEventLoop.create_task.__code__
own_tasks = tuple([
    id(getattr(asyncio.base_events.BaseEventLoop, name).__code__)
    for name in ("shutdown_asyncgens", "shutdown_default_executor")
])
task_coroutine, task_is_done, task_was_cancelled = CTask.get_coro, CTask.done, CTask.cancelled
task_exception = CTask.__mro__[1].__dict__.get("_exception", CTask.__dict__.get("_exception"))
task_result = CTask.__mro__[1].__dict__.get("_result", CTask.__dict__.get("_result"))
coroutine_code = types.CoroutineType.__dict__["cr_code"].__get__
GRAIN = 100_000             # nanoseconds: a real clock says something new at each line otherwise
POLLED = 64                 # tasks whose end is looked for at each switch


class Seen(Mark):
    """What is known of a frame."""

    __slots__ = ("number", "info", "texts", "line", "parent", "thread", "task", "error", "cancelled", "thrown",
                 "contexts", "left")

    def __new__(cls, number, info):
        return Mark.__new__(cls, number, info.looked_at)

    def __init__(self, number, info):
        self.number = number
        self.info = info
        self.texts = {}
        self.line = 0 if info.kind == "m" else info.line
        self.parent = None
        self.thread = self.task = 0
        self.error = ""
        self.cancelled = self.thrown = False
        self.left = None
        self.contexts = []


class Recorder:
    """Writes the record of one program."""

    def __init__(self, files):
        self.files = files
        self.infos = {}
        self.frames = 0
        self.said_code = set()
        self.threads = {}
        self.tasks = {}
        self.task_count = 0
        self.written = 0
        self.out = None
        self.time = -1
        self.begin = now_ns()

    # What is told

    def push(self, line):
        """Adds an event, and before it what else has changed."""
        now = (now_ns() - self.begin) // GRAIN
        if now != self.time:
            self.time = now
            line = f'["t",{now * GRAIN}]\n{line}'
        out = self.out
        if out is not None and out.count != self.written:
            self.written = out.count
            line = f'["o",{out.count}]\n{line}'
        add(line)

    def on_call(self, frame):
        info = self.infos.get(id(frame.f_code))
        if info is None or info.hidden:
            return
        self.enter(frame, info)

    def enter(self, frame, info):
        """A frame that is not known yet; gives what is known of it from now on."""
        self.frames = number = self.frames + 1
        seen = Seen(number, info)
        said = ""
        if info.said is not None:
            said, info.said = info.said, None
        said += self.place_in_course(frame, seen)
        frame.f_trace = seen
        if info.marks and monitoring is None:
            frame.f_trace_opcodes = True
        changes = self.changes(frame, seen)
        parent = seen.parent.number if seen.parent is not None else 0
        self.push(f'{said}["c",{number},{info.number},{parent},{seen.thread},{seen.task},{changes}]\n')
        return seen

    def place_in_course(self, frame, seen):
        """Finds the frame that called, the thread and the task; gives what must be said first."""
        back = frame.f_back
        parent = None
        while back is not None:
            parent = back.f_trace
            if type(parent) is Seen:
                break
            parent = None
            back = back.f_back
        seen.parent = parent
        said = ""
        if parent is None:
            ident = get_ident()
            thread = self.threads.get(ident)
            known = thread_names.get(ident)
            if thread is None or thread[1] != id(known):
                number = len(self.threads) + 1
                self.threads[ident] = thread = (number, id(known))
                said = dumps(["h", number, text_name(getattr(known, "_name", None) or "thread")]) + "\n"
            seen.thread = thread[0]
        else:
            seen.thread = parent.thread
        if seen.info.kind in "ca" or parent is not None and parent.task:
            said += self.find_task(seen)
        else:
            seen.task = 0
        return said

    def find_task(self, seen):
        loop = running_loop()
        task = task_in(loop) if loop is not None else None
        if task is None:
            seen.task = 0
            return ""
        seen.task, said = self.task_number(task, seen.parent)
        parent = seen.parent
        if parent is None or parent.task != seen.task:
            said += self.name_again(task) + self.look_for_ends(seen.task)
        return said

    def on_line(self, frame, line):
        seen = frame.f_trace
        if type(seen) is not Seen:
            seen = self.known(frame)
        if seen is None or line in seen.info.folded or line is None:
            return
        again = line == seen.line
        if again and line in seen.info.comprehended:
            return
        changes = self.changes(frame, seen)
        if again and changes == "0":
            return
        seen.line = line
        self.push(f'["l",{seen.number},{line},{changes}]\n')

    def on_return(self, frame, value):
        seen = self.known(frame)
        if seen is None:
            return
        kind = seen.info.kind
        changes = self.changes(frame, seen)
        line = f'["r",{seen.number},{quote(text_of(value))},{changes}]\n'
        parent = seen.parent
        if kind == "c" and seen.task and (parent is None or parent.task != seen.task):
            line += self.ended(seen, "result", text_of(value))
        self.push(line)

    def on_yield(self, frame, value):
        seen = self.known(frame)
        if seen is None:
            return
        kind = seen.info.kind
        changes = self.changes(frame, seen)
        if kind == "a" and class_short_name(type(value)) == "async_generator_wrapped_value":
            value = get_referents(value)[0]
            kind = "g"
        if kind == "g":
            self.push(f'["y",{seen.number},{quote(text_of(value))},{changes}]\n')
        else:
            place = dumps(seen.info.place(frame.f_lasti))
            self.push(f'["w",{seen.number},{self.waiter(value)},{place},{changes}]\n')
        seen.suspended = True

    def waiter(self, value):
        if value is None:
            return -1
        known = self.tasks.get(id(value))
        return known[0] if known is not None and known[1]() is value else 0

    def on_resume(self, frame):
        seen = self.known(frame)
        if seen is None:
            return
        seen.suspended = False
        said = self.place_in_course(frame, seen)
        sent = top_of(frame, len(seen.info.names)) if seen.info.kind != "c" else None
        sent = "null" if sent is None else quote(text_of(sent))
        parent = seen.parent.number if seen.parent is not None else 0
        self.push(f'{said}["s",{seen.number},{sent},{parent},{seen.thread},{seen.task}]\n')

    def on_throw(self, frame):
        seen = frame.f_trace
        if type(seen) is Seen:
            seen.thrown = True

    def on_raise(self, frame, error):
        seen = frame.f_trace
        if type(seen) is not Seen or type(error) is StopIteration and is_end(frame):
            return
        seen.error = text = quote(error_text(error))
        seen.cancelled = has(mro_of(type(error)), CancelledError)
        if seen.thrown:
            seen.thrown = seen.suspended = False
            said = self.place_in_course(frame, seen)
            parent = seen.parent.number if seen.parent is not None else 0
            self.push(f'{said}["i",{seen.number},{text},{parent},{seen.thread},{seen.task}]\n')
        else:
            self.push(f'["x",{seen.number},{text}]\n')

    def on_unwind(self, frame, error):
        seen = frame.f_trace
        if type(seen) is not Seen:
            return
        line = f'["u",{seen.number},{seen.error or quote("")}]\n'
        parent = seen.parent
        if seen.info.kind == "c" and seen.task and (parent is None or parent.task != seen.task):
            how = "cancelled" if seen.cancelled else "exception"
            line += self.ended(seen, how, json.loads(seen.error) if seen.error else "")
        self.push(line)

    def on_instruction(self, frame, offset):
        seen = self.known(frame)
        mark = seen.info.marks.get(offset) if seen is not None else None
        if mark is None:
            return
        what, place = mark
        if what == "e":
            self.push(f'["e",{seen.number},{place},{self.changes(frame, seen)}]\n')
        elif what == "k":
            self.push(f'["k",{seen.number},{place},{seen.error or quote("")}]\n')
        elif what == "E":
            seen.contexts.append(place)
        elif what == "true" or what == "false":
            if seen.left is not None:
                self.push(f'["p",{seen.number},{seen.left},{what}]\n')
        elif seen.contexts:
            # Contexts of a frame are left in turn, so that it is always the innermost.
            seen.left = place = seen.contexts.pop()
            error = "null" if what == "z" else seen.error or quote("")
            self.push(f'["z",{seen.number},{place},{error}]\n')

    def known(self, frame):
        """What is known of a frame; of one that began unseen, what can be found now."""
        seen = frame.f_trace
        if type(seen) is Seen:
            return seen
        info = self.infos.get(id(frame.f_code))
        return None if info is None or info.hidden else self.enter(frame, info)

    def changes(self, frame, seen):
        """The names whose texts have changed, written down."""
        info, texts = seen.info, seen.texts
        names = info.names
        if info.kind in "mk":
            found = changed_in(frame.f_globals if info.kind == "m" else frame.f_locals, seen)
            names = None
        else:
            found = changed(frame, seen, info.cells)
            if found is None:
                space = frame.f_locals
                found = [item for pair in enumerate([space.get(name, UNSET) for name in names]) for item in pair]
        if not found:
            return "0"
        said = None
        items = iter(found)
        for name in items:
            value = next(items)
            if names is not None:
                name = names[name]
            text = None if value is UNSET else text_of(value)
            if texts.get(name) != text:
                texts[name] = text
                change = quote(speakable(name)) + "," + ("null" if text is None else quote(text))
                said = change if said is None else said + "," + change
        return "0" if said is None else "[" + said + "]"

    # Tasks

    def on_task(self, task):
        """A task was made; the loop's own are no part of the course."""
        back = getframe(1)
        while back is not None and type(back.f_trace) is not Seen:
            back = back.f_back
        said = self.task_number(task, back.f_trace if back is not None else None)[1]
        if said:
            self.push(said)

    def task_number(self, task, parent):
        known = self.tasks.get(id(task))
        if known is not None and known[1]() is task:
            return known[0], ""
        mro = mro_of(type(task))
        if not has(mro, CTask):
            return 0, ""
        coroutine = task_coroutine(task)
        code = coroutine_code(coroutine) if type(coroutine) is types.CoroutineType else None
        if id(code) in own_tasks:
            return 0, ""
        self.task_count = number = self.task_count + 1
        name = text_name(task_name(task))
        self.tasks[id(task)] = (number, make_ref(task), id(code), name)
        called = code.co_qualname if code is not None else class_short_name(type(coroutine))
        frame = parent.number if parent is not None else 0
        return number, dumps(["n", number, name, called, frame]) + "\n"

    def name_again(self, task):
        """Before 3.12 a task has its name only after it was made."""
        known, name = self.tasks.get(id(task)), text_name(task_name(task))
        if known is None or known[3] == name:
            return ""
        self.tasks[id(task)] = (*known[:3], name)
        return dumps(["a", known[0], name]) + "\n"

    def ended(self, seen, how, text):
        """What there is to say where the coroutine of a task itself has ended."""
        for key, (number, _, code, _) in self.tasks.items():
            if number == seen.task:
                if code != id(seen.info.code):
                    return ""
                del self.tasks[key]
                return dumps(["d", number, how, text]) + "\n"
        return ""

    def look_for_ends(self, current):
        """Tasks that have ended without a frame of the learner's that could say so."""
        said = ""
        for key, (number, ref, _, _) in list(islice(self.tasks.items(), POLLED)):
            task = ref()
            if task is None:
                del self.tasks[key]
            elif number != current and task_is_done(task):
                said += self.name_again(task)
                del self.tasks[key]
                said += dumps(["d", number, *self.how_ended(task)]) + "\n"
        return said

    def how_ended(self, task):
        if task_was_cancelled(task):
            return "cancelled", ""
        error = task_exception.__get__(task)
        if error is not None:
            return "exception", error_text(error)
        return "result", text_of(task_result.__get__(task))

    # Being told

    def watch(self, code, file, tree):
        """Has what a unit's code does told from now on."""
        layout = Layout(tree)
        pending = [code]
        for each in pending:
            info = self.infos[id(each)] = Info(len(self.infos) + 1, each, file, layout)
            pending.extend([const for const in each.co_consts if type(const) is types.CodeType])
            if monitoring is not None:
                events = monitoring.events
                wanted = events.PY_START | events.PY_RESUME | events.LINE | events.PY_RETURN | events.PY_YIELD
                if info.marks:
                    wanted |= events.INSTRUCTION
                monitoring.set_local_events(self.tool, each, wanted)

    def listen(self):
        """Begins to be told."""
        if monitoring is None:
            native.listen(self.files, [create_task_code], (
                self.trace_call,
                lambda frame, argument: self.on_raise(frame, argument[1]),
                lambda frame, _: self.on_line(frame, frame.f_lineno),
                self.trace_return,
                self.on_unwind,
                lambda frame, _: self.on_instruction(frame, frame.f_lasti),
                lambda _, task: self.on_task(task),
            ))
            threading.settrace(self.begin_thread)
            return
        guard, events = native.guard, monitoring.events
        self.tool = tool = next(number for number in (4, 3, 2, 1, 0) if monitoring.get_tool(number) is None)
        monitoring.use_tool_id(tool, "pykata")
        tells = {
            events.PY_START: lambda code, offset: self.on_call(getframe(1)),
            events.PY_RESUME: lambda code, offset: self.on_resume(getframe(1)),
            events.LINE: lambda code, line: self.on_line(getframe(1), line),
            events.PY_RETURN: self.monitor_return,
            events.PY_YIELD: lambda code, offset, value: self.on_yield(getframe(1), value),
            events.INSTRUCTION: lambda code, offset: self.on_instruction(getframe(1), offset),
            events.PY_THROW: lambda code, offset, error: self.on_throw(getframe(1)) if id(code) in self.infos else None,
            events.RAISE: lambda code, offset, error: (
                self.on_raise(getframe(1), error) if id(code) in self.infos else None),
            events.PY_UNWIND: lambda code, offset, error: (
                self.on_unwind(getframe(1), error) if id(code) in self.infos else None),
        }
        for event, tell in tells.items():
            monitoring.register_callback(tool, event, guard(tell))
        monitoring.set_local_events(tool, create_task_code, events.PY_RETURN)
        monitoring.set_events(tool, events.PY_THROW | events.RAISE | events.PY_UNWIND)

    def monitor_return(self, code, offset, value):
        if code is create_task_code:
            self.on_task(value)
        else:
            self.on_return(getframe(1), value)

    def trace_call(self, frame, _):
        """3.11 says of a call, a resumption and a throw that they are calls. What is thrown into a generator that has not
        begun ends it, and nothing of it runs."""
        if type(frame.f_trace) is not Seen:
            if frame.f_code.co_code[frame.f_lasti] == RESUME:
                self.on_call(frame)
        elif frame.f_code.co_code[frame.f_lasti] == RESUME:
            self.on_resume(frame)
        else:
            self.on_throw(frame)

    def trace_return(self, frame, value):
        """3.11 says of a return and of a yield that they are returns."""
        if frame.f_code.co_code[frame.f_lasti] == YIELD_VALUE:
            self.on_yield(frame, value)
        else:
            self.on_return(frame, value)

    def begin_thread(self, frame, event, argument):
        """Takes the place of Python's own tracer in a new thread."""
        native.listen_here()

    def end(self):
        """No more is told."""
        native.stop()
        if monitoring is None:
            threading.settrace(None)
        else:
            monitoring.set_events(self.tool, 0)
            monitoring.free_tool_id(self.tool)


def is_end(frame):
    """Whether a `StopIteration` is no more than the end of a loop, or of what is awaited."""
    return frame.f_code.co_code[frame.f_lasti] in ENDS


def text_name(name):
    return speakable(str.__str__(name)[:NAME]) if has(mro_of(type(name)), str) else "?"


def begin_record(spec):
    """A recorder, where a record is wanted and there is something to write it to."""
    wanted = spec.get("record")
    if wanted is None or not native.start(wanted["events"], wanted["bytes"]):
        return None
    recorder = Recorder([unit["file"] for unit in spec["units"]])
    os.register_at_fork(after_in_child=native.stop)
    recorder.listen()
    return recorder
