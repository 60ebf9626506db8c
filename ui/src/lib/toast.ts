import { Toast } from "@base-ui/react/toast";

/** What a toast carries besides its words. */
export interface ToastData {
  tone: "healthy" | "failed" | "degraded" | "progressing";
  action?: { label: string; run: () => void };
}

/** The window's toasts, for callers inside and outside of components. */
export const toasts = Toast.createToastManager<ToastData>();

/**
 * Says something that passes: what happened, and perhaps one thing to do about it. What has the `id` of one that is still
 * shown takes its place.
 */
export function say(title: string, options: Partial<ToastData> & { description?: string; id?: string } = {}): void {
  const { description, tone = "healthy", action, id } = options;
  toasts.add({
    ...(id === undefined ? {} : { id }),
    title,
    description,
    data: { tone, action },
    // What failed stays until it was read.
    timeout: tone === "failed" ? 0 : 6000,
    priority: tone === "failed" ? "high" : "low",
  });
}
