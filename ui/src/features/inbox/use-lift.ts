import { useTranslation } from "react-i18next";
import type { ObjectRef } from "@/api/generated";
import { useAct } from "@/api/hooks";
import { sayError } from "@/domain/error-words";
import { say } from "@/lib/toast";

/** Lifts a person's hold and says so. */
export function useLift(): (policy: ObjectRef) => void {
  const { t } = useTranslation("inbox");
  const { mutate } = useAct("liftHold");
  return (policy) =>
    mutate(
      { policy },
      {
        onSuccess: () => say(t("lifted", { name: policy.name })),
        onError: sayError,
      },
    );
}
