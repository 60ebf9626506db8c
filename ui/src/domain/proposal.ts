import { useNavigate } from "@tanstack/react-router";
import { useCallback } from "react";
import type { Wish } from "@/api/generated";
import { useAct } from "@/api/hooks";
import { sayError } from "@/domain/error-words";

/**
 * Works out what a wish would do and opens the sheet that shows it over the page. It is part of the address
 * (`?proposal=<id>`), as a review is. `propose` says in passing when it cannot be worked out, unless the caller shows it.
 */
export function useOpenProposal(): {
  propose: (wish: Wish, options?: { onOpen?: () => void; onError?: (error: Error) => void }) => void;
  isPending: boolean;
} {
  const navigate = useNavigate();
  const { mutate, isPending } = useAct("propose");
  const propose = useCallback(
    (wish: Wish, { onOpen, onError = sayError }: { onOpen?: () => void; onError?: (error: Error) => void } = {}) =>
      mutate(
        { wish },
        {
          onSuccess: ({ proposal }) => {
            onOpen?.();
            void navigate({ to: ".", search: (before) => ({ ...before, proposal }) });
          },
          onError,
        },
      ),
    [mutate, navigate],
  );
  return { propose, isPending };
}
