/** Functions of a package, which programs call outside any resource (`invoke`). Ours has none; stand-ins for other packages do. */
import { type handleUnaryCall, status } from "@grpc/grpc-js";
import { type InvokeRequest, InvokeResponse } from "@pulumi/pulumi/proto/provider_pb";
import { failureText } from "./grpc-failure";
import { marshal, unmarshal } from "./marshal";
import type { PlainRecord } from "./plain";

/** Token (`aws:ec2/getAmi:getAmi`) → function. What it throws fails the call. */
export type FunctionTable = Readonly<Record<string, (args: PlainRecord) => Promise<PlainRecord>>>;

export function invokeCall(functions: FunctionTable): handleUnaryCall<InvokeRequest, InvokeResponse> {
  return (rpc, callback) => {
    const token = rpc.request.getTok();
    const called =
      functions[token]?.(unmarshal(rpc.request.getArgs()).value) ?? Promise.reject(new Error(`no function ${token}`));
    called.then(
      (result) => {
        const answer = new InvokeResponse();
        answer.setReturn(marshal(result));
        callback(null, answer);
      },
      (error: unknown) => callback({ code: status.UNKNOWN, details: failureText(error) }),
    );
  };
}
