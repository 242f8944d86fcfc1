"""What Python says of a text that is compiled and not run.

It is asked in a process that runs no program. It may not know who asks.
"""

WARNINGS = 20               # warnings of one text that are told
ESCAPE = re.compile(r"\\.")


def complaints_of(text):
    """The error of a text, or `None`, and its warnings: each a line, its first column, one past the last, and the words. `None`
    where Python can say neither yes nor no."""
    if "\r" in text:
        return None         # Python counts other lines than the editor
    lines = text.split("\n")
    error, parsing = None, False
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        try:
            try:
                compile(text, "main.py", "exec", dont_inherit=True)
            except SyntaxError as refusal:
                error = refusal
            if error is not None:
                try:
                    compile(text, "main.py", "exec", ast.PyCF_ONLY_AST, dont_inherit=True)
                except SyntaxError:
                    parsing = True
        except (MemoryError, RecursionError, ValueError, OverflowError, SystemError):
            return None
    warned = {(each.lineno, str(each.message)): None for each in told}
    warned = [of_warning(lines, line, words) for line, words in warned if 1 <= line <= len(lines)]
    return error and of_error(lines, error, parsing), sorted(warned)[:WARNINGS]


def of_error(lines, error, parsing):
    """Where an error stands, and what it says. The parser counts characters; what comes after it counts bytes."""
    line = min(max(error.lineno or 1, 1), len(lines))
    text = lines[line - 1]
    start, end = error.offset or 0, error.end_offset or 0
    if (error.end_lineno or line) > line:
        end = len(text if parsing else text.encode()) + 1
    if not parsing:
        start, end = in_characters(text, start), in_characters(text, end)
    elif sys_version < (3, 12) and error.msg.startswith("f-string: "):
        # The columns are those of the expression, which was compiled by itself, in parentheses.
        at = text.find((error.text or "").strip()[1:-1])
        start, end = (start + at - 1, end + at - 1) if at >= 0 else (0, 0)
    if start < 1:
        return line, 0, 0, error.msg[:MESSAGE]
    return line, start, max(end, start + 1), error.msg[:MESSAGE]


def in_characters(text, column):
    return len(text.encode()[:max(column, 1) - 1].decode(errors="ignore")) + 1 if column > 0 else 0


def of_warning(lines, line, words):
    escape = ESCAPE.search(words)
    at = lines[line - 1].find(escape[0]) if escape else -1
    return (line, at + 1, at + 1 + len(escape[0]), words[:MESSAGE]) if at >= 0 else (line, 0, 0, words[:MESSAGE])
