import { useTranslation } from "react-i18next";
import type { ObjectRef } from "@/api/generated";
import { useAct } from "@/api/hooks";
import { MenuButton } from "@/components/menu-button";
import { sayError } from "@/domain/error-words";
import { useWhen } from "@/domain/when";
import { say } from "@/lib/toast";

const hour = 3_600_000;

/** When a person sees it again: in an hour, tomorrow morning, on Monday morning. */
function choices(now: number): { id: "hour" | "tomorrow" | "week"; at: number }[] {
  const morning = new Date(now);
  morning.setHours(8, 0, 0, 0);
  const tomorrow = new Date(morning);
  tomorrow.setDate(morning.getDate() + 1);
  const monday = new Date(morning);
  monday.setDate(morning.getDate() + ((8 - morning.getDay()) % 7 || 7));
  return [
    { id: "hour", at: now + hour },
    { id: "tomorrow", at: tomorrow.getTime() },
    { id: "week", at: monday.getTime() },
  ];
}

/** Puts versions off: no notification and no counter until then. */
export function SnoozeMenu({
  policies,
  keys,
  open,
  onOpenChange,
  onDone,
}: {
  policies: readonly ObjectRef[];
  keys?: string;
  open?: boolean;
  onOpenChange?: (open: boolean) => void;
  onDone?: () => void;
}) {
  const { t } = useTranslation("inbox");
  const when = useWhen();
  const snooze = useAct("snooze");
  return (
    <MenuButton
      label={t("snooze.title")}
      keys={keys}
      open={open}
      onOpenChange={onOpenChange}
      entries={choices(Date.now()).map(({ id, at }) => ({
        id,
        label: t(`snooze.${id}`),
        hint: when(at),
        run: () =>
          snooze.mutate(
            { policies: [...policies], until: new Date(at).toISOString() },
            {
              onSuccess: () => {
                say(t("snooze.done", { count: policies.length, name: policies[0]?.name ?? "", time: when(at) }));
                onDone?.();
              },
              onError: sayError,
            },
          ),
      }))}
    />
  );
}
