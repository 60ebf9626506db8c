import type { TFunction } from "i18next";
import type { Course, Proposal, Wish } from "@/api/generated";
import type { StateTone } from "@/components/state";

type Words = TFunction<"proposal">;

/** What the sheet is called: what is done, with what, where. */
export function titleOf(t: Words, wish: Wish): string {
  switch (wish.wish) {
    case "handOver":
      return t(wish.to === "here" ? "title.takeOver" : "title.handOver", {
        name: wish.automation.name,
        cluster: wish.cluster ?? "",
      });
    case "apply":
      return t("title.apply", { name: wish.kustomization.name, cluster: wish.cluster });
    case "export":
      return t("title.export", { name: nameOf(wish.workload) });
    case "bootstrap":
      return t("title.bootstrap", { cluster: wish.cluster });
  }
}

/** What a person's yes is called. */
export function yesOf(t: Words, proposal: Proposal): string {
  const { wish, commit } = proposal;
  switch (wish.wish) {
    case "handOver":
      return t(wish.to === "here" ? "yes.takeOver" : "yes.handOver");
    case "apply":
      return t("yes.apply", { cluster: wish.cluster });
    case "export":
      return t("yes.export", { branch: commit?.branch ?? "" });
    case "bootstrap":
      return t("yes.bootstrap");
  }
}

/** The name of `Deployment/flask-app`. */
export function nameOf(workload: string): string {
  return workload.split("/").at(-1) ?? workload;
}

/** Whether nothing is left to be done. */
export function isEmpty({ steps, run }: Proposal): boolean {
  return run === null && steps.every(({ verb }) => verb === "keep" || verb === "use");
}

/** Whether everything that was looked at afterwards works. */
export function isWorking(course: Course): boolean {
  return course.course === "done" && course.checks.every(({ isFine }) => isFine);
}

const tones: Record<Course["course"], StateTone> = {
  proposed: "waiting",
  running: "progressing",
  done: "degraded",
  stopped: "degraded",
  failed: "failed",
};

export function toneOf(proposal: Proposal): StateTone {
  if (isEmpty(proposal) || isWorking(proposal.course)) return "healthy";
  return tones[proposal.course.course];
}
