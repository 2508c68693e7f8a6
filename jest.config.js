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
  moduleNameMapper: { "^drayage$": "<rootDir>/sdk/index.ts" },
  modulePathIgnorePatterns: ["<rootDir>/dist/", "<rootDir>/test/fixtures/"],
};
const project = (name) => ({
  ...shared,
  rootDir: __dirname,
  displayName: name,
  testMatch: [`<rootDir>/test/${name}/**/*.test.ts`],
});

module.exports = { projects: ["unit", "component", "architecture", "integration", "e2e"].map(project) };
