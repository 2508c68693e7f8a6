import type { ServingDisk } from "../../../../sdk/cli/export/own-disk";
import { diskOffer, restoreQuestion } from "../../../../sdk/cli/export/restore-question";

const at = "2026-03-01T03:17:00.000Z";
const asked = { workload: "shop", lost: "cloud", to: "cloud2", folders: [] };
const disk: ServingDisk = { kind: "serves", host: "cloud2", volumes: ["data", "files"], running: 0 };
const question = (given: Partial<ServingDisk>) => restoreQuestion({ ...asked, given: { ...disk, ...given } });

describe("the question before a restore in place", () => {
  it("says what is taken, that nobody can know as of when, and that the lost machine must not serve again", () => {
    const text = question({});
    expect(text).toMatch(/goes on with the data that is on cloud2's own disk \(data, files\), and nothing is brought in/);
    expect(text).toMatch(
      /as of when the disk was last written, or of the snapshot .* cannot be known from it, and what cloud wrote later is lost/,
    );
    expect(text).toMatch(/Should cloud come back, it must not serve/);
    expect(text).not.toMatch(/deploy|Containers/);
  });

  it("says of which deploy it is, and whether the stack knows a later one", () => {
    expect(question({ deploy: { at } })).toContain(`Its newest deploy there is of ${at}. `);
    expect(question({ deploy: { at, isLast: true } })).toContain(`of ${at}: the images and configuration that ran last. `);
    expect(question({ deploy: { at, isLast: false } })).toContain(
      "not the images and configuration that ran last, so that the disk is older",
    );
  });

  it("says that it runs there already, and keeps what it has written", () => {
    expect(question({ running: 3 })).toMatch(
      /run on cloud2 already, as Docker starts them .*: what they have written since then stays/,
    );
  });

  it("names folders of the host, which no disk is known to have", () => {
    expect(restoreQuestion({ ...asked, given: disk, folders: ["/srv/media"] })).toContain("not looked at: /srv/media.");
  });

  it("is of a moment where the data comes from an export", () => {
    const text = restoreQuestion({ ...asked, given: { text: "export ./e", at } });
    expect(text).toContain(`data of ${at} from export ./e; what was written later is lost.`);
    expect(text).not.toContain("own disk");
  });
});

describe("what is said where the disk was not asked for", () => {
  it("names the data, its deploy and the option that goes on with it", () => {
    expect(diskOffer({ ...disk, deploy: { at } }, "shop")).toBe(
      `cloud2's own disk has data of shop (data, files; its newest deploy there is of ${at}): --from cloud2 goes on with that`,
    );
  });
});
