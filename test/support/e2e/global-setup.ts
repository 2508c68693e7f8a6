import { beginRun } from "./e2e-run";

export = beginRun;
