import { useNavigate } from "@tanstack/react-router";
import { useCallback } from "react";
import type { Intent } from "@/api/generated";
import { useAct } from "@/api/hooks";
import { sayError } from "@/domain/error-words";

/**
 * Plans something and opens the review sheet over the page that is shown. The sheet is part of the address
 * (`?review=<id>`), so that Back closes it and a reload keeps it.
 */
export function useOpenReview(): (intent: Intent) => void {
  const navigate = useNavigate();
  const { mutate } = useAct("openReview");
  return useCallback(
    (intent: Intent) =>
      mutate(
        { intent },
        {
          onSuccess: ({ review }) => void navigate({ to: ".", search: (before) => ({ ...before, review }) }),
          onError: sayError,
        },
      ),
    [mutate, navigate],
  );
}
