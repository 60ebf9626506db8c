import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { call } from "@/api/client";
import { useTold } from "@/api/events";
import type { NotificationKind } from "@/api/generated";
import { useGoTo } from "@/domain/pages";
import { say } from "@/lib/toast";

const tones: Record<NotificationKind, "healthy" | "failed" | "degraded" | "progressing"> = {
  ready: "progressing",
  released: "healthy",
  failed: "failed",
  source: "degraded",
};

/** Where the window is led from outside: a deep link, a notification, and the page it was left at. */
export function useGuidance(): void {
  const { t } = useTranslation("shell");
  const goTo = useGoTo();
  useTold("show", ({ page }) => goTo(page));
  useTold("notification", ({ notification: { kind, subjects, count, page, body } }) =>
    say(t(`told.${kind}`, { count, name: subjects.join(", ") }), {
      tone: tones[kind],
      description: kind === "ready" || kind === "released" ? undefined : body || undefined,
      action: { label: t("told.open"), run: () => goTo(page) },
    }),
  );
  const asked = useRef(false);
  useEffect(() => {
    // The engine gives it once; StrictMode's second run must not ask again.
    if (asked.current) return;
    asked.current = true;
    call("startPage", {}).then(
      ({ page }) => page && goTo(page),
      () => {}, // without an answer the window opens where its address says
    );
  }, [goTo]);
}
