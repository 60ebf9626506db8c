/** An RFC 3339 text of the contract as milliseconds since 1970. */
export function ms(moment: string): number {
  return Date.parse(moment);
}

/** The same for a moment that may be absent. */
export function msOf(moment: string | null | undefined): number | undefined {
  return moment === null || moment === undefined ? undefined : Date.parse(moment);
}
