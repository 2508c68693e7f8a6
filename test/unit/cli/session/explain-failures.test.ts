import { explainFailures, type RunResult } from "../../../../sdk/cli/session/explain-failures";
import { DrayageError } from "../../../../sdk/spec/drayage-error";

const shop = "urn:pulumi:dev::demo::drayage:index:Workload::shop";
const stack = "urn:pulumi:dev::demo::pulumi:pulumi:Stack::demo-dev";
const none = new Map<string, readonly unknown[]>();
const failed = (more: Partial<RunResult>): RunResult => ({
  exitCode: 1,
  diagnostics: [],
  programError: undefined,
  stderr: "",
  ...more,
});
const error = (text: string, urn?: string) => ({ severity: "error" as const, text, ...(urn === undefined ? {} : { urn }) });

describe("what failed in a run", () => {
  it("is nothing when the engine says so", () => expect(explainFailures(failed({ exitCode: 0 }), none, false)).toEqual([]));

  it("is what our provider threw, not Pulumi's text of it", () => {
    const thrown = new DrayageError("PORT_TAKEN", "80 is taken by nginx", { subject: "shop/web on rack", hint: "docker ps" });
    const result = failed({ diagnostics: [error("PORT_TAKEN: 80 is taken by nginx", shop), error("update failed")] });
    expect(explainFailures(result, new Map([[shop, [thrown]]]), false)).toEqual([thrown]);
  });

  it("leaves out resources that were only cancelled because another failed", () => {
    const port = new DrayageError("PORT_TAKEN", "80 is taken");
    const originals = new Map([
      [shop, [port]],
      ["urn:x::y::z::other", [new DrayageError("CANCELLED", "Cancelled before: start web.1.")]],
    ]);
    expect(explainFailures(failed({}), originals, false)).toEqual([port]);
  });

  it("collects all problems of a program", () => {
    const result = failed({
      diagnostics: [
        error("drayage:index:Workload resource 'shop' has a problem: services.api.ports[0]: expected a port, got \"x\"", shop),
        error(
          "drayage:index:Workload resource 'shop' has a problem: services.api.dependsOn: no service \"dbb\", did you mean db?",
          shop,
        ),
      ],
    });
    const errors = explainFailures(result, none, false) as DrayageError[];
    expect(errors.map((it) => [it.code, it.subject])).toEqual([
      ["INVALID_PROGRAM", "shop"],
      ["INVALID_PROGRAM", "shop"],
    ]);
    expect(errors[0]?.message).toContain("services.api.ports[0]");
  });

  it("gives a problem to the resource that has it, not to the one that was checked first", () => {
    const text = "drayage:index:Host resource 'rack' has a problem: shop: endpoint('web', 80): 80/tcp is not published";
    const [it] = explainFailures(failed({ diagnostics: [error(text, shop)] }), none, false) as DrayageError[];
    expect(it).toMatchObject({ subject: "shop", message: "endpoint('web', 80): 80/tcp is not published" });
  });

  it("does not pass on the advice to take the protection off a machine at Amazon, but says what to do instead", () => {
    const urn = "urn:pulumi:dev::demo::drayage:aws:Ec2Host$aws:ec2/instance:Instance::cloud-instance";
    const text = `unable to replace resource "${urn}"\nas it is currently marked for protection. To unprotect the resource, remove the \`protect\` flag`;
    const [it] = explainFailures(failed({ diagnostics: [error(text, urn)] }), none, false) as DrayageError[];
    expect(it).toMatchObject({
      code: "DATA_PROTECTED",
      subject: "cloud-instance",
      hint: expect.stringContaining("retired: true"),
    });
    expect(it?.message).not.toContain("unprotect");
    const others = text.replace("drayage:aws:Ec2Host$", "");
    expect(explainFailures(failed({ diagnostics: [error(others, urn)] }), none, false)[0]).toMatchObject({
      code: "PULUMI_FAILED",
    });
  });

  it("reads code, message and hint where only the text came through", () => {
    const [it] = explainFailures(
      failed({ diagnostics: [error("HOST_TIMEOUT: rack: no answer within 10 s\ndray doctor", shop)] }),
      none,
      false,
    ) as DrayageError[];
    expect(it).toMatchObject({ code: "HOST_TIMEOUT", message: "rack: no answer within 10 s", hint: "dray doctor", exitCode: 4 });
  });

  it("is the program's own mistake, said once, with its place", () => {
    const thrown = new TypeError("Cannot read properties of undefined (reading 'x')");
    thrown.stack = `TypeError: …\n    at Object.<anonymous> (/home/me/shop/index.ts:14:9)\n    at node:internal/x:1:1`;
    const errors = explainFailures(
      failed({ programError: thrown, diagnostics: [error("Running program '/home/me/shop' failed with…", stack)] }),
      none,
      false,
    ) as DrayageError[];
    expect(errors).toHaveLength(1);
    expect(errors[0]).toMatchObject({ code: "INVALID_PROGRAM", subject: "/home/me/shop/index.ts:14" });
  });

  it("of another package is Pulumi's own text", () => {
    const [it] = explainFailures(
      failed({
        diagnostics: [
          error("creating EC2 Instance: UnauthorizedOperation", "urn:pulumi:dev::demo::aws:ec2/instance:Instance::vm"),
        ],
      }),
      none,
      false,
    ) as DrayageError[];
    expect(it).toMatchObject({ code: "PULUMI_FAILED", subject: "vm" });
  });

  it("is a locked stack when the engine could not start", () => {
    const [it] = explainFailures(
      failed({ stderr: "error: the stack is currently locked by 1 lock(s). Either wait…" }),
      none,
      false,
    ) as DrayageError[];
    expect(it?.code).toBe("STACK_LOCKED");
  });

  it("is nobody's fault after Ctrl-C", () => {
    const originals = new Map([[shop, [new DrayageError("CANCELLED", "Cancelled before: start web.1.")]]]);
    const [it] = explainFailures(failed({}), originals, true) as DrayageError[];
    expect(it).toMatchObject({ code: "CANCELLED", exitCode: 130 });
  });
});
