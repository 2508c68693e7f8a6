import { runAnswered } from "../../../../sdk/engine/connection/run-answered";

const run = (line: string, silentMs: number, signal?: AbortSignal) => {
  const heard: string[] = [];
  const options = { deadlineMs: 5000, onStdout: (text: string) => void heard.push(text), signal };
  return runAnswered("/bin/sh", ["-c", line], options, silentMs).then((ran) => ({ ...ran, heard: heard.join("") }));
};

describe("a command that says at once that somebody is there", () => {
  it("is given as long as it takes once it has said so, and its own words without that", async () => {
    const ran = await run("echo; sleep 1.2; printf 'a\\n\\nb'", 1000);
    expect(ran).toMatchObject({ answered: true, silent: false, exitCode: 0, stdout: "a\n\nb", heard: "a\n\nb" });
  });

  it("is given up soon where nobody answers", async () => {
    const began = performance.now();
    expect(await run("sleep 5", 50)).toMatchObject({ answered: false, silent: true, exitCode: undefined });
    expect(performance.now() - began).toBeLessThan(4000);
  });

  it("that ends without an answer has failed, and is not silent", async () => {
    expect(await run("exit 255", 2000)).toMatchObject({ answered: false, silent: false, exitCode: 255, stdout: "" });
  });
});
