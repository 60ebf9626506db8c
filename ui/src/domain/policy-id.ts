import type { ObjectRef } from "@/api/generated";

/** One text for which object of which source it is, to compare and to key by. */
export function idOf({ source, namespace, name }: ObjectRef): string {
  return `${source}/${namespace}/${name}`;
}
