/** AWS's wire forms, as far as faults need them: which operation a request is, and an error in the shape of its protocol. Pure. */
import type { IncomingHttpHeaders } from "node:http";

export interface ApiRequest {
  /** As it signs: `ec2`, `iam`, `ecr`, `route53`, `sts`. */
  readonly service: string;
  readonly operation: string;
  /** Values of the call in the order of the wire: ids that it mentions. */
  readonly values: readonly string[];
  /** Of protocols that have a form: what the caller said. */
  readonly parameters: Readonly<Record<string, string>>;
}

export interface Refusal {
  readonly status: number;
  readonly code: string;
  readonly message: string;
}

export interface WireAnswer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

export function parseRequest(method: string, path: string, headers: IncomingHttpHeaders, body: string): ApiRequest {
  const service = /Credential=[^/]+\/\d+\/[^/]+\/([^/]+)\//.exec(headers.authorization ?? "")?.[1] ?? "";
  const target = headers["x-amz-target"];
  if (typeof target === "string") {
    const values = [...body.matchAll(/"([^"]+)"/g)].map(([, text = ""]) => text);
    return { service, operation: target.split(".").at(-1) ?? "", values, parameters: {} };
  }
  if (service === "route53")
    return { service, operation: routeOperation(method, path), values: path.split(/[/?=&]/), parameters: {} };
  const form = new URLSearchParams(body);
  return { service, operation: form.get("Action") ?? "", values: [...form.values()], parameters: Object.fromEntries(form) };
}

function routeOperation(method: string, path: string): string {
  if (path.includes("/change/")) return "GetChange";
  if (path.includes("/rrset")) return method === "POST" ? "ChangeResourceRecordSets" : "ListResourceRecordSets";
  return `${method} ${path.split("?")[0]}`;
}

export function errorAnswer({ service }: ApiRequest, { status, code, message }: Refusal): WireAnswer {
  if (service === "ecr") return { status, type: "application/x-amz-json-1.1", body: JSON.stringify({ __type: code, message }) };
  const error = `<Code>${code}</Code><Message>${message}</Message>`;
  const type = "text/xml;charset=UTF-8";
  if (service === "ec2") {
    const body = `<?xml version="1.0" encoding="UTF-8"?><Response><Errors><Error>${error}</Error></Errors><RequestID>fault</RequestID></Response>`;
    return { status, type, body };
  }
  return {
    status,
    type,
    body: `<ErrorResponse><Error><Type>Sender</Type>${error}</Error><RequestId>fault</RequestId></ErrorResponse>`,
  };
}

/** What each service says to whom it asks to slow down. */
export function throttled({ service }: ApiRequest): Refusal {
  if (service === "ec2") return { status: 503, code: "RequestLimitExceeded", message: "Request limit exceeded." };
  if (service === "ecr") return { status: 400, code: "ThrottlingException", message: "Rate exceeded" };
  return { status: 400, code: "Throttling", message: "Rate exceeded" };
}
