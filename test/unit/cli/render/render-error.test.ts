import { Failures, failureExitCode, failuresOf } from "../../../../sdk/cli/failures";
import { plainPaint } from "../../../../sdk/cli/render/paint";
import { errorRecord, renderError, renderErrors } from "../../../../sdk/cli/render/render-error";
import { DrayageError } from "../../../../sdk/spec/drayage-error";

const gate = new DrayageError("GATE_FAILED", "api.1 did not answer within 30 s.\nThe old version serves.", {
  subject: "shop/api on rack",
  hint: "dray logs api",
});

describe("an error", () => {
  it("is one block: code, subject, message, next command", () => {
    expect(renderError(gate, plainPaint).split("\n")).toEqual([
      "error  GATE_FAILED  shop/api on rack",
      "  api.1 did not answer within 30 s.",
      "  The old version serves.",
      "  next: dray logs api",
    ]);
  });

  it("is printed once when it arrives twice", () => {
    expect(renderErrors([gate, gate], plainPaint).match(/GATE_FAILED/g)).toHaveLength(1);
  });

  it("of a foreign kind is INTERNAL", () =>
    expect(errorRecord(new Error("boom"))).toMatchObject({ code: "INTERNAL", exitCode: 1, message: "boom" }));
});

describe("several failures", () => {
  const port = new DrayageError("PORT_TAKEN", "80 is taken");
  it("exit with the code they share", () =>
    expect(failureExitCode(failuresOf(new Failures([gate, new DrayageError("START_FAILED", "x")])))).toBe(9));
  it("exit as partial when they differ", () => expect(failureExitCode(failuresOf(new AggregateError([gate, port])))).toBe(11));
});
