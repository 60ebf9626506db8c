import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { call } from "@/api/client";
import { useTold } from "@/api/events";
import type { Notification } from "@/api/generated";
import { useGoTo } from "@/domain/pages";
import { listNames } from "@/lib/list";
import type { ToastData } from "@/lib/toast";
import { say } from "@/lib/toast";

const tones: Record<Notification["kind"], ToastData["tone"]> = {
  ready: "progressing",
  released: "healthy",
  failed: "failed",
  stuck: "failed",
  source: "degraded",
};

let started = false;

/**
 * What the engine wants of the window: the page to begin with (a deep link, a notification, where it was left), pages to
 * show, and notifications, which are toasts while one looks.
 */
export function useEngine(): void {
  const { t } = useTranslation("shell");
  const goTo = useGoTo();
  useEffect(() => {
    if (started) return;
    started = true;
    // Its absence costs the memory of where one was, nothing more; the pages themselves say what does not work.
    call("startPage", {}).then(
      ({ page }) => page && goTo(page),
      () => {},
    );
  }, [goTo]);
  useTold("show", ({ page }) => goTo(page));
  useTold("notification", ({ notification: { id, kind, count, subjects, page } }) =>
    say(t(`notification.${kind}`, { count }), {
      id,
      description: listNames(subjects),
      tone: tones[kind],
      action: { label: t("notification.show"), run: () => goTo(page) },
    }),
  );
}
