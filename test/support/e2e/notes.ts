/** The notes program of test/fixtures/programs, and its answers as a client gets them. */
import { request } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import { type ProgramOptions, TestProgram } from "./test-program";

export const notesFolder = "test/fixtures/programs/notes";

export interface NotesOptions extends Omit<ProgramOptions, "folder"> {
  /** On its host; unique among the suites, so that none disturbs another. */
  readonly port: number;
  readonly token?: string;
}

export function openNotes({ port, token = "open sesame", edits = [], ...options }: NotesOptions): Promise<TestProgram> {
  return TestProgram.open({
    ...options,
    folder: notesFolder,
    secrets: { token, ...options.secrets },
    edits: [['ports: ["8081:8080"]', `ports: ["${port}:8080"]`], ...edits],
  });
}

export class NotesClient {
  constructor(
    private readonly address: string,
    private readonly port: number,
  ) {}

  version(): Promise<string> {
    return this.ask("GET", "/version");
  }

  secret(): Promise<string> {
    return this.ask("GET", "/secret");
  }

  async notes(): Promise<string[]> {
    return (await this.ask("GET", "/")).split("\n").filter((line) => line !== "");
  }

  /** Resolves when the note is on the host's disk. */
  async add(note: string): Promise<void> {
    const answer = await this.ask("POST", "/", note);
    if (answer !== "kept") throw new Error(`not kept: ${answer}`);
  }

  /** The first answer within `seconds`; what was refused on the way does not count. */
  async answersWithin(seconds: number): Promise<string> {
    for (const deadline = performance.now() + seconds * 1000; ; await pause(100)) {
      try {
        return await this.version();
      } catch (error) {
        if (performance.now() > deadline) throw error;
      }
    }
  }

  private ask(method: string, path: string, body = ""): Promise<string> {
    return new Promise((done, fail) => {
      const { address: host, port } = this;
      const asking = request({ host, port, path, method, agent: false, timeout: 3000 }, (response) => {
        const parts: Buffer[] = [];
        response.on("data", (part: Buffer) => parts.push(part));
        response.on("end", () => done(Buffer.concat(parts).toString()));
      });
      asking.setHeader("Content-Length", Buffer.byteLength(body));
      asking.on("timeout", () => asking.destroy(new Error("timeout")));
      asking.on("error", fail);
      asking.end(body);
    });
  }
}
