"""Values as data: described without a call of any method of a learner's object."""

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

HEAP_TYPE = 1 << 9  # Py_TPFLAGS_HEAPTYPE: made while a program runs
python_classes = {name: value for name, value in builtins.__dict__.items() if type(value) is type} | {
    "generator": types.GeneratorType, "coroutine": types.CoroutineType, "async_generator": types.AsyncGeneratorType,
    "function": types.FunctionType, "method": types.MethodType,
}


class Full(Exception):
    """A description grew too long."""


def dotted(module, name):
    name = str.__str__(name)
    return str.__str__(module) + "." + name if type(module) is str else name


def class_name(kind):
    """`module.qualname` of a class. One that was made here and says that it is Python's own is the program's."""
    try:
        name = dotted(module_of_class(kind), qualname_of_class(kind))
        if (
            flags_of(kind) & HEAP_TYPE and name.startswith("builtins.")
            and python_classes.get(name[9:], kind) is not kind
        ):
            return "__main__." + name[9:]
        return name
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
            elif name == "__dict__" and kind is types.SimpleNamespace and type(member) is Slot:
                own = slot_value(member, value, kind)
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
