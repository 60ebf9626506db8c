import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { TextInput } from "@/components/input";
import { SecretArea, SecretInput } from "@/components/secret-input";
import { TextArea } from "@/components/text-area";
import type { FormKind } from "./credential-form";

const places: Record<FormKind, string> = {
  registry: "registry.example.com",
  gitHttp: "git.example.com/team",
  gitSsh: "git.example.com/team/fleet.git",
  githubApp: "github.com/acme",
  forge: "git.example.com",
  signing: "flux-system/signing-key",
  tls: "git.example.com",
  proxy: "registry.example.com",
};

/** The fields of one kind of credential, each with its label. */
export function CredentialFields({
  id,
  kind,
  target,
  onTarget,
  isFixed,
}: {
  id: string;
  kind: FormKind;
  target: string;
  onTarget: (target: string) => void;
  /** The target was given, so that the next field is where typing begins. */
  isFixed: boolean;
}) {
  const { t } = useTranslation("sources");
  const field = (name: string, label: string, input: (id: string) => ReactNode) => (
    <Field key={name} id={`${id}-${name}`} label={label}>
      {input(`${id}-${name}`)}
    </Field>
  );
  const key = (rows: number) =>
    field("secret", t("credential.key"), (own) => (
      <SecretArea
        id={own}
        name="secret"
        required={kind !== "tls"}
        rows={rows}
        placeholder={t("credential.keyHint")}
        autoFocus={isFixed && kind === "gitSsh"}
      />
    ));
  const passphrase = field("passphrase", t("credential.passphrase"), (own) => (
    <SecretInput id={own} name="passphrase" placeholder={t("credential.passphraseHint")} />
  ));
  const text = (
    name: string,
    label: string,
    rest: { placeholder?: string; required?: boolean; first?: boolean } = {},
  ) =>
    field(name, label, (own) => (
      <TextInput
        id={own}
        name={name}
        placeholder={rest.placeholder}
        required={rest.required}
        autoFocus={isFixed && rest.first}
      />
    ));
  const secret = (label: string, isRequired = true) =>
    field("secret", label, (own) => <SecretInput id={own} name="secret" required={isRequired} />);
  const pem = (name: string, label: string, placeholder: string) =>
    field(name, label, (own) => <TextArea id={own} name={name} rows={3} placeholder={placeholder} />);

  const own: Record<FormKind, () => ReactNode[]> = {
    registry: () => [
      text("username", t("credential.username"), { first: true, placeholder: t("credential.usernameHint") }),
      secret(t("credential.secret")),
    ],
    gitHttp: () => [
      text("username", t("credential.username"), { first: true, placeholder: t("credential.usernameHint") }),
      secret(t("credential.secret")),
    ],
    gitSsh: () => [key(6), passphrase],
    githubApp: () => [
      text("app", t("credential.app"), { required: true, first: true, placeholder: "123456" }),
      text("installation", t("credential.installation"), {
        required: true,
        placeholder: t("credential.installationHint"),
      }),
      text("api", t("credential.api"), { placeholder: t("credential.apiHint") }),
      key(5),
    ],
    forge: () => [secret(t("credential.token"))],
    signing: () => [key(6), passphrase],
    tls: () => [
      pem("ca", t("credential.ca"), t("credential.caHint")),
      pem("certificate", t("credential.certificate"), t("credential.certificateHint")),
      key(3),
    ],
    proxy: () => [
      text("address", t("credential.address"), {
        required: true,
        first: true,
        placeholder: "http://proxy.example.com:3128",
      }),
      text("username", t("credential.username"), { placeholder: t("credential.proxyUserHint") }),
      secret(t("credential.password"), false),
    ],
  };
  return (
    <>
      <Field id={`${id}-target`} label={t(kind === "signing" ? "credential.name" : "credential.target")}>
        <TextInput
          id={`${id}-target`}
          mono
          required
          autoFocus={!isFixed}
          placeholder={places[kind]}
          value={target}
          onChange={(event) => onTarget(event.target.value)}
        />
      </Field>
      {own[kind]()}
    </>
  );
}

function Field({ id, label, children }: { id: string; label: string; children: ReactNode }) {
  return (
    <>
      <label className="pt-1.5 text-fg-muted" htmlFor={id}>
        {label}
      </label>
      {children}
    </>
  );
}
