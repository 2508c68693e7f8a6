/**
 * For `node --require`: writes into DRAYAGE_MODULE_SPY which processes there were and which of the optional packages each of them loaded,
 * as it happens, since a process may be killed.
 */
const { appendFileSync } = require("node:fs");
const Module = require("node:module");

const note = (line) => appendFileSync(process.env.DRAYAGE_MODULE_SPY, `${line}\n`);
note(`process ${process.argv.slice(1).join(" ")}`);

const { _load: load } = Module;
Module._load = function (request, parent, ...rest) {
  const found = /(?:^|node_modules\/)(@pulumi\/aws|@pulumi\/docker|@aws-sdk\/[^/]+)(?:\/|$)/.exec(request);
  if (found !== null) note(`loaded ${found[1]}`);
  return load.call(this, request, parent, ...rest);
};
