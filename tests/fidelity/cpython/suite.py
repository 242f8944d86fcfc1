# Runs one module of CPython's own tests, whose name stands before this text as MODULE, and prints one line a case.
import importlib
import sys
import unittest

from test import support


class Lines(unittest.TestResult):
    """Keeps a word for each case: ok, or else the worst of what befell it or its subtests."""

    def __init__(self):
        super().__init__()
        self.words = {}

    def startTest(self, test):
        super().startTest(test)
        self.words[test.id()] = "ok"

    def addSubTest(self, test, subtest, error):
        super().addSubTest(test, subtest, error)
        if error is not None:
            self.note(test, "failed", error[1])

    def addFailure(self, test, error):
        self.note(test, "failed", error[1])

    def addError(self, test, error):
        self.note(test, "error", error[1])

    def addSkip(self, test, reason):
        self.note(test, "skipped", reason)

    def addExpectedFailure(self, test, error):
        self.note(test, "expected")

    def addUnexpectedSuccess(self, test):
        self.note(test, "unexpected")

    def note(self, test, word, why=""):
        self.words[test.id()] = word
        print("CASE-WHY", test.id(), word, repr(why)[:300], file=sys.__stderr__)


# As CPython runs them by default: nothing that needs much time, much room or the network.
support.use_resources = []
module = importlib.import_module("test." + MODULE)
result = Lines()
unittest.defaultTestLoader.loadTestsFromModule(module).run(result)
sys.stdout = sys.__stdout__
for name in sorted(result.words):
    print("CASE", name, result.words[name])
