import type { CommandName, Commands, ErrorCode, WireError } from "./generated";
import { transport } from "./transport";

/** A command that failed. The UI switches on the code; the words are the engine's. */
export class ApiError extends Error {
  readonly code: ErrorCode | "noAnswer";
  readonly hint: string;

  constructor(wire: Omit<WireError, "code"> & { code: ErrorCode | "noAnswer" }) {
    super(wire.message);
    this.name = "ApiError";
    this.code = wire.code;
    this.hint = wire.hint;
  }
}

function isWireError(value: unknown): value is WireError {
  return (
    value !== null &&
    typeof value === "object" &&
    "code" in value &&
    "message" in value &&
    typeof value.code === "string"
  );
}

/** Asks the engine. The one way from the UI to everything else. */
export async function call<Name extends CommandName>(
  name: Name,
  request: Commands[Name]["request"],
): Promise<Commands[Name]["response"]> {
  try {
    return (await (await transport()).call(name, request)) as Commands[Name]["response"];
  } catch (cause) {
    if (isWireError(cause)) throw new ApiError(cause);
    throw new ApiError({ code: "noAnswer", message: cause instanceof Error ? cause.message : String(cause), hint: "" });
  }
}
