import { watchInterrupts } from "../../../../sdk/cli/session/interrupts";
import { fakeTerminal } from "../fake-terminal";

describe("Ctrl-C", () => {
  it("asks to finish or undo the first time and leaves the second time", () => {
    jest.useFakeTimers();
    const said: string[] = [];
    const terminal = fakeTerminal();
    const interrupts = watchInterrupts(terminal, (line) => said.push(line));
    terminal.interrupt();
    expect([interrupts.signal.aborted, interrupts.abandon.aborted]).toEqual([true, false]);
    expect(said[0]).toContain("finished or undone");
    terminal.interrupt();
    terminal.interrupt();
    expect(interrupts.abandon.aborted).toBe(true);
    jest.runAllTimers();
    expect(terminal.abandoned).toEqual([130]);
    expect(said).toHaveLength(2);
    jest.useRealTimers();
  });

  it("is the process's own again afterwards", () => {
    const terminal = fakeTerminal();
    const interrupts = watchInterrupts(terminal, () => undefined);
    interrupts.close();
    terminal.interrupt();
    expect(interrupts.signal.aborted).toBe(false);
  });
});
