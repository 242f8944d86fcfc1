"""The beginning of the harness: what lessons import, what the other parts need, and the talk with the host.

The parts are executed in turn in one namespace, once in the zygote, and `main` is called in each program. The namespace
has a copy of the built-in names of its own. Whatever the harness needs of other modules it takes as this is executed,
before any code of a learner's could change them. It may not know what a check expects.
"""

import os, site, sys

site.setquit()
site.setcopyright()
site.sethelper()
pristine_modules = frozenset(sys.modules)           # what python3 itself has imported before a program's first line
pristine_main = dict(vars(sys.modules["__main__"]))


import types
from importlib._bootstrap import _ModuleLockManager as ModuleLock
from importlib.machinery import PathFinder
from importlib.util import module_from_spec


class module(types.ModuleType):
    """A module that is loaded when something of it is first asked for; until then it looks like any other."""

    __module__ = "builtins"

    def __getattr__(self, name):
        load_late(self)
        return getattr(self, name)

    def __dir__(self):
        load_late(self)
        return dir(self)


def load_late(late):
    """Loads a module that was put off, as an import of it would; whoever asks first does."""
    spec = late.__spec__
    with ModuleLock(spec.name):
        if type(late) is not module:
            return
        late.__class__ = types.ModuleType
        spec._initializing = True       # other threads' imports wait
        try:
            spec.loader.exec_module(late)
        except BaseException:
            late.__class__ = module
            raise
        finally:
            spec._initializing = False


def put_off(name, path=None):
    """Has the next imports of a module find one that is not loaded yet."""
    sys.modules[name] = late = module_from_spec(PathFinder.find_spec(name, path))
    late.__class__ = module


# TLS takes a tenth of the time in which all that is imported here loads, and few programs need it.
if PathFinder.find_spec("_ssl") is not None:
    put_off("ssl")
    put_off("asyncio.sslproto", PathFinder.find_spec("asyncio").submodule_search_locations)

import abc, ast, asyncio, atexit, builtins, collections, collections.abc, concurrent.futures, contextlib, copy, dataclasses
import dis, enum, faulthandler, functools, gc, heapq, inspect, io, itertools, json, linecache, logging, math, operator
import random, re, resource, signal, string, textwrap, threading, time, traceback, tracemalloc, types, typing, warnings
import weakref
from _json import encode_basestring_ascii as quote
from codecs import lookup as find_codec
from errno import EAGAIN, ENOMEM
from functools import partial
from importlib.machinery import SourceFileLoader
from io import StringIO
from itertools import chain, islice, repeat
from os import _exit, getpid, read, write
from os import set_blocking

TICKET = 16
VALUE_TEXT = 1 << 20        # characters of a value's description, at most
NESTING = 110               # levels of JSON in it; the host's reader takes 128
INT_BITS = 332_192          # 100,000 digits: more take too long to write out
MESSAGE = 8192              # characters of an exception's message
TRACEBACK = 1 << 16         # characters of a printed traceback
NAME = 256                  # characters of the name of a class, a function or a file
ERROR_TEXT = 2 << 20        # characters of an exception's description, at most
FRAMES = 30                 # frames kept at either end of a traceback
REPEATED = 2000             # repeated frames that are counted in a printed traceback
CHAIN = 8                   # how deep causes, contexts and groups are followed
RELATED = 64                # how many exceptions are described in all
HARNESS = "<pykata>"
CHECK = "<check>"
BROKEN = 70                 # the exit code that says that this file failed
HEAP_TYPE = 1 << 9

NO_DEBUGGER = "no debugger here: there is no terminal that it could ask"

asyncio.sslproto = sys.modules["asyncio.sslproto"]
threading.stack_size(2 << 20)     # json and repr of nested lists overflow 1 MiB before the recursion limit is met (3.12, 3.13)

run_exit_functions = atexit._run_exitfuncs
TracebackException = traceback.TracebackException
format_traceback = traceback.TracebackException.format
format_stack = traceback.format_tb
default_hook = sys.__excepthook__
sys_version = sys.version_info


def no_debugger(*args, **options):
    """Stands where a debugger would begin to read commands from a terminal."""
    raise RuntimeError(NO_DEBUGGER)


class DebuggerLoader(SourceFileLoader):
    """Loads `pdb`, which few programs import and which would cost every one of them its memory."""

    def exec_module(self, module):
        super().exec_module(module)
        module.set_trace = no_debugger


class DebuggerFinder:
    @staticmethod
    def find_spec(name, path=None, target=None):
        spec = PathFinder.find_spec(name, path) if name == "pdb" else None
        if spec is not None and type(spec.loader) is SourceFileLoader:
            spec.loader = DebuggerLoader(spec.loader.name, spec.loader.path)
        return spec


sys.breakpointhook = no_debugger
sys.meta_path.insert(0, DebuggerFinder)


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
                set_blocking(self.fd, True)
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
                set_blocking(self.fd, True)


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
