import { sudoError } from "../../../../sdk/engine/connection/sudo-error";

describe("sudo's refusal", () => {
  it.each([
    "sudo: a password is required",
    "sudo: a terminal is required to read the password; either use the -S option to read from standard input",
    "sudo: sorry, you must have a tty to run sudo",
    "deploy is not in the sudoers file.  This incident will be reported.",
    "Sorry, user deploy is not allowed to execute '/bin/sh -c …' as root on rack.",
  ])("is one error with the line to add: %s", (stderr) => {
    expect(sudoError("rack", `${stderr}\n`, 1, "deploy")).toMatchObject({
      code: "SUDO_REQUIRED",
      subject: "rack",
      hint: "As root on the host: echo 'deploy ALL=(ALL) NOPASSWD: ALL' > /etc/sudoers.d/drayage",
    });
  });

  it("says where there is no sudo at all", () => {
    expect(sudoError("rack", "/bin/sh: 1: exec: sudo: not found\n", 127, undefined)).toMatchObject({
      code: "SUDO_REQUIRED",
      message: expect.stringContaining("no sudo"),
    });
  });

  it("is told from a script's own failure, and from a warning on the way", () => {
    expect(sudoError("rack", "mkfs: not allowed here\n", 1, "deploy")).toBeUndefined();
    expect(sudoError("rack", "sudo: unable to resolve host rack\n", 0, "deploy")).toBeUndefined();
  });
});
