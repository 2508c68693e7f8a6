import { readFileSync } from "node:fs";
import { ECRClient, GetAuthorizationTokenCommand } from "@aws-sdk/client-ecr";
import { motoMissing } from "../support/aws/moto/start-moto";
import { type Aws, startAws } from "../support/aws/start-aws";
import { describeUnless } from "../support/describe-unless";
import type { DockerRegistry } from "../support/docker-registry";
import { startLabRegistry } from "../support/e2e/lab-registry";
import { NotesClient, openNotes } from "../support/e2e/notes";
import { type TestHosts, testHosts } from "../support/e2e/test-hosts";
import type { TestProgram } from "../support/e2e/test-program";
import { watchCommandLines } from "../support/e2e/watch-command-lines";
import { toolMissing } from "../support/test-tools";

jest.setTimeout(120_000);

const port = 18120;

/** ECR's API is played by moto, its registry by Debian's, which lets in whoever has the token's password and nobody else. */
describeUnless(motoMissing ?? toolMissing("docker-registry"))("an image in a repository at ECR", () => {
  let hosts: TestHosts;
  let aws: Aws;
  let registry: DockerRegistry | undefined;
  let program: TestProgram;
  let password: string;
  let commandLines: string[];

  const calls = () => aws.trace().filter(({ service }) => service === "ecr");

  beforeAll(async () => {
    [hosts, aws] = await Promise.all([testHosts(), startAws()]);
    password = await passwordOf(aws);
    registry = await startLabRegistry(hosts.rack, { name: "AWS", password });
    const repository = 'new EcrRepository("images", { repository: "notes/app", protected: false })';
    const push = `{ ...${repository}.push({ endpoint: "${aws.endpoint}" }), registry: "${registry?.name}" }`;
    program = await openNotes({
      stack: "ecr",
      hosts,
      port,
      env: aws.env,
      edits: [
        ['from "drayage";', 'from "drayage";\nimport { EcrRepository } from "drayage/aws";'],
        ['{ context: "./app" }', `{ context: "./app", push: ${push} }`],
      ],
    });
    // An image that no other suite has brought to the host: one that is there is not pulled.
    program.write("app/notes.pl", `${program.read("app/notes.pl")}\n# of a repository at ECR\n`);
    await program.does("pulumi", "--", "config", "set", "aws:region", aws.region);
  });
  afterAll(async () => {
    await program?.remove();
    await registry?.remove();
    await aws?.stop();
  });

  it("gets its repository, is pushed there and pulled from there by digest, in one up", async () => {
    const watch = watchCommandLines();
    await program.up();
    commandLines = watch.stop();
    expect(await new NotesClient(hosts.rack.address, port).version()).toBe("1");
    const digests = await hosts.rack.engine.docker("images", "--digests", "--format", "{{.Repository}}@{{.Digest}}");
    expect(digests).toMatch(new RegExp(`^${registry?.name}/notes/app@sha256:[0-9a-f]{64}$`, "m"));
    const made = calls().find(({ operation }) => operation === "CreateRepository")?.input;
    expect(made).toMatchObject({ repositoryName: "notes/app", imageTagMutability: "IMMUTABLE" });
    await program.ends(0, "preview", "--exit-code");
  });

  it("leaves no token anywhere: not in the state, in what is printed, in a command line, nor on the host", async () => {
    const token = Buffer.from(`AWS:${password}`).toString("base64");
    const onHost = await hosts.rack.engine.run("sh", "-c", 'grep -rlF "$0" /root /etc /home /var/lib/drayage || true', password);
    const places = [readFileSync(program.stateFile, "utf8"), program.printed(), commandLines.join("\n"), onHost];
    for (const text of places) expect([password, token].filter((secret) => text.includes(secret))).toEqual([]);
  });

  it("goes with its repository", async () => {
    await program.does("destroy", "--yes");
    expect(calls().map(({ operation }) => operation)).toContain("DeleteRepository");
  });
});

async function passwordOf({ endpoint, region }: Aws): Promise<string> {
  const client = new ECRClient({ endpoint, region, credentials: { accessKeyId: "test", secretAccessKey: "test" } });
  const { authorizationData } = await client.send(new GetAuthorizationTokenCommand({}));
  client.destroy();
  const token = authorizationData?.[0]?.authorizationToken ?? "";
  return Buffer.from(token, "base64").toString().replace("AWS:", "");
}
