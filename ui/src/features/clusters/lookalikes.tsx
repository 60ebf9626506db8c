import { useTranslation } from "react-i18next";
import type { LookalikeRow } from "@/api/generated";
import { useAct } from "@/api/hooks";
import { Button } from "@/components/button";
import { sayError } from "@/domain/error-words";

/** Repositories that may be a source by an address it is not known by: one question each, and one click. */
export function Lookalikes({ rows }: { rows: readonly LookalikeRow[] }) {
  const { t } = useTranslation("clusters");
  const set = useAct("setKnownAs");
  if (rows.length === 0) return null;
  return (
    <ul className="border-b border-line bg-sunken px-6 py-2 text-small max-wide:px-4">
      {rows.map(({ source, object, address, knownAs }) => (
        <li key={`${source} ${object}`} className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <span className="min-w-0 flex-1 wrap-anywhere text-fg-secondary">
            {t("lookalike.means", { object, address, source })}
          </span>
          <Button
            disabled={set.isPending}
            onClick={() => set.mutate({ source, addresses: [...knownAs, address] }, { onError: sayError })}
          >
            {t("lookalike.same", { source })}
          </Button>
        </li>
      ))}
    </ul>
  );
}
