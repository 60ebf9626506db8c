import { type FormEvent, useId, useState } from "react";
import { useTranslation } from "react-i18next";
import type { ApiError } from "@/api/client";
import type { Exportable } from "@/api/generated";
import { Dialog } from "@/components/dialog";
import { TextInput } from "@/components/input";
import { RadioList } from "@/components/radio-list";
import { FormEnd } from "@/domain/form-end";
import { useOpenProposal } from "@/domain/proposal";

/** Which workload is brought under a policy, with everything filled in from what stands in the repository. */
export function ExportDialog({
  source,
  workloads,
  open,
  onClose,
}: {
  source: string;
  workloads: readonly Exportable[];
  open: boolean;
  onClose: () => void;
}) {
  const { t } = useTranslation("sources");
  return (
    <Dialog open={open} onClose={onClose} title={t("workloads.dialog")} className="!max-w-140">
      {open && <Form source={source} workloads={workloads} onClose={onClose} />}
    </Dialog>
  );
}

function idOf({ path, line, workload }: Exportable): string {
  return `${path}:${line} ${workload}`;
}

function Form({
  source,
  workloads,
  onClose,
}: {
  source: string;
  workloads: readonly Exportable[];
  onClose: () => void;
}) {
  const { t } = useTranslation("sources");
  const id = useId();
  const { propose, isPending } = useOpenProposal();
  const [error, setError] = useState<ApiError>();
  const free = workloads.filter(({ isMarked }) => !isMarked);
  const [picked, setPicked] = useState<string>();
  const [given, setGiven] = useState<Partial<Record<"name" | "range" | "namespace" | "into" | "secret", string>>>({});
  const chosen = free.find((one) => idOf(one) === picked) ?? free[0];
  if (chosen === undefined) return <p className="p-5">{t("workloads.none")}</p>;
  const own = { name: chosen.workload.split("/").at(-1) ?? "", range: chosen.range ?? "", namespace: "flux-system" };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setError(undefined);
    propose(
      // What was left as it is proposed is worked out once more, so that a policy that is there already is used.
      { wish: "export", source, workload: chosen.workload, image: chosen.image, ...given },
      { onOpen: onClose, onError: (failure) => setError(failure as ApiError) },
    );
  };
  const label = "pt-1.5 text-fg-muted";
  const field = (name: keyof typeof given, value: string, placeholder?: string) => (
    <TextInput
      id={`${id}-${name}`}
      mono
      required={placeholder === undefined || (name === "range" && chosen.range === null)}
      placeholder={placeholder}
      value={given[name] ?? value}
      onChange={(event) => setGiven({ ...given, [name]: event.target.value })}
    />
  );
  return (
    <form className="flex flex-col gap-4 p-5" onSubmit={submit}>
      <p className="text-fg-secondary">{t("workloads.body")}</p>
      <RadioList
        label={t("workloads.workload")}
        options={free}
        idOf={idOf}
        chosen={chosen}
        onChoose={(one) => {
          setPicked(idOf(one));
          setGiven({});
        }}
      >
        {(one) => (
          <>
            <span className="clip block">
              <span className="font-medium">{one.workload.split("/").at(-1)}</span>{" "}
              <span className="text-small text-fg-muted">
                {one.workload.split("/")[0]} {one.namespace}
              </span>
            </span>
            <span className="mono clip block text-fg-secondary" title={one.value}>
              {one.value}
            </span>
            <span className="mono clip block text-fg-muted" title={`${one.path}:${one.line}`}>
              {one.path}:{one.line}
            </span>
          </>
        )}
      </RadioList>
      <div className="grid grid-cols-[104px_minmax(0,1fr)] items-start gap-x-3 gap-y-2.5 text-small">
        <label className={label} htmlFor={`${id}-range`}>
          {t("workloads.range")}
        </label>
        {field("range", own.range, t("workloads.rangeOwn"))}
        <label className={label} htmlFor={`${id}-name`}>
          {t("workloads.name")}
        </label>
        {field("name", own.name)}
      </div>
      <details className="text-small">
        <summary className="w-fit cursor-default text-fg-secondary">{t("workloads.more")}</summary>
        <div className="mt-2.5 grid grid-cols-[104px_minmax(0,1fr)] items-start gap-x-3 gap-y-2.5">
          <label className={label} htmlFor={`${id}-namespace`}>
            {t("workloads.namespace")}
          </label>
          {field("namespace", own.namespace)}
          <label className={label} htmlFor={`${id}-into`}>
            {t("workloads.into")}
          </label>
          {field("into", "", t("workloads.intoOwn"))}
          <label className={label} htmlFor={`${id}-secret`}>
            {t("workloads.secret")}
          </label>
          {field("secret", "", t("workloads.secretOwn"))}
        </div>
      </details>
      <FormEnd
        error={error}
        submit={t(isPending ? "workloads.working" : "workloads.next")}
        disabled={isPending}
        onCancel={onClose}
      />
    </form>
  );
}
