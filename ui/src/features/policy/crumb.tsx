import { Link, useNavigate } from "@tanstack/react-router";
import { ChevronDown, ChevronUp } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { ObjectRef } from "@/api/generated";
import { useAsk } from "@/api/hooks";
import { IconButton } from "@/components/button";
import { policyParams } from "@/domain/pages";

export function PolicyCrumb() {
  const { t } = useTranslation("policy");
  return (
    <Link to="/images" className="rounded-chip hover:text-fg">
      {t("crumb")}
    </Link>
  );
}

/** Where this policy stands among all, and the way to its neighbours. */
export function PolicyPosition({ policy }: { policy: ObjectRef }) {
  const { t } = useTranslation("policy");
  const navigate = useNavigate();
  const { data } = useAsk("images", {});
  const rows = data?.rows ?? [];
  const at = rows.findIndex(
    (row) =>
      row.policy.name === policy.name &&
      row.policy.namespace === policy.namespace &&
      row.policy.source === policy.source,
  );
  if (at < 0 || rows.length < 2) return null;
  const go = (step: number) => {
    const next = rows[(at + step + rows.length) % rows.length];
    if (next) void navigate({ to: "/images/$source/$namespace/$name", params: policyParams(next.policy) });
  };
  return (
    <>
      <span className="mr-1 text-small whitespace-nowrap text-fg-muted max-[700px]:hidden">
        {t("position", { at: at + 1, of: rows.length })}
      </span>
      <IconButton label={t("previous")} onClick={() => go(-1)}>
        <ChevronUp size={16} />
      </IconButton>
      <IconButton label={t("next")} onClick={() => go(1)}>
        <ChevronDown size={16} />
      </IconButton>
    </>
  );
}
