"""The other side of the comparison: a JVM with this library, kept warm, and asked line by line."""

import json
import os
import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
JAR = ROOT / "bench" / "target" / "reformer4j-bench.jar"
MAIN = "dev.reformer4j.bench.Measure"
HUGE_PAGES = "-XX:+UseTransparentHugePages"
MODELS = "dev.reformer4j.bench.model.ModelMeasure"


def find_java():
    """The java of a JDK 25, where the launcher finds it."""
    found = subprocess.run(["/bin/sh", str(ROOT / ".mvn" / "find-jdk")], capture_output=True, text=True)
    if found.returncode != 0:
        raise SystemExit(found.stderr.strip())
    return str(Path(found.stdout.strip()) / "bin" / "java")


def launcher_flags():
    """The options that the launcher starts with, read from it so that they are written once."""
    flags = " ".join(re.findall(r'opts="(-XX:[^"]*?) \$opts"', (ROOT / "reformer4j").read_text())).split()
    if not flags:
        raise SystemExit("the launcher ./reformer4j no longer sets opts=\"-XX:… $opts\"; teach bench/peers/jvm.py where its JVM options are")
    return flags if huge_pages() else [flag for flag in flags if flag != HUGE_PAGES]


def huge_pages():
    """Whether the kernel gives huge pages on request, as the launcher asks."""
    setting = Path("/sys/kernel/mm/transparent_hugepage/enabled")
    return setting.exists() and any(mode in setting.read_text() for mode in ("[madvise]", "[always]"))


def command(heap, *arguments, main=MAIN, flags=None):
    """The command that starts a measuring JVM, with the launcher's options unless others are given."""
    class_path = os.environ.get("REFORMER4J_BENCH_CLASSPATH", str(JAR))
    if class_path == str(JAR) and not JAR.exists():
        raise SystemExit(f"{JAR.relative_to(ROOT)} is not there; build it with ./mvnw -pl bench -am -DskipTests package")
    return [find_java(), "--add-modules", "jdk.incubator.vector", *(launcher_flags() if flags is None else flags), f"-Xmx{heap}", "-cp", class_path,
            main, *[str(argument) for argument in arguments]]


def touched(heap):
    """Options with which a JVM begins with all of its heap touched.

    So is that of a process which has run for a while: memory that nobody has used yet is dear, most of all in a virtual
    machine whose host has to find it first.
    """
    return [f"-Xms{heap}", "-XX:+AlwaysPreTouch"]


def once(heap, *arguments, main=MAIN, more_flags=()):
    """Runs one command and returns the object that it prints."""
    done = subprocess.run(command(heap, *arguments, main=main, flags=[*launcher_flags(), *more_flags]), capture_output=True, text=True)
    if done.returncode != 0:
        raise SystemExit(f"{' '.join(map(str, arguments))} failed:\n{done.stderr}")
    return json.loads(done.stdout)


class Server:
    """A JVM that runs attentions on request, or models, in a heap that is touched before anything is measured."""

    def __init__(self, threads, heap="4g", main=MAIN, flags=None):
        chosen = [*(launcher_flags() if flags is None else flags), *touched(heap)]
        self.process = subprocess.Popen(command(heap, "serve", threads, main=main, flags=chosen), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.DEVNULL, text=True)

    def ask(self, **request):
        self.process.stdin.write(json.dumps(request) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit("the measuring JVM ended before it answered " + json.dumps(request))
        answer = json.loads(line)
        if "error" in answer:
            raise SystemExit(f"{json.dumps(request)}: {answer['error']}")
        return answer

    def prepare(self, name, seconds, **case):
        """Makes an input, checks the results and warms up; then a call of what this returns is one run in milliseconds."""
        self.ask(do="prepare", name=name, seconds=seconds, **case)
        timed = {"do": "run", "name": name, "pass": case.get("pass", "forward")}
        return lambda: self.ask(**timed)["ms"]

    def close(self):
        self.process.stdin.close()
        self.process.wait(30)
