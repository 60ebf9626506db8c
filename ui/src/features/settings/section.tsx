import { type ReactNode, useId } from "react";
import { useTranslation } from "react-i18next";

/** Settings of one kind under a title. */
export function Section({ title, hint, children }: { title: string; hint?: string; children: ReactNode }) {
  const id = useId();
  return (
    <fieldset aria-labelledby={id} className="min-w-0">
      <h2 id={id} className="text-title font-strong">
        {title}
      </h2>
      {hint && <p className="text-small text-fg-secondary">{hint}</p>}
      <div className="mt-2 rounded-panel border border-line">{children}</div>
    </fieldset>
  );
}

/** One setting: what it is and does on the left, its control on the right. */
export function Line({
  label,
  hint,
  fixed = false,
  children,
}: {
  label: string;
  hint?: ReactNode;
  fixed?: boolean;
  children: ReactNode;
}) {
  const { t } = useTranslation("settings");
  return (
    <div className="flex min-h-11 items-center gap-6 border-b border-line-faint px-4 py-2 last:border-b-0">
      <div className="min-w-0 flex-1">
        <div>{label}</div>
        {hint && <div className="text-small text-fg-muted">{hint}</div>}
        {fixed && <div className="text-small text-fg-muted">{t("fixed")}</div>}
      </div>
      <div className="flex flex-none items-center gap-2">{children}</div>
    </div>
  );
}
