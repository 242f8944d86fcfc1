"""Values in a few words, for the record of a run: bounded, and no method of a learner's object is called.

Strings are cut at `ROOM` characters, containers at `ITEMS` items and `DEEP` levels. What is a learner's own stands in
angle brackets with its attributes, so that nobody takes it for its `repr`.
"""

ROOM = 48                   # characters of a string or a number
ITEMS = 6                   # items of a container, attributes of an object
DEEP = 3                    # levels of containers, the value's own among them
WORDS = 160                 # characters of all of it

own_dict = native.own_dict
dict_items = dict.items
function_name = types.FunctionType.__dict__["__name__"].__get__
generator_name = types.GeneratorType.__dict__["__name__"].__get__
coroutine_name = types.CoroutineType.__dict__["__name__"].__get__
async_generator_name = types.AsyncGeneratorType.__dict__["__name__"].__get__
class_short_name = type.__dict__["__name__"].__get__
CTask = asyncio.Task
task_name = CTask.get_name


def text_of(value, deep=DEEP):
    """A value in a few words."""
    kind = type(value)
    brief = BRIEFS.get(id(kind))
    if brief is not None:
        text = brief(value, deep)
    elif has(mro_of(kind), type):
        text = "<class " + class_short_name(value) + ">"
    else:
        text = brief_object(value, kind, deep)
    return text if len(text) <= WORDS else text[:WORDS - 1] + "…"


def brief_plain(value, deep):
    return repr(value)


def brief_int(value, deep):
    bits = int.bit_length(value)
    return int.__repr__(value) if bits <= 128 else "<int of " + int.__repr__(bits) + " bits>"


def brief_str(value, deep):
    return repr(value) if len(value) <= ROOM else repr(value[:ROOM]) + "…"


def brief_bytearray(value, deep):
    return "bytearray(" + brief_str(bytes(value[:ROOM + 1]), deep) + ")"


def brief_list(value, deep):
    return "[" + items_of(list.__iter__(value), deep) + "]"


def brief_tuple(value, deep):
    text = items_of(tuple.__iter__(value), deep)
    return "(" + text + (",)" if tuple.__len__(value) == 1 else ")")


def brief_set(value, deep):
    return "{" + items_of(set.__iter__(value), deep) + "}" if set.__len__(value) else "set()"


def brief_frozenset(value, deep):
    return "frozenset({" + items_of(frozenset.__iter__(value), deep) + "})"


def brief_deque(value, deep):
    return "deque([" + items_of(collections.deque.__iter__(value), deep) + "])"


def brief_dict(value, deep):
    if deep <= 0:
        return "{…}" if dict.__len__(value) else "{}"
    pairs = []
    for key, item in some(dict_items(value)):
        pairs.append("…" if len(pairs) == ITEMS else text_of(key, deep - 1) + ": " + text_of(item, deep - 1))
    return "{" + ", ".join(pairs) + "}"


def items_of(iterator, deep):
    if deep <= 0:
        return "…"
    texts = []
    for item in some(iterator):
        texts.append("…" if len(texts) == ITEMS else text_of(item, deep - 1))
    return ", ".join(texts)


def some(items):
    """The first items and one more; other threads may change a container meanwhile."""
    try:
        return list(islice(items, ITEMS + 1))
    except RuntimeError:
        return ()


def brief_function(value, deep):
    return "<function " + function_name(value) + ">"


def brief_builtin(value, deep):
    return "<function " + builtin_name(value) + ">"


def brief_method(value, deep):
    function = method_function(value)
    return "<method " + (function_name(function) if type(function) is types.FunctionType else "…") + ">"


def brief_module(value, deep):
    return "<module " + name_module(value) + ">"


def brief_generator(value, deep):
    return "<generator " + generator_name(value) + ">"


def brief_coroutine(value, deep):
    return "<coroutine " + coroutine_name(value) + ">"


def brief_async_generator(value, deep):
    return "<async generator " + async_generator_name(value) + ">"


def brief_task(value, deep):
    return "<Task " + str.__str__(task_name(value)) + ">"


def brief_object(value, kind, deep):
    """An instance of a class: what it is as an instance of a built-in one, or its attributes."""
    mro, name = mro_of(kind), class_short_name(kind)
    for base, brief in BASES:
        if has(mro, base):
            return name + "(" + brief(value, deep - 1) + ")"
    if has(mro, BaseException):
        return name + brief_tuple(args_of(value), deep - 1).replace(",)", ")")
    own = own_dict(value) if deep > 1 and is_of_program(kind) else None
    if own is None:
        return "<" + name + ">"
    words = ["<" + name]
    for field, item in some(dict_items(own)):
        if type(field) is str:
            words.append("…" if len(words) > ITEMS else field + "=" + text_of(item, deep - 2))
    return " ".join(words) + ">"


def is_of_program(kind):
    """Whether a class is of the program itself: what is inside of others is not what a lesson is about."""
    try:
        module = module_of_class(kind)
    except AttributeError:
        return False
    return type(module) is str and module == "__main__"


def error_text(error):
    """`Type: message`, the message as the arguments say it: `str()` of an exception may be a learner's own."""
    kind, args = type(error), args_of(error)
    name, mro = class_short_name(kind), mro_of(kind)
    if not args:
        return name
    if len(args) == 1 and type(args[0]) is str and not has(mro, KeyError):
        return name + ": " + args[0][:WORDS]
    if has(mro, OSError) and len(args) == 2 and type(args[0]) is int and type(args[1]) is str:
        return name + ": [Errno " + int.__repr__(args[0]) + "] " + args[1][:WORDS]
    return name + ": " + (text_of(args[0]) if len(args) == 1 else brief_tuple(args, DEEP))


builtin_name = types.BuiltinFunctionType.__dict__["__name__"].__get__

BRIEFS = {
    **{id(kind): brief_plain for kind in (bool, float, complex, type(None), type(...), range)},
    id(int): brief_int,
    id(str): brief_str,
    id(bytes): brief_str,
    id(bytearray): brief_bytearray,
    id(list): brief_list,
    id(tuple): brief_tuple,
    id(set): brief_set,
    id(frozenset): brief_frozenset,
    id(dict): brief_dict,
    id(collections.deque): brief_deque,
    id(types.FunctionType): brief_function,
    id(types.BuiltinFunctionType): brief_builtin,
    id(types.MethodType): brief_method,
    id(types.ModuleType): brief_module,
    id(types.GeneratorType): brief_generator,
    id(types.CoroutineType): brief_coroutine,
    id(types.AsyncGeneratorType): brief_async_generator,
    id(CTask): brief_task,
}

# The first that fits counts.
BASES = (
    (list, brief_list),
    (tuple, brief_tuple),
    (dict, brief_dict),
    (set, brief_set),
    (frozenset, brief_frozenset),
    (int, lambda value, deep: brief_int(int.__int__(value), deep)),
    (float, lambda value, deep: float.__repr__(value)),
    (str, lambda value, deep: brief_str(str.__str__(value), deep)),
    (bytes, lambda value, deep: brief_str(bytes.__getitem__(value, slice(0, ROOM + 1)), deep)),
    (collections.deque, brief_deque),
)
