import { Toast } from "@base-ui/react/toast";
import { X } from "lucide-react";
import { useTranslation } from "react-i18next";
import { toasts as manager, type ToastData } from "@/lib/toast";
import { IconButton, LinkButton } from "./button";
import { StateGlyph } from "./state";

/** Above the feet of sheets and lists, where the buttons are that one is about to press. */
export function Toasts() {
  return (
    <Toast.Provider toastManager={manager} limit={4}>
      <Toast.Portal>
        <Toast.Viewport className="fixed right-4 bottom-18 z-50 flex w-90 max-w-[calc(100vw-32px)] flex-col gap-2">
          <List />
        </Toast.Viewport>
      </Toast.Portal>
    </Toast.Provider>
  );
}

function List() {
  const { t } = useTranslation();
  const { toasts } = Toast.useToastManager<ToastData>();
  return toasts.map((toast) => (
    <Toast.Root
      key={toast.id}
      toast={toast}
      swipeDirection={["right"]}
      className="rounded-panel border border-line bg-raised shadow-raised transition-opacity duration-(--motion-base) data-ending-style:opacity-0 data-limited:hidden data-starting-style:opacity-0"
    >
      <Toast.Content className="flex items-start gap-2 py-2.5 pr-1.5 pl-3">
        <span className="pt-0.5">
          <StateGlyph tone={toast.data?.tone ?? "healthy"} />
        </span>
        <div className="min-w-0 flex-1 wrap-anywhere">
          <Toast.Title className="font-medium" render={<div />} />
          <Toast.Description className="text-small text-fg-secondary" render={<div />} />
          {toast.data?.action && (
            <LinkButton className="mt-1" onClick={toast.data.action.run}>
              {toast.data.action.label}
            </LinkButton>
          )}
        </div>
        <Toast.Close render={<IconButton label={t("close")} />}>
          <X size={14} />
        </Toast.Close>
      </Toast.Content>
    </Toast.Root>
  ));
}
