const { keepFromAws } = require("./test/support/no-aws.cjs");

keepFromAws(process.env);

const shared = {
  testEnvironment: "node",
  transform: {
    "^.+\\.ts$": [
      "@swc/jest",
      {
        jsc: { parser: { syntax: "typescript" }, target: "es2022", transform: { useDefineForClassFields: false } },
        module: { type: "commonjs" },
      },
    ],
  },
  moduleNameMapper: { "^drayage$": "<rootDir>/sdk/index.ts", "^drayage/(aws|docker)$": "<rootDir>/components/$1/index.ts" },
  modulePathIgnorePatterns: ["<rootDir>/dist/", "<rootDir>/test/fixtures/"],
};
const project = (name) => ({
  ...shared,
  rootDir: __dirname,
  displayName: name,
  testMatch: [`<rootDir>/test/${name}/**/*.test.ts`],
});

const withLab = (name) => ({
  ...project(name),
  testEnvironment: "<rootDir>/test/support/e2e/environment.ts",
  globalSetup: "<rootDir>/test/support/e2e/global-setup.ts",
  globalTeardown: "<rootDir>/test/support/e2e/global-teardown.ts",
});

module.exports = {
  // Two lanes share the machine: what takes a second alone may take several beside the other. Jest reads it here and in no project.
  testTimeout: 30_000,
  projects: [...["unit", "component", "architecture", "integration"].map(project), ...["e2e", "acceptance"].map(withLab)],
};
