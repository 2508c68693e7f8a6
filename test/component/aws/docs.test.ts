/** docs/aws.md is held to what is made. */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import ts from "typescript";
import { type AwsMockAnswers, type AwsMocks, mockAws, settled } from "../../support/aws-mocks";

const page = readFileSync(resolve(__dirname, "../../../docs/aws.md"), "utf8");
const blocks = [...page.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, code = ""]) => code);
const section = (title: string) => page.split(/^## /m).find((text) => text.startsWith(title)) ?? "";

describe("docs/aws.md", () => {
  /** What the code of the page registers, for somebody who has a key. */
  const made = async (written: string, answers: AwsMockAnswers = {}) => {
    const aws = mockAws(answers);
    const code = written.replace("sshFrom:", 'authorizedKeys: ["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5 you@laptop"], sshFrom:');
    const { outputText } = ts.transpileModule(code, { compilerOptions: { module: ts.ModuleKind.CommonJS } });
    new Function("require", "exports", outputText)(require, {});
    await settled(aws);
    return aws;
  };
  const namesOf = ({ registered }: { registered: readonly { type: string; name: string }[] }) =>
    registered.flatMap(({ type, name }) => (type.startsWith("aws:") ? [name] : [])).sort();

  let aws: AwsMocks;
  beforeAll(async () => {
    aws = await made(blocks[0] ?? "");
  });

  it("begins with a program that is right, and lists just what it makes", () => {
    expect(aws.registered.filter(({ inputs }) => inputs.problems !== undefined)).toEqual([]);
    const rows = section("What is created")
      .split("\n")
      .filter((line) => line.startsWith("| `"));
    const listed = rows.flatMap((row) => [...(row.split("|")[1] ?? "").matchAll(/`([^`]+)`/g)].map(([, name]) => name));
    expect(listed.sort()).toEqual(namesOf(aws));
  });

  it("draws nothing that is not made", () => {
    const names = namesOf(aws);
    const drawn = [...(section("What is created").split("```")[1] ?? "").matchAll(/cloud-[a-z-]+/g)].map(([name]) => name);
    expect(drawn.length).toBeGreaterThan(5);
    expect(drawn.filter((name) => !names.includes(name))).toEqual([]);
    expect(aws.named("cloud-instance")).toMatchObject({ instanceType: "t3.small", rootBlockDevice: { volumeSize: 12 } });
  });

  it("shows more of it in a program that is right too", async () => {
    const image = { id: "ami-0123456789abcdef0", architecture: "arm64", rootDeviceName: "/dev/xvda" };
    const more = await made(blocks[1] ?? "", { image });
    expect(more.registered.filter(({ inputs }) => inputs.problems !== undefined)).toEqual([]);
    expect(more.named("cloud-instance")).toMatchObject({ instanceType: "t4g.medium", monitoring: true });
    expect(namesOf(more)).toEqual(expect.arrayContaining(["cloud-record", "cloud-policy", "cloud-in-22-2001-db8-7-48"]));
  });

  it("shows a transform that reaches the host", async () => {
    const transform = blocks.find((code) => code.startsWith("transform:")) ?? "";
    const adjusted = await made(`${blocks[0]}`.replace("sshFrom:", `${transform.trim()},\n sshFrom:`).replace(/,,/, ","));
    const host = adjusted.registered.find(({ type }) => type === "drayage:index:Host");
    expect(host?.inputs.proxyCommand).toContain("AWS-StartSSHSession");
  });

  it("adds its prices up", () => {
    const rows = section("What it costs")
      .split("\n")
      .map((line) => line.split("|").map((cell) => cell.replace(/\*/g, "").trim()))
      .filter((cells) => Number(cells[5]) > 0);
    const sums = rows.filter(([, part]) => part === "sum");
    const priced = rows.filter(([, part]) => part !== "sum");
    expect([priced.length, sums.length]).toEqual([7, 1]);
    for (const [price, total] of [
      [4, 5],
      [6, 7],
    ] as const) {
      const computed = priced.map((cells) => (Number(cells[2]) * Number(cells[price])).toFixed(2));
      expect(computed).toEqual(priced.map((cells) => cells[total]));
      const host = priced.slice(0, 4).reduce((sum, cells) => sum + Number(cells[total]), 0);
      expect(sums[0]?.[total]).toBe(host.toFixed(2));
    }
  });

  it("prices the host that is made when nothing more is said", () => {
    const table = section("What it costs");
    const root = aws.named("cloud-instance").rootBlockDevice as { volumeSize: number };
    expect(table).toMatch(new RegExp(`root disk, gp3 \\| ${root.volumeSize} \\|`));
    expect(table).toMatch(new RegExp(`data disk, gp3 \\| ${aws.named("cloud-data").size} \\|`));
    expect(aws.of("aws:ec2/eip:Eip")).toHaveLength(1);
  });
});
