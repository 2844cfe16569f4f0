"""ARX as a peer, where it is present: `WEIR_ARX` holds its class path."""

import json
import os
import pathlib
import subprocess
import sys

DRIVER = pathlib.Path(__file__).with_name("Arx.java")


class Arx:
    """One Java process, asked line by line; see Arx.java for the words of a question."""

    def __init__(self, heap="1500m"):
        path = os.environ.get("WEIR_ARX")
        if not path:
            sys.exit("WEIR_ARX is not set: the class path of ARX")
        told = subprocess.run(["java", "-version"], capture_output=True, text=True, check=True)
        self.java = told.stderr.splitlines()[0]
        command = ["java", f"-Xmx{heap}", "-XX:+UseSerialGC", "-cp", path, str(DRIVER)]
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )

    def ask(self, questions):
        """Answers, in the order of the questions."""
        answers = []
        for question in questions:
            self.process.stdin.write(question + "\n")
            self.process.stdin.flush()
            answers.append(json.loads(self.process.stdout.readline()))
        return answers

    def close(self):
        self.process.stdin.close()
        self.process.wait()
