import { createBuildLog } from "../../../../sdk/engine/image/build-log";

const logOf = (text: string, secrets: string[] = []) => {
  const log = createBuildLog(secrets);
  for (const line of text.split("\n")) log.add(line);
  return log;
};

describe("the log of a BuildKit build", () => {
  const failing = `#1 [internal] load build definition from Dockerfile
#1 sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
#1 DONE 0.0s
#5 [2/4] RUN apt-get update
#5 0.120 Hit:1 http://packages.example bookworm InRelease
#5 DONE 0.4s
#6 [3/4] RUN make all
#6 0.210 cc -c main.c
#7 [other 1/2] RUN sleep 9
#6 0.260 main.c:1: error: expected ';'
#6 ERROR: executor failed running [/bin/sh -c make all]: exit code: 2
------
 > [3/4] RUN make all:
------
executor failed running [/bin/sh -c make all]: exit code: 2`;

  it("names the step that failed, not the one that started last", () => {
    expect(logOf(failing).failedStep).toBe("[3/4] RUN make all");
  });

  it("keeps what that step said, without times and frames", () => {
    expect(logOf(failing).lastLines).toEqual([
      "cc -c main.c",
      "main.c:1: error: expected ';'",
      "ERROR: executor failed running [/bin/sh -c make all]: exit code: 2",
    ]);
  });

  it("shows the solver's words when no step failed", () => {
    const log = logOf(`#1 [internal] load build definition from Dockerfile
#1 DONE 0.0s
failed to solve with frontend dockerfile.v0: dockerfile parse error line 2: unknown instruction: RUM`);
    expect(log.failedStep).toBeUndefined();
    expect(log.lastLines.join()).toMatch(/unknown instruction: RUM/);
  });

  it("keeps the last lines of a long step only", () => {
    const lines = Array.from({ length: 500 }, (_, index) => `#2 0.1 line ${index}`).join("\n");
    const log = logOf(`#2 [1/1] RUN yes\n${lines}\n#2 ERROR: exit code: 1`);
    expect(log.lastLines).toHaveLength(20);
    expect(log.lastLines.at(-2)).toBe("line 499");
  });

  it("never repeats a line of a secret", () => {
    const log = logOf("#2 [1/1] RUN cat\n#2 0.1 token is hunter2-long\n#2 0.1 second-line\n#2 ERROR: exit code: 1", [
      "hunter2-long\nsecond-line",
    ]);
    expect(log.lastLines.join()).not.toMatch(/hunter2|second-line/);
    expect(log.lastLines).toContain("token is ***");
  });
});

describe("the log of a classic build", () => {
  it("names the step and what it said", () => {
    const log = logOf(
      "Step 1/2 : FROM debian\n ---> 38b731effe27\nStep 2/2 : RUN false\n ---> Running in 1234\nThe command returned 1",
    );
    expect(log.failedStep).toBe("[2/2] RUN false");
    expect(log.lastLines).toContain("The command returned 1");
  });
});
