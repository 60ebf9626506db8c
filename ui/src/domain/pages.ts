import { useNavigate } from "@tanstack/react-router";
import { useCallback } from "react";
import type { ObjectRef, Page } from "@/api/generated";
import { useOpenReview } from "./review";

/** The address of a policy's page. */
export function policyParams(policy: ObjectRef): ObjectRef {
  return { source: policy.source, namespace: policy.namespace, name: policy.name };
}

/** Goes to the place in the window that a notification, a deep link or a remedy names. */
export function useGoTo(): (page: Page) => void {
  const navigate = useNavigate();
  const openReview = useOpenReview();
  return useCallback(
    (page: Page) => {
      switch (page.page) {
        case "policy":
          void navigate({
            to: "/images/$source/$namespace/$name",
            params: policyParams(page.policy),
            search: page.tag === null ? {} : { tag: page.tag },
          });
          return;
        case "review":
          openReview({ intent: "release", policies: page.policies });
          return;
        case "release":
          void navigate({ to: "/releases", search: { release: page.release } });
          return;
        case "cluster":
          void navigate({ to: "/clusters", search: { show: page.cluster } });
          return;
        case "source":
          void navigate({ to: "/sources", search: { show: page.source } });
          return;
        case "registry":
          void navigate({ to: "/sources", search: { show: page.host } });
          return;
        default:
          void navigate({ to: `/${page.page}` });
      }
    },
    [navigate, openReview],
  );
}
