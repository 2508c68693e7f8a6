/**
 * No test reaches AWS. Settings of the operator's own are taken out of the environment of the tests and of all that they start; whoever
 * names no endpoint is sent to a port of the loopback where nothing listens. The acceptance suite alone gets them back, and only when
 * DRAYAGE_AWS_ACCEPTANCE is set.
 */
const saved = "DRAYAGE_AWS_ACCEPTANCE_ENV";
const guard = {
  AWS_ENDPOINT_URL: "http://127.0.0.1:9",
  AWS_ACCESS_KEY_ID: "none",
  AWS_SECRET_ACCESS_KEY: "none",
  AWS_CONFIG_FILE: "/dev/null",
  AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
  AWS_EC2_METADATA_DISABLED: "true",
};

/** Changes `env`, that of jest's own process, before anything of a test runs. */
function keepFromAws(env) {
  if (env.AWS_ENDPOINT_URL === guard.AWS_ENDPOINT_URL) return;
  const own = Object.entries(env).filter(([name]) => name.startsWith("AWS_"));
  for (const [name] of own) delete env[name];
  delete env[saved];
  if (env.DRAYAGE_AWS_ACCEPTANCE) env[saved] = JSON.stringify(Object.fromEntries(own));
  Object.assign(env, guard);
}

/** The operator's own settings again, for the acceptance suite; undefined without DRAYAGE_AWS_ACCEPTANCE. */
function withAws(env) {
  if (!env.DRAYAGE_AWS_ACCEPTANCE || env[saved] === undefined) return undefined;
  const none = Object.fromEntries(Object.keys(guard).map((name) => [name, undefined]));
  return { ...none, ...JSON.parse(env[saved]) };
}

module.exports = { keepFromAws, withAws };
