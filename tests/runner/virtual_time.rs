//! Virtual time: waiting costs nothing and is exact, whatever a program waits with; what is real stays real.

use pykata::domain::run::{Answer, Level, Observation, Outcome, RunSpec};

use crate::support::{Bench, calls, limited, program, real, run, run_text};

/// Runs a program that must end well, and gives what it printed.
fn printed(text: &str) -> String {
    let seen = run_text(text);
    assert_eq!(seen.outcome, Outcome::Normal, "{seen:?}");
    assert_eq!(seen.stderr.text(), "", "{text}");
    seen.stdout.text()
}

/// Runs the body of an `async def main()`, and gives what it printed and how much virtual time it took.
fn run_main(body: &str) -> (String, f64) {
    let body = body.trim_matches('\n').replace('\n', "\n    ");
    let text = format!(
        "import asyncio, time, threading, queue\nasync def main():\n    {body}\nasyncio.run(main())\n"
    );
    let seen = run_text(&text);
    assert_eq!(seen.outcome, Outcome::Normal, "{text}\n{seen:?}");
    (seen.stdout.text(), seen.virtual_s.expect("the clock is virtual"))
}

/// How much virtual time the body of an `async def main()` takes.
#[track_caller]
fn takes(body: &str, seconds: f64) {
    let (_, took) = run_main(body);
    assert!((took - seconds).abs() < 1e-9, "it took {took} s: {body}");
}

/// Whether programs have neither sockets nor shared memory here.
fn confined() -> bool {
    run_text("").sandbox == Level::Confined
}

fn stuck(text: &str) -> (Observation, Vec<String>) {
    let seen = run_text(text);
    let waiting = seen.waiting.iter().map(pykata::domain::run::Waiting::sentence).collect();
    (seen, waiting)
}

#[test]
fn sleeps_cost_nothing_and_are_exact() {
    takes("await asyncio.gather(*(asyncio.sleep(1) for _ in range(3)))", 1.0);
    takes("for _ in range(10): await asyncio.sleep(0.1)", 1.0);
    takes("for _ in range(10): time.sleep(3600)", 36_000.0);
    takes("await asyncio.gather(asyncio.sleep(1), asyncio.to_thread(int))\ntime.sleep(2)", 3.0);
    let text = "from time import *\nt = perf_counter(), perf_counter()\nsleep(0.25)\nprint(perf_counter() - t[1])";
    assert_eq!(printed(text), "0.25\n");
}

#[test]
fn a_loop_is_virtual_however_it_is_started() {
    let body = "import asyncio\nasync def main():\n    loop = asyncio.get_running_loop()\n    start = loop.time()\n    \
        await asyncio.sleep(0.5)\n    print(loop.time() - start, type(loop).__name__)\n";
    for start in [
        "asyncio.run(main())",
        "asyncio.run(main(), debug=True)",
        "with asyncio.Runner() as runner: runner.run(main())",
        "loop = asyncio.new_event_loop(); loop.run_until_complete(main()); loop.close()",
        "loop = asyncio.SelectorEventLoop(); loop.run_until_complete(main()); loop.close()",
    ] {
        let seen = printed(&format!("{body}{start}\n"));
        assert_eq!(seen, "0.5 _UnixSelectorEventLoop\n", "{start}");
    }
}

#[test]
fn timeouts_fire_at_their_moment() {
    takes("try: await asyncio.wait_for(asyncio.sleep(10), 1)\nexcept TimeoutError: pass", 1.0);
    takes(
        "try:\n    async with asyncio.timeout(0.25): await asyncio.sleep(99)\nexcept TimeoutError: pass",
        0.25,
    );
    let (out, _) = run_main(
        "try: await asyncio.wait_for(asyncio.to_thread(time.sleep, 5), 1)\n\
        except TimeoutError: print(asyncio.get_running_loop().time())",
    );
    assert_eq!(out, "1.0\n");
}

#[test]
fn a_task_group_cancels_at_the_moment_of_the_failure() {
    let (out, took) = run_main(
        "async def fail():\n    await asyncio.sleep(1)\n    raise ValueError\n\
        try:\n    async with asyncio.TaskGroup() as group:\n        \
        group.create_task(asyncio.sleep(5))\n        group.create_task(fail())\n\
        except* ValueError: print('failed')",
    );
    assert_eq!((out.as_str(), took), ("failed\n", 1.0));
}

#[test]
fn what_asyncio_waits_with_is_exact() {
    takes(
        "limit = asyncio.Semaphore(2)\nasync def work():\n    async with limit: await asyncio.sleep(1)\n\
        await asyncio.gather(*(work() for _ in range(6)))",
        3.0,
    );
    takes(
        "box = asyncio.Queue(1)\nasync def put():\n    for i in range(3):\n        await asyncio.sleep(0.5)\n        \
        await box.put(i)\nasync def get():\n    for _ in range(3): await box.get()\n\
        await asyncio.gather(put(), get())",
        1.5,
    );
    takes(
        "ready = asyncio.Event()\nasyncio.get_running_loop().call_later(7, ready.set)\nawait ready.wait()",
        7.0,
    );
    takes(
        "both = asyncio.Condition()\nasync def tell():\n    await asyncio.sleep(4)\n    \
        async with both: both.notify_all()\nasync def hear():\n    async with both: await both.wait()\n\
        await asyncio.gather(hear(), hear(), tell())",
        4.0,
    );
}

#[test]
fn equal_deadlines_come_in_the_order_of_their_making() {
    let (out, _) = run_main(
        "out = []\nasync def work(i):\n    await asyncio.sleep(1)\n    out.append(i)\n\
        await asyncio.gather(*(work(i) for i in range(20)))\nprint(out == sorted(out))",
    );
    assert_eq!(out, "True\n");
    let text = "import threading, time\nout = []\ndef work(i):\n    time.sleep(1)\n    out.append(i)\n\
        all = [threading.Thread(target=work, args=(i,)) for i in range(9)]\n\
        for each in all: each.start()\nfor each in all: each.join()\nprint(out)";
    assert_eq!(printed(text), "[0, 1, 2, 3, 4, 5, 6, 7, 8]\n");
}

#[test]
fn threads_wait_virtually_with_everything_there_is() {
    takes("await asyncio.gather(*(asyncio.to_thread(time.sleep, n) for n in (1, 2, 0.5)))", 2.0);
    takes("await asyncio.to_thread(threading.Event().wait, 3)", 3.0);
    takes(
        "try: await asyncio.to_thread(queue.Queue().get, timeout=2)\nexcept queue.Empty: pass",
        2.0,
    );
    takes("try: queue.SimpleQueue().get(timeout=2)\nexcept queue.Empty: pass", 2.0);
    takes("lock = threading.Lock()\nlock.acquire()\nlock.acquire(timeout=0.2)", 0.2);
    takes("gate = threading.Semaphore(0)\ngate.acquire(timeout=1.5)", 1.5);
    takes("done = threading.Event()\nthreading.Timer(30, done.set).start()\ndone.wait(60)", 30.0);
    takes(
        "thread = threading.Thread(target=time.sleep, args=(9,))\nthread.start()\nthread.join(4)\nthread.join()",
        9.0,
    );
    takes("import sched\nline = sched.scheduler()\nline.enter(3, 1, int)\nline.run()", 3.0);
    takes(
        "box = queue.Queue(2)\ndef put():\n    for i in range(4):\n        time.sleep(0.5)\n        box.put(i)\n    \
        box.put(None)\ndef get():\n    while box.get() is not None: time.sleep(1)\n\
        await asyncio.gather(asyncio.to_thread(put), asyncio.to_thread(get))",
        4.5,
    );
    takes(
        "loop = asyncio.get_running_loop()\ndef work():\n    time.sleep(1)\n    \
        asyncio.run_coroutine_threadsafe(asyncio.sleep(2), loop).result()\nawait asyncio.to_thread(work)",
        3.0,
    );
}

#[test]
fn a_pool_of_threads_is_exact() {
    let text = "import time\nfrom concurrent.futures import *\nwith ThreadPoolExecutor(2) as pool:\n    \
        list(pool.map(time.sleep, [1, 1, 1]))\nprint(time.perf_counter())\n\
        pool = ThreadPoolExecutor()\njobs = [pool.submit(time.sleep, n) for n in (1, 5)]\n\
        done, rest = wait(jobs, timeout=2)\nprint(len(done), len(rest), time.monotonic() - 10_000)\n";
    assert_eq!(printed(text), "2.0\n1 1 4.0\n");
}

#[test]
fn a_lock_held_through_a_sleep_goes_to_the_first_who_asked() {
    let text = "import threading, time\nlock = threading.Lock()\ndef work(name):\n    with lock:\n        \
        time.sleep(1)\n        print(name, time.monotonic() - 10_000)\n\
        for name in 'abc': threading.Thread(target=work, args=(name,)).start()\n";
    assert_eq!(printed(text), "a 1.0\nb 2.0\nc 3.0\n");
}

const INTERLEAVED: &str = "import asyncio, time\nlog = []\nasync def main():\n    \
    now = asyncio.get_running_loop().time\n    def work(name, pause):\n        for _ in range(3):\n            \
    time.sleep(pause)\n            log.append((name, round(time.monotonic() - 10_000, 6)))\n    \
    async def tick():\n        for _ in range(4):\n            await asyncio.sleep(0.4)\n            \
    log.append(('c', now()))\n    \
    await asyncio.gather(asyncio.to_thread(work, 'a', 0.5), asyncio.to_thread(work, 'b', 0.3), tick())\n\
    asyncio.run(main())\nprint(*log)\n";

#[test]
fn threads_and_tasks_interleave_the_same_way_each_time() {
    let expected = "('b', 0.3) ('c', 0.4) ('a', 0.5) ('b', 0.6) ('c', 0.8) ('b', 0.9) ('a', 1.0) ('c', 1.2) ('a', 1.5) ('c', 1.6)\n";
    let mut bench = Bench::new();
    for round in 0..50 {
        let seen = bench.run_text(INTERLEAVED);
        assert_eq!(seen.stdout.text(), expected, "round {round}: {seen:?}");
    }
}

#[test]
fn local_servers_and_sockets_work() {
    if confined() {
        return;
    }
    let (out, took) = run_main(
        "async def serve(reader, writer):\n    await asyncio.sleep(1)\n    \
        writer.write((await reader.readline()).upper())\n    await writer.drain()\n    writer.close()\n\
        server = await asyncio.start_server(serve, '127.0.0.1', 0)\n\
        port = server.sockets[0].getsockname()[1]\nasync def ask(i):\n    \
        reader, writer = await asyncio.open_connection('127.0.0.1', port)\n    \
        writer.write(b'x%d\\n' % i)\n    line = await reader.readline()\n    writer.close()\n    return line\n\
        print(await asyncio.gather(*(ask(i) for i in range(3))))\nserver.close()",
    );
    assert_eq!((out.as_str(), took), ("[b'X0\\n', b'X1\\n', b'X2\\n']\n", 1.0));
    let (out, took) = run_main(
        "async def serve(reader, writer):\n    await asyncio.sleep(2)\n    writer.write(b'hello\\n')\n    writer.close()\n\
        server = await asyncio.start_unix_server(serve, 'socket')\n\
        reader, writer = await asyncio.open_unix_connection('socket')\n\
        print(await reader.readline())\nwriter.close()\nserver.close()",
    );
    assert_eq!((out.as_str(), took), ("b'hello\\n'\n", 2.0));
}

#[test]
fn a_thread_that_is_blocked_in_the_system_holds_time_up_for_a_moment_only() {
    let text = "import socket, threading, time\na, b = socket.socketpair()\n\
        def tell():\n    time.sleep(3600)\n    b.send(b'x')\n\
        threading.Thread(target=tell).start()\nprint(a.recv(1), time.monotonic() - 10_000)\n";
    assert_eq!(printed(text), "b'x' 3600.0\n");
}

#[test]
fn time_follows_the_real_clock_while_a_child_process_lives() {
    let text = "import subprocess, sys, time\nchild = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(0.1)'])\n\
        child.wait(timeout=60)\nprint(0.1 < time.monotonic() - 10_000 < 60)\nbefore = time.monotonic()\n\
        time.sleep(3600)\nprint(time.monotonic() - before >= 3600)\n";
    assert_eq!(printed(text), "True\nTrue\n");
    let (out, took) = run_main(
        "import sys\ncode = 'import time; time.sleep(0.1); print(7)'\n\
        child = await asyncio.create_subprocess_exec(sys.executable, '-c', code, stdout=-1)\n\
        print(await asyncio.wait_for(child.communicate(), 60))",
    );
    assert_eq!(out, "(b'7\\n', None)\n");
    assert!((0.1..60.0).contains(&took), "{took}");
}

#[test]
fn a_pool_of_processes_works() {
    let text = "import multiprocessing, time\nfrom concurrent.futures import ProcessPoolExecutor\n\
        with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context('fork')) as pool:\n    \
        print(list(pool.map(abs, [-1, -2])), pool.submit(time.sleep, 0.05).result(timeout=60))\n";
    if !confined() {
        assert_eq!(printed(text), "[1, 2] None\n");
    }
}

#[test]
fn spinning_does_not_stop_time() {
    let (out, _) = run_main(
        "async def spin():\n    while True: await asyncio.sleep(0)\nspinner = asyncio.create_task(spin())\n\
        await asyncio.sleep(1)\nspinner.cancel()\nprint('over')",
    );
    assert_eq!(out, "over\n");
    let spin = "import time\nstart = time.monotonic()\nwhile time.monotonic() - start < 1: pass\nprint('over')";
    assert_eq!(printed(spin), "over\n");
    let flag = "import threading, time\ndone = []\n\
        threading.Timer(0.1, done.append, (1,)).start()\nwhile not done: pass\nprint('over')";
    assert_eq!(printed(flag), "over\n");
}

#[test]
fn what_never_ends_is_a_timeout_all_the_same() {
    let ticker = "import asyncio\nasync def main():\n    while True: await asyncio.sleep(1e-3)\nasyncio.run(main())\n";
    assert_eq!(run(&limited(ticker, 300)).outcome, Outcome::Timeout);
    let busy = "import threading, time\nthreading.Thread(target=time.sleep, args=(1e6,)).start()\nwhile True: pass\n";
    assert_eq!(run(&limited(busy, 300)).outcome, Outcome::Timeout);
}

#[test]
fn a_sleep_of_more_than_ten_years_is_a_timeout_at_once() {
    for text in [
        "import time\ntime.sleep(400_000_000)\n",
        "import asyncio\nasyncio.run(asyncio.sleep(400_000_000))\n",
        "import asyncio, math\nasyncio.run(asyncio.sleep(math.inf))\n",
    ] {
        let seen = run_text(text);
        assert_eq!(seen.outcome, Outcome::Timeout, "{seen:?}");
        assert!(seen.note.is_some_and(|note| note.contains("ten years")));
    }
}

#[test]
fn a_deadlock_of_tasks_is_named_with_who_waits_where() {
    let (seen, waiting) = stuck(
        "import asyncio\nasync def consumer(box):\n    return await box.get()\nasync def main():\n    \
        task = asyncio.create_task(consumer(asyncio.Queue()), name='eater')\n    await task\nasyncio.run(main())\n",
    );
    assert_eq!(seen.outcome, Outcome::Deadlock, "{seen:?}");
    assert_eq!(
        waiting,
        [
            "Task-1 waits at main.py line 6 in main: await task",
            "eater waits at main.py line 3 in consumer: return await box.get()",
        ]
    );
    let exception = seen.exception.expect("a deadlock is an exception to the program");
    assert_eq!(exception.class, "Deadlock");
    assert!(exception.message.ends_with(&waiting.join("\n  ")));
    assert!(!exception.traceback.contains("pykata"), "{}", exception.traceback);
}

#[test]
fn a_deadlock_of_two_locks_is_named() {
    let (seen, waiting) = stuck(
        "import threading, time\na, b = threading.Lock(), threading.Lock()\ndef work(first, second):\n    \
        with first:\n        time.sleep(1)\n        with second: pass\n\
        all = [threading.Thread(target=work, args=pair) for pair in ((a, b), (b, a))]\n\
        for each in all: each.start()\nfor each in all: each.join()\n",
    );
    assert_eq!(seen.outcome, Outcome::Deadlock, "{seen:?}");
    assert_eq!(
        waiting,
        [
            "MainThread waits at main.py line 9: for each in all: each.join()",
            "Thread-1 (work) waits at main.py line 6 in work: with second: pass",
            "Thread-2 (work) waits at main.py line 6 in work: with second: pass",
        ]
    );
}

#[test]
fn a_deadlock_of_the_main_thread_alone_is_named() {
    for wait in [
        "threading.Event().wait()",
        "queue.Queue().get()",
        "queue.SimpleQueue().get()",
        "lock = threading.Lock(); lock.acquire(); lock.acquire()",
        "threading.Barrier(2).wait()",
        "concurrent.futures.Future().result()",
    ] {
        let (seen, waiting) =
            stuck(&format!("import concurrent.futures, queue, threading\n{wait}\n"));
        assert_eq!(seen.outcome, Outcome::Deadlock, "{wait}: {seen:?}");
        assert_eq!(waiting, [format!("MainThread waits at main.py line 2: {wait}")]);
    }
}

#[test]
fn a_thread_may_wait_for_the_end_of_the_main_one() {
    let text = "import threading, time\n\
        def last(): threading.main_thread().join(); print('last')\n\
        threading.Thread(target=last).start()\ntime.sleep(60)\nprint('main ends')\n";
    let seen = run_text(text);
    assert_eq!(seen.stdout.text(), "main ends\nlast\n", "{seen:?}");
}

#[test]
fn a_deadlock_that_comes_after_the_last_line_is_named_too() {
    let (seen, waiting) = stuck(
        "import threading\nthreading.Thread(target=threading.Event().wait, name='sleeper').start()\nprint('done')\n",
    );
    assert_eq!(
        (seen.outcome, seen.stdout.text().as_str()),
        (Outcome::Deadlock, "done\n"),
        "{seen:?}"
    );
    assert_eq!(waiting, ["sleeper waits"]);
}

#[test]
fn a_deadlock_cannot_be_swallowed() {
    for handler in ["except Exception: pass", "except BaseException: pass"] {
        let once = format!("import queue\ntry: queue.Queue().get()\n{handler}\nprint('on')\n");
        let seen = run_text(&once);
        assert_eq!(seen.outcome, Outcome::Deadlock, "{handler}: {seen:?}");
        let forever =
            format!("import queue\nwhile True:\n    try: queue.Queue().get()\n    {handler}\n");
        assert_eq!(run_text(&forever).outcome, Outcome::Deadlock, "{handler}");
    }
    let task = "import asyncio\nasync def main():\n    while True:\n        try: await asyncio.Event().wait()\n        \
        except BaseException: pass\nasyncio.run(main())\n";
    assert_eq!(run_text(task).outcome, Outcome::Deadlock);
}

#[test]
fn a_deadlock_in_a_call_is_what_the_call_raised() {
    let seen =
        run(&calls("import queue\ndef f(): return queue.Queue().get()\n", &["1", "f()", "2"]));
    let [Answer::Value(_), Answer::Raised(raised), Answer::Value(_)] = &seen.answers[..] else {
        panic!("{seen:?}");
    };
    assert_eq!(raised.class, "Deadlock");
}

#[test]
fn who_waits_for_something_real_is_not_deadlocked() {
    let pipe = "import os\nr, w = os.pipe()\nos.read(r, 1)\n";
    let server = "import asyncio\nasync def main():\n    server = await asyncio.start_server(print, '127.0.0.1', 0)\n    \
        await server.serve_forever()\nasyncio.run(main())\n";
    let child =
        "import os, queue, time\nif os.fork() == 0:\n    time.sleep(60)\nqueue.Queue().get()\n";
    let signal = "import signal, queue\nsignal.signal(signal.SIGALRM, print)\nsignal.alarm(60)\nqueue.Queue().get()\n";
    for text in [pipe, server, child, signal] {
        if text == server && confined() {
            continue;
        }
        assert_eq!(run(&limited(text, 400)).outcome, Outcome::Timeout, "{text}");
    }
}

#[test]
fn a_signal_that_was_set_comes_in_time() {
    let text = "import signal, time\ndef ring(*_): raise TimeoutError\nsignal.signal(signal.SIGALRM, ring)\n\
        signal.setitimer(signal.ITIMER_REAL, 0.05)\ntry: time.sleep(60)\nexcept TimeoutError: print('rung')\n";
    assert_eq!(printed(text), "rung\n");
}

#[test]
fn a_benchmark_measures_work() {
    let text = "from time import perf_counter\nstart = perf_counter()\nsum(range(1_000_000))\n\
        slow = perf_counter() - start\nstart = perf_counter()\nfast = perf_counter() - start\nprint(slow / fast > 1)\n";
    assert_eq!(printed(text), "True\n");
    assert_eq!(
        printed("import timeit\nprint(timeit.timeit('sum(range(1000))', number=100) > 1e-6)\n"),
        "True\n"
    );
}

#[test]
fn the_functions_of_time_look_as_they_are() {
    let text = "import time, threading, pickle\nprint(time.sleep, time.monotonic, time.sleep.__name__)\n\
        print(pickle.loads(pickle.dumps(time.sleep)) is time.sleep, type(threading.Lock()), type(threading.RLock()))\n\
        for wrong in ('1', -1, None):\n    try: time.sleep(wrong)\n    except Exception as e: print(repr(e))\n";
    assert_eq!(
        printed(text),
        "<built-in function sleep> <built-in function monotonic> sleep\n\
        True <class '_thread.lock'> <class '_thread.RLock'>\n\
        TypeError(\"'str' object cannot be interpreted as an integer\")\n\
        ValueError('sleep length must be non-negative')\n\
        TypeError(\"'NoneType' object cannot be interpreted as an integer\")\n"
    );
}

#[test]
fn an_error_in_our_own_functions_shows_the_programs_frames_alone() {
    let seen = run_text("import time\ndef nap():\n    time.sleep(-1)\nnap()\n");
    let exception = seen.exception.expect("a ValueError");
    let lines: Vec<u32> = exception.frames.iter().map(|frame| frame.line).collect();
    assert_eq!(lines, [4, 3]);
    let printed = run_text(
        "import threading, time, traceback\ntry: time.sleep(-1)\nexcept ValueError: traceback.print_exc()\n\
        thread = threading.Thread(target=time.sleep, args=(-1,))\nthread.start()\nthread.join()\n",
    );
    let shown = printed.stderr.text();
    assert_eq!(shown.matches("ValueError: sleep length must be non-negative").count(), 2);
    assert!(!shown.contains("<pykata>"), "{shown}");
    assert!(!exception.traceback.contains("pykata"), "{}", exception.traceback);
}

#[test]
fn tasks_and_forgotten_coroutines_are_counted_under_both_clocks() {
    let text = "import asyncio\nasync def fetch(): pass\nasync def main():\n    fetch()\n    \
        tasks = [asyncio.create_task(asyncio.sleep(0.01 * n)) for n in (1, 200, 300)]\n    await tasks[0]\n    \
        print(tasks[0])\nasyncio.run(main())\n";
    for spec in [program(text), real(program(text))] {
        let is_virtual = spec.program.clock == pykata::domain::run::Clock::Virtual;
        let seen = run(&spec);
        assert_eq!(seen.outcome, Outcome::Normal, "{seen:?}");
        assert_eq!(seen.virtual_s, is_virtual.then_some(0.01));
        assert_eq!((seen.tasks.most_tasks, seen.tasks.cancelled), (4, 2));
        let left: Vec<_> = seen.tasks.tasks_left.iter().map(|task| task.name.as_str()).collect();
        assert_eq!(left, ["Task-3", "Task-4"]);
        let [forgotten] = &seen.tasks.never_awaited[..] else { panic!("{seen:?}") };
        assert_eq!((forgotten.name.as_str(), forgotten.line), ("fetch", Some(4)));
        let shown = seen.stdout.text();
        assert!(shown.starts_with("<Task finished name='Task-2' coro=<sleep() done"), "{shown}");
        assert!(!shown.contains("pykata") && !shown.contains("cb="), "{shown}");
    }
}

#[test]
fn with_the_real_clock_nothing_of_time_is_replaced() {
    let text = "import asyncio, threading, time\nprint(type(time.sleep), type(time.time))\n\
        start = time.perf_counter_ns()\ntime.sleep(0.02)\nprint(time.perf_counter_ns() - start >= 20_000_000)\n\
        print(threading.Thread.join.__code__.co_filename == threading.__file__, asyncio.TimerHandle.__lt__.__code__.co_filename[-9:])\n";
    let seen = run(&real(program(text)));
    let kind = "<class 'builtin_function_or_method'>";
    assert_eq!(seen.stdout.text(), format!("{kind} {kind}\nTrue\nTrue events.py\n"), "{seen:?}");
}

#[test]
fn time_begins_at_a_whole_second() {
    assert_eq!(
        printed("import time\nprint(time.time() % 1, time.time_ns() % 10**9, time.perf_counter())"),
        "0.0 0 0.0\n"
    );
}

#[test]
fn what_a_program_does_at_its_end_is_in_its_time() {
    let text = "import atexit, threading, time\natexit.register(time.sleep, 4)\n\
        threading.Thread(target=time.sleep, args=(3,)).start()\ntime.sleep(1)\n";
    let seen = run_text(text);
    assert_eq!((seen.outcome, seen.virtual_s), (Outcome::Normal, Some(7.0)));
    let spec = RunSpec { calls: vec!["__import__('time').sleep(2)".into()], ..program("") };
    assert_eq!(run(&spec).virtual_s, Some(2.0));
}
