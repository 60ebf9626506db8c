import { useTranslation } from "react-i18next";
import { type Action, useActions } from "@/lib/actions";

interface Runs {
  filter: () => void;
  review: (() => void) | undefined;
  hold: (() => void) | undefined;
  snooze: () => void;
  detail: (() => void) | undefined;
  selectReady: () => void;
  clear: () => void;
  check: () => void;
}

/** The page's keys. Those that move and pick are heard by the list itself and stand here for the key sheet. */
export function useInboxKeys(runs: Runs): void {
  const { t } = useTranslation("inbox");
  const idle = () => {};
  const listed = (id: string, keys: string, label: string): Action => ({
    id,
    keys,
    label,
    scope: "page",
    keysOnly: true,
    heardElsewhere: true,
    run: idle,
  });
  const actions: Action[] = [
    { id: "filter", label: t("key.filter"), keys: "/", scope: "page", run: runs.filter },
    listed("move", "ArrowDown", t("key.move")),
    listed("pick", "x", t("key.pick")),
    listed("extend", "Shift+ArrowDown", t("key.extend")),
    { id: "ready", label: t("key.selectReady"), keys: "a", scope: "page", run: runs.selectReady },
    { id: "snooze", label: t("key.snooze"), keys: "z", scope: "page", run: runs.snooze },
    { id: "clear", label: t("key.clear"), keys: "Escape", scope: "page", keysOnly: true, run: runs.clear },
    { id: "check", label: t("key.check"), keys: "r", scope: "page", run: runs.check },
  ];
  if (runs.detail) actions.push({ id: "detail", label: t("key.detail"), keys: "i", scope: "page", run: runs.detail });
  if (runs.hold) actions.push({ id: "hold", label: t("holdAct"), keys: "h", scope: "page", run: runs.hold });
  if (runs.review) {
    actions.push({
      id: "review",
      label: t("key.review"),
      keys: "Enter",
      scope: "page",
      run: runs.review,
    });
  }
  useActions(actions);
}
