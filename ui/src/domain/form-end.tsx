import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "@/components/button";
import { Note } from "@/components/states";
import { ErrorText, type Failure } from "./error-words";

/** How a dialog's form ends: what was refused, a way back, and the one thing it does. */
export function FormEnd({
  error,
  submit,
  look = "primary",
  tone = "failed",
  disabled,
  onSubmit,
  onCancel,
}: {
  error?: Failure | null;
  submit: ReactNode;
  look?: "primary" | "danger";
  /** How the refusal is meant; `held` for one that asks back. */
  tone?: "failed" | "held";
  disabled: boolean;
  /** For what is no form; a form submits itself. */
  onSubmit?: () => void;
  onCancel: () => void;
}) {
  const { t } = useTranslation();
  return (
    <>
      {error && (
        <div role="alert">
          <Note tone={tone}>
            <ErrorText error={error} />
          </Note>
        </div>
      )}
      <div className="flex justify-end gap-2">
        <Button onClick={onCancel}>{t("cancel")}</Button>
        <Button type={onSubmit ? "button" : "submit"} look={look} disabled={disabled} onClick={onSubmit}>
          {submit}
        </Button>
      </div>
    </>
  );
}
