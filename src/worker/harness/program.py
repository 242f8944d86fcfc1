"""A learner's program from its first request to its end."""

class Program:
    """A learner's program: its module, its streams, and how it ended."""

    def __init__(self, spec, scratch):
        global own_folder
        os.environ["HOME"] = os.environ["TMPDIR"] = scratch
        self.units = spec["units"]
        own = [unit["file"] for unit in self.units if unit["author"] == "learner"]
        self.file = (own or [unit["file"] for unit in self.units] or ["main.py"])[-1]
        write_files(spec["files"])
        write_files([{"name": unit["file"], "text": unit["text"]} for unit in self.units if unit["file"] == self.file])
        self.stdout, self.stderr = open_streams(spec["stdin"])
        self.module = types.ModuleType("__main__")
        self.namespace = self.module.__dict__
        self.namespace.update(__file__=self.file, __builtins__=builtins)
        sys.modules["__main__"] = self.module
        sys.argv[:] = [self.file]
        sys.path.insert(0, scratch)
        self.process = getpid()
        self.code = 0
        self.told_stuck = False
        own_folder = scratch
        start_clock(spec["clock"] == "virtual")
        count_tasks()

    def run_units(self):
        """Runs them, and says how they ended, as JSON."""
        for unit in self.units:
            compiling = True
            try:
                code = compile_unit(unit)
                compiling = False
                exec(code, self.namespace)
            except BaseException as error:
                self.settle()
                return self.stuck() or self.ended_by(error, compiling)
        self.settle()
        return self.stuck() or '{"finished":"normal"}'

    def stuck(self):
        """That the program came to a standstill, whatever it made of being told, as JSON; nothing where it did not."""
        stop = standstill_of_program()
        if stop is None:
            return None
        self.code, self.told_stuck = 1, True
        return '{"finished":{"stuck":' + stop + "}}"

    def settle(self):
        """Takes back what a program may have changed under our feet."""
        if getrecursionlimit() < original_limit:
            setrecursionlimit(original_limit)
        settrace(None)
        setprofile(None)

    def ended_by(self, error, compiling):
        if has(mro_of(type(error)), SystemExit):
            self.code = exit_code(error)
            return '{"finished":' + ('{"exit":' + dumps(self.code) + "}" if self.code else '"normal"') + "}"
        self.code = 1
        make_room()
        limit = shortage(error, compiling)
        said = describe_error(error)
        self.call_hook(error)
        return '{"finished":{"raised":{"exception":' + said + ',"limit":' + dumps(limit) + "}}}"

    def call_hook(self, error):
        """A hook of the learner's own sees the exception; the default one would only repeat what the report says. A
        forked child has no report, so that there the default one speaks."""
        hook = getattr(sys, "excepthook", None)
        if hook is None or hook is default_hook and getpid() == self.process:
            return
        try:
            hook(type(error), error, traceback_of.__get__(error))
        except BaseException:
            pass

    def answer(self, expression):
        """Evaluates an expression, and gives the answer as JSON."""
        show_source(CHECK, expression)
        try:
            value = eval(compile(expression, CHECK, "eval", dont_inherit=True), self.namespace)
        except BaseException as error:
            self.settle()
            make_room()
            answer = '{"raised":' + describe_error(error) + "}"
        else:
            self.settle()
            answer = describe_value(value)
        if getpid() != self.process:
            _exit(0)
        return answer

    def flush(self):
        for stream in (getattr(sys, "stdout", None), getattr(sys, "stderr", None), self.stdout, self.stderr):
            try:
                stream.flush()
            except BaseException:
                pass

    def shut_down(self, say):
        """Does what the interpreter does at its end: waits for threads, runs exit functions, clears `__main__`. Then
        says what is known only now, and ends."""
        for step in (self.end_threads, run_exit_functions, self.flush, self.clear, self.flush):
            try:
                step()
            except BaseException:
                pass
        say(self.closed())
        _exit(self.code)

    def end_threads(self):
        if self.told_stuck:
            return                  # they would be waited for in vain
        await_threads()
        if standstill_of_program() is None:
            shut_down_threads()

    def closed(self):
        stop = None if self.told_stuck else standstill_of_program()
        self.code = self.code if stop is None else 1
        return '{"closed":{"stuck":' + (stop or "null") + "," + dumps(closing())[1:] + "}"

    def clear(self):
        if sys.modules.get("__main__") is self.module:
            del sys.modules["__main__"]
        self.module = self.namespace = None
        gc.collect()


def compile_unit(unit):
    text = unit["text"].removeprefix("\ufeff")
    lines = show_source(unit["file"], text)
    cookie = next(filter(None, map(COOKIE.match, lines[:2])), None)
    if cookie and not is_codec(cookie[1]):
        text = text.encode()    # as bytes it is refused, as Python refuses the file
    return compile(text, unit["file"], "exec", dont_inherit=True)


def show_source(file, text):
    """Has tracebacks show a text that lies in no file; gives its lines, cut where Python cuts them."""
    sources[file] = lines = StringIO(text, None).readlines()
    try:
        linecache.cache[file] = (len(text), None, lines, file)
    except BaseException:
        pass                    # a program that broke the cache has tracebacks without source
    return lines


COOKIE = re.compile(r"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)", re.ASCII)


def is_codec(name):
    try:
        find_codec(name)
    except LookupError:
        return False
    return True


def exit_code(error):
    """What the operating system is told after a `SystemExit`; text goes to standard error, as Python does it."""
    try:
        code = error.code
        if code is None:
            return 0
        if has(mro_of(type(code)), int):
            return int.__and__(code, 255) if -(1 << 63) <= int.__int__(code) < 1 << 63 else 255
        print(code, file=sys.stderr)
    except BaseException:
        pass
    return 1


def make_room():
    """Raises the limit of memory to what was kept back for telling that it was reached."""
    try:
        _, most = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
    except (OSError, ValueError):
        pass


def write_files(files):
    for file in files:
        with io.open(file["name"], "w", encoding="utf-8", newline="") as out:
            out.write(file["text"])


def open_streams(stdin):
    if stdin is not None:
        name = ".stdin"
        with io.open(name, "x+b", 0) as file:
            os.unlink(name)
            file.write(stdin.encode())
            file.seek(0)
            os.dup2(file.fileno(), 0)
    raw = lambda fd, mode: io.FileIO(fd, mode, closefd=False)
    sys.stdin = sys.__stdin__ = io.TextIOWrapper(io.BufferedReader(raw(0, "r")), "utf-8")
    out = lambda fd: io.TextIOWrapper(io.BufferedWriter(raw(fd, "w")), "utf-8", "backslashreplace", line_buffering=True)
    sys.stdout = sys.__stdout__ = stdout = out(1)
    sys.stderr = sys.__stderr__ = stderr = out(2)
    faulthandler.enable(2)
    return stdout, stderr


def main(fd, scratch, trouble):
    """Is the program from its first request to its end; returns an exit code only where all of this fails."""
    talk = Talk(fd)
    ticket, letter, body = talk.receive()
    if letter != b"S":
        return BROKEN
    try:
        if trouble is not None:
            raise OSError(trouble)
        program = Program(json.loads(body), scratch)
    except Exception as error:
        talk.send(ticket, '{"failed":' + dumps(str(error)) + "}")
        return BROKEN
    converse(talk, program, ticket)


def converse(talk, program, ticket):
    """Runs the units, reports, and answers calls until the host has no more, or is out of reach; then ends."""
    step, letter = program.run_units, b"S"

    def say(report):
        if ticket and getpid() == program.process:
            try:
                talk.send(ticket, report)
            except OSError:
                pass

    def give_up():
        """Ends a program that is stuck and does not take being told, from whichever thread found it out."""
        program.flush()
        raised = lambda: '{"raised":' + describe_error(run_clock.stop) + "}"
        say({b"S": program.stuck, b"C": raised}.get(letter, program.closed)())
        _exit(1)

    if run_clock is not None:
        run_clock.give_up = give_up
    while letter in (b"S", b"C"):
        try:
            report = step()
            program.flush()
        except BaseException as error:
            report = '{"failed":' + quote(speakable(class_name(type(error)))) + "}"
        if getpid() != program.process:
            break
        hold_clock(True)
        try:
            talk.send(ticket, report)
            ticket, letter, body = talk.receive()
        except OSError:
            break
        finally:
            hold_clock(False)
        step = partial(program.answer, body.decode())
    program.shut_down(say)


gc.collect()
gc.freeze()
