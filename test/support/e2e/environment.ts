/** Lets a suite's clean-up know whether something failed, so that what explains it is kept. */
import { TestEnvironment } from "jest-environment-node";

type TestEvent = { readonly name: string; readonly test?: { readonly errors: readonly unknown[] } };

class E2eEnvironment extends TestEnvironment {
  handleTestEvent({ name, test }: TestEvent): void {
    const failed = name === "hook_failure" || (name === "test_done" && (test?.errors.length ?? 0) > 0);
    if (failed) this.global.e2eFailed = true;
  }
}

export = E2eEnvironment;
