import { NotesClient, openNotes } from "../support/e2e/notes";
import { type TestHosts, testHosts } from "../support/e2e/test-hosts";
import type { TestProgram } from "../support/e2e/test-program";

jest.setTimeout(120_000);

const port = 18087;

describe("a host whose power is cut", () => {
  let hosts: TestHosts;
  let program: TestProgram;

  beforeAll(async () => {
    hosts = await testHosts();
    program = await openNotes({ stack: "reboot", hosts, port, token: "still a secret" });
    await program.up();
  });

  afterAll(() => program?.remove());

  it("serves again without us: the same containers, secrets mounted, every acknowledged note", async () => {
    const client = new NotesClient(hosts.rack.address, port);
    await client.add("just before");
    const before = await hosts.rack.engine.running(program.stackUid);
    await hosts.lab.reboot("rack", { power: true });
    expect(await client.answersWithin(30)).toBe("1");
    expect(await client.notes()).toEqual(["just before"]);
    expect(await client.secret()).toBe("still a secret");
    expect(await hosts.rack.engine.running(program.stackUid)).toEqual(before);
  });

  it("is no change for the next run, which dials anew", async () => {
    await program.ends(0, "preview", "--exit-code");
    const { stdout } = await program.up();
    expect(stdout).toContain("No change");
  });
});
