import type { Author, FileChange, Plan, ReleaseRequest, Review } from "@/api/generated";

/** One line of the sheet's left side, in the order that J and K walk. */
export interface Stop {
  plan: Plan;
  /** A place in the plan's changes. */
  at: number;
  key: string;
}

export function stopsOf(review: Review): Stop[] {
  return review.plans.flatMap((plan) =>
    plan.changes.map((change, at) => ({ plan, at, key: stopKey(plan, change.change) })),
  );
}

/** Survives planning again, which gives plans new ids: a branch has one plan in a sheet. */
export function planKey({ target }: Plan): string {
  return `${target.source}#${target.branch}`;
}

export function stopKey(plan: Plan, change: string): string {
  return `${planKey(plan)}#${change}`;
}

/** The file that a change edits first, else the plan's first. */
export function fileOf({ plan, at }: Stop): FileChange | undefined {
  const path = plan.changes[at]?.edits[0]?.place.path;
  return plan.files.find((file) => file.path === path) ?? plan.files[0];
}

/** The plans that can be released as they are. */
export function releasable(review: Review): Plan[] {
  return review.plans.filter((plan) => plan.obstacle === null && plan.changes.length > 0);
}

/** What is sent when a person says yes: each plan with its message as it was left, and the urgency that it takes. */
export function releaseRequest(
  review: Review,
  messages: ReadonlyMap<string, string>,
  hold: ReleaseRequest["hold"],
): ReleaseRequest {
  const plans = releasable(review);
  return {
    review: review.review,
    plans: plans.map((plan) => ({ plan: plan.plan, message: messages.get(planKey(plan)) ?? plan.message })),
    approval: plans.some((plan) => plan.skipsWait) ? "urgent" : "given",
    ...(hold ? { hold } : {}),
  };
}

export function authorText({ name, email }: Author): string {
  return name === "" ? email : `${name} <${email}>`;
}

/** A remote without what every address of its kind begins and ends with. */
export function shortRemote(address: string): string {
  return address.replace(/^[a-z]+:\/\/([^@/]*@)?/, "").replace(/\.git$/, "");
}

export interface Sums {
  changes: number;
  commits: number;
  files: number;
  lines: number;
}

export function sumsOf(review: Review): Sums {
  const files = review.plans.flatMap((plan) => plan.files);
  return {
    changes: review.plans.reduce((sum, plan) => sum + plan.changes.length, 0),
    commits: review.plans.length,
    files: files.length,
    lines: files.reduce((sum, file) => sum + Math.max(file.linesAdded, file.linesRemoved), 0),
  };
}
