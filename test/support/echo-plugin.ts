/** The plugin executable of tests: echo handlers behind the real start. */
import { runPlugin } from "../../sdk/provider/main";
import { echoHandler } from "./echo-handler";

void runPlugin(process, { handlers: { "drayage:index:Echo": echoHandler }, version: "0.1.0" });
