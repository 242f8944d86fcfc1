"""A learner's program from its first request to its end."""

class Program:
    """A learner's program: its module, its streams, and how it ended."""

    def __init__(self, spec, scratch):
        global own_folder
        os.environ["TMPDIR"] = scratch      # there is no home: what is written to one would be meant to outlive the run
        self.units = spec["units"]
        own = [unit["file"] for unit in self.units if unit["author"] == "learner"]
        self.file = (own or [unit["file"] for unit in self.units] or ["main.py"])[-1]
        write_files(spec["files"])
        write_files([{**unit, "name": unit["file"]} for unit in self.units if unit["file"] == self.file])
        own_folder = scratch
        start_clock(spec["clock"] == "virtual")
        self.gauge = Gauge(spec["measure"]) if spec.get("measure") else None
        self.recorder = begin_record(spec)
        self.stdout, self.stderr = open_streams(spec["stdin"], self.recorder)
        self.namespace = fresh_main(self.file)
        for name in {unit["file"] for unit in self.units} | {file["name"] for file in spec["files"]}:
            uncover(name.removesuffix(".py"))
        sys.argv[:] = [self.file]
        sys.orig_argv[:] = [sys.executable, self.file]
        sys.path.insert(0, scratch)
        threading.main_thread()._set_native_id()
        self.process = getpid()
        self.code = 0
        self.tell = lambda report: None
        self.told_stuck = False

    def run_units(self):
        """Runs them, and says how they ended, as JSON."""
        for unit in self.units:
            try:
                code = compile_unit(unit, self.recorder)
            except BaseException as error:
                return self.ended_by(error, True)
            _, error = yield code, self.namespace
            self.record_on()
            if error is not None:
                return self.stuck() or self.ended_by(error, False)
        return self.stuck() or '{"finished":"normal"}'

    def stuck(self):
        """That the program came to a standstill, whatever it made of being told, as JSON; nothing where it did not."""
        stop = standstill_of_program()
        if stop is None:
            return None
        self.code, self.told_stuck = 1, True
        return '{"finished":{"stuck":' + stop + "}}"

    def record_on(self):
        """Goes on with the record: after each unit, whatever traced it is taken off."""
        if self.recorder is not None and monitoring is None:
            native.listen_here()

    def end_record(self):
        """What is asked of a program after its end is no part of its course."""
        if self.recorder is not None:
            self.recorder.end()
            self.recorder = None

    def ended_by(self, error, compiling):
        if has(mro_of(type(error)), SystemExit):
            self.code = exit_code(error)
            return '{"finished":' + ('{"exit":' + dumps(self.code) + "}" if self.code else '"normal"') + "}"
        self.code = 1
        make_room()
        limit = shortage(error, compiling)
        cuts = cut_once(error)
        early = describe_before_its_text(error)
        if early is not None and getpid() == self.process:
            self.tell('{"raising":' + early + "}")
        said = describe_error(error, cuts)
        self.call_hook(error)
        return '{"finished":{"raised":{"exception":' + said + ',"limit":' + dumps(limit) + "}}}"

    def call_hook(self, error):
        """A hook of the learner's own sees the exception; the default one would only repeat what the report says. A
        forked child has no report, so that there the default one speaks."""
        sys.last_type, sys.last_value, sys.last_traceback = type(error), error, traceback_of.__get__(error)
        if sys_version >= (3, 12):
            sys.last_exc = error
        hook = getattr(sys, "excepthook", None)
        if hook is default_hook and getpid() == self.process:
            return
        try:
            if hook is None:
                print("sys.excepthook is missing", file=sys.stderr)
            else:
                hook(type(error), error, traceback_of.__get__(error))
        except SystemExit as leaving:
            self.code = exit_code(leaving)
        except BaseException as failure:
            cut_traceback(failure)
            tell_bad_hook(failure)

    def answer(self, expression):
        """Evaluates an expression, and gives the answer as JSON."""
        self.end_record()
        show_source(CHECK, expression)
        value, error = yield from (self.gauge.evaluate if self.gauge else evaluate)(expression, self.namespace)
        if getpid() != self.process:
            _exit(0)
        if error is None:
            said = describe_value(value)
        else:
            make_room()
            said = '{"raised":' + describe_error(error) + "}"
        return said if self.gauge is None else '{"measured":{"answer":' + said + ',"figures":' + self.gauge.told() + "}}"

    def flush(self):
        for stream in (getattr(sys, "stdout", None), getattr(sys, "stderr", None), self.stdout, self.stderr):
            try:
                stream.flush()
            except BaseException:
                pass

    def end(self, say):
        """Waits for threads, as the interpreter is about to do, which knows nothing of the clock. What is known only after the
        last exit function is said then."""
        self.namespace = None       # it goes when the interpreter lets go of it
        if not self.told_stuck:     # else they would be waited for in vain
            try:
                await_threads()
            except BaseException:
                pass                # a standstill is told with the last words
        stop = None if self.told_stuck else standstill_of_program()
        closing_words.append(lambda: say(self.closed(stop)))
        if stop is None and not self.told_stuck:
            return
        for step in (run_exit_functions, self.flush):
            try:
                step()
            except BaseException:
                pass
        _exit(1)                    # Python's own end would wait for those that are stuck

    def closed(self, stop):
        return '{"closed":{"stuck":' + (stop or "null") + "," + dumps(closing())[1:] + "}"


def say_closing_words():
    """The first exit function of all, and so the last to be called."""
    while closing_words:
        closing_words.pop()()


closing_words = []
atexit.register(say_closing_words)


def fresh_main(file):
    """The namespace of a new `__main__`, with the names in it that python3 gives to the one of a file."""
    module = types.ModuleType("__main__")
    namespace = module.__dict__
    namespace.update(pristine_main, __file__=file, __cached__=None, __loader__=SourceFileLoader("__main__", file))
    if "__annotations__" in namespace:
        namespace["__annotations__"] = {}
    del sys.modules["__main__"]
    sys.modules["__main__"] = module    # after all that was imported before it
    return namespace


def uncover(name):
    """Has a program's own file found before a module of the same name that only the zygote has imported."""
    if name not in pristine_modules and name != "__main__":
        sys.modules.pop(name, None)


def tell_bad_hook(failure):
    """What python3 prints where `sys.excepthook` fails; the report, which follows, tells the original exception."""
    try:
        print("Error in sys.excepthook:", file=sys.stderr)
        traceback.print_exception(None, failure, traceback_of.__get__(failure))
        print("\nOriginal exception was:", file=sys.stderr)
    except BaseException:
        pass


def compile_unit(unit, recorder):
    code, source = compile_source(unit)
    if recorder is not None:
        recorder.watch(code, unit["file"], ast.parse(source))
    return code


def compile_source(unit):
    """The code of a unit, and what it was made of."""
    if unit.get("bytes") is not None:
        source = bytes(unit["bytes"])
        return compile_bytes(source, unit["file"]), source
    text = unit["text"].removeprefix("\ufeff")
    lines = show_source(unit["file"], text)
    cookie = next(filter(None, map(COOKIE.match, lines[:2])), None)
    if cookie and not is_codec(cookie[1]):
        raise SyntaxError("encoding problem: " + cookie[1])
    return compile(text, unit["file"], "exec", dont_inherit=True), text


def compile_bytes(source, file):
    """Compiles what is not UTF-8, or says that it is not, in the words of Python's own reader of files."""
    head = [line.decode("latin-1") for line in source.split(b"\n", 2)[:2]]
    cookie = next(filter(None, map(COOKIE.match, head)), None)
    if cookie is None:
        try:
            source.decode()
        except UnicodeDecodeError as error:
            wrong, line = source[error.start], source.count(b"\n", 0, error.start) + 1
            raise SyntaxError(f"Non-UTF-8 code starting with '\\x{wrong:02x}' in file {file} on line {line}, but no "
                              "encoding declared; see https://peps.python.org/pep-0263/ for details") from None
    elif not is_codec(cookie[1]):
        raise SyntaxError("encoding problem: " + cookie[1])
    show_source(file, source.decode(cookie[1] if cookie else "utf-8", "replace").removeprefix("\ufeff"))
    return compile(source, file, "exec", dont_inherit=True)


def show_source(file, text):
    """Has tracebacks show a text that lies in no file; gives its lines, cut where Python cuts them."""
    sources[file] = lines = StringIO(text, None).readlines()
    if lines and not lines[-1].endswith("\n"):
        lines[-1] += "\n"       # as in a file's; the marks below a line hang on it
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
        content = file["text"].encode() if file.get("bytes") is None else bytes(file["bytes"])
        with io.open(file["name"], "wb") as out:
            out.write(content)


def open_streams(stdin, recorder):
    if stdin is not None:
        name = ".stdin"
        with io.open(name, "x+b", 0) as file:
            os.unlink(name)
            file.write(stdin.encode())
            file.seek(0)
            os.dup2(file.fileno(), 0)
    sys.stdin = sys.__stdin__ = stream("stdin", 0, "strict")
    sys.stdout = sys.__stdout__ = stdout = stream("stdout", 1, "backslashreplace", recorder)
    sys.stderr = sys.__stderr__ = stderr = stream("stderr", 2, "backslashreplace")
    faulthandler.enable(2)
    return stdout, stderr


def stream(name, fd, errors, recorder=None):
    """A standard stream as python3 makes it where a terminal is: written to line by line. What is recorded is counted."""
    mode = "w" if fd else "r"
    if recorder is None:
        raw = io.FileIO(fd, mode, closefd=False)
    else:
        raw = recorder.out = CountedOutput(fd, mode, closefd=False)
    raw.name = f"<{name}>"
    buffer = io.BufferedWriter(raw) if fd else io.BufferedReader(raw)
    text = io.TextIOWrapper(buffer, "utf-8", errors, line_buffering=fd > 0)
    text.mode = mode
    return text


class CountedOutput(io.FileIO):
    """A standard output that knows how much was written to it."""

    count = 0

    def write(self, data):
        written = io.FileIO.write(self, data)
        self.count += written or 0
        return written


def main(fd, scratch, trouble):
    """Is the program from its first request to its end: gives the code that is to be run, with its namespace, and is sent
    the value and the exception that came of it. Returns an exit code, and the last module that was there before."""
    talk = Talk(fd)
    warm_up()
    ticket, letter, body = talk.receive()
    if letter != b"S":
        return BROKEN, LAST_MODULE
    try:
        if trouble is not None:
            raise OSError(trouble)
        program = Program(json.loads(body), scratch)
    except Exception as error:
        talk.send(ticket, '{"failed":' + dumps(str(error)) + "}")
        return BROKEN, LAST_MODULE
    yield from converse(talk, program, ticket)
    program.namespace = None    # whoever still has the program does not keep its objects past their time
    return program.code, LAST_MODULE


def warm_up():
    """Makes the memory that each run writes to this process's own while nobody waits: it shares it with the zygote."""
    json.loads(b'{"units":[{"text":"0"}],"stdin":null}')
    compile("print(0)\n", HARNESS, "exec", dont_inherit=True)
    StringIO("0\n", None).readlines()


def converse(talk, program, ticket):
    """Runs the units, reports, and answers calls until the host has no more, or is out of reach; then ends."""
    step, letter = program.run_units(), b"S"

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
        closed = lambda: program.closed(None if program.told_stuck else standstill_of_program())
        say({b"S": program.stuck, b"C": raised}.get(letter, closed)())
        _exit(1)

    program.tell = say
    if run_clock is not None:
        run_clock.give_up = give_up
    while letter in (b"S", b"C"):
        try:
            report = yield from step
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
        step = program.answer(body.decode())
    program.end(say)


prepare_clock()
count_tasks()
kept_modules = [*sys.modules.values()]      # at a program's end the interpreter lets go of them
LAST_MODULE = [*sys.modules][-1]

gc.collect()
gc.freeze()
