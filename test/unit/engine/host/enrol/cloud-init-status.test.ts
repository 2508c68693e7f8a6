import { readBootReport } from "../../../../../sdk/engine/host/enrol/cloud-init-status";

const read = (stdout: string, exitCode = 0) => readBootReport({ stdout, exitCode });

describe("what cloud-init says of itself", () => {
  it.each<[string, string, number, ReturnType<typeof readBootReport>]>([
    ["done", '{"status": "done", "errors": [], "detail": "DataSourceNoCloud"}', 0, { kind: "done", complaints: [] }],
    [
      "degraded, which ends with 2 since 23.4",
      '{"status": "done", "extended_status": "degraded done", "errors": [], "recoverable_errors": {"WARNING": ["a", "a"], "DEPRECATED": ["b"]}}',
      2,
      { kind: "done", complaints: ["a", "b"] },
    ],
    [
      "an error of some module",
      '{"status": "error", "errors": ["(\'locale\', …)"]}',
      1,
      { kind: "done", complaints: ["('locale', …)"] },
    ],
    ["an error without words", '{"status": "error"}', 1, { kind: "done", complaints: ["cloud-init ended with an error"] }],
    ["done after dots", '....{"status": "done"}', 0, { kind: "done", complaints: [] }],
    ["done, of a version without JSON", ".....\nstatus: done\n", 0, { kind: "done", complaints: [] }],
    ["that it was switched off", '{"status": "disabled"}', 0, { kind: "absent" }],
    ["that it still runs", '{"status": "running"}', 0, { kind: "unfinished", status: "running" }],
    ["nothing that can be read", "Traceback", 1, { kind: "unfinished", status: "unknown" }],
    ["nothing, because it is not there", "", 127, { kind: "absent" }],
  ])("is read when it is %s", (_, stdout, exitCode, report) => {
    expect(read(stdout, exitCode)).toEqual(report);
  });
});
