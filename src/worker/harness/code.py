"""What is known of a program's code before it runs: where its names lie, and which of its instructions the record looks at.

Code says different things in different versions of Python; what stands here makes them say the same. It may not know
what becomes of it.
"""

OPTIMIZED, GENERATOR, COROUTINE, ASYNC_GENERATOR = 1, 0x20, 0x80, 0x200
HIDDEN = ("<listcomp>", "<setcomp>", "<dictcomp>")


class Info:
    """What is known of a piece of code."""

    def __init__(self, number, code, file, layout):
        self.code = code
        self.number = number
        self.line = code.co_firstlineno
        self.folded = layout.folded
        self.comprehended = layout.comprehended
        self.items = layout.items
        self.hidden = code.co_name in HIDDEN
        flags = code.co_flags
        self.kind = ("a" if flags & ASYNC_GENERATOR else "c" if flags & COROUTINE else "g" if flags & GENERATOR
                     else "f" if flags & OPTIMIZED else "m" if code.co_name == "<module>" else "k")
        local = code.co_varnames + tuple([name for name in code.co_cellvars if name not in code.co_varnames])
        self.names = local + code.co_freevars
        celled = code.co_cellvars + code.co_freevars
        self.cells = bytes([name in celled for name in self.names])
        self.said = dumps(["f", number, plain_name(code.co_qualname), file, self.line, self.kind]) + "\n"
        self.positions = None
        self.marks = marks_of(code, layout.items) if code.co_exceptiontable else {}
        size = len(code.co_code) // 2
        self.looked_at = bytes([2 * index in self.marks for index in range(size)]) if self.marks else None

    def place(self, offset):
        if self.positions is None:
            self.positions = tuple(code_positions(self.code))
        start, end, column, end_column = self.positions[offset // 2]
        place = start or 0, column or 0, end or 0, end_column or 0
        return self.items.get(place, (place,))[0]


code_positions = types.CodeType.co_positions


def plain_name(name):
    """A qualified name without the comprehensions that were functions before 3.12."""
    for hidden in HIDDEN:
        name = name.replace(hidden + ".<locals>.", "").replace(hidden + ".", "")
    return name


class Layout:
    """What the text of a unit says where its code says different things in different versions of Python."""

    def __init__(self, tree):
        # The lines inside of comprehensions: before 3.12 those were functions, now they are part of what is around them.
        self.folded = set()
        # The lines that a comprehension stands in: it comes by them again in some versions.
        self.comprehended = set()
        # The places of the items of each `with`, by the place of the whole.
        self.items = {}
        for node in ast.walk(tree):
            if isinstance(node, (ast.ListComp, ast.SetComp, ast.DictComp)):
                self.folded.update(range(node.lineno + 1, node.end_lineno + 1))
                self.comprehended.update(range(node.lineno, node.end_lineno + 1))
            elif isinstance(node, (ast.With, ast.AsyncWith)):
                self.items[place_of(node)] = [place_of(item.context_expr) for item in node.items]


def place_of(node):
    return node.lineno, node.col_offset, node.end_lineno, node.end_col_offset


def marks_of(code, items):
    """The instructions at which contexts are entered and left and exceptions caught: what is there, and where it stands."""
    steps = [step for step in dis.get_instructions(code) if step.opname not in ("EXTENDED_ARG", "CACHE", "PRECALL")]
    marks, entered = {}, {}
    for index, step in enumerate(steps):
        name, rest = step.opname, steps[index + 1:index + 24]
        place = tuple([each or 0 for each in (
            step.positions.lineno, step.positions.col_offset,
            step.positions.end_lineno, step.positions.end_col_offset)])
        if name in ("BEFORE_WITH", "BEFORE_ASYNC_WITH"):
            # 3.11 gives each item of a `with` the place of the whole.
            own = items.get(place, (place,))
            number = entered[place] = entered.get(place, -1) + 1
            text = dumps(own[number % len(own)])
            marks[step.offset] = "e", text
            after = rest[0].offset if name == "BEFORE_WITH" else next(
                (each.argval for each in rest if each.opname == "SEND"), None)
            marks[after] = "E", text
        elif name == "CALL" and step.arg == 2 and is_leaving(steps, index):
            marks[step.offset] = "z", place
        elif name == "WITH_EXCEPT_START":
            marks[step.offset] = "Z", place
            jump = next((at for at, each in enumerate(rest) if each.opname in JUMPS_IF_TRUE), None)
            if jump is not None and jump + 1 < len(rest):
                marks[rest[jump].argval] = "true", place
                marks[rest[jump + 1].offset] = "false", place
        elif name in ("CHECK_EXC_MATCH", "CHECK_EG_MATCH"):
            jump = next((at for at, each in enumerate(rest) if each.opname.startswith("POP_JUMP")), None)
            if jump is not None and jump + 1 < len(rest):
                marks[rest[jump + 1].offset] = "k", rest[jump + 1].positions.lineno or 0
        elif name == "PUSH_EXC_INFO" and rest and rest[0].opname == "POP_TOP":
            marks[rest[0].offset] = "k", rest[0].positions.lineno or 0
    return marks


def is_leaving(steps, index):
    """Whether a call is that of an `__exit__` without an exception: three times `None`, which no one writes."""
    before = steps[index - 3:index]
    return len(before) == 3 and all([
        each.opname == "LOAD_CONST" and each.argval is None and each.positions == steps[index].positions
        for each in before
    ])


JUMPS_IF_TRUE = ("POP_JUMP_FORWARD_IF_TRUE", "POP_JUMP_IF_TRUE")
RESUME, YIELD_VALUE = dis.opmap["RESUME"], dis.opmap["YIELD_VALUE"]
ENDS = tuple([dis.opmap[name] for name in ("FOR_ITER", "SEND") if name in dis.opmap])
