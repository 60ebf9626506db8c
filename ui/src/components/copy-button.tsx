import { Copy } from "lucide-react";
import { useTranslation } from "react-i18next";
import { say } from "@/lib/toast";
import { IconButton } from "./button";

/** Copies a text that a machine wrote. */
export function CopyButton({ text, label }: { text: string; label?: string }) {
  const { t } = useTranslation();
  const copy = () =>
    navigator.clipboard.writeText(text).then(
      () => say(t("copied")),
      (cause: unknown) => say(cause instanceof Error ? cause.message : String(cause), { tone: "failed" }),
    );
  return (
    <IconButton label={label ?? t("copy")} onClick={() => void copy()}>
      <Copy size={14} />
    </IconButton>
  );
}
