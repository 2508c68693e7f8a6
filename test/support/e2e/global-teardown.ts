import { endRun } from "./e2e-run";

export = endRun;
