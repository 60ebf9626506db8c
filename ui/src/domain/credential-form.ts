import type { AddCredentialRequest, CredentialDetails, CredentialKind } from "@/api/generated";
import { takeField } from "@/lib/secret-form";

/** What a person chooses among: a GitHub App is kept as one way of Git over HTTPS. */
export type FormKind = CredentialKind | "githubApp";

/** The kinds that are kept. */
export const keptKinds: readonly CredentialKind[] = [
  "registry",
  "gitHttp",
  "gitSsh",
  "forge",
  "signing",
  "tls",
  "proxy",
];

/** What the list offers, the most common first. */
export const formKinds: readonly FormKind[] = [
  "registry",
  "gitHttp",
  "gitSsh",
  "githubApp",
  "forge",
  "signing",
  "tls",
  "proxy",
];

/** Whether a box of the form is ticked. */
export function isAsked(form: HTMLFormElement, name: string): boolean {
  const field = form.elements.namedItem(name);
  return field instanceof HTMLInputElement && field.checked;
}

/** Reads the form. Fields with secrets are emptied by that. */
export function asked(
  form: HTMLFormElement,
  kind: FormKind,
  target: string,
  keepUntested: boolean,
): AddCredentialRequest {
  const passphrase = takeField(form, "passphrase");
  const details = detailsOf(form, kind);
  return {
    kind: kind === "githubApp" ? "gitHttp" : kind,
    target,
    username: plain(form, "username"),
    secret: takeField(form, "secret"),
    ...(passphrase === "" ? {} : { passphrase }),
    ...(details ? { details } : {}),
    keepUntested,
  };
}

function detailsOf(form: HTMLFormElement, kind: FormKind): CredentialDetails | undefined {
  const given = (name: string) => plain(form, name) || undefined;
  if (kind === "proxy") return { address: plain(form, "address") };
  if (kind === "tls") return { caPem: given("ca"), certificatePem: given("certificate") };
  if (kind !== "githubApp") return undefined;
  const installation = plain(form, "installation");
  const isNumber = /^\d+$/.test(installation);
  return {
    app: {
      appId: plain(form, "app"),
      installationId: isNumber ? installation : undefined,
      installationOwner: isNumber ? undefined : installation,
      api: given("api"),
    },
  };
}

/** A field that is no secret, and stays as it is. */
function plain(form: HTMLFormElement, name: string): string {
  const field = form.elements.namedItem(name);
  return field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement ? field.value.trim() : "";
}
