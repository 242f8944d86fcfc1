"""Runs a learner's units inside a program, and tells the host what was seen.

Executed once in the zygote, in a namespace with a copy of the built-in names of its own; `main` is called in each
program. It may not know what a check expects, and calls no method of a learner's object to describe it. Whatever it
needs of other modules it takes here, before any code of a learner's could change them.
"""

import abc, asyncio, atexit, builtins, collections, collections.abc, concurrent.futures, contextlib, copy, dataclasses
import enum, faulthandler, functools, gc, heapq, inspect, io, itertools, json, linecache, logging, math, operator, os
import random, re, resource, signal, site, string, sys, textwrap, threading, time, traceback, tracemalloc, types
import typing, warnings, weakref
from _json import encode_basestring_ascii as quote
from codecs import lookup as find_codec
from errno import EAGAIN, ENOMEM
from itertools import islice
from os import _exit, getpid, read, write
from sys import getrecursionlimit, setrecursionlimit

TICKET = 16
VALUE_TEXT = 1 << 20        # characters of a value's description, at most
NESTING = 110               # levels of JSON in it; the host's reader takes 128
INT_BITS = 332_192          # 100,000 digits: more take too long to write out
MESSAGE = 8192              # characters of an exception's message
TRACEBACK = 1 << 16         # characters of a printed traceback
FRAMES = 30                 # frames kept at either end of a traceback
CHAIN = 8                   # how deep causes, contexts and groups are followed
RELATED = 64                # how many exceptions are described in all
HARNESS = "<pykata>"
CHECK = "<check>"
BROKEN = 70                 # the exit code that says that this file failed
HEAP_TYPE = 1 << 9

site.setquit()
site.sethelper()
threading.stack_size(1 << 20)

shut_down_threads = threading._shutdown
run_exit_functions = atexit._run_exitfuncs
TracebackException = traceback.TracebackException
format_traceback = traceback.TracebackException.format
default_hook = sys.__excepthook__
original_limit = getrecursionlimit()


# --- The talk with the host -------------------------------------------------------------------------------------

class Talk:
    """Frames of four bytes of length, a ticket, and a body."""

    def __init__(self, fd):
        self.fd = fd

    def receive(self):
        """The ticket, the letter and the body of the next frame; an `E` where the host is gone."""
        head = self.exactly(4)
        payload = self.exactly(int.from_bytes(head, "little")) if head else None
        if payload is None:
            return b"", b"E", b""
        return payload[:TICKET], payload[TICKET:TICKET + 1], payload[TICKET + 1:]

    def exactly(self, length):
        pieces = []
        while length:
            try:
                piece = read(self.fd, length)
            except BlockingIOError:
                os.set_blocking(self.fd, True)
                continue
            if not piece:
                return None
            pieces.append(piece)
            length -= len(piece)
        return b"".join(pieces)

    def send(self, ticket, text):
        payload = ticket + text.encode("ascii")
        frame = len(payload).to_bytes(4, "little") + payload
        while frame:
            try:
                frame = frame[write(self.fd, frame):]
            except BlockingIOError:
                os.set_blocking(self.fd, True)


def dumps(data):
    """JSON of our own plain data; lone surrogates are written out, as the host takes none."""
    if data is None or data is True or data is False:
        return "null" if data is None else "true" if data else "false"
    if type(data) is int:
        return int.__repr__(data)
    if type(data) is str:
        return quote(speakable(data))
    if type(data) is dict:
        return "{" + ",".join([quote(key) + ":" + dumps(item) for key, item in data.items()]) + "}"
    return "[" + ",".join([dumps(item) for item in data]) + "]"


def speakable(text):
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-8", "backslashreplace").decode()
    return text


# --- Values as data ---------------------------------------------------------------------------------------------

mro_of = type.__dict__["__mro__"].__get__
flags_of = type.__dict__["__flags__"].__get__
dict_of_class = type.__dict__["__dict__"].__get__
qualname_of_class = type.__dict__["__qualname__"].__get__
module_of_class = type.__dict__["__module__"].__get__
args_of = BaseException.__dict__["args"].__get__
Slot = types.MemberDescriptorType
slot_value = Slot.__get__
Getter = types.GetSetDescriptorType
getter_value = Getter.__get__


class Full(Exception):
    """A description grew too long."""


def dotted(module, name):
    name = str.__str__(name)
    return str.__str__(module) + "." + name if type(module) is str else name


def class_name(kind):
    """`module.qualname` of a class."""
    try:
        return dotted(module_of_class(kind), qualname_of_class(kind))
    except AttributeError:
        return qualname_of_class(kind)


def has(mro, kind):
    for each in mro:
        if each is kind:
            return True
    return False


class Writer:
    """Writes one value as JSON, in the form that the host reads values in."""

    def __init__(self):
        self.out = []
        self.room = VALUE_TEXT
        self.path = []

    def add(self, text):
        self.room -= len(text)
        if self.room < 0:
            raise Full
        self.out.append(text)

    def leaf(self, tag, text):
        self.add('{"t":"' + tag + '","v":' + text + "}")

    def put(self, value, nesting):
        if value is None or value is ...:
            self.add('{"t":"none"}' if value is None else '{"t":"ellipsis"}')
        elif value is True or value is False:
            self.leaf("bool", "true" if value else "false")
        else:
            kind = type(value)
            put = EXACT.get(id(kind))
            if put is not None:
                put(self, value, nesting)
            elif id(kind) in NAMED:
                self.put_named(NAMED[id(kind)], value)
            elif has(mro_of(kind), type):
                self.leaf("named", '{"kind":"class","name":' + quote(speakable(class_name(value))) + "}")
            else:
                self.put_object(value, kind, nesting)

    def put_int(self, value, nesting):
        if int.bit_length(value) > INT_BITS:
            self.put_cut(type(value), None)
        else:
            self.leaf("int", '"' + int.__repr__(value) + '"')

    def put_float(self, value, nesting):
        self.leaf("float", '"' + float.__repr__(value) + '"')

    def put_complex(self, value, nesting):
        parts = complex_real(value), complex_imag(value)
        self.leaf("complex", '["' + '","'.join([float.__repr__(part) for part in parts]) + '"]')

    def put_str(self, value, nesting):
        text = str.__str__(value)
        if len(text) > self.room:
            raise Full
        try:
            text.encode()
        except UnicodeEncodeError:
            self.leaf("odd_str", "[" + ",".join([int.__repr__(ord(c)) for c in text]) + "]")
        else:
            self.leaf("str", quote(text))

    def put_bytes(self, value, nesting):
        iterate = bytes.__iter__ if has(mro_of(type(value)), bytes) else bytearray.__iter__
        items = snapshot(iterate, value, self.room)
        self.leaf("bytes", "[" + ",".join([int.__repr__(byte) for byte in items]) + "]")

    def put_cut(self, kind, length):
        name = quote(speakable(class_name(kind)))
        self.leaf("cut", '{"class":' + name + ',"length":' + dumps(length) + "}")

    def put_named(self, kind, value):
        self.leaf("named", '{"kind":"' + kind + '","name":' + quote(speakable(NAMERS[kind](value))) + "}")

    def enter(self, value, kind, nesting, cost):
        """Whether to go into a container; otherwise says why not."""
        own = id(value)
        for up, each in enumerate(reversed(self.path), 1):
            if each == own:
                self.leaf("cycle", int.__repr__(up))
                return False
        if nesting < cost:
            self.put_cut(kind, None)
            return False
        self.path.append(own)
        return True

    def put_items(self, tag, items, nesting):
        self.add('{"t":"' + tag + '","v":[')
        comma = ""
        for item in items:
            self.add(comma)
            self.put(item, nesting - 2)
            comma = ","
        self.add("]}")

    def put_pairs(self, pairs, nesting):
        self.add('{"t":"dict","v":[')
        comma = "["
        for key, item in pairs:
            self.add(comma)
            self.put(key, nesting - 3)
            self.add(",")
            self.put(item, nesting - 3)
            self.add("]")
            comma = ",["
        self.add("]}")

    def put_container(self, value, nesting):
        kind = type(value)
        if self.enter(value, kind, nesting, 3):
            self.put_contents(value, mro_of(kind), nesting)
            self.path.pop()

    def put_contents(self, value, mro, nesting):
        """What a value holds as an instance of a built-in container."""
        for base, tag, iterate in CONTAINERS:
            if has(mro, base):
                items = snapshot(iterate, value, self.room)
                if tag == "dict":
                    self.put_pairs(items, nesting)
                else:
                    self.put_items(tag, items, nesting)
                return

    def put_object(self, value, kind, nesting):
        mro = mro_of(kind)
        if not self.enter(value, kind, nesting, 8):
            return
        self.add('{"t":"object","v":{"class":' + quote(speakable(class_name(kind))) + ',"data":')
        for base, put in DATA:
            if has(mro, base):
                put(self, value, nesting - 2)
                break
        else:
            if any([has(mro, base) for base, _, _ in CONTAINERS]):
                self.put_contents(value, mro, nesting - 2)
            else:
                self.add("null")
        self.add(',"fields":[')
        comma = "["
        for name, item in fields(value, mro):
            self.add(comma + quote(speakable(name)) + ",")
            self.put(item, nesting - 4)
            self.add("]")
            comma = ",["
        self.add("]}}")
        self.path.pop()


def snapshot(iterate, value, room):
    """The items of a container at one moment; other threads may change it meanwhile."""
    for _ in range(8):
        try:
            items = tuple(islice(iterate(value), room + 1))
        except RuntimeError:
            continue
        if len(items) > room:
            raise Full
        return items
    raise Full


def fields(value, mro):
    """An object's own attributes, read past everything that its class could put in the way."""
    found = []
    if has(mro, BaseException):
        found.append(("args", args_of(value)))
    own = None
    for kind in reversed(mro):
        slots = flags_of(kind) & HEAP_TYPE or kind is range or kind is slice
        for name, member in tuple(dict_of_class(kind).items()):
            if type(name) is not str:
                continue
            if slots and type(member) is Slot:
                try:
                    found.append((name, slot_value(member, value, kind)))
                except AttributeError:
                    pass
            elif name == "__dict__" and type(member) is Getter:
                own = getter_value(member, value, kind)
    if own is not None:
        items = snapshot(dict.items, own, VALUE_TEXT)
        found.extend([(name, item) for name, item in items if type(name) is str])
    return found


def name_function(value):
    return dotted(function_module(value), function_qualname(value))


def name_builtin(value):
    module = builtin_module(value) if type(value) is types.BuiltinFunctionType else None
    return dotted(module, type(value).__dict__["__qualname__"].__get__(value))


def name_method(value):
    function = method_function(value)
    return name_function(function) if type(function) is types.FunctionType else class_name(type(function))


def name_module(value):
    own = module_dict(value)
    name = dict.get(own, "__name__") if own is not None else None
    return name if type(name) is str else "?"


function_module = types.FunctionType.__dict__["__module__"].__get__
function_qualname = types.FunctionType.__dict__["__qualname__"].__get__
builtin_module = types.BuiltinFunctionType.__dict__["__module__"].__get__
method_function = types.MethodType.__dict__["__func__"].__get__
module_dict = types.ModuleType.__dict__["__dict__"].__get__
complex_real = complex.__dict__["real"].__get__
complex_imag = complex.__dict__["imag"].__get__

NAMERS = {"function": name_function, "builtin": name_builtin, "method": name_method, "module": name_module}

NAMED = {
    id(types.FunctionType): "function",
    id(types.MethodType): "method",
    id(types.ModuleType): "module",
    id(types.BuiltinFunctionType): "builtin",
    id(types.MethodDescriptorType): "builtin",
    id(types.ClassMethodDescriptorType): "builtin",
    id(types.WrapperDescriptorType): "builtin",
    id(types.MethodWrapperType): "builtin",
}

# The first base that fits counts.
CONTAINERS = (
    (list, "list", list.__iter__),
    (tuple, "tuple", tuple.__iter__),
    (dict, "dict", lambda value: iter(dict.items(value))),
    (set, "set", set.__iter__),
    (frozenset, "frozenset", frozenset.__iter__),
    (collections.deque, "list", collections.deque.__iter__),
    (type({}.keys()), "list", type({}.keys()).__iter__),
    (type({}.values()), "list", type({}.values()).__iter__),
    (type({}.items()), "list", type({}.items()).__iter__),
)

DATA = (
    (int, Writer.put_int),
    (float, Writer.put_float),
    (complex, Writer.put_complex),
    (str, Writer.put_str),
    (bytes, Writer.put_bytes),
    (bytearray, Writer.put_bytes),
)

EXACT = {
    id(int): Writer.put_int,
    id(float): Writer.put_float,
    id(complex): Writer.put_complex,
    id(str): Writer.put_str,
    id(bytes): Writer.put_bytes,
    **{id(kind): Writer.put_container for kind in (list, tuple, dict, set, frozenset)},
}


def describe_value(value):
    """A value as JSON; one that is too long as a mention of its type and length."""
    digits = get_digits()
    set_digits(0)
    try:
        writer = Writer()
        writer.put(value, NESTING)
    except Full:
        writer = Writer()
        writer.put_cut(type(value), length_of(value))
    finally:
        set_digits(digits)
    return '{"value":' + "".join(writer.out) + "}"


def length_of(value):
    mro = mro_of(type(value))
    for base in (list, tuple, dict, set, frozenset, str, bytes, bytearray, collections.deque):
        if has(mro, base):
            return base.__len__(value)
    return None


get_digits = sys.get_int_max_str_digits
set_digits = sys.set_int_max_str_digits


# --- Exceptions -------------------------------------------------------------------------------------------------

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
    entry = traceback_of.__get__(error)
    while entry is not None and entry.tb_frame.f_code.co_filename == HARNESS:
        entry = entry.tb_next
    traceback_of.__set__(error, entry)
    count, last, tail = 0, None, collections.deque(maxlen=FRAMES)
    while entry is not None:
        count += 1
        if count == FRAMES:
            last = entry
        elif count > FRAMES:
            tail.append(entry)
        entry = entry.tb_next
    if count > 2 * FRAMES:
        last.tb_next = tail[0]


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
        "type": shown_name(kind)[:MESSAGE],
        "bases": [shown_name(base)[:MESSAGE] for base in mro[:64]],
        "message": message(error, view)[:MESSAGE],
        "frames": frames(error),
        "traceback": printed(view, kind),
        "cause": inner(cause, getattr(view, "__cause__", None)),
        "context": inner(context, getattr(view, "__context__", None)),
        "group": [inner(each, its_view) for each, its_view in zip(members, itertools.chain(views, itertools.repeat(None)))],
    }


def message(error, view):
    """`str()` of an exception; the traceback module has called it already, and once is enough."""
    text = getattr(view, "_str", None)
    if type(text) is str:
        return text
    try:
        text = str(error)
        return text if type(text) is str else str.__str__(text)
    except Exception:
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
    except Exception:
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
        "file": code.co_filename,
        "line": max(entry.tb_lineno or 0, 0),
        "column": column(code.co_filename, line, start) if known else None,
        "end_column": column(code.co_filename, line, end) if known and end is not None and end_line == line else None,
        "function": code.co_name,
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
        "file": file,
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
        except Exception:
            view = None
        return dumps(describe(error, view, 0, Budget(RELATED)))
    except (Exception, KeyboardInterrupt):
        name = shown_name(type(error))
        bare = {"type": name, "bases": [name], "message": "", "frames": [], "traceback": name + "\n"}
        return dumps({**bare, "cause": None, "context": None, "group": []})


def shortage(error, compiling):
    """Which limit is behind an exception, if one is."""
    mro = mro_of(type(error))
    args = args_of(error)
    number = args[0] if args and has(mro, OSError) else None
    if has(mro, MemoryError) and not args and not compiling and not from_parser(error) or number == ENOMEM:
        return "memory"
    if args == ("can't start new thread",) or number == EAGAIN and starts_processes(error):
        return "tasks"
    return None


def innermost(error):
    entry = traceback_of.__get__(error)
    while entry is not None and entry.tb_next is not None:
        entry = entry.tb_next
    return entry


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


# --- The program ------------------------------------------------------------------------------------------------

class Program:
    """A learner's program: its module, its streams, and how it ended."""

    def __init__(self, spec, scratch):
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
                return self.ended_by(error, compiling)
        self.settle()
        return '{"finished":"normal"}'

    def settle(self):
        """Takes back what a program may have changed under our feet."""
        if getrecursionlimit() < original_limit:
            setrecursionlimit(original_limit)
        sys.settrace(None)
        sys.setprofile(None)

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
        linecache.cache[CHECK] = (len(expression), None, [expression + "\n"], CHECK)
        sources[CHECK] = [expression]
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

    def shut_down(self):
        """Does what the interpreter does at its end: waits for threads, runs exit functions, clears `__main__`."""
        for step in (shut_down_threads, run_exit_functions, self.flush, self.clear, self.flush):
            try:
                step()
            except BaseException:
                pass
        _exit(self.code)

    def clear(self):
        if sys.modules.get("__main__") is self.module:
            del sys.modules["__main__"]
        self.module = self.namespace = None
        gc.collect()


def compile_unit(unit):
    text = unit["text"].removeprefix("\ufeff")
    sources[unit["file"]] = lines = text.splitlines(True)
    linecache.cache[unit["file"]] = (len(text), None, lines, unit["file"])
    cookie = next(filter(None, map(COOKIE.match, lines[:2])), None)
    if cookie and not is_codec(cookie[1]):
        text = text.encode()    # as bytes it is refused, as Python refuses the file
    return compile(text, unit["file"], "exec", dont_inherit=True)


COOKIE = re.compile(r"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)", re.ASCII)


def is_codec(name):
    try:
        find_codec(name)
    except LookupError:
        return False
    return True


def exit_code(error):
    """What the operating system is told after a `SystemExit`; text goes to standard error, as Python does it."""
    code = getattr(error, "code", None)
    if code is None:
        return 0
    if has(mro_of(type(code)), int):
        return int.__and__(code, 255) if -(1 << 63) <= int.__int__(code) < 1 << 63 else 255
    try:
        print(code, file=sys.stderr)
    except Exception:
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
    report = program.run_units()
    program.flush()
    if getpid() != program.process:
        program.shut_down()
    converse(talk, program, ticket, report)
    program.shut_down()


def converse(talk, program, ticket, report):
    """Sends the report and answers calls, until the host has no more."""
    try:
        while True:
            talk.send(ticket, report)
            ticket, letter, body = talk.receive()
            if letter != b"C":
                return
            report = program.answer(body.decode())
            program.flush()
    except OSError:
        pass


gc.collect()
gc.freeze()
