import type { Reporter, TestModule } from "vitest/node";

/** Closes a run with one plain line that counts the tests, for logs that are read by machines. */
export default class SummaryReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const counts = { passed: 0, failed: 0, skipped: 0, pending: 0 };
    for (const testModule of modules) {
      for (const test of testModule.children.allTests()) counts[test.result().state] += 1;
      // A file that does not even load has no tests that could fail.
      if (testModule.state() === "failed" && testModule.errors().length > 0) counts.failed += 1;
    }
    process.stdout.write(`\nTests: ${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped\n`);
  }
}
